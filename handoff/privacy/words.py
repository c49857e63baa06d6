"""Words of a folded text, with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """``text`` is folded (lower case, no accents); ``raw`` is as typed; ``gap`` is what stands before it."""

    start: int
    end: int
    text: str
    raw: str
    gap: str

    @property
    def capital(self) -> bool:
        return self.raw[:1].isupper()


def split_words(clean: str, folded: str) -> list[Word]:
    """All runs of letters and digits, in order."""
    words: list[Word] = []
    last = 0
    for found in _WORD.finditer(folded):
        start, end = found.span()
        words.append(Word(start, end, found.group(), clean[start:end], clean[last:start]))
        last = end
    return words
