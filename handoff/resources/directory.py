"""The directory of help: lines and places, read from data/resources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

KNOWN = Literal["yes", "no", "unknown"]

# What a young person who asks for help nearby is shown, until the directory knows places: lines that
# find a door near them, the most general first.
FINDERS = ("allo_119", "maisons_ados", "paej", "planning_familial", "pare_carte", "fil_sante_jeunes")


class ResourceError(Exception):
    """A resource is faulty or unknown; the message says which."""


class Resource(BaseModel):
    """A service that helps. ``on_bill``: whether a call shows on the phone bill."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    phone: str | None
    sms: str | None
    url: str | None
    chat_url: str | None
    hours: str | None
    cost: str | None
    anonymous: KNOWN
    on_bill: KNOWN
    audience: tuple[Literal["jeune", "proche", "pro"], ...]
    topics: tuple[str, ...]
    use_when: str | None
    source_url: str
    verified: Literal["yes"]
    as_of: str | None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    read_on: date | None = None
    resources: list[Resource]


class Directory:
    """Every resource by id."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._by_id = {resource.id: resource for resource in resources}
        if len(self._by_id) < len(resources):
            raise ResourceError("two resources have the same id")

    @classmethod
    def load(cls, folder: Path) -> Directory:
        """Reads every file of the folder. Raises ResourceError with one line a fault."""
        resources: list[Resource] = []
        for path in sorted(folder.glob("*.yml")):
            try:
                content = yaml.safe_load(path.read_text(encoding="utf-8"))
                resources += _File.model_validate(content).resources
            except (ValidationError, yaml.YAMLError) as error:
                raise ResourceError(f"{path.name}: {error}") from None
        return cls(resources)

    def get(self, resource_id: str) -> Resource:
        """Raises ResourceError when there is no such resource."""
        try:
            return self._by_id[resource_id]
        except KeyError:
            raise ResourceError(f"no resource {resource_id}") from None

    def __contains__(self, resource_id: object) -> bool:
        return resource_id in self._by_id

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._by_id.values())

    def for_topic(self, topic: str) -> list[Resource]:
        """The resources that serve a topic, in the order of the file."""
        return [resource for resource in self._by_id.values() if topic in resource.topics]

    def near(self, departement: str | None, topic: str | None) -> list[Resource]:
        """Help near a place: for now the national finders, with the topic's own lines first."""
        lines = self.for_topic(topic) if topic else []
        finders = [self._by_id[each] for each in FINDERS if each in self._by_id]
        return list(dict.fromkeys([*lines, *finders]))

    def phones(self) -> set[str]:
        """Every number to call or to text, digits only."""
        numbers = {number for each in self._by_id.values() for number in (each.phone, each.sms) if number}
        return {"".join(filter(str.isdigit, number)) for number in numbers}
