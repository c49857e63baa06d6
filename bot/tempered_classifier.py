"""Rasa classifier: logistic regression that lets intents with many examples weigh somewhat more.

Rasa's own gives every intent the same weight, however many examples it has: of the hundreds of ways to be
out of scope each then counts for little. Here an intent weighs as its number of examples to a power.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.training_data import TrainingData

BALANCE_KEY = "balance"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TemperedClassifier(LogisticRegressionClassifier):
    """``balance``: 1 gives every intent the same weight in all (Rasa's way), 0 every example."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {**LogisticRegressionClassifier.get_default_config(), BALANCE_KEY: 0.5}

    def train(self, training_data: TrainingData) -> Resource:
        """Trains the classifier on a data set."""
        intents = [each.get(INTENT) for each in training_data.intent_examples if each.get(TEXT)]
        self.clf.class_weight = class_weights(intents, self.config[BALANCE_KEY])
        return super().train(training_data)


def class_weights(intents: list[str], balance: float) -> dict[str, float]:
    """What an example of each intent weighs; 1 for an intent with the mean number of examples."""
    counts = Counter(intents)
    mean = len(intents) / max(1, len(counts))
    return {intent: (mean / count) ** balance for intent, count in counts.items()}
