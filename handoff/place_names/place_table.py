"""Communes, postcodes and départements, loaded once from data/places (see LICENCE.md there)."""

from __future__ import annotations

import csv
import gzip
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from handoff.place_names.normalise import fold, normalise

DATA = Path(__file__).parents[2] / "data" / "places"
# A long name is known by its first part ("Vitry" for Vitry-sur-Seine) from this size on.
SHORT_NAME_POPULATION = 1_500
_SHORT = re.compile(
    r"^(?P<short>.+?) (?:sur|sous|en|les|lez|le|la|de|du|des|aux|l|d|au|courcouronnes|billancourt)(?: |$)"
)
_SHORTENED = {"st": "saint", "ste": "sainte", "sts": "saints", "mt": "mont"}
_ARTICLES = {"le": "au", "les": "aux"}
# What a place of data/places/nicknames.tsv weighs: as much as a large town.
NICKNAMED_POPULATION = 100_000


@dataclass(frozen=True, slots=True)
class Commune:
    """One way to write a commune. ``article``: it was written "Le Havre", so "au Havre" must precede."""

    words: tuple[str, ...]
    departement: str
    population: int
    article: str = ""


@dataclass(frozen=True, slots=True)
class Departement:
    """``code`` such as "69", "2A", "974"."""

    code: str
    name: str
    region: str

    @property
    def label(self) -> str:
        return f"{self.name} ({self.code})"


class PlaceTable:
    """Look-ups by folded words."""

    def __init__(
        self, departements: dict[str, Departement], postcodes: dict[str, str], communes: list[Commune]
    ) -> None:
        self.departements = departements
        self.postcodes = postcodes
        # Two words of key: four thousand names start with "Saint".
        self._by_start: dict[tuple[str, ...], list[Commune]] = {}
        for commune in communes:
            self._by_start.setdefault(commune.words[:2], []).append(commune)
        for same_start in self._by_start.values():
            same_start.sort(key=lambda commune: (-len(commune.words), -commune.population))

    @classmethod
    def load(cls, folder: Path = DATA) -> PlaceTable:
        """Read once: a process that strips messages and searches for help holds one table for both."""
        return _loaded(folder)

    def labels(self) -> dict[str, str]:
        """ "Rhône (69)" → "69"."""
        return {departement.label: code for code, departement in self.departements.items()}

    def communes(self) -> Iterator[Commune]:
        """Every way to write every commune."""
        return itertools.chain.from_iterable(self._by_start.values())

    def starting_with(self, *words: str) -> list[Commune]:
        """Communes that the first one or two of these words start: longest names, then largest, first."""
        both = self._by_start.get(words[:2], []) if len(words) > 1 else []
        return both + self._by_start.get(words[:1], [])

    def is_commune(self, word: str, population: int = 0) -> bool:
        """Whether one word is the whole name of a commune of at least this size."""
        return any(
            len(known.words) == 1 and known.population >= population for known in self.starting_with(word)
        )


@cache
def _loaded(folder: Path) -> PlaceTable:
    rows = _rows((folder / "departements.tsv").read_text(encoding="utf-8"))
    departements = {row["code"]: Departement(row["code"], row["name"], row["region"]) for row in rows}
    postcodes = {row["postcode"]: row["departement"] for row in _read(folder / "postcodes.tsv.gz")}
    communes = [
        way
        for row in _read(folder / "communes.tsv.gz")
        for way in _ways_to_write(row["name"], row["departement"], int(row["population"]))
    ]
    communes += [
        Commune(fold_place(row["name"]), row["departement"], NICKNAMED_POPULATION)
        for row in _rows((folder / "nicknames.tsv").read_text(encoding="utf-8"))
    ]
    return PlaceTable(departements, postcodes, communes)


def fold_place(name: str) -> tuple[str, ...]:
    """The words of a name as they are compared: folded, "st" written out."""
    words = re.findall(r"[^\W_]+", fold(normalise(name).clean))
    return tuple(written_out(word) for word in words)


def written_out(word: str) -> str:
    """A folded word of a name in full: "st" is "saint", "mt" is "mont"."""
    return _SHORTENED.get(word, word)


def _ways_to_write(name: str, departement: str, population: int) -> Iterator[Commune]:
    words = fold_place(name)
    yield Commune(words, departement, population)
    if words[0] in ("le", "les") and len(words) > 1:
        yield Commune(words[1:], departement, population, _ARTICLES[words[0]])
    short = _SHORT.match(" ".join(words))
    if (
        short
        and population >= SHORT_NAME_POPULATION
        and len(short["short"]) >= 4
        and short["short"] not in ("saint", "sainte", "villeneuve")
    ):
        yield Commune(tuple(short["short"].split()), departement, population // 2)


def _rows(table: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(table.splitlines(), delimiter="\t")


def _read(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as table:
        yield from csv.DictReader(table, delimiter="\t")
