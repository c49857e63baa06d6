"""Trains the distress classifier.

    python -m handoff.distress.train build OUT_DIR   fine-tunes on every message (a step of `make build`)
    python -m handoff.distress.train judge           cross-validates; writes data/distress/judgement.json

Cross-validation is by group, so that a scene is never on both sides. Calibration and thresholds are chosen
on its scores, for sensitivity first, and kept in the repository: the build needs one training, not six.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from handoff.distress.classifier import CATEGORIES, Calibration, Judgement
from handoff.distress.context import in_context
from handoff.distress.detector import LEXICON
from handoff.distress.fine_tune import UNKNOWN_CATEGORY, export, fine_tune, load_tokenizer, score
from handoff.distress.lexicon import Lexicon
from handoff.settings import PROJECT_FOLDER, Settings

MESSAGES = PROJECT_FOLDER / "data" / "distress" / "messages.jsonl"
CONVERSATIONS = PROJECT_FOLDER / "data" / "distress" / "conversations.jsonl"
JUDGEMENT = PROJECT_FOLDER / "data" / "distress" / "judgement.json"
FOLDS = 5

# How many of the hard messages may be raised by one level too many: the price of missing fewer.
RAISED_FROM_0 = 0.09
RAISED_FROM_2 = 0.15

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Examples:
    """The labelled messages, in columns."""

    texts: list[str]
    levels: Integers
    categories: list[str]
    groups: list[str]

    @classmethod
    def read(cls, messages: Path, conversations: Path) -> Examples:
        """Every message alone, then every turn of a young person read with the turns before it."""
        rows = [*_lines(messages), *(row for each in _lines(conversations) for row in turns_of(each))]
        return cls(
            [row["text"] for row in rows],
            np.array([row["level"] for row in rows]),
            [row["category"] for row in rows],
            [row["group"] for row in rows],
        )

    def only(self, rows: npt.NDArray[np.int64]) -> Examples:
        return Examples(
            [self.texts[row] for row in rows],
            self.levels[rows],
            [self.categories[row] for row in rows],
            [self.groups[row] for row in rows],
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
            "group": conversation["id"],
        }
        before.append(turn["text"])


def out_of_fold(examples: Examples, encoder: Path) -> Floats:
    """Raw scores of each message by a network that saw nothing of its group; shape (n, 3)."""
    raw = np.zeros((len(examples.texts), 3), dtype=np.float32)
    tokenizer = load_tokenizer(encoder)
    splits = GroupKFold(FOLDS).split(examples.texts, groups=examples.groups)
    for number, (train, test) in enumerate(splits, start=1):
        seen, unseen = examples.only(train), examples.only(test)
        network = fine_tune(
            encoder, seen.texts, seen.levels.tolist(), seen.category_numbers(), len(CATEGORIES)
        )
        raw[test] = score(network, tokenizer, unseen.texts)
        print(f"  fold {number} of {FOLDS}", flush=True)
    return raw


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
    imminent = probabilities[:, 2] >= thresholds[2]
    handed = (probabilities[:, 1] >= thresholds[1]) | imminent
    return {
        "messages": len(levels),
        "imminent_seen_as_2_or_3": round(float(handed[levels == 3].mean()), 3),
        "imminent_seen_as_3": round(float(imminent[levels == 3].mean()), 3),
        "sensitivity_2_and_3": round(float(handed[levels >= 2].mean()), 3),
        "level_1_raised": round(float(handed[levels == 1].mean()), 3),
        "needless_on_0": round(float(handed[levels == 0].mean()), 3),
        "auc_2_or_more": round(float(roc_auc_score(levels >= 2, probabilities[:, 1])), 4),
    }


def judge() -> None:
    """Cross-validates and writes JUDGEMENT. Takes about half an hour on two cores."""
    examples = Examples.read(MESSAGES, CONVERSATIONS)
    raw = out_of_fold(examples, Settings.load().var_folder / "encoder")
    calibration = Calibration.fit(raw, examples.levels)
    probabilities = calibration.probabilities(raw)
    thresholds = choose_thresholds(probabilities, examples.levels)
    measured = figures(probabilities, examples.levels, thresholds)
    Judgement(calibration, thresholds).save(JUDGEMENT, {"cross_validated": measured})
    print("  cross-validated (classifier alone):", json.dumps(measured), flush=True)


def build(out: Path) -> None:
    """Fine-tunes on everything and writes the model; the manifest comes last and says that it is whole."""
    examples = Examples.read(MESSAGES, CONVERSATIONS)
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
    export(network, encoder, out)
    shutil.copyfile(JUDGEMENT, out / "manifest.json")


if __name__ == "__main__":
    if sys.argv[1] == "judge":
        judge()
    else:
        build(Path(sys.argv[2]))
