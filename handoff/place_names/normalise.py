"""The text as recognisers read it, with the way back to the original characters.

Zero-width characters, combining accents, look-alike letters of other alphabets and fancy digits
would each let a name or a number through. ``normalise`` undoes them and remembers, for every
character it keeps, which characters of the original it stands for.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Also the character that blots out what was replaced: nobody may type it.
_DROPPED = {"\ufffc"}
_DROPPED_CATEGORIES = {"Cf", "Cc", "Cs", "Cn", "Co", "Me"}
_KEPT_CONTROLS = {"\n", "\t", "\r"}
_APOSTROPHES = "’‘ʼʹ′`´＇"
_LIGATURES = {"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "…": "..."}

# Letters of the Cyrillic and Greek alphabets that look like a Latin one.
_LOOK_ALIKES = dict(
    zip(
        "АаВвЕеЁёКкМмНнОоРрСсТтУуХхІіЇїЈјЅѕԁһԛԝЗзіαΑΒβεΕΖΗηιΙκΚΜΝνοΟρΡτΤυΥΧχ",
        "AaBbEeËëKkMmHhOoPpCcTtYyXxIiÏïJjSsdhqwZziaABbeEZHniIkKMNvoOpPtTuYXx",
        strict=True,
    )
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """``clean`` keeps case and accents. ``starts[i]:ends[i]`` are the original characters of ``clean[i]``."""

    clean: str
    starts: tuple[int, ...] | range
    ends: tuple[int, ...] | range

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of ``clean[start:end]`` (not empty)."""
        return self.starts[start], self.ends[end - 1]


def normalise(text: str) -> NormalisedText:
    """Never raises; at most a few characters longer than ``text``."""
    if text.isascii() and "`" not in text and (text.isprintable() or not _has_controls(text)):
        return NormalisedText(text, range(len(text)), range(1, len(text) + 1))
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, character in enumerate(text):
        if unicodedata.category(character) == "Mn":
            _join_mark(letters, ends, index, character)
            continue
        for letter in _expand(character):
            letters.append(letter)
            starts.append(index)
            ends.append(index + 1)
    return NormalisedText(_undo_look_alikes("".join(letters)), tuple(starts), tuple(ends))


def _has_controls(text: str) -> bool:
    return any(
        (character < " " and character not in _KEPT_CONTROLS) or character == "\x7f" for character in text
    )


def _join_mark(letters: list[str], ends: list[int], index: int, mark: str) -> None:
    """A combining accent belongs to the letter before it."""
    if not letters:
        return
    joined = unicodedata.normalize("NFC", letters[-1] + mark)
    if len(joined) == 1:
        letters[-1] = joined
    if letters[-1] != " ":
        ends[-1] = index + 1


@lru_cache(maxsize=4096)
def _expand(character: str) -> str:
    """What one character stands for: nothing, itself, or a few plainer characters."""
    if character in _KEPT_CONTROLS:
        return character
    if character in _LIGATURES:
        return _LIGATURES[character]
    if character in _APOSTROPHES:
        return "'"
    category = unicodedata.category(character)
    if category in _DROPPED_CATEGORIES or character in _DROPPED:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd":
        return "-"
    if category.startswith("Z"):
        return "\n" if category in ("Zl", "Zp") else " "
    plain = unicodedata.normalize("NFKC", character)
    if len(plain) > 4:
        return character
    return "".join(letter for letter in plain if unicodedata.category(letter) not in _DROPPED_CATEGORIES)


def _undo_look_alikes(clean: str) -> str:
    """Only in words that mix alphabets: a word wholly in Cyrillic is just Cyrillic."""
    if clean.isascii() or not any(letter in _LOOK_ALIKES for letter in clean):
        return clean

    def plain(word: re.Match[str]) -> str:
        letters = word.group()
        if not any("LATIN" in _letter_name(letter) for letter in letters):
            return letters
        return "".join(_LOOK_ALIKES.get(letter, letter) for letter in letters)

    return _WORD.sub(plain, clean)


@lru_cache(maxsize=4096)
def _letter_name(letter: str) -> str:
    return unicodedata.name(letter, "")


@lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return base[0] if base else letter


def fold(clean: str) -> str:
    """Lower case, no accents, exactly as long as ``clean``, so that offsets hold."""
    if clean.isascii():
        return clean.lower()
    return "".join(map(_fold_letter, clean))
