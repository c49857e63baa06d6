"""The form that prepares the reporting of a child in danger: its parts, with the law beside each."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from handoff.errors import SettingError


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Law(_Part):
    """What the law says, and whether somebody read it in a page."""

    law: str
    fact: str
    verified: Literal["yes", "no"]


class Field(_Part):
    id: str
    label: str
    kind: Literal["line", "text"]


class Section(Law):
    id: str
    title: str
    help: str = ""
    fields: tuple[Field, ...]


class Recipients(Law):
    title: str
    choices: dict[Literal["crip", "prosecutor", "line_119"], str]


class EmergencyStep(_Part):
    do: str
    why: str


class Emergency(_Part):
    """The card for when the young person agrees to be located."""

    title: str
    first: str
    steps: tuple[EmergencyStep, ...]
    refuses: str
    law: str
    verified: Literal["yes", "no"]


class DangerForm(_Part):
    """Everything of data/texts/danger.<language>.yml."""

    title: str
    intro: str
    doubt: str
    emergency_link: str
    recipients: Recipients
    headings: dict[Literal["crip", "prosecutor", "line_119"], str]
    sections: tuple[Section, ...]
    chosen_words: str
    no_conversation: str
    clock_note: str
    show_text: str
    get_text: str
    get_pdf: str
    law_title: str
    law_verified: str
    law_unverified: str
    preview_title: str
    nothing_written: str
    too_long: str
    choose_recipient: str
    file_note: str
    unknown: str
    made_on: str
    stripped_note: str
    emergency: Emergency

    @classmethod
    def load(cls, folder: Path, language: str) -> DangerForm:
        """Reads ``danger.<language>.yml``. Raises SettingError with one line."""
        path = folder / f"danger.{language}.yml"
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError) as error:
            raise SettingError(f"{path.name}: {type(error).__name__}") from None
        except ValidationError as error:
            first = error.errors()[0]
            raise SettingError(f"{path.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
