"""The tables of the project, read once for all tests of the directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff.resource_desk import load_search
from handoff.resources.index import Index
from handoff.resources.kinds import Kinds
from handoff.resources.places import Places
from handoff.resources.resource import Resource
from handoff.resources.search import HelpSearch
from handoff.settings import Settings

FILES = Path(__file__).parent / "files"


@pytest.fixture(scope="session")
def loaded() -> HelpSearch:
    return load_search(Settings.load())


@pytest.fixture(scope="session")
def places(loaded: HelpSearch) -> Places:
    return loaded.places


@pytest.fixture(scope="session")
def kinds(loaded: HelpSearch) -> Kinds:
    return loaded.kinds


@pytest.fixture
def search(loaded: HelpSearch) -> HelpSearch:
    """Without any imported place."""
    return HelpSearch(loaded.directory, loaded.kinds, loaded.places)


def index_of(*resources: Resource) -> Index:
    return Index(each.model_dump_json(exclude_defaults=True).encode() for each in resources)


def place(kinds: Kinds, number: str, kind: str, departement: str = "69", **more: object) -> Resource:
    """A made-up place of a kind; nothing of it is anybody's."""
    known = kinds.by_id[kind]
    values: dict[str, object] = {
        "id": f"essai:{number}",
        "name": f"Lieu {number}",
        "kind": kind,
        "topics": known.topics,
        "audience": known.audience,
        "age_min": known.age_min,
        "age_max": known.age_max,
        "departement": departement,
        "phone": "04 72 00 00 01",
    }
    return Resource.model_validate({**values, **more})
