"""Rasa classifier: logistic regression that lets intents with many examples weigh somewhat more.

Rasa's own gives every intent the same weight, however many examples it has: of the hundreds of ways to be
out of scope each then counts for little. Here an intent weighs as its number of examples to a power.

The regression is scikit-learn's, objective and all; only the sums are done otherwise: scikit-learn takes the
sentence vector's columns, which are never 0, for sparse ones, and needs several times as long.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression

BALANCE_KEY = "balance"
Floats = npt.NDArray[np.float64]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TemperedClassifier(LogisticRegressionClassifier):
    """``balance``: 1 gives every intent the same weight in all (Rasa's way), 0 every example."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {**LogisticRegressionClassifier.get_default_config(), BALANCE_KEY: 0.5}

    def train(self, training_data: TrainingData) -> Resource:
        """Trains the classifier on a data set."""
        features, intents = self._create_training_matrix(training_data)
        weights = class_weights(intents, self.config[BALANCE_KEY])
        dense = _dense_width(training_data.intent_examples)
        fit(self.clf, features, dense, intents, [weights[intent] for intent in intents])
        self.persist()
        return self._resource


def class_weights(intents: list[str], balance: float) -> dict[str, float]:
    """What an example of each intent weighs; 1 for an intent with the mean number of examples."""
    counts = Counter(intents)
    mean = len(intents) / max(1, len(counts))
    return {intent: (mean / count) ** balance for intent, count in counts.items()}


def fit(
    regression: LogisticRegression,
    features: csr_matrix,
    dense: int,
    intents: list[str],
    weights: list[float],
) -> None:
    """What ``regression.fit`` does (L-BFGS, all classes at once), where the last ``dense`` columns are full.

    ``features``: shape (examples, columns); ``weights``: of each example. Penalty, tolerance and most
    iterations are the regression's own.
    """
    classes, numbers = np.unique(intents, return_inverse=True)
    columns, kinds = features.shape[1], len(classes)
    sparse = features[:, : columns - dense].tocsr().astype(np.float32)
    full = np.asarray(features[:, columns - dense :].todense(), dtype=np.float32)
    back = sparse.T.tocsr()
    weight = np.asarray(weights, dtype=np.float32)
    wanted = np.zeros((len(intents), kinds), dtype=np.float32)
    wanted[np.arange(len(intents)), numbers] = 1.0

    def loss_and_slope(flat: Floats) -> tuple[float, Floats]:
        table = flat.reshape(columns + 1, kinds)
        slopes = table[:-1].astype(np.float32)
        scores = sparse @ slopes[: columns - dense] + full @ slopes[columns - dense :]
        scores += table[-1].astype(np.float32)
        logs = scores - logsumexp(scores, axis=1, keepdims=True)
        loss = -float((weight[:, None] * wanted * logs).sum(dtype=np.float64))
        loss += 0.5 / regression.C * float((table[:-1] ** 2).sum())
        off = weight[:, None] * (np.exp(logs) - wanted)
        slope = np.concatenate([back @ off, full.T @ off, off.sum(axis=0, keepdims=True)]).astype(np.float64)
        slope[:-1] += table[:-1] / regression.C
        return loss, slope.ravel()

    found = minimize(
        loss_and_slope,
        np.zeros((columns + 1) * kinds),
        jac=True,
        method="L-BFGS-B",
        options={"gtol": regression.tol, "maxiter": regression.max_iter},
    )
    table = found.x.reshape(columns + 1, kinds)
    regression.classes_ = classes
    regression.coef_ = np.ascontiguousarray(table[:-1].T)
    regression.intercept_ = np.ascontiguousarray(table[-1])
    regression.n_features_in_ = columns
    regression.n_iter_ = np.array([found.nit], dtype=np.int32)


def _dense_width(examples: list[Message]) -> int:
    """Columns of the sentence vector; 0 without examples."""
    for each in examples:
        features = each.get_dense_features(attribute=TEXT)[1]
        if each.get(INTENT) and features is not None:
            return int(features.features.shape[-1])
    return 0
