"""Places as somebody types them in a search box: a town, a postcode, a département, a region.

For the pages of help and the counsellor's picker. Names are read as in the chat (``handoff.place_names``);
there ``handoff.privacy`` first finds where in a young person's words a place stands.
"""

from __future__ import annotations

import csv
import gzip
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handoff.place_names.departements import DepartementReader
from handoff.place_names.guessed_town import GuessedTowns
from handoff.place_names.normalise import fold, normalise
from handoff.place_names.place_table import PlaceTable, fold_place
from handoff.place_names.which_place import FAR_SMALLER, WhichPlace
from handoff.place_names.word_lists import word_set

Words = tuple[str, ...]

# INSEE counts 101 départements; the table holds the overseas collectivities too.
COLLECTIVITIES = frozenset({"975", "977", "978", "986", "987", "988"})
KM_PER_DEGREE = 111.2
MOST_PLACES = 6
LONGEST_TYPED = 80
PREFIX_LETTERS = 4
# A town as large as this is also offered where a département bears its name: Vienne.
KNOWN_TOWN_POPULATION = 5_000
_POSTCODE_DIGITS = 5

_SHORT_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "s": "sur"}
_ARTICLES = ("le", "la", "les", "l")
# What may stand before a place: "j'habite à Nice", "dans le nord", "region paca".
_LEADS = word_set(
    """
    a au aux en dans ds vers sur de du des d pres proche cote region departement dept dpt ville commune
    code postal cp j je suis jsuis chui habite jhabite vis le la les l
    """
)
_HERE = re.compile(
    r"(?:(?:pres|autour|proche|a cote) (?:de |d )?)?(?:chez moi|chez nous|moi|ici|ma ville)"
    r"|pres|autour|proche"
)
_CODE = re.compile(r"\d{2,3}|\d{5}|2[ab]")
_SPLIT_CODE = re.compile("([1-9]) ([0-9])")
_QUARTER = re.compile(r"(paris|lyon|marseille) (?:(\d{1,2})(?:e|er|eme|ieme)?)(?: arrondissement| arr)?")
_REGIONS_CUT_SHORT: dict[Words, Words] = {("aura",): ("auvergne", "rhone", "alpes")}


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


@dataclass(frozen=True, slots=True)
class Postcode:
    """``commune``: the largest of those that share it."""

    departement: str
    commune: str


class Places:
    """Every département and commune, loaded once from data/places."""

    def __init__(
        self,
        departements: list[Departement],
        communes: list[Place],
        postcodes: dict[str, Postcode],
        table: PlaceTable,
    ) -> None:
        self.departements = {each.code: each for each in departements}
        self.postcodes = postcodes
        self._table = table
        self._reader = DepartementReader(table)
        self._which = WhichPlace(table)
        self._guessed = GuessedTowns(table.communes())
        self._by_name: dict[str, list[Place]] = {}
        self._in: dict[str, list[tuple[str, Place]]] = {}
        for commune in communes:
            name = fold_name(commune.commune or "")
            self._by_name.setdefault(name, []).append(commune)
            self._in.setdefault(commune.departement, []).append((name, commune))
        self._by_cell: dict[tuple[str, int, int], list[tuple[float, float]]] = {}
        for commune in communes:
            if commune.position:
                cell = (commune.departement, *_cell(commune.position))
                self._by_cell.setdefault(cell, []).append(commune.position)
        self._with_positions = {departement for departement, _, _ in self._by_cell}
        for same_name in self._by_name.values():
            same_name.sort(key=lambda each: -each.population)
        self._codes_by_name: dict[Words, str] = {}
        for each in departements:
            words = fold_place(each.name)
            self._codes_by_name[words] = each.code
            if words[0] in _ARTICLES:
                self._codes_by_name[words[1:]] = each.code

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
        postcodes = {
            row["postcode"]: Postcode(row["departement"], row["commune"])
            for row in _read(folder / "postcodes.tsv.gz")
            if row["departement"] in labels
        }
        return cls(departements, communes, postcodes, PlaceTable.load(folder))

    def find(self, text: str) -> list[Place]:
        """What the words may mean, the likeliest first; none when nothing is known by that name."""
        clean = normalise(text[:LONGEST_TYPED]).clean
        words = fold_place(clean)
        if not words or is_here(clean):
            return []
        ways = list(_without_leads(words))
        for way in ways:
            found = self._named(way)
            if found:
                return found
        return self._meant(clean, ways)

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

    def is_commune_of(self, commune: str, departement: str) -> bool:
        same = self._by_name.get(fold_name(commune), ())
        return any(each.departement == departement for each in same)

    def is_near_a_town_of(self, departement: str, point: tuple[float, float], km: float) -> bool:
        """Whether a town of the département is so near (20 km at most); true where we know no town."""
        if departement not in self._with_positions:
            return True
        row, column = _cell(point)
        return any(
            distance_km(point, town) <= km
            for step in (0, -1, 1)
            for side in (0, -1, 1)
            for town in self._by_cell.get((departement, row + step, column + side), ())
        )

    def departement_of_postcode(self, postcode: str) -> str | None:
        known = self.postcodes.get(postcode)
        return known.departement if known else None

    def _named(self, words: Words) -> list[Place]:
        """The places that these words are the whole name, code or postcode of."""
        code = self._code(words)
        if code:
            return [self._whole(code)]
        if len(joined := "".join(words)) == _POSTCODE_DIGITS and joined.isdecimal():
            return self._of_postcode(joined)
        quarter = _QUARTER.fullmatch(" ".join(words))
        if quarter:
            return self._towns((quarter[1],))
        code = self._codes_by_name.get(words)
        # Paris is a town first, which holds the département.
        if code and code != "75":
            others = (each for each in self._towns(words) if each.departement != code)
            return [self._whole(code), *(each for each in others if each.population >= KNOWN_TOWN_POPULATION)]
        region = self._which.of_whole_region(_REGIONS_CUT_SHORT.get(words, words))
        if region:
            return [self._whole(each) for each in region]
        return self._towns(words) or self._with_code(words)

    def _meant(self, clean: str, ways: list[Words]) -> list[Place]:
        """What is misspelled, begun, or said in more words: read as in the chat."""
        named = self._reader.mentions(fold(clean))
        if named:
            return [self._whole(named[0].code)]
        for way in ways:
            begun = self._begun(" ".join(way))
            if begun:
                return begun
        region = self._which.of_region(clean)
        if region:
            return [self._whole(each) for each in region]
        for nearest in (self._guessed.sounding, self._guessed.alike):
            for way in ways:
                town = nearest(way)
                if town:
                    return [self._town(town.words, town.departement)]
        return []

    def _whole(self, code: str) -> Place:
        departement = self.departements[code]
        return Place(departement.label, code, None, departement.position)

    def _code(self, words: Words) -> str | None:
        """ "93", "1", "2a", and "9 3" as it is said."""
        folded = " ".join(words)
        split = _SPLIT_CODE.fullmatch(folded)
        code = (split[1] + split[2] if split else folded).upper().zfill(2)
        return code if code in self.departements else None

    def _of_postcode(self, postcode: str) -> list[Place]:
        """Searched from its largest commune. One that is no town's own still tells its département."""
        known = self.postcodes.get(postcode)
        if known is None:
            code = postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]
            return [self._whole(code)] if code in self.departements else []
        label = f"{postcode}, {self.departements[known.departement].label}"
        position = self.position_of(known.commune, known.departement)
        return [Place(label, known.departement, known.commune, position)]

    def _towns(self, words: Words, departement: str | None = None) -> list[Place]:
        """The towns that are called so, in full or for short, the largest first."""
        people: dict[str, int] = {}
        for commune in self._table.starting_with(*words[:2]):
            there = departement is None or commune.departement == departement
            if there and commune.words == words:
                people[commune.departement] = max(people.get(commune.departement, 0), commune.population)
        largest = max(people.values(), default=0)
        likely = [code for code, count in people.items() if count * FAR_SMALLER >= largest]
        likely.sort(key=lambda code: -people[code])
        return [self._town(words, code) for code in likely[:MOST_PLACES]]

    def _town(self, words: Words, code: str) -> Place:
        """The town of a département that is called so; the département for a nickname that is no town's."""
        name = " ".join(words)
        called = [
            (each.population // (1 if full == name else 2), each)
            for full, each in self._in[code]
            if full == name
            or full.startswith(f"{name} ")
            or full in (f"{article} {name}" for article in _ARTICLES)
        ] or [
            (each.population, each)
            for full, each in self._in[code]
            if len(name) >= PREFIX_LETTERS and full.startswith(name)
        ]
        return max(called, key=lambda one: one[0])[1] if called else self._whole(code)

    def _with_code(self, words: Words) -> list[Place]:
        """ "nice 06", "06 nice", "97400 saint denis"."""
        for code, name in ((words[-1], words[:-1]), (words[0], words[1:])):
            if not name or not _CODE.fullmatch(code):
                continue
            known = self._code((code,)) or self.departement_of_postcode(code)
            if known:
                return self._towns(name, known) or self._named((code,))
        return []

    def _begun(self, beginning: str) -> list[Place]:
        """The towns whose names begin so; only those that others do not dwarf."""
        if len(beginning) < PREFIX_LETTERS:
            return []
        starting = (each for known, each in self._by_name.items() if known.startswith(beginning))
        found = sorted({place for each in starting for place in each}, key=lambda each: -each.population)
        likely = [each for each in found if each.population * FAR_SMALLER >= found[0].population]
        return likely[:MOST_PLACES]


def _cell(point: tuple[float, float]) -> tuple[int, int]:
    """Squares of a quarter of a degree, some 20 km wide in France."""
    return math.floor(point[0] * 4), math.floor(point[1] * 4)


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """As the crow flies, by the flat-earth approximation: good enough below 200 km."""
    north = (one[0] - other[0]) * KM_PER_DEGREE
    east = (one[1] - other[1]) * KM_PER_DEGREE * math.cos(math.radians(other[0]))
    return math.hypot(north, east)


def is_here(text: str) -> bool:
    """Whether somebody typed "près de chez moi": no place, and none is needed but a département."""
    return _HERE.fullmatch(fold_name(text)) is not None


def _without_leads(words: Words) -> Iterator[Words]:
    """The words, then without those that only lead to a place, one by one."""
    yield words
    for at, word in enumerate(words[:-1], start=1):
        if word not in _LEADS:
            return
        yield words[at:]


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
