"""Reads messages.txt: ``{KIND:text}`` marks what must be replaced."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_MARK = re.compile(r"\{([A-Z_]+):([^}]*)\}")


@dataclass(frozen=True)
class MarkedMessage:
    text: str
    marks: tuple[tuple[int, int, str], ...]


def read_marked(line: str) -> MarkedMessage:
    text, marks, last = "", [], 0
    for found in _MARK.finditer(line):
        text += line[last : found.start()]
        marks.append((len(text), len(text) + len(found[2]), found[1]))
        text += found[2]
        last = found.end()
    return MarkedMessage(text + line[last:], tuple(marks))


def load_marked() -> list[MarkedMessage]:
    lines = (Path(__file__).parent / "messages.txt").read_text(encoding="utf-8").split("\n")
    return [read_marked(line) for line in lines if line.strip() and not line.startswith("# ")]
