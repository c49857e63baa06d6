"""Context: a weak match counts when words that announce it stand near.

Presidio's own enhancer compares lemmas; our pipeline runs without a lemmatizer (speed), and young
people's spelling has no lemmas anyway. This one looks for the recogniser's context words, folded,
in the characters around the match.
"""

from __future__ import annotations

import re
from typing import Any

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer

from handoff.privacy.language import FrenchArtifacts

BEFORE_CHARACTERS = 60
AFTER_CHARACTERS = 25
BOOST = 0.45


class NearbyWordsEnhancer(ContextAwareEnhancer):
    """Adds ``BOOST`` to a result with one of its recogniser's context words nearby."""

    def __init__(self) -> None:
        super().__init__(BOOST, 0.0, 0, 0)
        self._compiled: dict[str, re.Pattern[str]] = {}

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: Any,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        if not raw_results or not isinstance(nlp_artifacts, FrenchArtifacts):
            return raw_results
        by_id = {recognizer.id: recognizer for recognizer in recognizers if recognizer.context}
        for result in raw_results:
            metadata = result.recognition_metadata or {}
            recognizer = by_id.get(metadata.get(RecognizerResult.RECOGNIZER_IDENTIFIER_KEY, ""))
            if recognizer and self._is_announced(recognizer, result, nlp_artifacts.folded):
                result.score = min(self.MAX_SCORE, result.score + BOOST)
        return raw_results

    def _is_announced(self, recognizer: EntityRecognizer, result: RecognizerResult, folded: str) -> bool:
        pattern = self._compiled.get(recognizer.id)
        if pattern is None:
            words = "|".join(re.escape(word) for word in recognizer.context)
            pattern = self._compiled[recognizer.id] = re.compile(rf"(?<![a-z])(?:{words})(?![a-z])")
        before = folded[max(0, result.start - BEFORE_CHARACTERS) : result.start]
        after = folded[result.end : result.end + AFTER_CHARACTERS]
        return bool(pattern.search(before) or pattern.search(after))
