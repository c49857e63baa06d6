"""Towns as a child spells them: "roubai", "evreu", "marseye". Large ones only, by their whole sound."""

from __future__ import annotations

import re
from collections.abc import Iterable

from handoff.place_names.place_table import Commune

POPULATION = 20_000
LEAST_LETTERS = 4
LEAST_SOUND = 4

# In this order: what is written in several ways becomes one.
_SPELLINGS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(.)\1+", r"\1"),
        (r"(?<=[aeou])(?:ile|ils?$|ye|y)", "y"),
        (r"qu|q|c(?![eiyh])", "k"),
        (r"c(?=[eiy])", "s"),
        (r"ph", "f"),
        (r"sh", "ch"),
        (r"h(?<!ch)", ""),
        (r"eau|au", "o"),
        (r"ai|ei", "e"),
        (r"(?:ers|er|es|ez|e)$", "e"),
        (r"en|em|am(?=[bp])", "an"),
        (r"z", "s"),
        (r"[sxtdp]+$", ""),
        (r"y(?![aeiou]|$)", "i"),
        (r"(?<=[^aeiou])e$", ""),
        (r"e$", ""),
        (r"(?<=[^aeou])y$", "i"),
    )
)


def sound_of(word: str) -> str:
    """The sound of a folded word, roughly: "roubaix" and "roubai" have the same."""
    for pattern, sound in _SPELLINGS:
        word = pattern.sub(sound, word)
    return word


class TownsBySound:
    """One look-up a word. Two towns of one sound are neither."""

    def __init__(self, communes: Iterable[Commune]) -> None:
        by_sound: dict[tuple[str, ...], Commune | None] = {}
        for commune in communes:
            if commune.population < POPULATION or commune.article or "saint" in commune.words[1:]:
                continue
            sound = tuple(map(sound_of, commune.words))
            if len("".join(sound)) < LEAST_SOUND:
                continue
            known = by_sound.get(sound, commune)
            same = known is not None and known.words == commune.words
            by_sound[sound] = (
                max(commune, known, key=lambda each: each.population) if known and same else None
            )
        self._by_sound = by_sound

    def heard(self, *words: str) -> Commune | None:
        """The one large town that these folded words sound like."""
        if max(map(len, words)) < LEAST_LETTERS:
            return None
        return self._by_sound.get(tuple(map(sound_of, words)))
