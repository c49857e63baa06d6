"""Scripted conversations to practise with: data/training/*.yml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handoff.conversation import Audience, Author, Category
from handoff.errors import RepereError


class ScenarioError(RepereError):
    """A scenario is faulty; one line a fault."""

    code = "scenario"


class Line(BaseModel):
    """Something said. A young person's line carries what the detector would find in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    who: Literal["young_person", "assistant", "service"] = "young_person"
    text: str = Field(min_length=1, max_length=800)
    level: int = Field(default=0, ge=0, le=3)
    category: Category = Category.NONE
    reasons: tuple[str, ...] = ()

    @property
    def author(self) -> Author:
        return Author(self.who)


class Turn(BaseModel):
    """What the young person says after an answer, and what a trainer would whisper then."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    say: tuple[Line, ...] = Field(min_length=1)
    coach: str = ""


class Scenario(BaseModel):
    """One conversation, from its first words to the end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z_]+$")
    title: Mapping[str, str]
    audience: Audience = Audience.YOUNG_PERSON
    departement: str | None = None
    asks_for_person: bool = False
    opening: tuple[Line, ...] = Field(min_length=1)
    coach: str = ""
    turns: tuple[Turn, ...] = Field(min_length=3)
    debrief: str = Field(min_length=20)


def load_scenarios(folder: Path) -> dict[str, Scenario]:
    """Every scenario by id, in the order of their files. Raises ScenarioError."""
    found: dict[str, Scenario] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            scenario = Scenario.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (ValidationError, yaml.YAMLError) as error:
            faults.append(f"{path.name}: {str(error).splitlines()[0]}")
            continue
        if scenario.id != path.stem or "fr" not in scenario.title:
            faults.append(f"{path.name}: the id is the name of the file, and the title has a French form")
        found[scenario.id] = scenario
    if faults:
        raise ScenarioError("\n".join(faults))
    return found
