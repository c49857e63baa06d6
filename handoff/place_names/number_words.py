"""Numbers said in words ("quatre-vingt-dix-neuf") as digits, in French, English and Spanish."""

from __future__ import annotations

from typing import Final

UNITS: Final[dict[str, int]] = {
    "zero": 0, "zeros": 0, "zerro": 0, "un": 1, "une": 1,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6,
    "sept": 7, "set": 7, "huit": 8, "neuf": 9, "catre": 4,
    "katre": 4, "sink": 5, "sinq": 5, "sis": 6, "uit": 8,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8, "nine": 9,
    "oh": 0, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5,
    "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "cero": 0,
}  # fmt: skip
TEENS: Final[dict[str, int]] = {
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
}  # fmt: skip
TENS: Final[dict[str, int]] = {
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70,
    "huitante": 80, "octante": 80, "nonante": 90,
}  # fmt: skip
HUNDREDS: Final[frozenset[str]] = frozenset({"cent", "cents", "hundred"})
NUMBER_WORDS: Final[frozenset[str]] = frozenset({*UNITS, *TEENS, *TENS, *HUNDREDS})


def digits_of(words: list[str]) -> str:
    """The digits that a run of number words and digit groups stands for: "zero six douze" → "0612"."""
    digits: list[str] = []
    at = 0
    while at < len(words):
        if words[at].isdigit():
            digits.append(words[at])
            at += 1
            continue
        value, used = _read(words, at)
        digits.append(str(value))
        at += max(used, 1)
    return "".join(digits)


def _read(words: list[str], at: int) -> tuple[int, int]:
    """The value of the longest number that starts here, and how many words it takes."""
    if words[at : at + 2] in (["quatre", "vingt"], ["quatre", "vingts"]):
        rest, used = _below_twenty(words, at + 2, allow_teens=True)
        return 80 + rest, 2 + used
    word = words[at]
    hundreds = UNITS.get(word, 0) if HUNDREDS.intersection(words[at + 1 : at + 2]) else 0
    if hundreds or word == "cent":
        used = 2 if hundreds else 1
        rest, more = _read(words, at + used) if _below_hundred(words, at + used) else (0, 0)
        return 100 * (hundreds or 1) + rest, used + more
    if word in TENS:
        rest, used = _below_twenty(words, at + 1, allow_teens=word == "soixante")
        return TENS[word] + rest, 1 + used
    if word == "dix" and at + 1 < len(words) and UNITS.get(words[at + 1], 0) >= 7:
        return 10 + UNITS[words[at + 1]], 2
    if word in TEENS:
        return TEENS[word], 1
    return UNITS.get(word, 0), 1


def _below_hundred(words: list[str], at: int) -> bool:
    """Whether what comes next is said as part of a number with hundreds: "cent trente-sept"."""
    said = at < len(words) and words[at] != "zero" and words[at] in NUMBER_WORDS
    return said and not HUNDREDS.intersection(words[at + 1 : at + 2])


def _below_twenty(words: list[str], at: int, allow_teens: bool) -> tuple[int, int]:
    """What follows a ten: "et un", "cinq", or "douze" after soixante and quatre-vingt."""
    used = 1 if words[at : at + 1] == ["et"] else 0
    if at + used >= len(words):
        return 0, 0
    word = words[at + used]
    if word in TEENS and allow_teens:
        value, more = _read(words, at + used)
        return (value, used + more) if value < 20 else (0, 0)
    if 1 <= UNITS.get(word, 0) <= 9 and not word.isdigit():
        return UNITS[word], used + 1
    return 0, 0
