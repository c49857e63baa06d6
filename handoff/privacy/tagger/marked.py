"""Messages in which personal data is marked: "je m'appelle {{PERSON|inès}}" (data/privacy)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from handoff.privacy.kinds import PRIORITY

# A kind may be written shorter.
SHORT_NAMES: Final = {"CITY": "POSTCODE_CITY", "DOCUMENT": "ID_DOCUMENT"}
_MARK = re.compile(r"\{\{([A-Z_]+)\|([^{}|]+)\}\}")


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch of personal data, in code points of the text."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class MarkedMessage:
    """A message and all the personal data in it, in order."""

    text: str
    marks: tuple[Marked, ...]


def parse(line: str) -> MarkedMessage:
    """Raises ValueError on an unknown kind, or a brace that is not ours."""
    text, marks, last = "", [], 0
    for found in _MARK.finditer(line):
        text += line[last : found.start()]
        kind = SHORT_NAMES.get(found[1], found[1])
        if kind not in PRIORITY:
            raise ValueError(f"no such kind: {found[1]}")
        marks.append(Marked(len(text), len(text) + len(found[2]), kind))
        text += found[2]
        last = found.end()
    text += line[last:]
    if "{{" in text or "}}" in text:
        raise ValueError(f"an unfinished mark: {line}")
    return MarkedMessage(text, tuple(marks))


def read(folder: Path) -> Iterator[MarkedMessage]:
    """Every message of the folder's ``*.txt``. Raises ValueError with the place of a faulty line."""
    for file in sorted(folder.glob("*.txt")):
        yield from read_file(file)


def read_file(file: Path) -> Iterator[MarkedMessage]:
    """Every message of a file, one a line. Raises ValueError with the place of a faulty line."""
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield parse(line)
        except ValueError as error:
            raise ValueError(f"{file.name}:{number}: {error}") from error
