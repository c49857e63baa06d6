"""How easy a French text is to read: the Flesch score as adapted to French, by textstat.

100 is very easy, 60 a newspaper. Of our first 99 texts the median is 97 and the hardest 73.
"""

from __future__ import annotations

from typing import Final

import textstat

# The lowest score a text may have, by who reads it: a fourteen-year-old on a phone, or an adult.
LEAST_EASE: Final = {"jeune": 75, "proche": 65, "pro": 55}


def ease(text: str) -> int:
    """The score; works without any network for French."""
    textstat.set_lang("fr")
    score: float = textstat.flesch_reading_ease(text)
    return round(score)
