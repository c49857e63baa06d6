"""Dates as people write them, and the age that a birth date stands for."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

MONTHS: Final[dict[str, int]] = {
    "janvier": 1, "janv": 1, "jan": 1, "january": 1, "enero": 1,
    "fevrier": 2, "fevr": 2, "fev": 2, "february": 2, "feb": 2, "febrero": 2,
    "mars": 3, "march": 3, "marzo": 3, "avril": 4, "avr": 4,
    "april": 4, "abril": 4, "mai": 5, "may": 5, "mayo": 5,
    "juin": 6, "june": 6, "junio": 6, "juillet": 7, "juil": 7, "july": 7, "julio": 7,
    "aout": 8, "august": 8, "aug": 8, "agosto": 8, "septembre": 9, "sept": 9, "september": 9, "septiembre": 9,
    "octobre": 10, "oct": 10, "october": 10, "octubre": 10,
    "novembre": 11, "nov": 11, "november": 11, "noviembre": 11,
    "decembre": 12, "dec": 12, "december": 12, "diciembre": 12,
}  # fmt: skip
_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_MONTH = rf"(?:{_NAMES})(?![a-z])\.?"

# Expressions for folded text.
NUMERIC_DATE: Final = r"(?<![0-9])[0-3]?\d\s?[/.\-]\s?[01]?\d\s?[/.\-]\s?(?:(?:19|20)\d\d|\d\d)(?![0-9])"
SPACED_DATE: Final = r"(?<![0-9])[0-3]\d [01]\d (?:19|20)?\d\d(?![0-9])"
ISO_DATE: Final = r"(?<![0-9])(?:19|20)\d\d[/.\-][01]?\d[/.\-][0-3]?\d(?![0-9])"
WRITTEN_DATE: Final = (
    rf"(?<![0-9])(?:[0-3]?\d(?:er|st|nd|rd|th)?|premier)\s?(?:de |of )?{_MONTH}(?:,?\s?(?:de"
    rf" )?'?(?:(?:19|20)\d\d|\d\d)(?![0-9]))?"
)
ENGLISH_DATE: Final = rf"(?<![a-z]){_MONTH}\s[0-3]?\d(?:st|nd|rd|th)?(?:,?\s(?:19|20)\d\d)?(?![0-9])"
MONTH_AND_YEAR: Final = rf"(?<![a-z]){_MONTH}\s(?:(?:19|20)\d\d|'?\d\d)(?![0-9])(?!\s?h(?![a-z]))"


# "trente août deux mille dix": whatever stands between a day and a year said in words.
MONTH_NUMBER_AND_YEAR: Final = r"(?<![0-9/.\-])[01]?\d\s?[/.\-]\s?(?:19|20)\d\d(?![0-9])"
_SAID_DAY = (
    r"(?:premier|deux|trois|quatre|cinq|six|sept|huit|neuf|dix(?:[ -](?:sept|huit|neuf))?"
    r"|onze|douze|treize|quatorze"
    r"|quinze|seize|vingt(?:[ -](?:et[ -]un|deux|trois|quatre|cinq|six|sept|huit|neuf))?"
    r"|trente(?:[ -]et[ -]un)?)"
)
_SAID_YEAR = (
    r"(?:deux[ -]mil(?:le)?(?:[ -](?:un|deux|trois|quatre|cinq|six|sept|huit|neuf"
    r"|dix(?:[ -](?:sept|huit|neuf))?|onze"
    r"|douze|treize|quatorze|quinze|seize))?|(?:19|20)\d\d|\d\d(?![0-9]))"
)
SAID_DATE: Final = rf"(?<![a-z0-9])(?:{_SAID_DAY}|[0-3]?\d) {_MONTH}(?: {_SAID_YEAR})?(?![a-z0-9])"
SAID_NUMBERS: Final = (
    rf"(?<![a-z0-9])(?:{_SAID_DAY}|[0-3]?\d) (?:du |zero )?(?:{_SAID_DAY}|[01]?\d) (?:de )?{_SAID_YEAR}"
    r"(?![a-z0-9])"
)


def age_at(written: str, today: date) -> int | None:
    """Age in years of somebody born on the date written (folded text); None when it can't be told."""
    numbers = [int(number) for number in re.findall(r"\d+", written)]
    month_word = re.search(_MONTH, written)
    if month_word:
        month = MONTHS[month_word.group().rstrip(".")]
        day = numbers.pop(0) if numbers and numbers[0] <= 31 else 1
    elif len(numbers) == 3 and numbers[0] > 31:
        year, month, day = numbers
        numbers = [year]
    elif len(numbers) == 3:
        day, month = numbers[0], numbers[1]
        numbers = numbers[2:]
    else:
        return None
    if not numbers:
        return None
    year = numbers[-1]
    if year < 100:
        year += 2000 if year <= today.year % 100 else 1900
    age = today.year - year - ((today.month, today.day) < (month, day))
    return age if 0 <= age <= 110 else None
