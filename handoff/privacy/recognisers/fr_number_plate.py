"""French number plates, of 2009 (AB-123-CD) and before (1234 AB 69)."""

from __future__ import annotations

from typing import Any

from presidio_analyzer import RecognizerResult

from handoff.privacy.kinds import PLATE
from handoff.privacy.recognisers.folded_pattern import FoldedPatternRecognizer

_START, _END = "(?<![a-z0-9])", "(?![a-z0-9])"
IN_CAPITALS = 0.7
_LETTERS = "[a-hj-np-tv-z]"


class FrNumberPlateRecognizer(FoldedPatternRecognizer):
    """With spaces ("de 100 le") only next to a word about cars: too many sentences look like that."""

    needs_digit = True

    def __init__(self) -> None:
        super().__init__(
            PLATE,
            [
                ("dashes", rf"{_START}{_LETTERS}{{2}}\s?-\s?\d{{3}}\s?-\s?{_LETTERS}{{2}}{_END}", 0.9),
                ("compact", rf"(?<![a-z0-9]){_LETTERS}{{2}}\d{{3}}{_LETTERS}{{2}}(?![a-z0-9])", 0.8),
                ("scooter", rf"{_START}{_LETTERS}{{1,2}}[ \-]\d{{2,3}}[ \-]{_LETTERS}(?![a-z0-9'])", 0.3),
                ("spaces", rf"(?<![a-z0-9]){_LETTERS}{{2}}[ .]\d{{3}}[ .]{_LETTERS}{{2}}(?![a-z0-9])", 0.3),
                ("old", r"(?<![a-z0-9])\d{2,4}[ \-]?[a-z]{2,3}[ \-]?(?:\d{2}|2[ab])(?![a-z0-9])", 0.2),
            ],
            context=[
                "plaque", "plaques", "immatriculation", "immatriculee",
                "immatricule", "immat", "voiture", "bagnole",
                "caisse", "vehicule", "clio", "golf", "audi",
                "bmw", "mercedes", "peugeot", "renault", "scooter", "moto",
                "camion", "fourgon", "van", "megane", "twingo",
                "tesla", "camionnette", "gova", "vago", "license plate",
            ],
        )  # fmt: skip

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """In capitals it needs no word about cars: no sentence looks like "YR 208 TD"."""
        results = super().analyze(text, entities, nlp_artifacts, regex_flags)
        for result in results:
            plate = text[result.start : result.end]
            if plate.isupper() and not text.isupper():
                result.score = max(result.score, IN_CAPITALS)
        return results
