"""Towns as they are typed by somebody who never saw them written: "kimper", "bezanson", "montpel"."""

from __future__ import annotations

import random
import re
from typing import Final

RESPELLED: Final = 0.5  # of the places in a name that can be written otherwise
CLIPPED: Final = 0.12
LEAST_CLIPPED: Final = 4
LEAST_LEFT_OUT: Final = 3

# What one sound is also written as; lower case, no accents. In this order, each place at most once.
_OTHERWISE: Final = tuple(
    (re.compile(pattern), ways)
    for pattern, ways in (
        (r"qu", ("k",)),
        (r"ch(?=[lr])", ("k", "c")),
        (r"ch", ("sh", "ch")),
        (r"c(?=[aou])", ("k",)),
        (r"c(?=[eiy])", ("s", "ss")),
        (r"ph", ("f",)),
        (r"(?:eaux?|aux?|ault|aud|ot|os)$", ("o", "ot", "eau")),
        (r"eau|au", ("o",)),
        (r"ai|ei", ("e", "ai")),
        (r"(?:ers?|ez|es|ee)$", ("e", "er", "é")),
        (r"en(?![aeiouyn])", ("an",)),
        (r"an(?![aeiouyn])", ("en", "an")),
        (r"(?:ain|ein|in)(?![aeiouyn])", ("in", "ain", "un")),
        (r"ill(?=[aeou])", ("y", "ill")),
        (r"gn", ("ni", "gn")),
        (r"gu(?=[ei])", ("g", "gu")),
        (r"g(?=[ei])", ("j",)),
        (r"(?<=[aeiou])s(?=[aeiou])", ("z",)),
        (r"(?<!^)h", ("",)),
        (r"^h", ("",)),
        (r"y", ("i",)),
        (r"([bcdfglmnprst])\1", (r"\1",)),
        (r"(?<=[aeiou])([lmnrt])(?=[aeiou])", (r"\1\1",)),
        (r"oux?$", ("ou", "oo")),
        (r"(?<=[a-z]{3})[sxtd]$", ("",)),
        (r"(?<=[a-z]{3})e$", ("",)),
    )
)


def by_ear(name: str, chance: random.Random) -> str:
    """The name with some sounds written otherwise, or only its beginning, in lower case."""
    if len(name) >= LEAST_CLIPPED + LEAST_LEFT_OUT and chance.random() < CLIPPED:
        return name[: chance.randrange(LEAST_CLIPPED, len(name) - LEAST_LEFT_OUT + 1)].lower().rstrip(" -'")
    written = name.lower()
    for pattern, ways in _OTHERWISE:
        written = pattern.sub(
            lambda found, ways=ways: (  # type: ignore[misc]
                found.expand(chance.choice(ways)) if chance.random() < RESPELLED else found.group()
            ),
            written,
        )
    if chance.random() < RESPELLED:
        written = written.replace("-", chance.choice((" ", "")))
    return written
