"""Numbers of help: they stay readable, whoever writes them.

Short numbers are never long enough to look like somebody's phone. Of the long ones, all free and
shared-cost numbers (0 80x, 0 82x) belong to services; the others are listed. Source:
the directory of help of the project (data/resources), checked against the services' own pages.
"""

from __future__ import annotations

import re
from typing import Final

from handoff.place_names.word_lists import word_set

_SERVICE_NUMBER: Final = re.compile(r"(?:33|0033)?0?8\d{8}|116\d{3}|3\d{3}|1\d|11[0-9]")

# Numbers of services that look like anybody's: the 119 and France Victimes from abroad, ACPE, L'Enfant
# bleu, Alba, Voix de femmes, SOS homophobie, SOS Amitié, Suicide écoute …
PUBLIC_NUMBERS: Final[frozenset[str]] = word_set(
    """
    0153063894 0140269151 0156566262 0603683950 0180523376 0130310505 0148064241 0631596950
    0969325900 0969390000 0980980930 0972394050 0145394000
    """
)


def is_public(number: str) -> bool:
    """``number``: anything with digits in it."""
    digits = re.sub(r"\D", "", number)
    if _SERVICE_NUMBER.fullmatch(digits):
        return True
    national = "0" + digits[-9:] if digits.startswith(("33", "0033")) and len(digits) >= 11 else digits
    return national in PUBLIC_NUMBERS
