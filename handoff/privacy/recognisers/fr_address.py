"""Street addresses, residences, hotels and rooms, flats, door codes."""

from __future__ import annotations

import re

from handoff.place_names.place_table import PlaceTable
from handoff.place_names.word_lists import word_set
from handoff.privacy.kinds import ADDRESS
from handoff.privacy.language import FrenchArtifacts
from handoff.privacy.lexicon import Lexicon
from handoff.privacy.name_table import NameTable
from handoff.privacy.name_tail import LINKS, NATURE, STOPS, name_end
from handoff.privacy.proper_names import ProperNames
from handoff.privacy.recognisers.word_based import WordBasedRecognizer
from handoff.privacy.words import Word

# With a number before them these are always a street; the first group is one without a number too.
STREETS = word_set(
    """
    rue avenue boulevard bd bld blvd bvd impasse allee allees faubourg fbg venelle sentier sente ruelle rues
    calle avenida
    """
)
STREETS_WITH_NUMBER = STREETS | word_set(
    """
    av ave route rte chemin chem che ch place pl cours passage quai square villa mail promenade esplanade voie
    montee cote lotissement lot residence res cite hameau clos traverse rond lieu rocade street road all bvd
    r imp domaine parvis galerie cour porte pont carrefour parc
    """
)
ESTATES = word_set(
    """
    residence res resid residences cite quartier lotissement hameau hlm tour tours immeuble batiment
    domaine zac zup clos ferme
    gite chalet camping aire parking mas lieudit kartier tess teci square barre barres
    """
)
# Where somebody can be met or found tonight: with a name they are a precise place.
_STANDS = re.compile(
    r"(?<![a-z])(?:(?:arret|station|terminus|tram stop|bus stop)(?: (?:de |du )?(?:bus|tram|metro|rer"
    r"|train))?"
    r"|(?:metro|rer)(?: station)?"
    r"|gare(?: routiere| sncf)?|aire (?:d'autoroute|de repos|de service|d'accueil|des gens du voyage)"
    r"|lieu[ -]dit|ldt|parking souterrain"
    r"|centre commercial|zone (?:industrielle|commerciale)|foyer|squat|chambre d'hotes?|refuge|gymnase"
    r"|stade|piscine|rond[ -]point|camping|skate ?park|city[ -]?stade|salle des fetes|maison de quartier"
    r"|appart'?hotel|mobil[ -]?home"
    r"|bungalow|emplacement|studio|loft|albergue|bloque|centre d'hebergement"
    r"|boulangerie|pharmacie|epicerie|pizzeria|bar|tabac|garage)(?![a-z])"
)
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
# Between the word and the name: "résidence universitaire Vauban".
_QUALITIES = word_set(
    "universitaire universitaires u etudiante etudiant sociale social autonomie privee municipal"
)
_CHAIN_WORDS = frozenset({"budget", "styles", "express", "red", "classe"})
_PERSONAL = re.compile(
    r"(?:habit\w*|vi[st]|loge\w*|domicil\w*|reside\w*|adresse|chez moi|dors|crech\w*|emmen\w*)[^.!?\n]{0,25}$"
)
_UNIT = (
    r"(?:bat(?:iment)?s?\.?\s?(?:[a-z]\d{0,3}|\d{1,3}[a-z]?)|\d{1,2}\s?(?:er|e|eme) (?:a )?(?:gauche|droite"
    r"|face)"
    r"|(?:1st|2nd|3rd|\d{1,2}th|first|second|third|fourth|fifth|top|ground) floor|(?:door|stairs?) (?:[a-z]"
    r"|\d{1,4})"
    r"|litera \d{1,3}|\d{1,2}(?:er|e|eme)(?=,? porte)|caravan[ae] \d{1,3}|(?:appt?|apt|appart(?:ement)?"
    r"|logement"
    r"|studio)\.?\s?(?:n[°o]?\s?|numero )?[a-z]?\d{1,4}[a-z]?"
    r"|(?:porte|hall|escalier|esc\.?|entree|aile)\s?(?:[a-z]|\d{1,4}[a-z]?|gauche|droite|nord|sud|est|ouest"
    r"|du fond|d'en face)|(?:\d{1,2}\s?(?:er|e|eme|ieme)"
    r"|premier|deuxieme|troisieme|quatrieme|cinquieme|dernier) etage(?: (?:a )?(?:gauche|droite|face))?"
    r"|(?:primer|segundo|tercer|cuarto|quinto)o? piso"
    r"|etage \d{1,2}|niveau \-?\d|fond de couloir|au fond du couloir|rdc|rez[ -]de[ -]chaussee|(?:flat"
    r"|apartment|unit|floor) \d{1,4}"
    r"|emplacement \d{1,4}|(?:bungalow|mobil[ -]?home|quai|box|cave"
    r"|lot) (?:n[°o]?\s?)?[a-z]?\d{1,4}|(?:chambre|ch\.?|room|chb)\s?(?:n[°o]?\s?"
    r"|numero )?\d{1,4}[a-z]?"
    r"|(?:digicode|code (?:de la )?porte|interphone|sonnette|code)\s?:?\s?(?:c ?'?est |est |c"
    r" |au nom de )?(?:[a-z]?\d{2,6}[a-z]?\d{0,4}|[a-z]\d{1,4}))(?![a-z0-9])"
)
# Said after a street only: "numéro 61", "interphone LEBLANC", "sous les arcades", "derrière le Lidl".
_BESIDE = (
    r"(?:(?:numero|num|n°|no)\s?\d{1,4}(?:\s?bis|\s?ter)?"
    r"|(?:interphone|sonnette|boite aux lettres)(?: au nom de| c'?est)? (?:[a-z][a-z'\-]{2,20}|[a-z]?\d{1,4})"
    r"|(?:sous|derriere|en face|face|a cote|au[ -]dessus) (?:a |de |du |d')?(?:la |le |les |l')?[a-z]{4,15})"
    r"(?![a-z0-9])"
)
_UNITS_AFTER = re.compile(rf"(?:\s*[,;\-]?\s*(?:et )?(?:au )?(?:{_UNIT}|{_BESIDE})){{1,6}}")
_UNIT_BEFORE = re.compile(rf"(?<![a-z0-9]){_UNIT}\s?[,;\-]?\s?(?:(?:au|a|de|du|la|le|l') ?){{0,2}}\Z")
_NUMBER_AFTER = re.compile(r"(?: numero|,)? \d{1,4}(?![a-z0-9])")
_UNITS_TOGETHER = re.compile(rf"(?<![a-z0-9]){_UNIT}(?:\s*[,;\-]?\s*(?:et )?(?:au )?{_UNIT}){{1,6}}")
_UNIT_ALONE = re.compile(
    r"(?<![a-z0-9])(?:(?:chambre|room) (?:n[°o]?\s?|numero )?\d{1,4}"
    r"|(?:appt?|apt)\.?\s?(?:n°?\s?)?[a-z]?\d{1,4}"
    r"|(?:digicode|interphone|code porte|code de la porte)"
    r"\s?:?\s?(?:c ?'?est |est |c )?[a-z]?\d{3,6}[a-z]?|batiment\s(?:[a-z](?!')|\d{1,3})|\d{1,2} ?(?:er|e"
    r"|eme) (?:gauche|droite))(?![a-z0-9])"
)
_SQUARES = word_set(
    "place av ave route chemin quai square passage cours montee promenade esplanade pont parc porte pl"
)
_NUMBERED_AFTER = frozenset({"calle", "avenida"})  # in Spanish the number comes last
_NUMBER_SUFFIX = frozenset({"bis", "ter", "quater", "b", "t"})


class FrAddressRecognizer(WordBasedRecognizer):
    """Reads forward from the word that announces an address ("rue", "résidence", "hôtel")."""

    kind = ADDRESS

    def __init__(self, lexicon: Lexicon, names: NameTable, places: PlaceTable) -> None:
        self._lexicon = lexicon
        self._proper = ProperNames(lexicon, names)
        self._places = places
        super().__init__()

    def find(self, artifacts: FrenchArtifacts) -> list[tuple[int, int, float]]:
        words = artifacts.words
        found: list[tuple[int, int, float]] = []
        for index, word in enumerate(words):
            span = None
            if word.text in STREETS_WITH_NUMBER or word.text in ESTATES:
                span = self._street(words, index, artifacts.folded)
            if span is None and word.text in HOTELS:
                span = _hotel(words, index, artifacts.folded, self._lexicon)
            if span is not None:
                stop = span[1]
                number = _NUMBER_AFTER.match(artifacts.folded, stop) if word.text in _NUMBERED_AFTER else None
                stop = number.end() if number else stop
                units = _UNITS_AFTER.match(artifacts.folded, stop)
                start = _lodging_before(words, span[0])
                found.append((start, units.end() if units else stop, 0.8))
        found += self._stands(artifacts)
        found = [(_with_unit_before(artifacts.folded, start), end, score) for start, end, score in found]
        found += [(*match.span(), 0.7) for match in _UNITS_TOGETHER.finditer(artifacts.folded)]
        found += [(*match.span(), 0.7) for match in _UNIT_ALONE.finditer(artifacts.folded)]
        return found

    def _street(self, words: list[Word], index: int, folded: str) -> tuple[int, int] | None:
        word = words[index]
        number = _number_before(words, index)
        at = index + 1
        if word.text in ESTATES and at < len(words) and words[at].text in _QUALITIES:
            at += 1
        end = name_end(words, at, STOPS if number is not None else _GENERIC)
        if end is None:
            return None
        named = words[at:end]
        if number is not None and word.text in STREETS_WITH_NUMBER:
            return words[number].start, words[end - 1].end
        capital = any(part.capital for part in named)
        proper = capital or self._is_proper(named)
        linked = named[0].text in LINKS
        at_home = bool(_PERSONAL.search(folded[max(0, word.start - 50) : word.start]))
        if word.text in STREETS and (proper or at_home or len(named) > 1):
            return word.start, words[end - 1].end
        if word.text in ESTATES and (
            capital or (proper and (linked or at_home or len(named[0].text) > 4)) or at_home
        ):
            return word.start, words[end - 1].end
        if word.text in ESTATES and linked and _UNITS_AFTER.match(folded, words[end - 1].end):
            return word.start, words[end - 1].end  # "camping les flots bleus emplacement 47"
        if word.text in _SQUARES and (capital or (proper and at_home)):
            return word.start, words[end - 1].end
        return None

    def _is_proper(self, named: list[Word]) -> bool:
        first = next((part for part in named if part.text not in LINKS), None)
        return first is not None and self._proper.is_proper(first)

    def _stands(self, artifacts: FrenchArtifacts) -> list[tuple[int, int, float]]:
        """ "arrêt de bus Les Quatre Vents", "aire d'autoroute de la Chabanne", "lieu-dit Kergoat"."""
        words, found = artifacts.words, []
        for match in _STANDS.finditer(artifacts.folded):
            at = next((index for index, word in enumerate(words) if word.start >= match.end()), len(words))
            end = name_end(words, at, _GENERIC) if at < len(words) else None
            if end is None or words[at].gap.strip(" '\"«:-"):
                continue
            named = words[at:end]
            town = next((part.text for part in named if part.text not in LINKS), "")
            whole = len([part for part in named if part.text not in LINKS]) == 1
            if (
                whole
                and not match.group().startswith(("lieu", "ldt"))
                and self._places.is_commune(town, 2000)
            ):
                continue  # "gare de Lens": the place recogniser keeps the département
            if any(part.capital for part in named) or self._is_proper(named):
                units = _UNITS_AFTER.match(artifacts.folded, words[end - 1].end)
                found.append((match.start(), units.end() if units else words[end - 1].end, 0.75))
        return found


def _with_unit_before(folded: str, start: int) -> int:
    """ "mobil-home 41, camping Les Flots Gris" starts with the mobile home."""
    before = _UNIT_BEFORE.search(folded, max(0, start - 40), start)
    return before.start() if before else start


def _lodging_before(words: list[Word], start: int) -> int:
    """ "airbnb 19 quai des Tanneurs" starts with the airbnb."""
    before = [word for word in words if word.end <= start]
    return before[-1].start if before and before[-1].text in HOTELS and start - before[-1].end <= 2 else start


def _number_before(words: list[Word], index: int) -> int | None:
    """Index of the house number before the street word ("14", "14 bis", "14,")."""
    at = index - 1
    if at > 1 and words[at].text == "la" and words[at - 1].text == "de" and words[at - 2].text.isdigit():
        return at - 2  # "22 de la rue du Moulin"
    if at >= 0 and words[at].text in _NUMBER_SUFFIX:
        at -= 1
    if at < 0 or words[index].gap.strip(" ,-") or "\n" in words[index].gap:
        return None
    number = re.fullmatch(r"\d{1,4}(?:bis|ter|[a-d])?", words[at].text)
    return at if number else None


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
