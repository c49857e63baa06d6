"""Schools: "collège Jean Moulin", "lycée de Vénissieux", "cfa du bâtiment"."""

from __future__ import annotations

from handoff.privacy.kinds import SCHOOL
from handoff.privacy.language import FrenchArtifacts
from handoff.privacy.lexicon import Lexicon
from handoff.privacy.name_table import NameTable
from handoff.privacy.name_tail import LINKS, NATURE, STOPS, name_end
from handoff.privacy.place_table import PlaceTable
from handoff.privacy.recognisers.word_based import WordBasedRecognizer
from handoff.privacy.word_lists import word_set
from handoff.privacy.words import Word

SCHOOLS = word_set(
    """
    college lycee ecole maternelle primaire cfa clg collège lep lp universite fac internat itep ime mfr
    segpa campus elementaire groupe foyer mecs creche
    """
)
# Between the word and the name: "lycée professionnel privé Jean Monnet".
_QUALITIES = word_set(
    """
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
# A foyer or a group is named less often than it is just a foyer: a capital is asked for.
_NEEDS_CAPITAL = word_set(
    """
    foyer groupe campus internat mecs creche maternelle primaire segpa fac universite elementaire
    """
)


class FrSchoolRecognizer(WordBasedRecognizer):
    """The word for the school goes with the name: "[ÉTABLISSEMENT]"."""

    kind = SCHOOL

    def __init__(self, lexicon: Lexicon, names: NameTable, places: PlaceTable) -> None:
        self._lexicon = lexicon
        self._names = names
        self._places = places
        super().__init__()

    def _is_proper(self, word: Word) -> bool:
        """Without a capital: a name of somebody or of a place, a tree, or no word at all."""
        text = word.text
        if text in NATURE or self._names.may_be_first_name(text):
            return True
        return text.isalpha() and len(text) > 2 and text not in self._lexicon

    def find(self, artifacts: FrenchArtifacts) -> list[tuple[int, int, float]]:
        words = artifacts.words
        found: list[tuple[int, int, float]] = []
        for index, word in enumerate(words):
            if word.text not in SCHOOLS or (word.text == "lp" and not word.raw.isupper()):
                continue
            at = index + 1
            while at < len(words) and words[at].text in _QUALITIES and not words[at].gap.strip():
                at += 1
            if at < len(words) and len(words[at].gap.strip(" '\"«:")) > 0:
                continue
            end = name_end(words, at, _GENERIC)
            if end is None:
                continue
            named = [part for part in words[at:end] if part.text not in LINKS]
            capital = any(part.capital for part in named)
            linked = words[at].text in ("de", "du", "des", "d")
            if not capital and not self._is_proper(named[0]):
                continue
            if linked and self._places.is_commune(named[0].text, 2000):
                capital = True
            if (word.text in _NEEDS_CAPITAL or linked) and not capital:
                continue
            found.append((word.start, words[end - 1].end, 0.75))
        return found
