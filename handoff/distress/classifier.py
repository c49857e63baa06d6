"""The classifier: the encoder's vector and character n-grams → probabilities of the four levels.

Two multinomial logistic regressions (level, category). Saved as plain arrays and JSON: loading a
model runs no code.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from handoff.conversation import Category
from handoff.distress.fold import fold

Floats = npt.NDArray[np.float32]

LEVELS = 4
CATEGORIES = [category.value for category in Category if category is not Category.NONE]

N_GRAM_FEATURES = 2**15
# How much the n-grams weigh beside the unit vector of the encoder; by cross-validation.
N_GRAM_WEIGHT = 0.6
VECTOR_WEIGHT = 6.0
STRENGTH = 1.0


class DistressModelError(Exception):
    """There is no usable model in the folder; ``make build`` makes it."""


def n_grams(texts: Sequence[str]) -> csr_matrix:
    """Character n-grams of folded texts, hashed: shape (texts, N_GRAM_FEATURES), rows of unit length."""
    hashing = HashingVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), n_features=N_GRAM_FEATURES, alternate_sign=False
    )
    return hashing.transform([fold(text) for text in texts])


def features(vectors: Floats, texts: Sequence[str]) -> csr_matrix:
    """What the regressions see."""
    # E5's vectors all lie in one narrow cone: scaled up, so that their differences count.
    dense = csr_matrix(vectors * VECTOR_WEIGHT)
    return hstack([dense, n_grams(texts) * N_GRAM_WEIGHT]).tocsr()


class Classifier:
    """Probabilities of levels and categories. ``thresholds``: least P(level ≥ 1), P(≥ 2), P(≥ 3)."""

    def __init__(
        self,
        level: tuple[Floats, Floats],
        category: tuple[Floats, Floats],
        mean: Floats,
        thresholds: tuple[float, float, float],
    ) -> None:
        self._level = level
        self._category = category
        self._mean = mean
        self.thresholds = thresholds

    @classmethod
    def fit(
        cls,
        vectors: Floats,
        texts: Sequence[str],
        levels: Sequence[int],
        categories: Sequence[str],
        thresholds: tuple[float, float, float] = (0.5, 0.35, 0.4),
    ) -> Classifier:
        """Trains both regressions. Shapes: vectors (n, 384), the others n."""
        mean = vectors.mean(axis=0)
        seen = features(vectors - mean, texts)
        level = _regression(seen, levels, list(range(LEVELS)))
        worried = [row for row, value in enumerate(levels) if value > 0]
        category = _regression(seen[worried], [categories[row] for row in worried], CATEGORIES)
        return cls(level, category, mean, thresholds)

    def probabilities(self, vectors: Floats, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """P(level), shape (n, 4), and P(category), shape (n, number of CATEGORIES)."""
        seen = features(vectors - self._mean, texts)
        return _softmax(seen, self._level), _softmax(seen, self._category)

    def save(self, folder: Path, notes: dict[str, Any]) -> None:
        """Writes the arrays, then the manifest that says the model is whole."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            folder / "model.npz",
            level_weights=self._level[0],
            level_bias=self._level[1],
            category_weights=self._category[0],
            category_bias=self._category[1],
            mean=self._mean,
        )
        manifest = {"thresholds": self.thresholds, "features": N_GRAM_FEATURES, **notes}
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
            first, second, third = manifest["thresholds"]
            return cls(
                (found["level_weights"], found["level_bias"]),
                (found["category_weights"], found["category_bias"]),
                found["mean"],
                (float(first), float(second), float(third)),
            )
        except (OSError, KeyError, ValueError) as error:
            raise DistressModelError(f"no distress model in {folder}: run `make build`") from error


def _regression(seen: csr_matrix, labels: Sequence[Any], classes: list[Any]) -> tuple[Floats, Floats]:
    model = LogisticRegression(C=STRENGTH, max_iter=2000, class_weight="balanced")
    model.fit(seen, labels)
    weights = np.zeros((len(classes), seen.shape[1]), dtype=np.float32)
    bias = np.full(len(classes), -30.0, dtype=np.float32)  # a class without an example is never chosen
    for row, label in enumerate(model.classes_):
        weights[classes.index(label)] = model.coef_[row]
        bias[classes.index(label)] = model.intercept_[row]
    return weights, bias


def _softmax(seen: csr_matrix, regression: tuple[Floats, Floats]) -> Floats:
    scores = np.asarray(seen @ regression[0].T + regression[1], dtype=np.float32)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)
