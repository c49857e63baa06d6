"""Persons, from several signals weighed together: lists of names, what stands around, case.

No list alone is enough: "rose", "ange" and "jules" are names and words, and most messages have no
capital letters. A word becomes a person from ``THRESHOLD`` on.
"""

from __future__ import annotations

import re

from handoff.place_names.place_table import PlaceTable
from handoff.place_names.word_lists import phrase_set, word_set
from handoff.privacy.kinds import PERSON
from handoff.privacy.language import FrenchArtifacts
from handoff.privacy.lexicon import Lexicon
from handoff.privacy.message_language import FRENCH, is_ordinary
from handoff.privacy.message_reading import MessageReading
from handoff.privacy.name_table import NameTable
from handoff.privacy.recognisers.word_based import WordBasedRecognizer

THRESHOLD = 0.5

# "je m'appelle X", "moi c X", "my name is X": whatever comes next is a name unless it is an ordinary word.
_NAMING = re.compile(
    r"(?<![a-z])(?:j[e']?\s?(?:me?\s?'?\s?)?(?:suis\s)?appel+e?s?|m\s?'?\s?appel+er?|mapel+e"
    r"|s\s?'?\s?appel+(?:e|ait)?|sapel+e?|t'?appel+es?|appelez|nomme|prenomme|surnomme"
    r"|(?:(?:mon|son|ton|leur|le) )?(?:vrai )?(?:pre)?nom(?: de famille)?(?: (?:c ?'?est|c"
    r"|ce|cest|est|a))?\s?:?"
    r"|moi (?:c ?'?est|c|ce|cest|ces|je suis|jsuis)"
    r"|(?:my|his|her) (?:name is|name's|names)|i'?m called|call me|me llamo|mi nombre es|se llama|soy"
    r"|(?:hi|hello|hey) (?:i'?m|this is|it'?s)"
    r"|is called|named"
    r"|signe|appelle moi|appelez moi)\s?:?\s?$"
)
# "j'ai tout dit a marguerite", "chez", "la mère de rose".
_TOLD_TO = re.compile(
    r"(?<![a-z])(?:"
    r"(?:dit|dis|dire|parle[rz]?|raconte[rz]?|ecri[ts]?|ecrire|demande[rz]?|envoye[rz]?|envoie|confie[rz]?"
    r"|avoue[rz]?|donne[rz]?|confiance|telephone[rz]?)(?: tout| ca| rien)? a"
    r"|(?:mere|pere|parents|soeur|frere|maman|papa|copain|copine|meuf|mec|ex|potes?|bande|anniv|telephone|tel"
    r"|snap|compte) (?:de|a)"
    r"|vu|entendu|croise|rencontre|appele|tape|frappe|insulte|suivi|menace|quitte|largue|trompe|harcele"
    r") $"
)
# "jules il est jaloux": as likely a boyfriend as somebody called so.
_SLANG = word_set("jules ange loulou bebe amour cheri cherie coeur")
_AGE = re.compile(r"\d{1,2} ?ans?(?![a-z])")
_ACTS = word_set("ma m il elle veut dit c est a me ment sait va s se fait na n avait etait ms mais")
_WITH = word_set("avec chez contre ac avc sauf sans malgre")
_APPOSITION = re.compile(
    r",? (?:c'?est )?(?:mon|ma|my|mi|notre) (?:petit |petite |meilleure? )?(?:copain|copine|ami|amie|pote"
    r"|frere|soeur"
    r"|mec|meuf|ex|cousine?|voisine?|prof|beau[ -]pere|belle[ -]mere|friend|boyfriend|girlfriend|novio"
    r"|novia)(?![a-z])"
)
_NATIONALITY = re.compile(r"(?:ais|aise|ain|aine|ien|ienne|ois|oise|ol|ole|an|ane|que)$")
_PRESENTS = word_set("c cest est avec chez contre avc ac moi")
_JOINS = word_set("et mais car que quand si sauf meme avec")
_LETTERS_APART = re.compile(r"(?<![a-z0-9'])[a-z](?:([ .\-])[a-z])(?:\1[a-z]){2,14}(?![a-z0-9'])")
_INITIAL_AND_SURNAME = re.compile(r"(?<![\w.])[A-Z]\. ?[A-Z][a-zà-ÿ]{2,20}(?:-[A-Z][a-zà-ÿ]{2,20})?(?!\w)")
_RELATIONS = word_set(
    """
    son daughter stepson stepdaughter nephew niece granny nan nana grandma grandpa stepdad stepmum
    copain copine pote poto ami amie mec meuf ex petit-ami petite-amie frere soeur reuf reup cousin
    cousine cousins oncle tante tonton tata tati papi mamie pere mere beau-pere belle-mere prof voisin
    voisine fils fille mari femme fiance fiancee besta bestie meilleur meilleure coloc collegue educ
    educateur educatrice psy coach entraineur patron boss chef neveu niece parrain marraine bebe chien
    chat friend boyfriend girlfriend brother sister uncle teacher amigo novio novia hermano hermana cpe
    surveillant infirmiere assistante directeur juge gars amis amies potes copains copines type homme
    prenom proxenete mac client grand-pere grand-mere
    """
)
# A capital after these is a name, even when the word is ordinary: "mamie Zézette".
_FAMILY = word_set(
    """
    mamie mami papi papy tonton tata tati oncle tante cousin cousine parrain marraine meme uncle aunt tio
    tia don
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
_SONS = frozenset({"ben", "bin", "bint", "ibn", "ait", "abou"})  # "son of": a name must follow
# Names of things that a capital letter takes for people.
_NOT_PEOPLE = word_set(
    """
    snap snapchat insta instagram tiktok discord whatsapp telegram netflix uber airbnb google apple
    iphone samsung twitter facebook messenger onlyfans mym vinted leboncoin roblox fortnite minecraft
    playstation xbox twitch youtube pronote paypal lydia signal tinder grindr badoo yubo booking
    deliveroo sncf france francais francaise bretagne normandie corse occitanie paca idf europe afrique
    maroc algerie tunisie senegal mali espagne italie portugal belgique suisse allemagne angleterre
    turquie roumanie ukraine syrie afghanistan congo cameroun guinee martinique guadeloupe guyane
    erasmus childline quick mcdo macdo kfc leclerc lidl auchan carrefour domingo dejan dejo lunes viernes
    martes jueves miercoles sabado enero febrero marzo abril mayo junio julio agosto august april june
    monday tuesday wednesday thursday friday saturday sunday floor door mayotte reunion alsace lorraine
    liban francia franca marruecos espana italia egypte irak iran
    palestine israel gaza chine japon inde bresil mexique canada amerique haiti comores madagascar
    cote-d-ivoire togo benin niger tchad gabon angola rwanda londres bruxelles alger dakar bamako tunis
    rabat casablanca abidjan allah dieu jesus noel ramadan paques aid police samu pompiers ase pjj cpe
    gogh descartes bac brevet ps4 ps5 sos vih ivg robot repere personne adresse telephone lieu lien pseudo
    etablissement date document carte plaque papa maman papi papy mamie mamy mami papounet mere pere
    tata tonton
    iban rib ine nir secu mari trans brittany july june halloween cendrillon disney marvel tf1 bfm
    """
)


# Known to all: they identify nobody who writes here. One name alone, or first name and surname together.
_FAMOUS = word_set(
    """
    stromae angele orelsan gims pnl jul booba ninho damso nekfeu soprano vianney aya rihanna beyonce
    eminem drake shakira
    ronaldo messi mbappe neymar zidane griezmann benzema squeezie mcfly macron hitler staline
    napoleon juliette gavroche
    antigone ulysse achille hercule zeus shrek gojo luffy zoro itachi elsa simba dora voldemort franco
    mussolini picasso mozart beethoven bach gervaise cosette hermione dumbledore pikachu naruto sasuke
    batman spiderman
    einstein freud
    """
)
_FAMOUS_PAIRS = {
    tuple(pair.split())
    for pair in phrase_set(
        "victor hugo|emile zola|albert camus|jules verne|jules ferry|simone veil"
        "|celine dion|emmanuel macron|billie eilish"
        "|taylor swift|ariana grande|michael jackson|harry potter|anne frank|marie curie"
        "|jean valjean|guy maupassant"
        "|aya nakamura|kylian mbappe|lionel messi|cristiano ronaldo|zinedine zidane"
        "|donald trump|elon musk|lea seydoux"
        "|romeo juliette|roméo juliette|edith piaf|jacques brel|georges brassens"
        "|johnny hallyday|marine pen|rosa parks"
        "|nelson mandela|martin luther|greta thunberg|gisele pelicot|nabilla benattia"
        "|lena situations|charles gaulle"
        "|jeanne arc|brice nice"
        "|louis xiv|arthur rimbaud|paul verlaine|charles baudelaire|sherlock holmes|santa claus"
    )
}


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
        self._raise_neighbours(reading, scores)
        self._raise_the_same(reading, scores)
        found = _spelled_out(reading)
        index = 0
        while index < len(scores):
            if scores[index] < THRESHOLD:
                index += 1
                continue
            end = self._extend(reading, index, scores)
            if _is_famous(reading, index, end):
                index = end
                continue
            start = self._surname_before(reading, index)
            found.append((reading.start_with_title(start), reading.words[end - 1].end, scores[index]))
            index = end
        return found

    def _raise_neighbours(self, reading: MessageReading, scores: list[float]) -> None:
        """ "rose et kevin", "kevin, rose": a name that is also a word counts beside a person."""
        for index, word in enumerate(reading.words):
            if scores[index] >= THRESHOLD or not self._may_be(word.text):
                continue
            for step in (-1, 1):
                beside = _in_the_same_list(reading, index, step)
                if beside is not None and scores[beside] >= THRESHOLD:
                    scores[index] = THRESHOLD

    def _raise_the_same(self, reading: MessageReading, scores: list[float]) -> None:
        """A name seen once counts again: "tess … c'est tess qui"; and shortened: "Chloé … chlo dort"."""
        seen = {word.text for word, score in zip(reading.words, scores, strict=True) if score >= THRESHOLD}
        if not seen:
            return
        for index, word in enumerate(reading.words):
            if scores[index] >= THRESHOLD or word.text in self._lexicon or word.text in _NOT_PEOPLE:
                continue
            if word.text in seen or (len(word.text) > 3 and any(name.startswith(word.text) for name in seen)):
                scores[index] = THRESHOLD

    def _may_be(self, text: str) -> bool:
        return self._names.may_be_first_name(text) or (
            self._names.sounds_like_first_name(text) and text not in self._lexicon
        )

    def _surname_before(self, reading: MessageReading, index: int) -> int:
        """ "DIALLO Aïssata" starts with DIALLO."""
        if index == 0 or reading.words[index].gap != " " or not reading.words[index].capital:
            return index
        before = reading.words[index - 1]
        written_so = before.raw.isupper() and before.raw.isalpha() and len(before.raw) > 2
        known = self._names.is_surname(before.text) or before.text not in self._lexicon
        return index - 1 if written_so and known and not reading.shouting else index

    def _weigh(self, reading: MessageReading, index: int) -> float:
        word = reading.words[index]
        text = word.text
        if not text.isalpha() or text in _NOT_PEOPLE or reading.is_title(index):
            return 0
        foreign = reading.language != FRENCH and is_ordinary(word.raw, reading.language)
        ordinary = foreign or text in self._lexicon
        sure = self._names.is_first_name(text)
        maybe = sure or (self._names.may_be_first_name(text) if foreign else self._may_be(text))
        if not maybe and word.capital and not reading.shouting and not foreign:
            maybe = self._names.is_rare_first_name(text)
        unknown = not ordinary and not maybe
        if any(mention.start <= word.start < mention.end for mention in reading.mentions):
            return 0
        if text in _ACCENTED_ONLY and not word.raw.isascii():
            sure = maybe = True
        if text in _UNACCENTED_ONLY and not word.raw.isascii():
            return 0
        particle = text in _PARTICLES and reading.is_title(index - 1)
        if len(text) == 1 and self._is_clipped(reading, index):
            return 0.9
        if len(text) < 2 or (text == "franck" and reading.folded.startswith(" parl", word.end)):
            return 0
        if self._is_compound(reading, index):
            return 0.6
        if len(text) == 2 and not maybe and not particle:
            named = _NAMING.search(reading.folded[max(0, word.start - 40) : word.start])
            return 0.9 if named and not ordinary else 0
        announced = self._announced(reading, index, ordinary, maybe)
        if announced:
            return announced
        if unknown and self._is_introduced(reading, index):
            return 0.6
        if (
            unknown
            and len(text) > 4
            and self._names.is_rare_first_name(text)
            and self._is_presented(reading, index)
        ):
            return THRESHOLD
        return self._from_signals(reading, index, sure, maybe, unknown)

    @staticmethod
    def _is_introduced(reading: MessageReading, index: int) -> bool:
        """Words that are no words, where only a name can stand.

        "c kervens, …" at the start; "le message de tanvir, mon copain"; "mi novio, Amadou,"; "ya kelyana ki".
        """
        word, previous = reading.words[index], reading.previous(index)
        if previous is None or len(word.text) < 4 or word.gap not in (" ", ", "):
            return False
        after = reading.folded[word.end : word.end + 40]
        if index == 1 and previous.text in _PRESENTS and (not after or after[0] in ",.!;:"):
            return True
        if previous.text in ("ya", "et", "avec", "a") and re.match(
            r" (?:ki|qui|k il|qu'?il|qu'?elle) ", after
        ):
            return True
        return bool(_APPOSITION.match(after))

    @staticmethod
    def _is_presented(reading: MessageReading, index: int) -> bool:
        """ "cest abdelkrim", "avec zdenka": where a name is expected, one of the rare ones will do."""
        previous = reading.previous(index)
        return previous is not None and previous.text in _PRESENTS and reading.words[index].gap == " "

    @staticmethod
    def _is_clipped(reading: MessageReading, index: int) -> bool:
        """ "N'Diaye", "O'Connor"; after a title any letter."""
        word, following = reading.words[index], reading.following(index)
        if following is None or following.gap != "'" or not (word.capital and following.capital):
            return False
        return word.text in ("n", "o") or reading.is_title(index - 1)

    def _is_compound(self, reading: MessageReading, index: int) -> bool:
        """ "Ly-Anh": two capitals and a hyphen, at least one of the two no word."""
        word = reading.words[index]
        if word.gap == "-":
            return False
        pair = index + 1 < len(reading.words) and reading.words[index + 1].gap == "-"
        if not pair or reading.shouting or not (word.capital and reading.words[index + 1].capital):
            return False
        following = reading.words[index + 1]
        short = len(word.text) < 6 and len(following.text) < 8 and following.text.isalpha()
        return short and (word.text not in self._lexicon or following.text not in self._lexicon)

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
            named = (
                capital
                and not reading.starts_sentence(index)
                and word.text not in _DETERMINERS
                and not (ordinary and _NATIONALITY.search(word.text))
            )
            if maybe or (capital and (not ordinary or previous.text in _FAMILY)) or named:
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
        if maybe and not sure and word.text not in self._lexicon:
            score += 0.25  # written as it sounds, or a name that is no word
        if maybe and not sure and following is not None and following.gap == " ":
            score += (
                0.3 if self._names.is_surname(following.text) and following.text not in self._lexicon else 0
            )
        if following is not None and _AGE.match(reading.folded, following.start):
            score += 0.35 if maybe else 0.5 if unknown and len(word.text) > 3 else 0
        if maybe and not sure and self._acts(reading, index):
            score += 0.25
        if maybe and _TOLD_TO.search(reading.folded[max(0, word.start - 40) : word.start]):
            score += 0.35
        if maybe and not sure:
            score += 0.35 * middle + 0.1 * (capital and not middle)
        elif unknown and not capital and previous is not None and self._stands_for_person(reading, index):
            score += 0.5
        elif unknown and capital and not acronym:
            if self._places.is_commune(word.text, 500):
                return 0
            score += 0.3 if middle else 0.1
            score += 0.3 if self._names.is_surname(word.text) else 0
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

    @staticmethod
    def _stands_for_person(reading: MessageReading, index: int) -> bool:
        """A word that is no word, where a person is expected: "avec zdenka", "mon pote tchiko il"."""
        word, previous, following = reading.words[index], reading.words[index - 1], reading.following(index)
        if (
            len(word.text) < 4
            or (word.text[0] in "jct" and word.text[1] not in "aeiouyhr")
            or word.gap != " "
        ):
            return False
        if previous.text in _WITH:
            return True
        ends = following is None
        return previous.text in _RELATIONS and (ends or (following is not None and following.text in _ACTS))

    @staticmethod
    def _acts(reading: MessageReading, index: int) -> bool:
        """Starts a sentence and does something: "rose c ma soeur", "pierre ma quitté"."""
        capital = reading.words[index].capital and not reading.shouting
        following = reading.following(index)
        starts = index == 0 or reading.starts_sentence(index) or reading.words[index - 1].text in _JOINS
        if following is None or not starts or (reading.words[index].text in _SLANG and not capital):
            return False
        return following.text in _ACTS and not (following.text == "a" and following.raw != "a")

    def _extend(self, reading: MessageReading, index: int, scores: list[float]) -> int:
        """Index after the last word of this person's name: surname, second part of a compound."""
        words = reading.words
        end = index + 1
        while end < len(words) and end - index < 4:
            word = words[end]
            if word.gap not in (" ", "-", "'", "  "):
                break
            if word.gap == "'" and len(word.raw) == 1 and words[end - 1].capital:
                end += 1  # "Le Floc'h"
            elif word.gap == "'" and len(words[end - 1].raw) == 1 and word.capital:
                end += 1  # "N'Diaye"
            elif (
                (
                    word.gap == "-"
                    and word.text.isalpha()
                    and (self._names.may_be_first_name(word.text) or word.capital or len(word.text) < 4)
                )
                or (len(word.raw) == 1 and word.capital and word.gap == " " and reading.is_initial(end))
                or self._is_surname(reading, end, scores[end])
                or (end == index + 1 and word.gap == " " and self._ends_a_name(reading, end))
            ):
                end += 1
            elif (
                word.text in _PARTICLES
                and end + 1 < len(words)
                and (self._is_surname(reading, end + 1, scores[end + 1]) or word.text in _SONS)
                and words[end + 1].gap == " "
                and (words[end + 1].capital or words[end + 1].text not in self._lexicon)
            ):
                end += 2
            else:
                break
        return end

    def _ends_a_name(self, reading: MessageReading, index: int) -> bool:
        """ "mathis corbineau, …": a word that is no word, and after it the sentence stops."""
        word, following = reading.words[index], index + 1 < len(reading.words)
        stops = not following or reading.words[index + 1].gap.strip(" ")[:1] in (",", ".", ")", '"', ";", "»")
        return stops and word.text.isalpha() and len(word.text) > 4 and word.text not in self._lexicon

    def _is_surname(self, reading: MessageReading, index: int, score: float) -> bool:
        word = reading.words[index]
        if not word.text.isalpha() or len(word.text) < 2 or word.text in _NOT_PEOPLE:
            return False
        if score >= THRESHOLD:
            return True
        ordinary = word.text in self._lexicon
        capital = word.capital and not reading.shouting
        if capital and (not ordinary or self._names.is_surname(word.text)):
            return True
        return self._names.is_surname(word.text) and not ordinary


def _is_famous(reading: MessageReading, start: int, end: int) -> bool:
    named = [word.text for word in reading.words[start:end] if word.text not in _PARTICLES]
    if start and reading.words[start - 1].text in ("a", "au"):
        return False  # "à Marie Curie": the school
    if len(named) == 1 and end < len(reading.words):
        at = end + 1 if reading.words[end].text in _PARTICLES and end + 1 < len(reading.words) else end
        if (named[0], reading.words[at].text) in _FAMOUS_PAIRS:
            return True
    if start > 1 and named == ["madeleine"] and reading.words[start - 2].text == "comme":
        return True  # "pleurer comme une madeleine"
    if len(named) == 1:
        return named[0] in _FAMOUS and not _NAMING.search(reading.folded[: reading.words[start].start][-40:])
    return tuple(named) in _FAMOUS_PAIRS


def _in_the_same_list(reading: MessageReading, index: int, step: int) -> int | None:
    """The index of what a comma or "et" joins to this word, on one side."""
    words = reading.words
    near = index + step
    if not 0 <= near < len(words):
        return None
    gap = words[max(index, near)].gap
    if gap.strip(" ") in (",", "/", "&", "+"):
        return near
    far = near + step
    if words[near].text in ("et", "ou", "ni", "avec", "and", "y") and gap == " " and 0 <= far < len(words):
        return far if words[max(near, far)].gap == " " else None
    return None


def _spelled_out(reading: MessageReading) -> list[tuple[int, int, float]]:
    """ "E L I N E", "k-e-v-i-n": a name with its letters apart; "Y. Caron"."""
    found = [(*match.span(), 0.8) for match in _LETTERS_APART.finditer(reading.folded)]
    if reading.shouting:
        return found
    return found + [(*match.span(), 0.7) for match in _INITIAL_AND_SURNAME.finditer(reading.clean)]
