"""Bank cards: 13 to 19 digits with a right Luhn sum, or four groups of four."""

from __future__ import annotations

import re

from handoff.privacy.kinds import CARD
from handoff.privacy.recognisers.folded_pattern import FoldedPatternRecognizer


class BankCardRecognizer(FoldedPatternRecognizer):
    """A mistyped number in four groups of four is stripped too."""

    needs_digit = True

    def __init__(self) -> None:
        super().__init__(
            CARD,
            [
                ("groups", r"(?<![0-9])[2-6]\d{3}(?:[ \-./]{0,2}\d{4}){3}(?![0-9])", 0.7),
                ("any", r"(?<![0-9])[2-6](?:[ \-.]{0,2}\d){12,18}(?![0-9])", 0.1),
            ],
            context=["carte", "cb", "visa", "mastercard", "bancaire", "cvv", "cryptogramme", "expire"],
        )

    def validate_result(self, pattern_text: str) -> bool | None:
        return True if has_valid_luhn(pattern_text) else None


def has_valid_luhn(text: str) -> bool:
    digits = [int(digit) for digit in re.sub(r"\D", "", text)][::-1]
    total = sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return 13 <= len(digits) <= 19 and total % 10 == 0
