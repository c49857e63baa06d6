"""Base of our pattern recognisers: Presidio's, reading the folded text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from presidio_analyzer import Pattern, PatternRecognizer, RecognizerResult

from handoff.privacy.language import LANGUAGE


class FoldedPatternRecognizer(PatternRecognizer):
    """``patterns``: (name, expression for lower-case text without accents, score). Threshold: 0.5."""

    # A text without a digit cannot hold what most recognisers look for.
    needs_digit = False

    def __init__(
        self, kind: str, patterns: Sequence[tuple[str, str, float]], context: Sequence[str] = ()
    ) -> None:
        super().__init__(
            supported_entity=kind,
            supported_language=LANGUAGE,
            patterns=[Pattern(name, expression, score) for name, expression, score in patterns],
            context=list(context),
        )

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        folded: str = nlp_artifacts.folded
        if self.needs_digit and not any(character.isdigit() for character in folded):
            return []
        return super().analyze(folded, entities, nlp_artifacts, regex_flags)
