"""The same place, told by two sources: it is shown once.

The content lead's own spreadsheet is believed first, then the open files in a fixed order.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from handoff.resources.places import fold_name
from handoff.resources.resource import Resource

# How the ids of each open format begin, the most trusted first; every other id is a spreadsheet's.
_OPEN_FILES = (b"dila", b"education", b"di", b"dis", b"hsds")
_ID = re.compile(rb'\{"id":"(?P<source>[^":]+):')
NEXT_DOOR_METRES = 150.0
ALIKE = 85  # hundredths of two names' words
_METRES_PER_DEGREE = 111_200.0
_CELL_DEGREES = 0.002  # wider than next door, in France's latitudes


def most_trusted_first(rows: Iterable[bytes]) -> list[bytes]:
    """Rows of one source stay in their order. ``rows`` are resources as JSON, their id first."""
    return sorted(rows, key=_rank)


def _rank(row: bytes) -> int:
    match = _ID.match(row)
    source = match["source"] if match else b""
    return _OPEN_FILES.index(source) + 1 if source in _OPEN_FILES else 0


@dataclass(frozen=True, slots=True)
class _Told:
    """What is remembered of a place that has a position."""

    source: str
    name: str
    latitude: float
    longitude: float


class SamePlaces:
    """What is held so far. Two places of one source are two, whatever they have in common."""

    def __init__(self) -> None:
        self._sources_by_number: dict[tuple[str, str, str], set[str]] = {}
        self._by_cell: dict[tuple[str, int, int], list[_Told]] = {}
        self._sources: set[str] = set()

    def add(self, each: Resource) -> None:
        self._sources.add(_source(each))
        number = _number(each)
        if number:
            self._sources_by_number.setdefault(number, set()).add(_source(each))
        told = _told(each)
        if told:
            self._by_cell.setdefault((each.kind, *_cell(told)), []).append(told)

    def holds(self, each: Resource) -> bool:
        """Whether another source told this place: its town and number, or a like name next door."""
        if self._sources <= {_source(each)}:
            return False
        number = _number(each)
        if number and self._sources_by_number.get(number, set()) - {_source(each)}:
            return True
        told = _told(each)
        return told is not None and any(_are_alike(told, other) for other in self._around(each.kind, told))

    def _around(self, kind: str, told: _Told) -> Iterator[_Told]:
        row, column = _cell(told)
        for step in (-1, 0, 1):
            for side in (-1, 0, 1):
                yield from self._by_cell.get((kind, row + step, column + side), ())


def _source(each: Resource) -> str:
    return each.id.partition(":")[0]


def _number(each: Resource) -> tuple[str, str, str] | None:
    if not each.phone or not each.commune:
        return None
    return each.kind, _folded(each.commune), re.sub(r"\D", "", each.phone)


@lru_cache(maxsize=40_000)
def _folded(commune: str) -> str:
    return fold_name(commune)


def _told(each: Resource) -> _Told | None:
    if each.latitude is None or each.longitude is None:
        return None
    return _Told(_source(each), each.name, each.latitude, each.longitude)


def _cell(told: _Told) -> tuple[int, int]:
    return math.floor(told.latitude / _CELL_DEGREES), math.floor(told.longitude / _CELL_DEGREES)


def _are_alike(one: _Told, other: _Told) -> bool:
    """The same name, give or take a word, of another source and next door."""
    if one.source == other.source:
        return False
    north = one.latitude - other.latitude
    east = (one.longitude - other.longitude) * math.cos(math.radians(one.latitude))
    if math.hypot(north, east) * _METRES_PER_DEGREE > NEXT_DOOR_METRES:
        return False
    return fuzz.token_set_ratio(fold_name(one.name), fold_name(other.name)) >= ALIKE
