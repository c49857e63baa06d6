"""First names and surnames, loaded once from data/names."""

from __future__ import annotations

import re
from pathlib import Path

from handoff.privacy.lexicon import Lexicon
from handoff.privacy.place_table import PlaceTable

DATA = Path(__file__).parents[2] / "data" / "names"
_STRETCHED = re.compile(r"([a-z])\1{2,}")


class NameTable:
    """Names are folded. A name is ambiguous when it is also an ordinary word."""

    def __init__(self, sure: frozenset[str], ambiguous: frozenset[str], surnames: frozenset[str]) -> None:
        self._sure = sure
        self._ambiguous = ambiguous
        self._surnames = surnames

    @classmethod
    def load(cls, lexicon: Lexicon, places: PlaceTable, folder: Path = DATA) -> NameTable:
        ours = _read(folder / "french_teenagers.txt")
        ambiguous = _read(folder / "ambiguous.txt")
        listed = {part for name in _read(folder / "first_names.txt") for part in re.split(r"[-' ]", name)}
        # A name of ours is judged by ambiguous.txt alone; one from elsewhere must be no French word either.
        foreign = {name for name in listed if len(name) > 3} - ours
        sure = {name for name in ours if len(name) > 2} - ambiguous | {
            name for name in foreign if name not in lexicon and not places.is_commune(name, 2000)
        }
        doubtful = ({name for name in ours if len(name) > 1} | ambiguous) - sure
        surnames = {name for name in _read(folder / "surnames.txt") if len(name) > 2}
        return cls(frozenset(sure), frozenset(doubtful), frozenset(surnames))

    def is_first_name(self, word: str) -> bool:
        """A first name and no ordinary word. "keviiiin" is kevin."""
        return word in self._sure or (len(word) > 4 and _squeeze(word) in self._sure)

    def may_be_first_name(self, word: str) -> bool:
        return word in self._sure or word in self._ambiguous or self.is_first_name(word)

    def is_surname(self, word: str) -> bool:
        return word in self._surnames


def _squeeze(word: str) -> str:
    return _STRETCHED.sub(r"\1", word)


def _read(path: Path) -> set[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    words: set[str] = set()
    for line in lines:
        if not line.startswith("#"):
            words.update(line.split() if path.name in ("french_teenagers.txt", "ambiguous.txt") else [line])
    return words
