"""Phone numbers written in words, or in a mixture of words and digits."""

from __future__ import annotations

import re

from handoff.place_names.number_words import NUMBER_WORDS, digits_of
from handoff.place_names.word_lists import word_set
from handoff.privacy.helplines import is_public
from handoff.privacy.kinds import PHONE
from handoff.privacy.language import FrenchArtifacts
from handoff.privacy.recognisers.word_based import WordBasedRecognizer
from handoff.privacy.words import Word

# Words that people put between two groups, and letters they type for zero and one.
_FILLERS = word_set(
    """
    et puis apres ensuite euh pui virgule tiret point and y a la fin enfin suivi de pour finir encore
    derriere cle double
    """
)
_LETTER_DIGITS = {"o": "0", "oo": "00", "l": "1"}
MOST_GAP_CHARACTERS = 4
MOST_DIGITS = 15
LONG_RUN = 8  # words
_RUN_TOGETHER = re.compile(r"([a-z]*)(\d{0,4})([a-z]*)(\d{0,4})")


class SpelledPhoneNumberRecognizer(WordBasedRecognizer):
    """A run of number words worth 8 to 14 digits that starts like a number one calls."""

    kind = PHONE

    def find(self, artifacts: FrenchArtifacts) -> list[tuple[int, int, float]]:
        found: list[tuple[int, int, float]] = []
        run: list[Word] = []
        for word in artifacts.words:
            fits = _is_number(word) or (run and (word.text in _FILLERS or word.text in _LETTER_DIGITS))
            near = not run or len(word.gap) <= MOST_GAP_CHARACTERS
            if fits and near:
                run.append(word)
                continue
            found += _judge(run)
            run = [word] if _is_number(word) else []
        return found + _judge(run)


def _is_number(word: Word) -> bool:
    return word.text in NUMBER_WORDS or (word.text.isdigit() and len(word.text) <= 4) or bool(_parts(word))


def _parts(word: Word) -> list[str]:
    """ "trente9", "zero1": a number word and digits run together; empty for anything else."""
    found = _RUN_TOGETHER.fullmatch(word.text)
    parts = [part for part in found.groups() if part] if found else []
    known = all(part.isdigit() or part in NUMBER_WORDS for part in parts)
    return parts if known and len(parts) > 1 else []


def _judge(run: list[Word]) -> list[tuple[int, int, float]]:
    while run and not _is_number(run[-1]):
        run = run[:-1]
    if MOST_DIGITS - 2 <= len(_digits(run)) <= MOST_DIGITS and len(run) >= LONG_RUN:
        return [(run[0].start, run[-1].end, 0.9)]  # a social security number read aloud
    # "j'en ai vu un deux fois zéro six …": what comes before the zero is not part of the number.
    while run and not _starts_a_number(run):
        run = run[1:]
    said = any(word.text in NUMBER_WORDS or word.text in _FILLERS or _parts(word) for word in run)
    if len(run) < 4 or not said:
        return []
    digits = _digits(run)
    if not 8 <= len(digits) <= MOST_DIGITS or is_public(digits):
        return []
    return [(run[0].start, run[-1].end, 0.9)]


def _digits(run: list[Word]) -> str:
    texts = [part for word in run for part in _parts(word) or [_LETTER_DIGITS.get(word.text, word.text)]]
    return digits_of([text for text in texts if text not in _FILLERS or text == "et"])


def _starts_a_number(run: list[Word]) -> bool:
    text = run[0].text
    without_zero = text in ("six", "sept") and len(run) > 6
    return (
        text.startswith(("zer", "cer"))
        or text == "oh"
        or text[:1] == "0"
        or without_zero
        or (text in ("trente", "33") and len(run) > 8)
    )
