"""The imported places in memory, ready to be searched: columns of numbers, and each place as it was stored.

100,000 places take about 100 MB and a search a few milliseconds (``make bench``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from handoff.resources.local_time import is_holiday, local_time, minute_of_week
from handoff.resources.opening import WEEK, read_opening
from handoff.resources.places import KM_PER_DEGREE, fold_name
from handoff.resources.resource import Resource
from handoff.resources.same_place import SamePlaces, most_trusted_first

# From a town, nothing farther is "near": about an hour by bus.
FARTHEST_KM = 60.0
# What a drawback is worth, in kilometres that somebody would rather travel.
CLOSED_KM, UNKNOWN_HOURS_KM, WRONG_AGE_KM, LESS_FITTING_KM, SAME_KIND_KM = 15.0, 5.0, 500.0, 2.0, 8.0
# How many of the best are looked at more closely: more than anybody will page through in the chat.
CLOSER_LOOK = 60
ADULT = 18

SLOT_MINUTES = 5
_SLOTS = WEEK // SLOT_MINUTES
_NOT_SERVED = 255
_AUDIENCES = ("jeune", "proche", "pro")


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. ``position`` is (latitude, longitude); ``now`` is for tests."""

    topics: tuple[str, ...] = ()
    departement: str | None = None
    position: tuple[float, float] | None = None
    audience: str | None = None
    age: int | None = None
    kinds: tuple[str, ...] = ()
    words: str = ""
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A place that was found. ``open_now`` is None when nobody knows."""

    resource: Resource
    distance_km: float | None = None
    open_now: bool | None = None


@dataclass(frozen=True, slots=True)
class _Scored:
    """A row that was found; ``distance_km`` is NaN and ``is_open`` -1 when nobody knows."""

    number: int
    distance_km: float
    is_open: int


class Index:
    """Made once an import is applied, then only read."""

    def __init__(self, rows: Iterable[bytes]) -> None:
        """``rows``: each place as JSON. Raises pydantic.ValidationError on a row that is no Resource.

        A place that two sources hold is kept once, as the more trusted of them says it.
        """
        self._rows: list[bytes] = []
        self._by_id: dict[str, int] = {}
        self._texts: list[str] = []
        topics: dict[str, int] = {}
        kinds: dict[str, int] = {}
        openings: dict[str | None, int] = {None: 0}
        columns: list[tuple[float, float, int, int, int, int, int]] = []
        ranks: list[tuple[int, int, int]] = []
        by_departement: dict[str, list[int]] = {}
        same = SamePlaces()
        for row in most_trusted_first(rows):
            each = Resource.model_validate_json(row)
            if each.id in self._by_id or same.holds(each):
                continue
            same.add(each)
            number = len(self._rows)
            self._rows.append(row)
            self._by_id[each.id] = number
            self._texts.append(fold_name(f"{each.name} {each.commune or ''} {each.postcode or ''}"))
            ranks += [
                (number, topics.setdefault(topic, len(topics)), rank)
                for rank, topic in enumerate(each.topics[: _NOT_SERVED - 1])
            ]
            columns.append(
                (
                    math.nan if each.latitude is None else each.latitude,
                    math.nan if each.longitude is None else each.longitude,
                    kinds.setdefault(each.kind, len(kinds)),
                    openings.setdefault(each.opening, len(openings)),
                    sum(1 << _AUDIENCES.index(one) for one in each.audience) or 7,
                    each.age_min or 0,
                    120 if each.age_max is None else each.age_max,
                )
            )
            by_departement.setdefault(each.departement or "", []).append(number)
        table = np.array(columns, dtype=np.float64).reshape(-1, 7)
        self._latitude, self._longitude = table[:, 0].copy(), table[:, 1].copy()
        # From south to north, those without a position last: what is near is a part of it.
        self._northwards = np.argsort(self._latitude)
        self._latitudes = self._latitude[self._northwards]
        self._kind, self._opening, self._audience, self._age_min, self._age_max = (
            table[:, column].astype(np.int32) for column in range(2, 7)
        )
        self._kinds, self._topics = kinds, topics
        self._rank = np.full((len(topics), len(columns)), _NOT_SERVED, dtype=np.uint8)
        if ranks:
            numbers, which, rank = np.array(ranks, dtype=np.int64).T
            self._rank[which, numbers] = rank
        self._open = _open_table(list(openings))
        self._in = {code: np.array(found, dtype=np.int64) for code, found in by_departement.items()}

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, resource_id: str) -> Resource | None:
        number = self._by_id.get(resource_id)
        return None if number is None else Resource.model_validate_json(self._rows[number])

    def __iter__(self) -> Iterator[Resource]:
        return map(Resource.model_validate_json, self._rows)

    def counts(self) -> dict[tuple[str, str], int]:
        """How many places of each (département, kind)."""
        names = {number: kind for kind, number in self._kinds.items()}
        return {
            (code, names[int(kind)]): int(count)
            for code, found in self._in.items()
            for kind, count in zip(*np.unique(self._kind[found], return_counts=True), strict=True)
        }

    def search(self, query: Query, how_many: int = CLOSER_LOOK) -> list[Found]:
        """The best of the places that fit: near, open now, for whoever asks, of several kinds."""
        return self._made(self._ordered(query, CLOSER_LOOK)[:how_many])

    def part(self, query: Query, start: int, how_many: int) -> tuple[list[Found], int]:
        """Some of all the places that fit, in their order, and how many there are."""
        ordered = self._ordered(query, len(self._rows))
        return self._made(ordered[start : start + how_many]), len(ordered)

    def nationwide(self, query: Query) -> list[Found]:
        """The imported services that fit and are of no département: they help everywhere."""
        found = self._fitting(query, self._in_departement(""))
        # Their hours are those of Paris, wherever one calls from.
        is_open = self._open_now(replace(query, departement=None), found)
        return self._made(_Scored(int(number), math.nan, int(is_open[at])) for at, number in enumerate(found))

    def kinds_in(self, query: Query) -> set[str]:
        """The kinds of the places that fit in the query's own département."""
        found = self._fitting(query, self._in_departement(query.departement or ""))
        names = list(self._kinds)
        return {names[int(kind)] for kind in np.unique(self._kind[found])}

    def _ordered(self, query: Query, look: int) -> list[_Scored]:
        """The ``look`` best, in order."""
        found = self._fitting(query, self._nearby(query))
        if not len(found):
            return []
        distance = self._distance(query, found)
        is_open = self._open_now(query, found)
        score = np.where(np.isnan(distance), 0.0 if query.position is None else FARTHEST_KM, distance)
        score += np.select([is_open == 1, is_open == 0], [0.0, CLOSED_KM], UNKNOWN_HOURS_KM)
        score += np.where(self._is_of_another_age(query, found), WRONG_AGE_KM, 0.0)
        rows = [self._topics[topic] for topic in query.topics if topic in self._topics]
        if rows:
            score += self._rank[np.array(rows)[:, None], found].min(axis=0) * LESS_FITTING_KM
        best = np.argsort(score, kind="stable")[:look]
        scored = [_Scored(int(found[at]), float(distance[at]), int(is_open[at])) for at in best]
        return self._mixed(zip(score[best].tolist(), scored, strict=True))

    def _is_of_another_age(self, query: Query, found: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Of an unknown age, whoever asks may be a minor: what receives adults only comes last."""
        if query.age is None:
            for_adults: npt.NDArray[np.bool_] = self._age_min[found] >= ADULT
            return for_adults if query.audience in (None, "jeune") else np.zeros_like(for_adults)
        other: npt.NDArray[np.bool_] = (self._age_min[found] > query.age) | (self._age_max[found] < query.age)
        return other

    def _made(self, scored: Iterable[_Scored]) -> list[Found]:
        return [
            Found(
                Resource.model_validate_json(self._rows[each.number]),
                None if math.isnan(each.distance_km) else each.distance_km,
                {0: False, 1: True}.get(each.is_open),
            )
            for each in scored
        ]

    def _in_departement(self, code: str) -> npt.NDArray[np.int64]:
        return self._in.get(code, np.empty(0, dtype=np.int64))

    def _nearby(self, query: Query) -> npt.NDArray[np.int64]:
        if query.position is None:
            if query.departement is None:
                return np.arange(len(self._rows), dtype=np.int64)
            return self._in_departement(query.departement)
        latitude, longitude = query.position
        high = FARTHEST_KM / KM_PER_DEGREE
        wide = high / max(0.1, math.cos(math.radians(latitude)))
        south, north = np.searchsorted(self._latitudes, (latitude - high, latitude + high))
        level = np.sort(self._northwards[south:north])
        found = level[np.abs(self._longitude[level] - longitude) < wide]
        if query.departement is None:
            return found
        # A place of the same département without a position may be next door.
        same = self._in_departement(query.departement)
        return np.concatenate((found, same[np.isnan(self._latitude[same])]))

    def _fitting(self, query: Query, found: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        if query.audience in _AUDIENCES:
            found = found[(self._audience[found] >> _AUDIENCES.index(query.audience)) & 1 == 1]
        if query.kinds:
            wanted = [self._kinds[kind] for kind in query.kinds if kind in self._kinds]
            found = found[np.isin(self._kind[found], wanted)]
        if query.topics:
            rows = [self._topics[topic] for topic in query.topics if topic in self._topics]
            if not rows:
                return found[:0]
            found = found[self._rank[np.array(rows)[:, None], found].min(axis=0) < _NOT_SERVED]
        words = fold_name(query.words).split()
        if words:
            has = [all(word in self._texts[number] for word in words) for number in found]
            found = found[np.array(has, dtype=bool)]
        return found

    def _distance(self, query: Query, found: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Kilometres as the crow flies (flat-earth approximation, under 1 % off within 60 km)."""
        if query.position is None:
            return np.full(len(found), math.nan)
        latitude, longitude = query.position
        north = (self._latitude[found] - latitude) * KM_PER_DEGREE
        east = (self._longitude[found] - longitude) * KM_PER_DEGREE * math.cos(math.radians(latitude))
        return np.hypot(north, east)

    def _open_now(self, query: Query, found: npt.NDArray[np.int64]) -> npt.NDArray[np.int8]:
        """1 open, 0 closed, -1 unknown."""
        here = local_time(query.departement, query.now)
        table = self._open[:, minute_of_week(here) // SLOT_MINUTES]
        if is_holiday(here.date()):
            table = np.where(self._open.min(axis=1) == 1, table, -1)
        return table[self._opening[found]].astype(np.int8)

    def _mixed(self, best: Iterable[tuple[float, _Scored]]) -> list[_Scored]:
        """A kind that was already shown stands back a little for another one."""
        seen: dict[int, int] = {}
        weighed: list[tuple[float, _Scored]] = []
        for score, each in best:
            kind = int(self._kind[each.number])
            weighed.append((score + SAME_KIND_KM * seen.get(kind, 0), each))
            seen[kind] = seen.get(kind, 0) + 1
        return [each for _, each in sorted(weighed, key=lambda one: one[0])]


def _open_table(openings: list[str | None]) -> npt.NDArray[np.int8]:
    """One row a way to open, one column every five minutes of the week."""
    table = np.full((len(openings), _SLOTS), -1, dtype=np.int8)
    for row, opening in enumerate(openings):
        spans = read_opening(opening) if opening else None
        if spans is None:
            continue
        table[row] = 0
        for start, end in spans:
            table[row, -(-start // SLOT_MINUTES) : end // SLOT_MINUTES] = 1
    return table
