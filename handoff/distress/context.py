"""A message read with what the young person wrote just before it.

A danger is often told in pieces ("je rentre pas ce soir", then "il est devant la porte"), and a short
answer means nothing alone. The network was trained on the same joined texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

TURNS: Final = 4  # earlier messages that are read along
CHARACTERS: Final = 360  # in all: the network reads 128 tokens, and the last words must be among them
BETWEEN: Final = " / "


def in_context(text: str, before: Sequence[str]) -> str:
    """``text`` after as many of the last messages ``before`` it (oldest first) as there is room for."""
    kept = [text]
    room = CHARACTERS - len(text)
    for earlier in reversed(before[-TURNS:]):
        room -= len(earlier) + len(BETWEEN)
        if room < 0:
            break
        kept.insert(0, earlier)
    return BETWEEN.join(kept)
