"""Bank account numbers (ISO 13616), mod 97 checked."""

from __future__ import annotations

import re

from handoff.privacy.kinds import IBAN
from handoff.privacy.recognisers.folded_pattern import FoldedPatternRecognizer


class BankAccountRecognizer(FoldedPatternRecognizer):
    """A right check is proof; a mistyped French one is stripped too."""

    needs_digit = True

    def __init__(self) -> None:
        super().__init__(
            IBAN,
            [
                ("grouped", (
                    r"(?<![a-z0-9])[a-z]{2}[ \-]?\d{2}(?:[ \-.]{0,2}[a-z0-9]{4}){3,7}(?:["
                    r" \-.]{0,2}[a-z0-9]{1,3})?(?![a-z0-9])"
                ), 0.3),
                (
                    "whole_groups",
                    r"(?<![a-z0-9])[a-z]{2}[ \-]?\d{2}(?:[ \-.]{0,2}[a-z0-9]{4}){3,7}(?![a-z0-9])",
                    0.3,
                ),
                ("french", r"(?<![a-z0-9])fr[ \-]?\d{2}(?:[ \-.]{0,2}[0-9a-z]){23}(?![a-z0-9])", 0.9),
                ("french_start", r"(?<![a-z0-9])fr[ \-]?76(?:[ \-.]{0,2}[0-9]){8,22}", 0.8),
            ],
            context=["iban", "rib", "compte", "bancaire", "virement", "bic"],
        )  # fmt: skip

    def validate_result(self, pattern_text: str) -> bool | None:
        return True if has_valid_check(pattern_text) else None


def has_valid_check(text: str) -> bool:
    compact = re.sub(r"[^0-9a-z]", "", text.lower())
    if not 15 <= len(compact) <= 34:
        return False
    moved = compact[4:] + compact[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1
