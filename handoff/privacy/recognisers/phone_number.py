"""Phone numbers in digits: French, overseas, international, however they are spaced."""

from __future__ import annotations

import re

from handoff.privacy.helplines import is_public
from handoff.privacy.kinds import PHONE
from handoff.privacy.recognisers.folded_pattern import FoldedPatternRecognizer

# Anything but letters and digits may stand between two digits: spaces, dots, line feeds, emoji.
_GAP = r"[^0-9a-z]{0,4}"
# "O6 l2": letters typed for digits, or for those one does not want to write.
_DIGIT = "[0-9oilx]"
_COUNTRY = rf"(?:(?:\+|00){_GAP}33|(?<![0-9])33){_GAP}(?:\(?[0o]\)?{_GAP})?"
_ZERO = "(?:(?<![0-9])0|(?<![0-9a-z])o)"
_DATE = re.compile(r"\D*\d{1,2}\D{1,3}\d{1,2}\D{1,3}(?:19|20)\d\d\D*")


class PhoneNumberRecognizer(FoldedPatternRecognizer):
    """Helplines are left alone."""

    needs_digit = True

    def __init__(self) -> None:
        super().__init__(
            PHONE,
            [
                ("french", rf"{_ZERO}{_GAP}[1-9](?:{_GAP}{_DIGIT}){{8}}(?![0-9])", 0.9),
                ("french_abroad", rf"{_COUNTRY}[1-9](?:{_GAP}[0-9]){{8}}(?![0-9])", 0.9),
                ("british", r"(?<![0-9])0[127]\d{3} ?\d{3} ?\d{3}(?![0-9])", 0.85),
                ("international", rf"(?:\+|(?<![0-9])00){_GAP}[1-9](?:{_GAP}[0-9]){{7,13}}(?![0-9])", 0.85),
                ("long_run", r"(?<![0-9a-z#])[0-9]{9,20}(?![0-9])", 0.6),
                ("without_zero", r"(?<![0-9])[67](?:[ .\-]?[0-9]){8}(?![0-9])", 0.55),
                ("spaced_run", r"(?<![0-9])[0-9](?:[ .\-/]{0,3}[0-9]){7,14}(?![0-9])", 0.2),
            ],
            context=[
                "num", "numero", "nums", "tel", "telephone",
                "phone", "portable", "06", "07", "whatsapp", "appelle",
                "appeler", "appelez", "appelle-moi", "joindre",
                "joignable", "contacter", "rappelle", "rappeler",
                "rappelez", "sms", "texto", "number", "call", "numero de", "signal", "telegram",
            ],
        )  # fmt: skip

    def invalidate_result(self, pattern_text: str) -> bool:
        digits = sum(character.isdigit() for character in pattern_text)
        if digits < 7 or _DATE.fullmatch(pattern_text):
            return True
        return is_public(pattern_text) or _holds_only_helplines(pattern_text)


def _holds_only_helplines(text: str) -> bool:
    """ "119 3018 3919": several numbers of help in a row."""
    groups = re.findall(r"\d+", text)
    return len(groups) > 1 and all(len(group) <= 4 and is_public(group) for group in groups)
