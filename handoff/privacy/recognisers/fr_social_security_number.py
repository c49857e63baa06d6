"""The French social security number (NIR), with its key. Rule: 97 − (first 13 digits mod 97)."""

from __future__ import annotations

import re

from handoff.privacy.kinds import NIR
from handoff.privacy.recognisers.folded_pattern import FoldedPatternRecognizer

# However the digits are grouped.
_GAP = r"[ .\-/_]{0,2}"
_DIGIT = rf"{_GAP}\d"
_BODY = (
    rf"[1-478]{_DIGIT}{_DIGIT}{_GAP}(?:0{_GAP}[1-9]|1{_GAP}[0-2]|[2-9]{_DIGIT})"
    rf"{_GAP}(?:2{_GAP}[ab]|\d{_DIGIT})(?:{_DIGIT}){{6}}"
)


class FrSocialSecurityNumberRecognizer(FoldedPatternRecognizer):
    """A right key is proof; without one, only next to a word that announces it, or when written whole."""

    needs_digit = True

    def __init__(self) -> None:
        super().__init__(
            NIR,
            [
                ("with_key", rf"(?<![0-9]){_BODY}{_GAP}(?:cle)?{_GAP}\d{_DIGIT}(?![0-9])", 0.55),
                ("announced", rf"(?<![0-9])[1-478](?:{_GAP}[0-9ab]){{12,14}}(?![0-9])", 0.1),
                ("without_key", rf"(?<![0-9]){_BODY}(?![0-9])", 0.5),
            ],
            context=["secu", "securite sociale", "nir", "carte vitale", "vitale", "numero de secu", "ameli"],
        )

    def validate_result(self, pattern_text: str) -> bool | None:
        compact = re.sub(r"[^0-9ab]", "", pattern_text.replace("cle", ""))
        return True if len(compact) == 15 and has_valid_key(compact) else None


def has_valid_key(compact: str) -> bool:
    """``compact``: 15 characters, Corsica's 2A and 2B in lower case."""
    body, key = compact[:13], compact[13:]
    # INSEE: 2A counts as 19, 2B as 18.
    body = body.replace("2a", "19").replace("2b", "18")
    return body.isdigit() and key.isdigit() and 97 - int(body) % 97 == int(key)
