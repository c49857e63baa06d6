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

from handoff.distress.classifier import Classifier
from handoff.distress.detector import LEXICON
from handoff.distress.lexicon import Lexicon
from handoff.encoder.encoder import Encoder
from handoff.settings import PROJECT_FOLDER, Settings

MESSAGES = PROJECT_FOLDER / "data" / "distress" / "messages.jsonl"
FOLDS = 5

# The bars of risk-levels: sensitivity first, then as few needless hand-overs as it allows.
SENSITIVITY_HIGH = 0.97
SENSITIVITY_IMMINENT = 0.95
MOST_FALSE_ALARMS = 0.06

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
    """P(level) of each message by a classifier that saw nothing of its group; shape (n, 4)."""
    probabilities = np.zeros((len(examples.texts), 4), dtype=np.float32)
    for train, test in GroupKFold(FOLDS).split(vectors, groups=examples.groups):
        classifier = Classifier.fit(
            vectors[train],
            [examples.texts[row] for row in train],
            [int(examples.levels[row]) for row in train],
            [examples.categories[row] for row in train],
        )
        probabilities[test] = classifier.probabilities(vectors[test], [examples.texts[row] for row in test])[
            0
        ]
    return probabilities


def choose_thresholds(probabilities: Floats, levels: Integers) -> tuple[float, float, float]:
    """The largest thresholds that keep the sensitivities, as far as false alarms stay bearable."""
    high, imminent = probabilities[:, 2:].sum(axis=1), probabilities[:, 3]
    second = float(np.quantile(high[levels >= 2], 1 - SENSITIVITY_HIGH))
    bearable = float(np.quantile(high[levels == 0], 1 - MOST_FALSE_ALARMS))
    second = max(second, min(bearable, 0.5))
    third = float(np.quantile(imminent[levels == 3], 1 - SENSITIVITY_IMMINENT))
    third = max(third, min(float(np.quantile(imminent[levels == 2], 0.9)), 0.5))
    return 0.5, second, third


def figures(
    probabilities: Floats, levels: Integers, thresholds: tuple[float, float, float]
) -> dict[str, float]:
    """What the thresholds give on these messages."""
    high = probabilities[:, 2:].sum(axis=1)
    handed = (high >= thresholds[1]) | (probabilities[:, 3] >= thresholds[2])
    imminent = probabilities[:, 3] >= thresholds[2]
    return {
        "messages": len(levels),
        "imminent_seen_as_2_or_3": round(float(handed[levels == 3].mean()), 3),
        "imminent_seen_as_3": round(float(imminent[levels == 3].mean()), 3),
        "sensitivity_2_and_3": round(float(handed[levels >= 2].mean()), 3),
        "level_1_raised": round(float(handed[levels == 1].mean()), 3),
        "needless_on_0": round(float(handed[levels == 0].mean()), 3),
        "auc_2_or_more": round(float(roc_auc_score(levels >= 2, high)), 4),
    }


def train(out: Path) -> None:
    """Trains on everything, with thresholds from cross-validation, and writes the model."""
    examples = Examples.read(MESSAGES)
    Lexicon.load(LEXICON)  # a faulty lexicon stops the build, not the service
    encoder = Encoder.load(Settings.load().var_folder / "encoder")
    vectors = encoder.encode(examples.texts)
    probabilities = out_of_fold(examples, vectors)
    thresholds = choose_thresholds(probabilities, examples.levels)
    measured = figures(probabilities, examples.levels, thresholds)
    print("  cross-validated (classifier alone):", json.dumps(measured), flush=True)
    levels = [int(level) for level in examples.levels]
    classifier = Classifier.fit(vectors, examples.texts, levels, examples.categories, thresholds)
    classifier.save(out, {"cross_validated": measured})


if __name__ == "__main__":
    train(Path(sys.argv[1]))
