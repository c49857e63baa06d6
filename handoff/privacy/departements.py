"""The département a text names plainly: "dans le 93", "Seine-Saint-Denis", "neuf trois", "2A", "974".

It stays readable; it is only read, for the search of help nearby.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from handoff.privacy.place_table import PlaceTable, fold_place
from handoff.privacy.word_lists import word_set

_MONTHS = "jan|fev|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec"
# "le 13 mars", "du 15 au 18", "le 20 à 18h": dates and amounts, not départements.
_NOT_AFTER = (
    rf"(?!\s?(?:{_MONTHS})|\s?(?:h|heures?|ans?|euros?|€|%|km|m|jours?|mois|min|semaines?|fois|k|au"
    rf"|/|e|eme|er|balles)(?![a-z])|[.,:/\-]?\d|\s\d\d)"
)
_CODE = r"(?P<code>0[1-9]|[1-8]\d|9[0-5]|2[ab]|97[1-6]|97[78]|98[678])"
_BY_CODE = re.compile(
    r"(?<![a-z0-9])(?:dans le|ds le|dans l|departement|dept?t?|dpt|dep|habite (?:dans )?(?:le|au)"
    r"|viens du|vis (?:dans )?le|suis du|jsuis du"
    r"|chui du|chuis du|cote du|region du|banlieue du|sur le|vers le|en|hopital du|quartier du"
    r"|secteur|aide|asso dans|le departement)"
    rf"\s?:?\s?(?:n[°o]\s?|numero )?{_CODE}(?![0-9a-z]){_NOT_AFTER}"
)
_IN_BRACKETS = re.compile(rf"\({_CODE}\)")
_DU_CODE = re.compile(
    rf"(?<![a-z0-9])(?:du|le) {_CODE}(?![0-9a-z]){_NOT_AFTER}\s?(?:$|[.,!?)\n]|et (?:j|c)|ya|y a"
    rf"|help|svp|stp|jai|j'ai|je|c)"
)
_OVERSEAS = re.compile(r"(?<![0-9a-z+])(?P<code>97[1-6])(?![0-9])")
_CORSICA = re.compile(r"(?<![0-9a-z])(?P<code>2[ab])(?![0-9a-z])")
_ALONE = re.compile(rf"\s*(?:le |dans le |en |c le |dpt |departement )?{_CODE}\s*[.!]?\s*")
# Helplines are called by their number: "appelle le 15".
_CALLED = re.compile(
    r"(?:appel\w*|compos\w*|contact\w*|numero|fai(?:s|re|t)|tap\w*|telephon\w*|joindre"
    r"|parl\w*)\s(?:[a-z']+\s){0,2}$"
)
_HELPLINES = {"15", "17", "18"}
_SAID_CODES = {
    "neuf trois": "93", "neuf deux": "92", "neuf un": "91",
    "neuf quatre": "94", "neuf cinq": "95", "sept sept": "77",
    "sept huit": "78", "sept cinq": "75", "un trois": "13",
    "six neuf": "69", "trois un": "31", "zero six": "06",
    "quatre vingt treize": "93", "quatre vingt douze": "92",
    "quatre vingt onze": "91", "quatre vingt quatorze": "94",
    "quatre vingt quinze": "95", "soixante dix sept": "77",
    "soixante dix huit": "78", "soixante quinze": "75",
    "soixante neuf": "69", "treize": "13", "trente et un": "31", "trente trois": "33", "cinquante neuf": "59",
    "neuf sept quatre": "974", "neuf sept deux": "972", "neuf sept un": "971", "neuf sept trois": "973",
    "neuf sept six": "976",
}  # fmt: skip
_SAID = re.compile(
    r"(?<![a-z])(?:le|du|dans le|ds le)\s(?P<said>"
    + "|".join(code.replace(" ", r"[\s\-]") for code in sorted(_SAID_CODES, key=len, reverse=True))
    + (
        r")(?![a-z])(?![\s\-](?:heures?|euros?|ans|jours?|mois|zero|un|deux|trois|quatre|cinq|six|sept"
        r"|huit|neuf|dix))"
    )
)
_SPLIT_CODE = re.compile(
    r"(?<![a-z0-9])(?:le|du|dans le|ds le)\s(?P<first>[1-9])[\s.\-](?P<second>\d)(?![0-9,./:\-]"
    r"|\s?\d|\s?(?:h|ans|euros|fois)(?![a-z]))"
)
# Names that are ordinary words as well need "dans le", "en", "l'" … before them.
_ORDINARY_NAMES = word_set(
    """
    ain aisne allier aude cher creuse doubs eure gard gers indre isere jura landes loire lot manche
    marne mayenne nord oise orne paris rhone sarthe savoie somme tarn var vienne vosges yonne loiret
    nievre moselle meuse aube ardennes charente correze cantal herault drome
    """
)
_BEFORE_ORDINARY = (
    r"(?:(?:dans|ds|de|depuis|vers|sur)\s(?:le|la|les|l[' ]?)|(?:departement|dpt|region)\s(?:du|de"
    r"|des|de la|de l[' ]?)?|en|du|des)\s?"
)


@dataclass(frozen=True, slots=True)
class NamedDepartement:
    """A mention of a département and its place in the text."""

    start: int
    end: int
    code: str


class DepartementReader:
    """Finds mentions in folded text; the first one counts."""

    def __init__(self, table: PlaceTable) -> None:
        self._codes = table.departements
        by_name: dict[str, str] = {}
        for departement in table.departements.values():
            words = list(fold_place(departement.name))
            if words[0] in ("la", "le") and len(words) == 2:
                words = words[1:]
            by_name[" ".join(words)] = departement.code
        by_name.pop("reunion")
        by_name.pop("saint martin", None)
        by_name.pop("saint barthelemy", None)
        by_name["paris"] = "75"
        self._by_name = by_name
        plain = "|".join(_with_gaps(name) for name in _longest_first(by_name) if name not in _ORDINARY_NAMES)
        ordinary = "|".join(
            _with_gaps(name)
            for name in _longest_first(by_name)
            if name in _ORDINARY_NAMES and name != "paris"
        )
        self._plain = re.compile(rf"(?<![a-z])(?P<name>{plain})(?![a-z])")
        self._ordinary = re.compile(
            rf"(?<![a-z]){_BEFORE_ORDINARY}(?P<name>{ordinary})(?![a-z])(?!\s(?:de|des|du|d')(?![a-z]))"
        )
        self._reunion = re.compile(
            r"(?<![a-z])(?:(?:a|de|ile de|pour) la|l'?ile de la|la) reunion(?! (?:de|des|du|avec|parents?"
            r"|d'))(?![a-z])"
        )

    def mentions(self, folded: str) -> list[NamedDepartement]:
        """All mentions, in order of the text."""
        found = [
            NamedDepartement(
                match.start("name"), match.end("name"), self._by_name[_plain_name(match["name"])]
            )
            for pattern in (self._plain, self._ordinary)
            for match in pattern.finditer(folded)
        ]
        found += [
            NamedDepartement(*match.span(), "974")
            for match in self._reunion.finditer(folded)
            if match.group() != "la reunion" or folded.strip() == "la reunion"
        ]
        if any(character.isdigit() for character in folded):
            found += self._codes_in(folded)
        found += [
            NamedDepartement(*match.span("said"), _SAID_CODES[_plain_name(match["said"])])
            for match in _SAID.finditer(folded)
        ]
        return sorted(found, key=lambda mention: mention.start)

    def _codes_in(self, folded: str) -> list[NamedDepartement]:
        alone = _ALONE.fullmatch(folded)
        matches = [alone] if alone else []
        for pattern in (_BY_CODE, _IN_BRACKETS, _DU_CODE, _OVERSEAS, _CORSICA):
            matches += pattern.finditer(folded)
        found = [
            NamedDepartement(*match.span("code"), match["code"].upper())
            for match in matches
            if match["code"].upper() in self._codes and not _is_called(folded, match)
        ]
        for match in _SPLIT_CODE.finditer(folded):
            code = match["first"] + match["second"]
            if code in ("91", "92", "93", "94", "95", "75", "77", "78"):
                found.append(NamedDepartement(match.start("first"), match.end("second"), code))
        return found


def _is_called(folded: str, match: re.Match[str]) -> bool:
    if match["code"] not in _HELPLINES:
        return False
    before = folded[max(0, match.start() - 30) : match.start()]
    bare = match.group().strip() in {f"le {code}" for code in _HELPLINES} | _HELPLINES
    return bare or bool(_CALLED.search(before))


def _with_gaps(name: str) -> str:
    return name.replace(" ", r"[\s\-']{1,2}")


def _plain_name(text: str) -> str:
    return " ".join(re.findall(r"[a-z]+", text))


def _longest_first(names: dict[str, str]) -> list[str]:
    return sorted(names, key=len, reverse=True)
