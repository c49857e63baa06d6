"""Schools: "collège Jean Moulin", "clg pasteur", "lycée de Vénissieux", "viré de saint jo", "MFR du Val"."""

from __future__ import annotations

import re

from handoff.place_names.place_table import PlaceTable
from handoff.place_names.word_lists import word_set
from handoff.privacy.kinds import SCHOOL
from handoff.privacy.language import FrenchArtifacts
from handoff.privacy.lexicon import Lexicon
from handoff.privacy.name_table import NameTable
from handoff.privacy.name_tail import LINKS, NATURE, SAINTS, STOPS, name_end
from handoff.privacy.proper_names import EPONYMS, ProperNames
from handoff.privacy.recognisers.word_based import WordBasedRecognizer
from handoff.privacy.words import Word

SCHOOLS = word_set(
    """
    college lycee ecole maternelle primaire cfa clg collège lep lp universite fac internat itep ime mfr
    segpa campus elementaire groupe foyer mecs creche institution institut bahut erea cio lpa lep
    colegio escuela instituto
    prepa pensionnat cfai ifsi impro sessad club mjc conservatoire equestre liceo greta ies afpa
    """
)
# Between the word and the name: "lycée professionnel privé Jean Monnet".
_QUALITIES = word_set(
    """
    public publique prive pr des metiers enseignement adapte technologique privee sous contrat
    international frances francais francesa
    public publique prive privee pro professionnel professionnelle general generale technique
    technologique polyvalent agricole catholique maternelle primaire elementaire scolaire hotelier
    """
)
_GENERIC = STOPS | word_set(
    """
    danse musique conduite police commerce theatre cirque art arts ingenieur ingenieurs infirmier
    infirmiere infirmieres langue langues dessin mode chance vie armee air cinema journalisme coiffure
    esthetique magie ete dimanche samedi mecanique batiment cuisine sport foot rugby voile ski
    equitation medecine droit lettres sciences psycho psychologie enfance enfants jeunes jeune urgence
    famille garcons filles mineurs accueil travailleurs etudiants adolescents ados distance cote maison
    matin hier demain lundi mardi mercredi jeudi vendredi prochaine prochain derniere dernier entier
    entiere technique moderne terrible horrible nul nulle bizarre difficile loin obligatoire primaire
    inclusive seconde premiere terminale sixieme cinquieme quatrieme troisieme 6eme 5eme 4eme 3eme 2nde
    1ere tle cm1 cm2 ce1 ce2 cp rentree vacances tranquille chelou pourri prof profs eleve eleves
    copains copine amis directeur directrice proviseur principal principale cpe infirmerie cantine cour
    classe dormir manger parler voir faire aller partir savent sait dit sais disent rigolent harcele
    harcelent veulent harcelement aucune personne
    """
)
# What is taught there: "CFA du bâtiment de …", "club de judo de …".
_SUBJECTS = word_set(
    """
    batiment btp coiffure metiers hotellerie restauration judo foot football rugby hand handball basket danse
    gym gymnastique natation karate boxe tennis equitation athle athletisme volley theatre musique escalade
    """
)
# Grounds that schools are called after, and much else is not.
_GROUNDS = word_set("parc lac bois chateau plateau vallon val vallee prieure clos bourg centre")
# A foyer or a group is named less often than it is just a foyer: a capital is asked for.
_NEEDS_CAPITAL = word_set(
    """
    foyer groupe campus internat mecs creche maternelle primaire segpa fac universite elementaire club mjc
    conservatoire equestre
    """
)


# "saint" and a word that are no school.
_NO_SCHOOL = word_set(
    """
    valentin sylvestre vierge graal nicolas patron esprit pere jean-baptiste coran bible glinglin
    bernard honore
    """
)
_ABOUT_SCHOOL = re.compile(
    r"(?<![a-z])(?:d'?)?(?:ecoles?|colleges?|lycees?|clg|bahut|classe|vire[es]?)(?![a-z])"
)
_COPULAS = word_set("c cest est ces s appelle nomme")
_TO_SAINT = word_set("a de au d chez par")
# "en 3e à Pasteur": after the class, the school.
_CLASS = re.compile(
    r"(?<![a-z0-9])(?:(?:6|5|4|3|2|1)(?:e|eme|nde|ere|re)|seconde|premiere|terminale|tle|term|cm[12]|ce[12]"
    r"|cp"
    r"|scolarise[e]?|inscrite?|eleve|prof|surveillante?|internes?)(?: (?:[a-z]|[0-9]"
    r"|segpa|ulis|upe2a|euro|generale|pro|techno|stmg|es|s|l))?"
    r" (?:a|au) $"
)
# "à jean macé en 4e".
_IN_CLASS = re.compile(
    r" en (?:6|5|4|3|2|1)(?:e|eme|nde|ere|re)(?![a-z])| en (?:seconde|premiere|terminale|tle|cm[12])(?![a-z])"
)
# "Jean Monnet high school": in English the name comes first.
_ENGLISH = re.compile(
    r"(?<![A-Za-z])(?:[A-Z][\w'\-]+ ){1,3}(?:[Hh]igh |[Mm]iddle |[Pp]rimary "
    r"|[Ss]econdary )?(?:[Ss]chool|[Cc]ollege|[Aa]cademy)(?![a-z])"
)


# "RC Marsan-Lude", "US Plessis-Gâtine": a sports club.
_CLUB = re.compile(
    r"(?<![A-Za-z])(?:RC|US|AS|FC|ES|SC|JS|SO|CS|AC|UA|OC|HBC|BC|TC"
    r"|VC) [A-ZÀ-Ý][\w']{2,20}(?:[- ][A-ZÀ-Ý][\w']{2,20}){0,2}"
)
# "centre aéré Les Lucioles", "centre de loisirs du Parc".
_CENTRE = re.compile(
    r"(?<![A-Za-z])[Cc]entre (?:a[ée]r[ée]|de loisirs?|social|socioculturel|[ée]questre|culturel)"
    r" (?:(?:de|du|des|la|le|les|l'|d')\s?){0,2}[A-ZÀ-Ý][\w'\-]{2,20}(?: [A-ZÀ-Ý][\w'\-]{2,20}){0,2}"
)


class FrSchoolRecognizer(WordBasedRecognizer):
    """The word for the school goes with the name: "[ÉTABLISSEMENT]"."""

    kind = SCHOOL

    def __init__(self, lexicon: Lexicon, names: NameTable, places: PlaceTable) -> None:
        self._proper = ProperNames(lexicon, names)
        self._names = names
        self._places = places
        super().__init__()

    def find(self, artifacts: FrenchArtifacts) -> list[tuple[int, int, float]]:
        words = artifacts.words
        found = [(*match.span(), 0.75) for match in _ENGLISH.finditer(artifacts.clean)]
        found += [(*match.span(), 0.75) for match in _CLUB.finditer(artifacts.clean)]
        found += [(*match.span(), 0.75) for match in _CENTRE.finditer(artifacts.clean)]
        for index, word in enumerate(words):
            told = index > 0 and words[index - 1].text in ("au", "du")
            if word.text in SCHOOLS and not (word.text == "lp" and not word.raw.isupper() and not told):
                end = self._named_after(words, index)
            elif word.text in SAINTS or word.text == "notre":
                end = self._saint(words, index, artifacts.folded)
            else:
                end = self._after_class(words, index, artifacts.folded)
            if end is not None:
                first = words[index - 1] if word.text == "equestre" and index else word
                found.append((first.start, words[end - 1].end, 0.75))
        return found

    def _named_after(self, words: list[Word], index: int) -> int | None:
        """Index after the name that follows the word for the school; None when it has none."""
        at = index + 1
        if (
            at + 1 < len(words)
            and words[at].text in ("du", "de", "des", "d")
            and words[at + 1].text in _SUBJECTS
        ):
            at += 2
        while at < len(words) and words[at].text in _QUALITIES and not words[at].gap.strip():
            at += 1
        if at + 1 < len(words) and words[at].text in _COPULAS and words[at + 1].capital:
            at += 1
        if at < len(words) and len(words[at].gap.strip(" '\"«:")) > 0:
            return None
        our_lady = [word.text for word in words[at : at + 2]] == ["notre", "dame"]
        end = name_end(words, at + 1 if our_lady else at, _GENERIC)
        if end is None:
            return None
        named = [part for part in words[at:end] if part.text not in LINKS or part.text in SAINTS]
        capital = any(part.capital for part in named)
        linked = words[at].text in ("de", "du", "des", "d", "la", "le", "les", "l")
        proper = any(map(self._proper.is_proper, named[:2])) or (
            linked and named[0].text in _GROUNDS - {"centre"}
        )
        if not capital and not proper:
            return None
        if linked and self._places.is_commune(named[0].text, 2000):
            capital = True
        town_or_tree = linked and named[0].text not in NATURE | EPONYMS | _GROUNDS
        return end if capital or not (words[index].text in _NEEDS_CAPITAL or town_or_tree) else None

    def _saint(self, words: list[Word], index: int, folded: str) -> int | None:
        """ "viré de saint jo", "à notre dame du roc"; a commune of that name is the place recogniser's."""
        previous = words[index - 1] if index else None
        told = previous is not None and previous.text in _TO_SAINT and not words[index].gap.strip(" '")
        listed = words[index].text != "notre" and (previous is None or "," in words[index].gap)
        if not told and not (listed and _ABOUT_SCHOOL.search(folded)):
            return None
        at = index + 1
        if words[index].text == "notre":
            if words[at : at + 1] == [] or words[at].text != "dame":
                return None
            after = words[at + 1].text if at + 1 < len(words) else ""
            end = name_end(words, at + 1 if after in LINKS else at, STOPS)
            return end if end is not None else at + 1
        if at >= len(words) or words[at].gap not in (" ", "-") or words[at].text in _NO_SCHOOL:
            return None
        following = words[at + 1].text if at + 1 < len(words) else ""
        if words[at].text in STOPS or any(
            commune.words[:2] == ("saint", words[at].text)
            for commune in self._places.starting_with("saint", words[at].text)
        ):
            return None
        return at + 2 if following in ("marie", "anne", "therese") and words[at + 1].gap == "-" else at + 1

    def _after_class(self, words: list[Word], index: int, folded: str) -> int | None:
        word = words[index]
        if word.text in STOPS or not self._proper.is_proper(word) or self._places.is_commune(word.text, 5000):
            return None
        end = name_end(words, index, _GENERIC)
        if end is None:
            return None
        before = folded[max(0, word.start - 40) : word.start]
        class_after = before.endswith((" a ", "au ")) and _IN_CLASS.match(folded, words[end - 1].end)
        return end if class_after or _CLASS.search(before) else None
