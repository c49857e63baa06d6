"""Trains the distress classifier: ``python -m handoff.distress.train OUT_DIR``.

Reads data/distress/messages.jsonl ({text, level, category, lang, group} a line). Figures are from
cross-validation by group, so that a scene is never on both sides; thresholds are chosen on them,
for sensitivity first.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from handoff.distress.classifier import Calibration, Classifier, Scorer, side_by_side, spellings
from handoff.distress.detector import LEXICON
from handoff.distress.lexicon import Lexicon
from handoff.encoder.encoder import Encoder
from handoff.settings import PROJECT_FOLDER, Settings

MESSAGES = PROJECT_FOLDER / "data" / "distress" / "messages.jsonl"
FOLDS = 5

# How many of the hard messages may be raised by one level too many: the price of missing fewer.
RAISED_FROM_0 = 0.12
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
    def read(cls, path: Path) -> Examples:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return cls(
            [row["text"] for row in rows],
            np.array([row["level"] for row in rows]),
            [row["category"] for row in rows],
            [row["group"] for row in rows],
        )


def out_of_fold(examples: Examples, vectors: Floats) -> Floats:
    """Raw scores of each message by a scorer that saw nothing of its group; shape (n, 3)."""
    raw = np.zeros((len(examples.texts), 3), dtype=np.float32)
    for train, test in GroupKFold(FOLDS).split(vectors, groups=examples.groups):
        scorer = Scorer.fit(
            vectors[train],
            [examples.texts[row] for row in train],
            examples.levels[train],
            [examples.categories[row] for row in train],
        )
        raw[test] = scorer.scores(vectors[test], [examples.texts[row] for row in test])[0]
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


def train(out: Path) -> None:
    """Trains on everything, with thresholds from cross-validation, and writes the model."""
    examples = Examples.read(MESSAGES)
    Lexicon.load(LEXICON)  # a faulty lexicon stops the build, not the service
    encoder = Encoder.load(Settings.load().var_folder / "encoder")
    vectors = side_by_side(encoder.encode(spellings(examples.texts)))
    raw = out_of_fold(examples, vectors)
    calibration = Calibration.fit(raw, examples.levels)
    probabilities = calibration.probabilities(raw)
    thresholds = choose_thresholds(probabilities, examples.levels)
    measured = figures(probabilities, examples.levels, thresholds)
    print("  cross-validated (classifier alone):", json.dumps(measured), flush=True)
    scorer = Scorer.fit(vectors, examples.texts, examples.levels, examples.categories)
    Classifier(scorer, calibration, thresholds).save(out, {"cross_validated": measured})


if __name__ == "__main__":
    train(Path(sys.argv[1]))
