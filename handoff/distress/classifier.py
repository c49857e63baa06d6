"""The classifier: how sure we are that a message is at least of level 1, 2, 3; and its category.

For each "at least", two views of the message are averaged: a support vector machine on the encoder's
vectors (the message as written, and with its spelling folded), and a logistic regression on the same
vectors with character n-grams. Their sum is calibrated (Platt) on messages that neither had seen.
Measured by cross-validation on data/distress/messages.jsonl, the pair was better than either alone
(docs/decisions/0006-how-distress-is-weighed.md). Saved as plain arrays: loading a model runs no code.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from scipy.special import expit, softmax
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from handoff.conversation import Category
from handoff.distress.fold import fold

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

CATEGORIES = [category.value for category in Category if category is not Category.NONE]
AT_LEAST = (1, 2, 3)

# By cross-validation on the training messages.
N_GRAM_FEATURES = 2**15
N_GRAM_WEIGHT = 1.0
VECTOR_WEIGHT = 4.0
MACHINE_C = 5.0
# The machine counts twice: it is the better of the two.
MACHINE_SHARE = 2.0


class DistressModelError(Exception):
    """There is no usable model in the folder; ``make build`` makes it."""


def spellings(texts: Sequence[str]) -> list[str]:
    """What the encoder is asked: every text as written, then every text with its spelling folded."""
    return [*texts, *map(fold, texts)]


def side_by_side(vectors: Floats) -> Floats:
    """The vectors of ``spellings``, shape (2n, d), as one row a text, shape (n, 2d)."""
    half = len(vectors) // 2
    return np.hstack([vectors[:half], vectors[half:]])


def n_grams(texts: Sequence[str]) -> csr_matrix:
    """Character n-grams of folded texts, hashed: shape (texts, N_GRAM_FEATURES), rows of unit length."""
    hashing = HashingVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), n_features=N_GRAM_FEATURES, alternate_sign=False
    )
    return hashing.transform([fold(text) for text in texts])


@dataclass
class Linear:
    """A linear model: weights (classes, features), bias (classes)."""

    weights: Floats
    bias: Floats

    @classmethod
    def fit(cls, seen: csr_matrix, labels: Sequence[Any] | Booleans, classes: Sequence[Any]) -> Linear:
        model = LogisticRegression(C=1.0, max_iter=1000, class_weight="balanced")
        model.fit(seen, labels)
        if len(classes) == 2:
            return cls(model.coef_.astype(np.float32), model.intercept_.astype(np.float32))
        weights = np.zeros((len(classes), seen.shape[1]), dtype=np.float32)
        bias = np.full(len(classes), -30.0, dtype=np.float32)  # a class without an example is never chosen
        for row, label in enumerate(model.classes_):
            weights[list(classes).index(label)] = model.coef_[row]
            bias[list(classes).index(label)] = model.intercept_[row]
        return cls(weights, bias)

    def scores(self, seen: csr_matrix) -> Floats:
        return np.asarray(seen @ self.weights.T + self.bias, dtype=np.float32)


@dataclass
class Machine:
    """A support vector machine with a Gaussian kernel."""

    vectors: Floats
    weights: Floats
    bias: Floats
    gamma: Floats

    @classmethod
    def fit(cls, seen: Floats, labels: Booleans) -> Machine:
        gamma = 1.0 / (seen.shape[1] * float(seen.var()))
        model = SVC(C=MACHINE_C, gamma=gamma, class_weight="balanced").fit(seen, labels)
        return cls(
            model.support_vectors_.astype(np.float32),
            model.dual_coef_[0].astype(np.float32),
            model.intercept_.astype(np.float32),
            np.array([gamma], dtype=np.float32),
        )

    def scores(self, seen: Floats) -> Floats:
        squares = (seen**2).sum(axis=1)[:, None] + (self.vectors**2).sum(axis=1)[None, :]
        kernel = np.exp(-self.gamma[0] * (squares - 2 * seen @ self.vectors.T))
        return np.asarray(kernel @ self.weights + self.bias[0], dtype=np.float32)


class Scorer:
    """The raw scores, before calibration: one column for each of AT_LEAST."""

    def __init__(
        self, mean: Floats, scale: Floats, linear: list[Linear], machines: list[Machine], category: Linear
    ) -> None:
        self.mean = mean
        self.scale = scale
        self.linear = linear
        self.machines = machines
        self.category = category

    @classmethod
    def fit(
        cls, vectors: Floats, texts: Sequence[str], levels: Integers, categories: Sequence[str]
    ) -> Scorer:
        """Shapes: vectors (n, 2d), the others n."""
        mean, scale = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
        wide = _wide(vectors - mean, texts)
        standard = (vectors - mean) / scale
        linear = [Linear.fit(wide, levels >= least, (False, True)) for least in AT_LEAST]
        machines = [Machine.fit(standard, levels >= least) for least in AT_LEAST]
        worried = [int(row) for row in np.flatnonzero(levels > 0)]
        category = Linear.fit(wide[worried], [categories[row] for row in worried], CATEGORIES)
        return cls(mean, scale, linear, machines, category)

    def scores(self, vectors: Floats, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """Raw scores, shape (n, 3), and P(category), shape (n, number of CATEGORIES)."""
        wide = _wide(vectors - self.mean, texts)
        standard = (vectors - self.mean) / self.scale
        columns = [
            linear.scores(wide)[:, 0] + MACHINE_SHARE * machine.scores(standard)
            for linear, machine in zip(self.linear, self.machines, strict=True)
        ]
        return np.stack(columns, axis=1), softmax(self.category.scores(wide), axis=1)

    def arrays(self) -> dict[str, Floats]:
        """Everything there is to save, by name."""
        found: dict[str, Floats] = {"mean": self.mean, "scale": self.scale}
        for least, linear, machine in zip(AT_LEAST, self.linear, self.machines, strict=True):
            found |= {f"linear{least}_{name}": value for name, value in asdict(linear).items()}
            found |= {f"machine{least}_{name}": value for name, value in asdict(machine).items()}
        return found | {f"category_{name}": value for name, value in asdict(self.category).items()}

    @classmethod
    def from_arrays(cls, found: dict[str, Floats]) -> Scorer:
        def part(prefix: str) -> dict[str, Floats]:
            start = prefix + "_"
            return {name[len(start) :]: value for name, value in found.items() if name.startswith(start)}

        return cls(
            found["mean"],
            found["scale"],
            [Linear(**part(f"linear{least}")) for least in AT_LEAST],
            [Machine(**part(f"machine{least}")) for least in AT_LEAST],
            Linear(**part("category")),
        )


@dataclass(frozen=True)
class Calibration:
    """Platt's: P = 1 / (1 + exp(-(slope * score + offset))), one pair for each of AT_LEAST."""

    slopes: tuple[float, float, float]
    offsets: tuple[float, float, float]

    @classmethod
    def fit(cls, raw: Floats, levels: Integers) -> Calibration:
        """On scores of messages that the scorer had not seen; shape (n, 3)."""
        pairs = []
        for column, least in enumerate(AT_LEAST):
            model = LogisticRegression(C=1e3).fit(raw[:, [column]], levels >= least)
            pairs.append((float(model.coef_[0, 0]), float(model.intercept_[0])))
        return cls(tuple(slope for slope, _ in pairs), tuple(offset for _, offset in pairs))  # type: ignore[arg-type]

    def probabilities(self, raw: Floats) -> Floats:
        """P(level ≥ 1), P(≥ 2), P(≥ 3): shape (n, 3)."""
        return np.asarray(expit(raw * np.array(self.slopes) + np.array(self.offsets)), dtype=np.float32)


class Classifier:
    """Calibrated probabilities. ``thresholds``: from which P(level ≥ 1), P(≥ 2), P(≥ 3) on it counts."""

    def __init__(
        self, scorer: Scorer, calibration: Calibration, thresholds: tuple[float, float, float]
    ) -> None:
        self._scorer = scorer
        self._calibration = calibration
        self.thresholds = thresholds

    def probabilities(self, vectors: Floats, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """P(level ≥ 1, 2, 3), shape (n, 3), and P(category), shape (n, number of CATEGORIES)."""
        raw, categories = self._scorer.scores(vectors, texts)
        return self._calibration.probabilities(raw), categories

    def save(self, folder: Path, notes: dict[str, Any]) -> None:
        """Writes the arrays, then the manifest that says the model is whole."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(folder / "model.npz", **self._scorer.arrays())  # type: ignore[arg-type]
        manifest = {
            "features": N_GRAM_FEATURES,
            "thresholds": self.thresholds,
            "calibration": asdict(self._calibration),
            **notes,
        }
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Classifier:
        """Raises DistressModelError."""
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            with np.load(folder / "model.npz", allow_pickle=False) as arrays:
                found = {name: arrays[name] for name in arrays.files}
            if manifest["features"] != N_GRAM_FEATURES:
                raise DistressModelError(f"the model in {folder} is of another version: run `make build`")
            calibration = Calibration(**{name: tuple(v) for name, v in manifest["calibration"].items()})
            first, second, third = manifest["thresholds"]
            return cls(Scorer.from_arrays(found), calibration, (float(first), float(second), float(third)))
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise DistressModelError(f"no distress model in {folder}: run `make build`") from error


def _wide(centred: Floats, texts: Sequence[str]) -> csr_matrix:
    # E5's vectors all lie in one narrow cone: scaled up, so that their differences count.
    return hstack([csr_matrix(centred * VECTOR_WEIGHT), n_grams(texts) * N_GRAM_WEIGHT]).tocsr()
