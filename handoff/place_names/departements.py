"""The département a text names plainly: "dans le 93", "Seine-Saint-Denis", "neuf trois", "2A", "974".

It stays readable; it is only read, for the search of help nearby.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from handoff.place_names.number_words import NUMBER_WORDS, digits_of
from handoff.place_names.place_sound import sound_of
from handoff.place_names.place_table import PlaceTable, fold_place
from handoff.place_names.word_lists import word_set

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
_NUMBER = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
# "le neuf trois", "dans le soixante deux", "neuf cinq ici"; never a part of a longer number.
_SAID = re.compile(
    rf"(?<![a-z0-9])(?P<lead>(?:le|du|au|dans le|ds le|dan le|in the|the|en el|del)\s|^\s*)"
    rf"(?P<said>(?:{_NUMBER})(?:[\s\-](?:et[\s\-])?(?:{_NUMBER})){{0,3}})(?![a-z0-9])"
    rf"(?![\s\-](?:{_NUMBER}|{_MONTHS}|h|heures?|euros?|ans?|jours?|mois|fois|pour|sur|points?|years?"
    rf"|mecs?|personnes?|euro|balles|e|eme)(?![a-z]))(?P<alone>\s*(?:$|[,.!?]|ici|represente))?"
)
_SURE_LEADS = {"dans le", "ds le", "dan le", "in the"}
_LAST_OF_A_MONTH = 31  # "le vingt trois" is a day
_SPLIT_CODE = re.compile(
    r"(?<![a-z0-9])(?P<lead>le|du|dans le|ds le|^\s*)\s?(?P<first>[0-9])[\s.\-](?P<second>\d)"
    r"(?![0-9./:\-]|,\d|\s?\d|\s?(?:h|ans|euros|fois)(?![a-z]))(?P<here>\s?(?:,|ici|represente))?"
)
# "le 7.5" may be a day: said so, it is one of the départements that are called by their digits.
_CALLED_BY_DIGITS = frozenset({"91", "92", "93", "94", "95", "75", "77", "78"})
# How young people call some, and the names cut short.
_OTHER_NAMES = {
    "la run": "974", "gwada": "971", "guada": "971", "madinina": "972", "matinik": "972", "matnik": "972",
    "lagwiyann": "973", "gwiyann": "973", "maore": "976",
    "seine st denis": "93", "seine st d": "93", "pas de cal": "62", "haute gar": "31", "hte garonne": "31",
    "hte savoie": "74", "hts de seine": "92", "hauts de s": "92", "bouches du rh": "13", "bdr": "13",
    "val de m": "94", "loire atl": "44", "ille et v": "35", "seine et m": "77", "alpes mar": "06",
    "2 sevres": "79", "2 savoies": "74", "deux sevr": "79",
    "saone et l": "71", "maine et l": "49", "pyrenees orient": "66", "st pierre et miquelon": "975",
}  # fmt: skip
LEAST_SOUND = 5
MOST_WORDS = 4
_WORD = re.compile(r"[a-z]+")
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
        by_name |= _OTHER_NAMES
        self._by_name = by_name
        self._by_sound = {
            sound: code
            for name, code in by_name.items()
            if name not in _ORDINARY_NAMES and len(sound := _sound(name.split())) >= LEAST_SOUND
        }
        plain = "|".join(_with_gaps(name) for name in _longest_first(by_name) if name not in _ORDINARY_NAMES)
        ordinary = "|".join(
            _with_gaps(name)
            for name in _longest_first(by_name)
            if name in _ORDINARY_NAMES and name != "paris"
        )
        self._plain = re.compile(rf"(?<![a-z0-9])(?P<name>{plain})(?![a-z])")
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
        found += self._said_in(folded)
        found += self._heard_in(folded, found)
        return sorted(found, key=lambda mention: mention.start)

    def _said_in(self, folded: str) -> list[NamedDepartement]:
        found: list[NamedDepartement] = []
        for match in _SAID.finditer(folded):
            words = match["said"].replace("-", " ").replace(" et ", " ").split()
            code, lead = digits_of(words), match["lead"].strip()
            sure = lead in _SURE_LEADS or (
                len(words) > 1 and int(code) > _LAST_OF_A_MONTH and (lead or match["alone"] is not None)
            )
            if sure and code in self._codes:
                found.append(NamedDepartement(*match.span("said"), code))
        return found

    def _heard_in(self, folded: str, known: list[NamedDepartement]) -> list[NamedDepartement]:
        """ "finistaire", "haute garone": one to four words that sound like a département."""
        words = list(_WORD.finditer(folded))
        found: list[NamedDepartement] = []
        for at, first in enumerate(words):
            for count in range(min(MOST_WORDS, len(words) - at), 0, -1):
                group = words[at : at + count]
                start, end = first.start(), group[-1].end()
                code = self._by_sound.get(_sound([word.group() for word in group]))
                if code and not any(each.start < end and start < each.end for each in (*known, *found)):
                    found.append(NamedDepartement(start, end, code))
        return found

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
            code, lead = match["first"] + match["second"], match["lead"].strip()
            whole = folded.strip(" .!?") == match.group().strip()
            if (
                code in self._codes
                and (lead or match["here"] or (whole and code in _CALLED_BY_DIGITS))
                and (lead != "le" or code in _CALLED_BY_DIGITS)
            ):
                found.append(NamedDepartement(match.start("first"), match.end("second"), code))
        return found


def _is_called(folded: str, match: re.Match[str]) -> bool:
    if match["code"] not in _HELPLINES:
        return False
    before = folded[max(0, match.start() - 30) : match.start()]
    bare = match.group().strip() in {f"le {code}" for code in _HELPLINES} | _HELPLINES
    return bare or bool(_CALLED.search(before))


def _sound(words: list[str]) -> str:
    return " ".join(map(sound_of, words))


def _with_gaps(name: str) -> str:
    return name.replace(" ", r"[\s\-']{1,2}")


def _plain_name(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text))


def _longest_first(names: dict[str, str]) -> list[str]:
    return sorted(names, key=len, reverse=True)
