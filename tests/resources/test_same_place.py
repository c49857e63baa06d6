"""A place that two sources tell is shown once, as the more trusted one says it; two places stay two."""

from __future__ import annotations

import pytest

from handoff.resources.index import Query
from handoff.resources.kinds import Kinds
from handoff.resources.resource import Resource
from handoff.resources.search import HelpSearch
from tests.resources.conftest import index_of, place

LYON = {"latitude": 45.7640, "longitude": 4.8357}


def told(kinds: Kinds, source: str, **more: object) -> Resource:
    values: dict[str, object] = {"commune": "Lyon", "id": f"{source}:1", "name": "Mission locale de Lyon"}
    return place(kinds, "1", "mission_locale").model_copy(update={**values, **more})


def held(*resources: Resource) -> list[str]:
    return sorted(each.id for each in index_of(*resources))


def test_the_spreadsheet_is_believed_first_then_the_open_files_in_order(kinds: Kinds) -> None:
    by_trust = [told(kinds, source) for source in ("rhone", "dila", "education", "di", "hsds")]
    while by_trust:
        assert held(*reversed(by_trust)) == [by_trust[0].id]
        by_trust = by_trust[1:]


@pytest.mark.parametrize(
    "other",
    [
        {"commune": "LYON", "phone": "0472000001"},
        {
            "commune": None,
            "phone": None,
            "url": "https://a.example.fr",
            **LYON,
            "name": "Mission Locale Lyon",
        },
        {"phone": "04 72 00 00 99", "latitude": 45.7645, "longitude": 4.8360},
    ],
)
def test_told_twice_is_held_once(kinds: Kinds, other: dict[str, object]) -> None:
    assert held(told(kinds, "di", **other), told(kinds, "dila", **LYON)) == ["dila:1"]


@pytest.mark.parametrize(
    "other",
    [
        {"phone": "04 72 00 00 99"},
        {"commune": "Bron"},
        {"kind": "paej"},
        {"phone": "04 72 00 00 99", "latitude": 45.7690, "longitude": 4.8357},
        {"phone": "04 72 00 00 99", **LYON, "name": "Foyer des Essarts"},
        {"commune": None},
        {"id": "dila:2"},
    ],
)
def test_what_differs_is_another_place(kinds: Kinds, other: dict[str, object]) -> None:
    assert len(held(told(kinds, "di", **other), told(kinds, "dila", **LYON))) == 2


def test_what_is_told_twice_is_counted_once(search: HelpSearch, kinds: Kinds) -> None:
    search.replace(index_of(told(kinds, "di"), told(kinds, "dila")))
    assert search.index.counts() == {("69", "mission_locale"): 1}
    assert len(search.index.search(Query(departement="69"))) == 1
