"""The examples of topics in data/nlu: read, checked, and written back without touching anything else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from handoff.answers.nearest import read_examples

LEAST_EXAMPLES: Final = 10
MOST_EXAMPLES: Final = 1000
EXAMPLE_CHARACTERS: Final = 300
# Rasa reads these as marks of entities; "[PERSONNE_1]" alone is what stripping leaves.
SIGNS: Final = re.compile(r"\]\s*[({]|[{}]")


@dataclass(frozen=True, slots=True)
class ExampleFault:
    """Why examples are refused: a code (texts: studio, ``examples.refused_…``) and the line."""

    code: str
    line: str = ""


def lines_of(text: str) -> tuple[str, ...]:
    """The examples of a text, one a line; the same one twice counts once."""
    lines = (" ".join(line.split()).removeprefix("- ") for line in text.split("\n"))
    return tuple(dict.fromkeys(line for line in lines if line))


def faults_of_examples(examples: Sequence[str]) -> list[ExampleFault]:
    """What must be mended before the examples are kept."""
    faults = []
    if len(examples) < LEAST_EXAMPLES:
        faults.append(ExampleFault("few"))
    if len(examples) > MOST_EXAMPLES:
        faults.append(ExampleFault("many"))
    for line in examples:
        if len(line) > EXAMPLE_CHARACTERS:
            faults.append(ExampleFault("long", line[:60]))
        if SIGNS.search(line):
            faults.append(ExampleFault("signs", line))
    return faults


def folded(example: str) -> str:
    """An example without what nobody hears: accents, capitals, signs."""
    plain = unicodedata.normalize("NFKD", example.replace("’", "'")).casefold()
    return " ".join(
        "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char)).split()
    )


def examples_by_topic(nlu_folder: Path) -> dict[str, tuple[str, ...]]:
    """Every intent's examples, in the order of the files."""
    found: dict[str, list[str]] = {}
    for topic, example in read_examples(nlu_folder):
        found.setdefault(topic, []).append(example)
    return {topic: tuple(examples) for topic, examples in found.items()}


def with_examples(file: str, edited: Mapping[str, Sequence[str]]) -> str:
    """An NLU file's text with the examples of these intents replaced; the rest stays as it is."""
    kept: list[str] = []
    replacing = False
    for line in file.split("\n"):
        if line.startswith("- "):
            topic = line.removeprefix("- intent:").strip()
            replacing = line.startswith("- intent:") and topic in edited
            kept.append(line)
            if replacing:
                kept += block_of(edited[topic])
        elif not (replacing and (line.startswith("  ") or not line.strip())):
            replacing = False
            kept.append(line)
    return "\n".join(kept).rstrip("\n") + "\n"


def block_of(examples: Sequence[str]) -> list[str]:
    """The lines under an intent."""
    return ["  examples: |", *(f"    - {example}" for example in examples)]


def new_intents(edited: Mapping[str, Sequence[str]]) -> str:
    """The text of a file for topics that no file holds yet."""
    lines = ['version: "3.1"', "nlu:"]
    for topic, examples in edited.items():
        lines += [f"- intent: {topic}", *block_of(examples)]
    return "\n".join(lines) + "\n"
