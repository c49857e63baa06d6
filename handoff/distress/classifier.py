"""The classifier: how sure we are that a message is at least of level 1, 2, 3; and its category.

The network's scores are calibrated (Platt) on messages that it had not seen. Compared with others in
docs/decisions/0006-how-distress-is-weighed.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from handoff.conversation import Category
from handoff.distress.network import DistressModelError, Network

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

CATEGORIES = [category.value for category in Category if category is not Category.NONE]
AT_LEAST = (1, 2, 3)


@dataclass(frozen=True)
class Calibration:
    """Platt's: P = 1 / (1 + exp(-(slope * score + offset))), one pair for each of AT_LEAST."""

    slopes: tuple[float, ...]
    offsets: tuple[float, ...]

    @classmethod
    def fit(cls, raw: Floats, levels: Integers) -> Calibration:
        """On scores of messages that the network had not seen; shape (n, 3)."""
        models = [
            LogisticRegression(C=1e3).fit(raw[:, [column]], levels >= least)
            for column, least in enumerate(AT_LEAST)
        ]
        return cls(
            tuple(float(model.coef_[0, 0]) for model in models),
            tuple(float(model.intercept_[0]) for model in models),
        )

    def probabilities(self, raw: Floats) -> Floats:
        """P(level ≥ 1), P(≥ 2), P(≥ 3): shape (n, 3)."""
        return np.asarray(expit(raw * np.array(self.slopes) + np.array(self.offsets)), dtype=np.float32)


@dataclass(frozen=True)
class Judgement:
    """How scores become levels. ``thresholds``: from which P(level ≥ 1), P(≥ 2), P(≥ 3) on it counts."""

    calibration: Calibration
    thresholds: tuple[float, float, float]

    @classmethod
    def load(cls, path: Path) -> Judgement:
        """Raises OSError, KeyError, TypeError or ValueError on a faulty file."""
        row = json.loads(path.read_text(encoding="utf-8"))
        calibration = Calibration(**{name: tuple(map(float, v)) for name, v in row["calibration"].items()})
        first, second, third = map(float, row["thresholds"])
        if not len(calibration.slopes) == len(calibration.offsets) == len(AT_LEAST):
            raise ValueError("one slope and one offset for each level")
        return cls(calibration, (first, second, third))

    def save(self, path: Path, notes: dict[str, Any]) -> None:
        row = {"calibration": asdict(self.calibration), "thresholds": self.thresholds, **notes}
        path.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")


class Classifier:
    """Calibrated probabilities. Safe to call from several threads."""

    def __init__(self, network: Network, judgement: Judgement) -> None:
        self._network = network
        self._calibration = judgement.calibration
        self.thresholds = judgement.thresholds

    @classmethod
    def load(cls, folder: Path) -> Classifier:
        """Raises DistressModelError."""
        try:
            judgement = Judgement.load(folder / "manifest.json")
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise DistressModelError(f"no distress model in {folder}: run `make build`") from error
        return cls(Network.load(folder), judgement)

    def probabilities(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """P(level ≥ 1, 2, 3), shape (n, 3), and P(category), shape (n, number of CATEGORIES)."""
        raw, categories = self._network.scores(texts)
        return self._calibration.probabilities(raw), categories
