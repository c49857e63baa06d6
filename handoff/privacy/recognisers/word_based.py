"""Base of the recognisers that read words rather than patterns."""

from __future__ import annotations

from typing import Any

from presidio_analyzer import EntityRecognizer, RecognizerResult

from handoff.privacy.language import LANGUAGE, FrenchArtifacts


class WordBasedRecognizer(EntityRecognizer):
    """Subclasses give ``kind`` and ``find``."""

    kind: str = ""

    def __init__(self) -> None:
        super().__init__(supported_entities=[self.kind], supported_language=LANGUAGE)

    def load(self) -> None:
        """Nothing to load: tables come through the constructor."""

    def find(self, artifacts: FrenchArtifacts) -> list[tuple[int, int, float]]:
        """(start, end, score) of each match in the clean text."""
        raise NotImplementedError

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> list[RecognizerResult]:
        metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: type(self).__name__,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        return [
            RecognizerResult(self.kind, start, end, score, recognition_metadata=metadata)
            for start, end, score in self.find(nlp_artifacts)
        ]
