"""Places as somebody types them in a search box: a town, a postcode, a département, a region.

For the pages of help and the counsellor's picker. (In the chat the place is read by ``handoff.privacy``,
which alone sees the words of a young person.)
"""

from __future__ import annotations

import csv
import gzip
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_PLACES = 6
PREFIX_LETTERS = 4
# A namesake this many times smaller is not what was meant.
FAR_SMALLER = 5

# "Saint-Ouen" for Saint-Ouen-sur-Seine, from this size on.
SHORT_NAME_POPULATION = 1_500
_LONG_NAME = re.compile(
    r"(?P<short>.{4,}?) (?:sur|sous|en|les|lez|le|la|de|du|des|aux|au|l|d|courcouronnes|billancourt) .+"
)
_TOO_SHORT = {"saint", "sainte", "villeneuve"}

_SHORT_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "s": "sur"}
_SPLIT_CODE = re.compile(r"(?:le |la |dans le )?([1-9]) ([0-9])")
_WITH_CODE = re.compile(r"(?P<name>[a-z].*?) (?P<code>\d{2,3}|2[ab])")
_QUARTER = re.compile(r"(paris|lyon|marseille) (?:(\d{1,2})(?:e|er|eme|ieme)?)(?: arrondissement| arr)?")
_REGION_NAMES = {
    "idf": "ile de france",
    "paca": "provence alpes cote d azur",
    "aura": "auvergne rhone alpes",
    "region parisienne": "ile de france",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to search from. ``position`` is (latitude, longitude) in degrees, when known."""

    label: str
    departement: str
    commune: str | None = None
    position: tuple[float, float] | None = None
    population: int = 0


@dataclass(frozen=True, slots=True)
class Departement:
    """``position``: the middle of its towns."""

    code: str
    name: str
    region: str
    position: tuple[float, float] | None = None

    @property
    def label(self) -> str:
        return f"{self.name} ({self.code})"


def fold_name(name: str) -> str:
    """Lower case, no accents, words apart by one space, "st" written out."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe")).lower()
    words = re.findall(r"[a-z0-9]+", "".join(char for char in plain if not unicodedata.combining(char)))
    return " ".join(_SHORT_WORDS.get(word, word) for word in words)


def slug(name: str) -> str:
    """ "Val-d'Oise" → "val-d-oise"."""
    return fold_name(name).replace(" ", "-")


class Places:
    """Every département and commune, loaded once from data/places."""

    def __init__(self, departements: list[Departement], communes: list[Place], postcodes: dict[str, str]):
        self.departements = {each.code: each for each in departements}
        self.postcodes = postcodes
        self._by_name: dict[str, list[Place]] = {}
        for commune in communes:
            name = fold_name(commune.commune or "")
            self._by_name.setdefault(name, []).append(commune)
            long = _LONG_NAME.fullmatch(name)
            if long and long["short"] not in _TOO_SHORT and commune.population >= SHORT_NAME_POPULATION:
                self._by_name.setdefault(long["short"], []).append(commune)
        for same_name in self._by_name.values():
            same_name.sort(key=lambda each: -each.population)
        self._codes_by_name = {fold_name(each.name): each.code for each in departements}
        self._regions: dict[str, list[str]] = {}
        for each in departements:
            self._regions.setdefault(fold_name(each.region), []).append(each.code)

    @classmethod
    def load(cls, folder: Path) -> Places:
        """Reads the tables (see LICENCE.md there)."""
        positions = {
            (row["name"], row["departement"]): (float(row["latitude"]), float(row["longitude"]))
            for row in _read(folder / "positions.tsv.gz")
        }
        lines = (folder / "departements.tsv").read_text(encoding="utf-8").splitlines()
        named = list(csv.DictReader(lines, delimiter="\t"))
        labels = {row["code"]: f"{row['name']} ({row['code']})" for row in named}
        communes = [
            Place(
                _label(row["name"], labels[row["departement"]]),
                row["departement"],
                row["name"],
                positions.get((row["name"], row["departement"])),
                int(row["population"]),
            )
            for row in _read(folder / "communes.tsv.gz")
            if row["departement"] in labels
        ]
        middles = _middles(positions)
        departements = [
            Departement(row["code"], row["name"], row["region"], middles.get(row["code"])) for row in named
        ]
        postcodes = {row["postcode"]: row["departement"] for row in _read(folder / "postcodes.tsv.gz")}
        return cls(departements, communes, postcodes)

    def find(self, text: str) -> list[Place]:
        """What the words may mean, the likeliest first; none when nothing is known by that name."""
        folded = fold_name(text[:80])
        folded = re.sub(r"^(?:a|au|aux|en|dans le|dans la|dans les|le|dans l|departement) (?=\d)", "", folded)
        code = self._code(folded)
        if code:
            return [self._whole(code)]
        # A town stands before the département of the same name (Paris), which it holds anyway.
        if folded in self._codes_by_name and folded != "paris":
            return [self._whole(self._codes_by_name[folded])]
        region = self._regions.get(_REGION_NAMES.get(folded, folded))
        if region:
            return [self._whole(each) for each in region]
        return self._communes(folded)[:MOST_PLACES]

    def position_of(self, commune: str, departement: str) -> tuple[float, float] | None:
        """Where a commune is; None for a village we have no position of."""
        same = self._by_name.get(fold_name(commune), ())
        return next((each.position for each in same if each.departement == departement), None)

    def positions(self) -> Iterator[tuple[float, float, str]]:
        """(latitude, longitude, département) of every town that has a position."""
        for same_name in self._by_name.values():
            for each in same_name:
                if each.position:
                    yield (*each.position, each.departement)

    def departement_of_postcode(self, postcode: str) -> str | None:
        return self.postcodes.get(postcode)

    def _whole(self, code: str) -> Place:
        departement = self.departements[code]
        return Place(departement.label, code, None, departement.position)

    def _code(self, folded: str) -> str | None:
        split = _SPLIT_CODE.fullmatch(folded)
        code = (split[1] + split[2] if split else folded).upper().zfill(2)
        if code in self.departements:
            return code
        digits = folded.replace(" ", "")
        return self.postcodes.get(digits) if len(digits) == 5 else None

    def _communes(self, folded: str) -> list[Place]:
        in_departement = _WITH_CODE.fullmatch(folded)
        if in_departement and in_departement["code"].upper() in self.departements:
            code = in_departement["code"].upper()
            same = [
                each for each in self._by_name.get(in_departement["name"], ()) if each.departement == code
            ]
            if same:
                return same[:1]
        quarter = _QUARTER.fullmatch(folded)
        name = quarter[1] if quarter else re.sub(r"^(\d{5}) | (\d{5})$", "", folded)
        postcode = re.search(r"(?<!\d)(\d{5})(?!\d)", folded)
        same = self._by_name.get(name, [])
        if not same and len(name) >= PREFIX_LETTERS:
            starting = (each for known, each in self._by_name.items() if known.startswith(name))
            found = dict.fromkeys(place for each in starting for place in each)
            same = sorted(found, key=lambda each: -each.population)
        if postcode:
            here = self.postcodes.get(postcode[1])
            same = [each for each in same if each.departement == here] or same
        if not same:
            return []
        # The town that bears the very name, unless another one is nearly as large.
        return [each for each in same if each.population * FAR_SMALLER >= same[0].population]


def _label(commune: str, departement: str) -> str:
    return departement if departement.startswith(f"{commune} (") else f"{commune}, {departement}"


def _middles(positions: dict[tuple[str, str], tuple[float, float]]) -> dict[str, tuple[float, float]]:
    by_code: dict[str, list[tuple[float, float]]] = {}
    for (_, code), position in positions.items():
        by_code.setdefault(code, []).append(position)
    return {
        code: (sum(each[0] for each in found) / len(found), sum(each[1] for each in found) / len(found))
        for code, found in by_code.items()
    }


def _read(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as table:
        yield from csv.DictReader(table, delimiter="\t")
