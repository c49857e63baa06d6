"""Street addresses, residences, hotels and rooms, flats, door codes."""

from __future__ import annotations

import re

from handoff.privacy.kinds import ADDRESS
from handoff.privacy.language import FrenchArtifacts
from handoff.privacy.lexicon import Lexicon
from handoff.privacy.name_tail import LINKS, NATURE, STOPS, name_end
from handoff.privacy.recognisers.word_based import WordBasedRecognizer
from handoff.privacy.word_lists import word_set
from handoff.privacy.words import Word

# With a number before them these are always a street; the first group is one without a number too.
STREETS = word_set(
    """
    rue avenue boulevard bd bld blvd bvd impasse allee allees faubourg venelle sentier ruelle
    """
)
STREETS_WITH_NUMBER = STREETS | word_set(
    """
    av ave route rte chemin chem place pl cours passage quai square villa mail promenade esplanade voie
    montee cote lotissement lot residence res cite hameau clos traverse rond lieu rocade street road
    """
)
ESTATES = word_set("residence res cite quartier lotissement hameau hlm tour")
HOTELS = word_set(
    """
    hotel motel ibis formule f1 campanile kyriad airbnb auberge novotel mercure hostel appart
    """
)
_GENERIC = STOPS | word_set(
    """
    enfance jeunes jeune urgence accueil social sociale etudiant etudiante universitaire u scolaire
    adolescents ado ados filles garcons police commissariat gare centre mairie lycee college ecole fete
    musique droit chelou pourri pas cher priorite chaud difficile sensible populaire moche dortoir nuit
    passe luxe ville internet mere parents prochaine
    """
)
_CHAIN_WORDS = frozenset({"budget", "styles", "express", "red", "classe"})
_PERSONAL = re.compile(
    r"(?:habit\w*|vi[st]|loge\w*|domicil\w*|reside\w*|adresse|chez moi|dors|crech\w*|emmen\w*)[^.!?\n]{0,25}$"
)
_UNIT = (
    r"(?:bat(?:iment)?s?\.?\s?(?:[a-z]|\d{1,3}[a-z]?)|(?:appt?|apt|appart(?:ement)?|logement"
    r"|studio)\.?\s?(?:n[°o]?\s?|numero )?[a-z]?\d{1,4}[a-z]?"
    r"|(?:porte|hall|escalier|esc|entree)\s?(?:[a-z]|\d{1,4}[a-z]?)|(?:\d{1,2}\s?(?:er|e|eme|ieme)"
    r"|premier|deuxieme|troisieme|quatrieme|dernier) etage"
    r"|etage \d{1,2}|(?:chambre|ch|room|chb)\s?(?:n[°o]?\s?|numero )?\d{1,4}[a-z]?"
    r"|(?:digicode|code (?:de la )?porte|interphone|code)\s?:?\s?(?:c ?'?est |est |c"
    r" )?[a-z]?\d{3,6}[a-z]?)(?![a-z0-9])"
)
_UNITS_AFTER = re.compile(rf"(?:\s*[,;\-]?\s*(?:et )?(?:au )?{_UNIT}){{1,5}}")
_UNIT_ALONE = re.compile(
    r"(?<![a-z0-9])(?:(?:chambre|room) (?:n[°o]?\s?|numero )?\d{1,4}|appt?\.?\s?(?:n°?\s?)?\d{1,4}"
    r"|(?:digicode|interphone|code porte|code de la porte)"
    r"\s?:?\s?(?:c ?'?est |est |c )?[a-z]?\d{3,6}[a-z]?|batiment\s(?:[a-z](?!')|\d{1,3}))(?![a-z0-9])"
)
_NUMBER = re.compile(r"\d{1,4}")
_NUMBER_SUFFIX = frozenset({"bis", "ter", "quater", "b", "t"})


class FrAddressRecognizer(WordBasedRecognizer):
    """Reads forward from the word that announces an address ("rue", "résidence", "hôtel")."""

    kind = ADDRESS

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        super().__init__()

    def find(self, artifacts: FrenchArtifacts) -> list[tuple[int, int, float]]:
        words = artifacts.words
        found: list[tuple[int, int, float]] = []
        for index, word in enumerate(words):
            span = None
            if word.text in STREETS_WITH_NUMBER or word.text in ESTATES:
                span = _street(words, index, artifacts.folded)
            if span is None and word.text in HOTELS:
                span = _hotel(words, index, artifacts.folded, self._lexicon)
            if span is not None:
                units = _UNITS_AFTER.match(artifacts.folded, span[1])
                found.append((span[0], units.end() if units else span[1], 0.8))
        found += [(*match.span(), 0.7) for match in _UNIT_ALONE.finditer(artifacts.folded)]
        return found


def _number_before(words: list[Word], index: int) -> int | None:
    """Index of the house number before the street word ("14", "14 bis", "14,")."""
    at = index - 1
    if at >= 0 and words[at].text in _NUMBER_SUFFIX:
        at -= 1
    if at < 0 or words[index].gap.strip(" ,-") or "\n" in words[index].gap:
        return None
    number = re.fullmatch(r"\d{1,4}(?:bis|ter|[a-d])?", words[at].text)
    return at if number else None


def _street(words: list[Word], index: int, folded: str) -> tuple[int, int] | None:
    word = words[index]
    number = _number_before(words, index)
    end = name_end(words, index + 1, STOPS if number is not None else _GENERIC)
    if end is None:
        return None
    named = words[index + 1 : end]
    if number is not None and word.text in STREETS_WITH_NUMBER:
        return words[number].start, words[end - 1].end
    capital = any(part.capital for part in named)
    at_home = bool(_PERSONAL.search(folded[max(0, word.start - 50) : word.start]))
    if word.text in STREETS and (capital or at_home or len(named) > 1):
        return word.start, words[end - 1].end
    if word.text in ESTATES and (capital or at_home or any(part.text in NATURE for part in named)):
        return word.start, words[end - 1].end
    if word.text in ("place", "av", "ave", "route", "chemin", "quai", "square", "passage", "cours") and (
        capital and at_home
    ):
        return word.start, words[end - 1].end
    return None


def _hotel(words: list[Word], index: int, folded: str, lexicon: Lexicon) -> tuple[int, int] | None:
    """ "hotel bleu azur chambre 214", "ibis budget", "formule 1"; "un hôtel" alone says nothing."""
    word = words[index]
    chain = word.text not in ("hotel", "hotels", "motel", "airbnb", "auberge", "hostel", "appart", "formule")
    end = name_end(words, index + 1, _GENERIC)
    if word.text == "formule":
        return (
            (word.start, words[index + 1].end)
            if words[index + 1 : index + 2] and words[index + 1].text == "1"
            else None
        )
    if word.text in ("airbnb", "auberge", "appart", "hostel"):
        units = _UNITS_AFTER.match(folded, word.end)
        return (word.start, word.end) if units else None
    if end is None:
        units = _UNITS_AFTER.match(folded, word.end)
        return (word.start, word.end) if chain or units else None
    if (
        words[index + 1].text in LINKS
        and words[index + 1].text in ("de", "du", "des", "d")
        and not words[end - 1].capital
    ):
        return None
    named = words[index + 1 : end]
    plain = all(part.text in lexicon and not part.capital for part in named) and named[-1].text not in NATURE
    if plain and not _UNITS_AFTER.match(folded, words[end - 1].end):
        if not chain:
            return None
        end = index + 2 if named[0].text in _CHAIN_WORDS else index + 1
    return word.start, words[end - 1].end
