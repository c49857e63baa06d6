"""The national lines and the networks' own finders, read from data/resources/national.yml."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from handoff.resources.resource import Resource, ResourceError

__all__ = ["Directory", "Resource", "ResourceError"]

FILE = "national.yml"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    read_on: date | None = None
    resources: list[Resource]


class Directory:
    """Every national resource by id, in the order of the file."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._by_id = {resource.id: resource for resource in resources}
        if len(self._by_id) < len(resources):
            raise ResourceError("two resources have the same id")

    @classmethod
    def load(cls, folder: Path) -> Directory:
        """Reads the file. Raises ResourceError with one line a fault."""
        try:
            content = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
            resources = _File.model_validate(content).resources
        except (OSError, ValidationError, yaml.YAMLError) as error:
            raise ResourceError(f"{FILE}: {error}") from None
        for each in resources:
            if each.source_url is None:
                raise ResourceError(f"{FILE}: {each.id} does not say where it was read (source_url)")
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
        return [resource for resource in self if topic in resource.topics]

    def phones(self) -> set[str]:
        """Every number to call or to text, digits only."""
        numbers = {number for each in self for number in (each.phone, each.sms) if number}
        return {"".join(filter(str.isdigit, number)) for number in numbers}
