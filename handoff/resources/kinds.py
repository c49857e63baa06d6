"""Which kinds of service matter to a minor, and for what: kinds.yml, edited by a content lead."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handoff.resources.places import COLLECTIVITIES, Departement, slug
from handoff.resources.resource import AUDIENCE, KNOWN, Resource, ResourceError

FILE = "kinds.yml"
FINDER_ID = "annuaire"


class Kind(BaseModel):
    """A kind of service: what its places have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    label: str
    expect: str
    topics: tuple[str, ...]
    audience: tuple[AUDIENCE, ...]
    age_min: int | None = None
    age_max: int | None = None
    cost: str | None = None
    anonymous: KNOWN = "unknown"
    fact: str | None = None
    sources: dict[str, tuple[str, ...]] = {}
    finder: str | None = None
    line: str | None = None

    def finder_in(self, departement: Departement) -> Resource | None:
        """The network's own page for a département, where there is such a page.

        The overseas collectivities are in the public directory in another way: a page made by the rule
        below was never seen there.
        """
        if self.finder is None or departement.code in COLLECTIVITIES:
            return None
        url = self.finder.format(region=slug(departement.region), departement=slug(departement.name))
        return Resource(
            id=f"{FINDER_ID}:{self.id}:{departement.code}",
            name=f"{self.label} : trouver l'adresse",
            kind=self.id,
            url=url,
            audience=self.audience,
            age_min=self.age_min,
            age_max=self.age_max,
            topics=self.topics,
            expect=self.expect or None,
            cost=self.cost,
            anonymous=self.anonymous,
            departement=departement.code,
            source="annuaire du service public",
            source_url=url,
        )


def is_finder(resource: Resource) -> bool:
    """Whether this is a network's page that finds places, and no place itself."""
    return resource.id.startswith(f"{FINDER_ID}:")


class Need(BaseModel):
    """What a visitor may look for: a handful of topics under one heading."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    label: str
    topics: tuple[str, ...]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kinds: list[Kind]
    needs: list[Need]


class Kinds:
    """The table, by id and by the words of the open files."""

    def __init__(self, kinds: list[Kind], needs: list[Need]) -> None:
        self.by_id = {kind.id: kind for kind in kinds}
        self.needs = {need.id: need for need in needs}
        if len(self.by_id) < len(kinds) or len(self.needs) < len(needs):
            raise ResourceError(f"{FILE}: two entries have the same id")
        self._by_word = {
            (source, word): kind for kind in kinds for source, words in kind.sources.items() for word in words
        }

    @property
    def topics(self) -> frozenset[str]:
        """Every topic that a kind serves or a need asks for."""
        several = [each.topics for each in self.by_id.values()] + [
            each.topics for each in self.needs.values()
        ]
        return frozenset().union(*several)

    @classmethod
    def load(cls, folder: Path) -> Kinds:
        """Raises ResourceError with one line a fault."""
        try:
            content = _File.model_validate(yaml.safe_load((folder / FILE).read_text(encoding="utf-8")))
        except (OSError, ValidationError, yaml.YAMLError) as error:
            raise ResourceError(f"{FILE}: {error}") from None
        return cls(content.kinds, content.needs)

    def named(self, source: str, words: list[str]) -> Kind | None:
        """The kind that an open file means by one of these words, the first that is known."""
        return next((self._by_word[source, word] for word in words if (source, word) in self._by_word), None)

    def topics_of_need(self, need: str) -> tuple[str, ...]:
        """A need's topics; a topic stands for itself."""
        return self.needs[need].topics if need in self.needs else (need,)
