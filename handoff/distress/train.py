"""Trains the distress classifier: ``python -m handoff.distress.train OUT_DIR``, a step of `make build`.

Fine-tunes on data/distress, then calibrates and chooses thresholds, for sensitivity first, on
data/distress/validation: other messages by another writer, which the network never learns from.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from handoff.distress.classifier import CATEGORIES, Calibration, Judgement
from handoff.distress.context import in_context
from handoff.distress.detector import LEXICON
from handoff.distress.fine_tune import UNKNOWN_CATEGORY, export, fine_tune, load_tokenizer, score
from handoff.distress.lexicon import Lexicon
from handoff.settings import PROJECT_FOLDER, Settings

MESSAGES = PROJECT_FOLDER / "data" / "distress" / "messages.jsonl"
CONVERSATIONS = PROJECT_FOLDER / "data" / "distress" / "conversations.jsonl"
VALIDATION = PROJECT_FOLDER / "data" / "distress" / "validation"

# How many of the hard messages may be raised by one level too many: the price of missing fewer.
RAISED_FROM_0 = 0.1
RAISED_FROM_2 = 0.33

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Examples:
    """The labelled messages, in columns."""

    texts: list[str]
    levels: Integers
    categories: list[str]

    @classmethod
    def read(cls, messages: Path, conversations: Path) -> Examples:
        """Every message alone, then every turn of a young person read with the turns before it."""
        rows = [*_lines(messages), *(row for each in _lines(conversations) for row in turns_of(each))]
        return cls(
            [row["text"] for row in rows],
            np.array([row["level"] for row in rows]),
            [row["category"] for row in rows],
        )

    def category_numbers(self) -> list[int]:
        numbers = {name: number for number, name in enumerate(CATEGORIES)}
        return [numbers.get(name, UNKNOWN_CATEGORY) for name in self.categories]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def turns_of(conversation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A conversation as messages: each turn of the young person as the service reads it (``in_context``)."""
    before: list[str] = []
    for turn in conversation["turns"]:
        if turn["who"] != "jeune":
            continue
        yield {
            "text": in_context(turn["text"], before),
            "level": turn["level"],
            "category": conversation["category"] if turn["level"] else "aucun",
        }
        before.append(turn["text"])


def choose_thresholds(probabilities: Floats, levels: Integers) -> tuple[float, float, float]:
    """Thresholds that raise so many of our hard level-0 messages to 2, and level-2 messages to 3.

    The level-0 messages of the training set are made to look alarming: in real use far fewer are.
    """
    second = float(np.quantile(probabilities[levels == 0, 1], 1 - RAISED_FROM_0))
    third = float(np.quantile(probabilities[levels == 2, 2], 1 - RAISED_FROM_2))
    return 0.5, second, third


def figures(
    probabilities: Floats, levels: Integers, thresholds: tuple[float, float, float]
) -> dict[str, float]:
    """What the thresholds give on these messages."""
    handed = probabilities[:, 1] >= thresholds[1]
    imminent = handed & (probabilities[:, 2] >= thresholds[2])
    return {
        "messages": len(levels),
        "imminent_seen_as_2_or_3": round(float(handed[levels == 3].mean()), 3),
        "imminent_seen_as_3": round(float(imminent[levels == 3].mean()), 3),
        "sensitivity_2_and_3": round(float(handed[levels >= 2].mean()), 3),
        "level_1_raised": round(float(handed[levels == 1].mean()), 3),
        "needless_on_0": round(float(handed[levels == 0].mean()), 3),
        "auc_2_or_more": round(float(roc_auc_score(levels >= 2, probabilities[:, 1])), 4),
    }


def build(out: Path) -> None:
    """Fine-tunes and writes the model; the manifest comes last and says that it is whole."""
    examples = Examples.read(MESSAGES, CONVERSATIONS)
    unseen = Examples.read(VALIDATION / MESSAGES.name, VALIDATION / CONVERSATIONS.name)
    Lexicon.load(LEXICON)  # a faulty lexicon stops the build, not the service
    encoder = Settings.load().var_folder / "encoder"
    out.mkdir(parents=True, exist_ok=True)
    (out / "manifest.json").unlink(missing_ok=True)
    network = fine_tune(
        encoder,
        examples.texts,
        examples.levels.tolist(),
        examples.category_numbers(),
        len(CATEGORIES),
        tell=lambda line: print(f"  {line}", flush=True),
    )
    raw = score(network, load_tokenizer(encoder), unseen.texts)
    calibration = Calibration.fit(raw, unseen.levels)
    probabilities = calibration.probabilities(raw)
    thresholds = choose_thresholds(probabilities, unseen.levels)
    measured = figures(probabilities, unseen.levels, thresholds)
    print("  validation (classifier alone):", json.dumps(measured), flush=True)
    export(network, encoder, out)
    Judgement(calibration, thresholds).save(out / "manifest.json", {"validation": measured})


if __name__ == "__main__":
    build(Path(sys.argv[1]))
