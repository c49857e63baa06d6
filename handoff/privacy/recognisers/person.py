"""Persons, from several signals weighed together: the spaCy model, lists of names, what stands around, case.

No list alone is enough: "rose", "ange" and "jules" are names and words, and most messages have no
capital letters. A word becomes a person from ``THRESHOLD`` on.
"""

from __future__ import annotations

import re

from handoff.privacy.kinds import PERSON
from handoff.privacy.language import FrenchArtifacts
from handoff.privacy.lexicon import Lexicon
from handoff.privacy.message_reading import MessageReading
from handoff.privacy.name_table import NameTable
from handoff.privacy.place_table import PlaceTable
from handoff.privacy.recognisers.word_based import WordBasedRecognizer
from handoff.privacy.word_lists import word_set

THRESHOLD = 0.5

# "je m'appelle X", "moi c X", "my name is X": whatever comes next is a name unless it is an ordinary word.
_NAMING = re.compile(
    r"(?<![a-z])(?:j[e']?\s?(?:me?\s?'?\s?)?(?:suis\s)?appel+e?s?|m\s?'?\s?appel+er?|mapel+e"
    r"|s\s?'?\s?appel+(?:e|ait)|sapel+e?|t'?appel+es?|appelez|nomme|prenomme|surnomme"
    r"|(?:(?:mon|son|ton|leur|le) )?(?:vrai )?(?:pre)?nom(?: de famille)?(?: (?:c ?'?est|c|cest|est|a))?\s?:?"
    r"|moi (?:c ?'?est|c|cest|ces|je suis|jsuis)"
    r"|(?:my|his|her) (?:name is|name's|names)|i'?m called|call me|me llamo|mi nombre es|se llama"
    r"|is called|named"
    r"|signe|appelle moi|appelez moi)\s?:?\s?$"
)
_RELATIONS = word_set(
    """
    copain copine pote poto ami amie mec meuf ex petit-ami petite-amie frere soeur reuf reup cousin
    cousine cousins oncle tante tonton tata tati papi mamie pere mere beau-pere belle-mere prof voisin
    voisine fils fille mari femme fiance fiancee besta bestie meilleur meilleure coloc collegue educ
    educateur educatrice psy coach entraineur patron boss chef neveu niece parrain marraine bebe chien
    chat friend boyfriend girlfriend brother sister uncle teacher amigo novio novia hermano hermana cpe
    surveillant infirmiere assistante directeur juge gars amis amies potes copains copines type homme
    prenom proxenete mac client grand-pere grand-mere
    """
)
_BEFORE = word_set(
    """
    avec chez a contre par pour c cest que qu salut coucou hello merci hey slt cc et ou comme sur d de
    with from by to and con quand si car mais vu bonjour bsr cher chere dit disait
    """
)
# "un mur de pierre" is no person; "avec pierre" is.
_BEFORE_DOUBTFUL = word_set(
    """
    avec chez contre c cest que qu salut coucou hello slt cc with from
    """
)
# Ambiguous names that are more often a person than a thing.
_NAMES_FIRST = word_set(
    """
    pierre rose jules jade robin clement jean guy romain romane tom noa noe lou alia lia jose said
    aurore violette ambre iris lily lili jasmine marguerite line kim clem max sam ben lilas perle titou
    juju jojo nono mimi momo celeste
    """
) - {"max", "ben", "sam", "perle", "line", "lilas", "celeste"}
_AFTER = word_set(
    """
    m ma mon il elle est a et va veut dit qui etait avait sait savent me mont is was has and y
    """
)
_DETERMINERS = word_set(
    """
    un une le la les l du des ce cet cette ces ma ta sa mes tes ses mon ton son notre votre leur leurs
    aux au en quelle quel aucun aucune plusieurs deux trois the a an my your quelques chaque tout toute
    tous toutes d
    """
)
# Only with their accent ("Saïd", "José") are these names first.
_ACCENTED_ONLY = frozenset({"said", "jose"})
# With an accent it is a word ("marié").
_UNACCENTED_ONLY = frozenset({"marie", "mae", "aime"})
# "on se marie": a verb, not a person.
_REFLEXIVES = word_set("se me te s nous vous remarie")
_PARTICLES = word_set(
    """
    de du da dos ben bin bint el al le la van von di d n o saint
    """
)
# Names of things that a capital letter or the model takes for people.
_NOT_PEOPLE = word_set(
    """
    snap snapchat insta instagram tiktok discord whatsapp telegram netflix uber airbnb google apple
    iphone samsung twitter facebook messenger onlyfans mym vinted leboncoin roblox fortnite minecraft
    playstation xbox twitch youtube pronote paypal lydia signal tinder grindr badoo yubo booking
    deliveroo sncf france francais francaise bretagne normandie corse occitanie paca idf europe afrique
    maroc algerie tunisie senegal mali espagne italie portugal belgique suisse allemagne angleterre
    turquie roumanie ukraine syrie afghanistan congo cameroun guinee martinique guadeloupe guyane
    mayotte reunion alsace lorraine liban francia franca marruecos espana italia egypte irak iran
    palestine israel gaza chine japon inde bresil mexique canada amerique haiti comores madagascar
    cote-d-ivoire togo benin niger tchad gabon angola rwanda londres bruxelles alger dakar bamako tunis
    rabat casablanca abidjan allah dieu jesus noel ramadan paques aid police samu pompiers ase pjj cpe
    bac brevet ps4 ps5 sos vih ivg robot repere personne adresse telephone lieu lien pseudo
    etablissement date document carte plaque
    """
)


class PersonRecognizer(WordBasedRecognizer):
    """First names, full names, names after a title or a relation."""

    kind = PERSON

    def __init__(self, lexicon: Lexicon, names: NameTable, places: PlaceTable) -> None:
        self._lexicon = lexicon
        self._names = names
        self._places = places
        super().__init__()

    def find(self, artifacts: FrenchArtifacts) -> list[tuple[int, int, float]]:
        reading = MessageReading(artifacts)
        scores = [self._weigh(reading, index) for index in range(len(reading.words))]
        found: list[tuple[int, int, float]] = []
        index = 0
        while index < len(scores):
            if scores[index] < THRESHOLD:
                index += 1
                continue
            end = self._extend(reading, index, scores)
            found.append((reading.start_with_title(index), reading.words[end - 1].end, scores[index]))
            index = end
        return found

    def _weigh(self, reading: MessageReading, index: int) -> float:
        word = reading.words[index]
        text = word.text
        if not text.isalpha() or text in _NOT_PEOPLE:
            return 0
        ordinary = text in self._lexicon
        sure = self._names.is_first_name(text)
        maybe = sure or self._names.may_be_first_name(text)
        unknown = not ordinary and not maybe
        if any(mention.start <= word.start < mention.end for mention in reading.mentions):
            return 0
        if text in _ACCENTED_ONLY and not word.raw.isascii():
            sure = maybe = True
        if text in _UNACCENTED_ONLY and not word.raw.isascii():
            return 0
        particle = text in _PARTICLES and reading.is_title(index - 1)
        if len(text) < 2 or (len(text) == 2 and not maybe and not particle):
            return 0
        announced = self._announced(reading, index, ordinary, maybe)
        if announced:
            return announced
        return self._from_signals(reading, index, sure, maybe, unknown)

    def _announced(self, reading: MessageReading, index: int, ordinary: bool, maybe: bool) -> float:
        """ "je m'appelle X", "Mme X", "mon pote X"."""
        word, previous = reading.words[index], reading.previous(index)
        if previous is None:
            return 0
        if reading.is_title(index - 1) and word.text in _PARTICLES and self._capital_follows(reading, index):
            return 0.9
        if reading.is_title(index - 1) and word.text not in _DETERMINERS and len(word.text) > 2:
            return 0.9 if not ordinary or (word.capital and not reading.shouting) or maybe else 0
        if _NAMING.search(reading.folded[max(0, word.start - 40) : word.start]):
            capital = word.capital and not reading.shouting
            if maybe or not ordinary or (capital and not word.text.endswith(("er", "ment"))):
                return 0.9
        if previous.text in _RELATIONS and not reading.words[index].gap.strip(" '-:,("):
            capital = word.capital and not reading.shouting
            if maybe or (capital and not ordinary):
                return 0.85
        return 0

    @staticmethod
    def _capital_follows(reading: MessageReading, index: int) -> bool:
        following = reading.following(index)
        return following is not None and following.capital and not reading.shouting

    def _from_signals(
        self, reading: MessageReading, index: int, sure: bool, maybe: bool, unknown: bool
    ) -> float:
        word, previous, following = reading.words[index], reading.previous(index), reading.following(index)
        capital = word.capital and not reading.shouting
        acronym = word.raw.isupper() and len(word.raw) > 1 and not reading.shouting
        middle = capital and not reading.starts_sentence(index)
        score = 0.7 if sure else 0.3 if word.text in _NAMES_FIRST else 0.15 if maybe else 0.0
        if maybe and not sure:
            score += 0.35 * middle + 0.1 * (capital and not middle)
        elif unknown and capital and not acronym:
            if self._places.is_commune(word.text, 500):
                return 0
            score += 0.3 if middle else 0.1
            score += 0.3 if self._names.is_surname(word.text) else 0
        if reading.model_says_person(index) and (capital or sure):
            score += 0.25
        if previous is not None and previous.text in (_BEFORE if sure or capital else _BEFORE_DOUBTFUL):
            score += 0.2 if not word.gap.strip(" ") else 0
        if (
            previous is not None
            and previous.text == "est"
            and reading.folded[: previous.start].endswith("c'")
        ):
            score += 0.1
        if following is not None and following.text in _AFTER:
            score += 0.1
        if previous is not None and previous.text in _DETERMINERS and previous.text != "a":
            score -= 0.2 if sure else 0.5
        if (
            previous is not None
            and previous.text in _REFLEXIVES
            and word.text in self._lexicon
            and not capital
        ):
            score -= 0.5
        if acronym and not sure:
            score -= 0.3
        return score

    def _extend(self, reading: MessageReading, index: int, scores: list[float]) -> int:
        """Index after the last word of this person's name: surname, second part of a compound."""
        words = reading.words
        end = index + 1
        while end < len(words) and end - index < 4:
            word = words[end]
            if word.gap not in (" ", "-", "'", "  "):
                break
            if (
                (
                    word.gap == "-"
                    and word.text.isalpha()
                    and (self._names.may_be_first_name(word.text) or word.capital)
                )
                or (len(word.raw) == 1 and word.capital and word.gap == " " and reading.is_initial(end))
                or self._is_surname(reading, end, scores[end])
            ):
                end += 1
            elif (
                word.text in _PARTICLES
                and end + 1 < len(words)
                and words[end + 1].capital
                and self._is_surname(reading, end + 1, 0)
            ):
                end += 2
            else:
                break
        return end

    def _is_surname(self, reading: MessageReading, index: int, score: float) -> bool:
        word = reading.words[index]
        if not word.text.isalpha() or len(word.text) < 2 or word.text in _NOT_PEOPLE:
            return False
        if score >= THRESHOLD:
            return True
        ordinary = word.text in self._lexicon
        capital = word.capital and not reading.shouting
        if capital and (
            not ordinary or self._names.is_surname(word.text) or reading.model_says_person(index)
        ):
            return True
        return self._names.is_surname(word.text) and not ordinary
