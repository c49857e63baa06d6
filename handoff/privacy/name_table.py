"""First names and surnames, loaded once from data/names."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from handoff.place_names.place_table import PlaceTable
from handoff.privacy.lexicon import Lexicon

DATA = Path(__file__).parents[2] / "data" / "names"
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_DOUBLED = re.compile(r"([a-z])\1+")
# Ways to write one sound, applied in order.
_SOUNDS = [
    (re.compile(each), sound)
    for each, sound in (
        ("ph", "f"), ("qu|q|ck|c(?![eiyh])", "k"), ("c(?=[eiy])", "s"), ("h", ""), ("y", "i"), ("ou|w", "u"),
        ("z", "s"), ("(?<=[a-z]{3})e$", ""), ("(?<=[a-z]{3})[st]$", ""),
    )
]  # fmt: skip
SHORTEST_BY_SOUND = 4


class NameTable:
    """Names are folded. A name is ambiguous when it is also an ordinary word."""

    def __init__(
        self, sure: frozenset[str], ambiguous: frozenset[str], surnames: frozenset[str], rare: frozenset[str]
    ) -> None:
        self._sure = sure
        self._ambiguous = ambiguous
        self._surnames = surnames
        self._rare = rare
        self._beginnings = frozenset(
            name[:length] for name in sure if len(name) > 5 for length in range(SHORTEST_BY_SOUND, len(name))
        )
        self._sounds = frozenset(_sound(name) for name in sure if len(name) >= SHORTEST_BY_SOUND)

    @classmethod
    def load(cls, lexicon: Lexicon, places: PlaceTable, folder: Path = DATA) -> NameTable:
        ours = _read(folder / "french_teenagers.txt") | _read(folder / "world.txt")
        ambiguous = _read(folder / "ambiguous.txt")
        listed = {part for name in _read(folder / "first_names.txt") for part in re.split(r"[-' ]", name)}
        # A name of ours is judged by ambiguous.txt alone; one from elsewhere must be no French word either.
        foreign = {name for name in listed if len(name) > 3} - ours
        sure = {
            name for name in ours if len(name) > 3 or (len(name) > 2 and name not in lexicon)
        } - ambiguous | {
            name for name in foreign if name not in lexicon and not places.is_commune(name, 2000)
        }
        doubtful = ({name for name in ours if len(name) > 1} | ambiguous) - sure
        surnames = {name for name in _read(folder / "surnames.txt") if len(name) > 2}
        packed = gzip.decompress((folder / "rare_first_names.txt.gz").read_bytes()).decode().split()
        rare = {name for name in packed if name not in lexicon and not places.is_commune(name, 2000)}
        return cls(frozenset(sure), frozenset(doubtful), frozenset(surnames), frozenset(rare))

    def is_first_name(self, word: str) -> bool:
        """A first name and no ordinary word. "keviiiin" is kevin."""
        return word in self._sure or (len(word) > 4 and _squeeze(word) in self._sure)

    def sounds_like_first_name(self, word: str) -> bool:
        """ "iness", "qevin", "khloe", "jerem": written as it sounds, or shortened."""
        return len(word) >= SHORTEST_BY_SOUND and (_sound(word) in self._sounds or word in self._beginnings)

    def may_be_first_name(self, word: str) -> bool:
        return word in self._sure or word in self._ambiguous or self.is_first_name(word)

    def is_rare_first_name(self, word: str) -> bool:
        """Somebody's first name somewhere; many look like typing errors, so ask only with a capital."""
        return word in self._rare

    def is_surname(self, word: str) -> bool:
        return word in self._surnames


def _sound(word: str) -> str:
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return _DOUBLED.sub(r"\1", word)


def _squeeze(word: str) -> str:
    return _STRETCHED.sub(r"\1", word)


def _read(path: Path) -> set[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    words: set[str] = set()
    for line in lines:
        if not line.startswith("#"):
            words.update(
                line.split()
                if path.name in ("french_teenagers.txt", "ambiguous.txt", "world.txt")
                else [line]
            )
    return words
