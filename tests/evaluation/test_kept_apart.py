"""What is measured on is never learnt from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from handoff.privacy.tagger.marked import read
from handoff.settings import PROJECT_FOLDER

DATA = PROJECT_FOLDER / "data"
SETS = Path(__file__).parent / "sets"
# Small talk ("salut", "oui") is the same everywhere.
SHORTEST = 25


def _rows(*files: Path) -> Iterator[dict[str, str]]:
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)


def _same(text: str) -> str:
    return "".join(each for each in text.lower() if each.isalnum())


def _examples() -> Iterator[str]:
    for file in (DATA / "nlu").rglob("*.yml"):
        for intent in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu", []):
            yield from (line.removeprefix("- ") for line in intent.get("examples", "").splitlines())


LEARNT = {
    "privacy": lambda: (message.text for message in read(DATA / "privacy")),
    "distress": lambda: (row["text"] for row in _rows(DATA / "distress" / "messages.jsonl")),
    "topics": _examples,
}


@pytest.mark.parametrize("task", LEARNT)
def test_no_line_of_a_set_was_learnt(task: str) -> None:
    learnt = {_same(text) for text in LEARNT[task]()}
    sets = sorted(SETS.glob(f"{task}*.jsonl"))
    assert sets
    found = [row["text"] for row in _rows(*sets) if _same(row["text"]) in learnt]
    assert [text for text in found if len(text) >= SHORTEST] == []
