"""What a message tells of danger: the classifier and the lexicon together."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from handoff.conversation import Category, RiskLevel, StrippedText, Verdict
from handoff.distress.classifier import CATEGORIES, Classifier
from handoff.distress.context import in_context
from handoff.distress.lexicon import Lexicon, Phrase
from handoff.settings import PROJECT_FOLDER

LEXICON = PROJECT_FOLDER / "data" / "distress" / "lexicon.yml"

logger = logging.getLogger(__name__)

NO_CATEGORY: npt.NDArray[np.float32] = np.zeros(len(CATEGORIES), dtype=np.float32)

# What a counsellor reads when no explicit phrase was found.
NEAR = {
    Category.SUICIDE: "ressemble à : idées de suicide",
    Category.SELF_HARM: "ressemble à : se fait du mal",
    Category.VIOLENCE: "ressemble à : violences",
    Category.SEXUAL_VIOLENCE: "ressemble à : violences sexuelles",
    Category.EXPLOITATION: "ressemble à : exploitation",
    Category.ONLINE: "ressemble à : chantage, images, adulte en ligne",
    Category.RUNAWAY: "ressemble à : fugue, sans endroit où dormir",
    Category.MEDICAL: "ressemble à : danger pour la santé",
    Category.BULLYING: "ressemble à : harcèlement",
    Category.LOW_MOOD: "ressemble à : mal-être",
    Category.FAMILY: "ressemble à : difficultés en famille",
    Category.OTHER: "ressemble à : autre danger",
}

_MARK = re.compile(r"\[[^\]]*\]")  # "[PERSONNE_1]"
SHORTEST_SHOUT = 4  # letters
SHOUTED = 0.7  # of the letters are capitals


class DistressDetector:
    """Weighs messages. Safe to call from several threads; never raises on any text."""

    def __init__(self, classifier: Classifier, lexicon: Lexicon) -> None:
        self._classifier = classifier
        self._lexicon = lexicon

    @classmethod
    def load(cls, folder: Path) -> DistressDetector:
        """Raises DistressModelError when nothing was trained."""
        return cls(Classifier.load(folder), Lexicon.load(LEXICON))

    def weigh(self, text: StrippedText, before: Sequence[StrippedText] = ()) -> Verdict:
        """The verdict on one message, read with what the young person wrote ``before`` it (oldest first)."""
        if not text.value.strip():
            return Verdict()
        if self._lexicon.is_everyday(text.value):
            return Verdict()
        phrases = self._lexicon.find(text.value)
        reading = in_context(_calm(text.value), [_calm(each.value) for each in before])
        try:
            at_least, categories = self._classifier.probabilities([reading])
        except Exception as error:
            # Without the classifier the lexicon alone decides: it still sees what is said outright.
            logger.error(
                "the distress classifier failed, the lexicon decides alone: %s", type(error).__name__
            )
            return self._judge([0.0, 0.0, 0.0], NO_CATEGORY, phrases)
        return self._judge(at_least[0].tolist(), categories[0], phrases)

    def _judge(
        self, at_least: list[float], categories: npt.NDArray[np.float32], phrases: list[Phrase]
    ) -> Verdict:
        passed = [p >= t for p, t in zip(at_least, self._classifier.thresholds, strict=True)]
        # A level 3 that is no level 2 is the network contradicting itself: on validation it was never right.
        level = 0
        if passed[1]:
            level = 3 if passed[2] else 2
        elif passed[0]:
            level = 1
        category = Category(CATEGORIES[int(categories.argmax())])
        reasons = [f"phrase explicite : {phrase.reason}" for phrase in phrases]
        score = max(at_least[1:])
        if phrases:
            level = max(level, int(phrases[0].level))
            category = phrases[0].category
            score = max(score, 0.9)
        if level == 0:
            return Verdict(score=score)
        if not reasons:
            reasons = [NEAR[category]]
        return Verdict(RiskLevel(level), category, score, tuple(dict.fromkeys(reasons)))


def _calm(text: str) -> str:
    """In lower case when it was shouted: the network tells capitals apart, and has seen few of them."""
    letters = [character for character in _MARK.sub("", text) if character.isalpha()]
    shouted = len(letters) > SHORTEST_SHOUT and sum(map(str.isupper, letters)) > SHOUTED * len(letters)
    return text.lower() if shouted else text


def conversation_level(previous: RiskLevel, verdict: Verdict) -> RiskLevel:
    """The conversation's level after a message: it never falls by itself."""
    return max(previous, verdict.level)
