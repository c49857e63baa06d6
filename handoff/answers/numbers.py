"""The numbers to call that a text holds: one that nobody answers must never reach a young person."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from phonenumbers import Leniency, PhoneNumberMatcher, national_significant_number

REGION: Final = "FR"
FRANCE: Final = 33

# Short numbers are in no plan that a library could check: what looks like one, and is not an amount.
_SHORT: Final = re.compile(
    r"(?<![\d,./-])(?:11[68][ .]?\d{3}|10\d\d|3\d[ .]?\d\d|1\d\d|1[157-9])"
    r"(?!\d|[.,]\d|[ .]?\d{3}\b|[-/]\d| ?(?:%|€|euros?|ans|mois|jours|heures|h\b|minutes|semaines|fois"
    r"|years?|months|days|hours|weeks|times|am\b|pm\b|años|meses|días|horas|semanas|veces))"
)


def unknown_numbers(text: str, phones: Collection[str]) -> list[str]:
    """What looks like a number to call and is none of ``phones`` (digits only, as dialled in France)."""
    return [written for written, dialled in _numbers(text) if dialled not in phones]


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    """Every number as it is written, and as it is dialled. Invalid ones too: a slip makes them."""
    rest = text
    for match in PhoneNumberMatcher(text, REGION, leniency=Leniency.POSSIBLE):
        if not match.raw_string.startswith(("0", "+", "(")):
            continue  # short numbers side by side ("112. 116 000")
        number = match.number
        prefix = "0" if number.country_code == FRANCE else f"+{number.country_code}"
        yield match.raw_string, prefix + national_significant_number(number)
        rest = rest[: match.start] + " " * len(match.raw_string) + rest[match.end :]
    yield from ((written, "".join(filter(str.isdigit, written))) for written in _SHORT.findall(rest))
