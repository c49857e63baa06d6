"""Phone numbers written in words, or in a mixture of words and digits."""

from __future__ import annotations

from handoff.privacy.helplines import is_public
from handoff.privacy.kinds import PHONE
from handoff.privacy.language import FrenchArtifacts
from handoff.privacy.number_words import NUMBER_WORDS, digits_of
from handoff.privacy.recognisers.word_based import WordBasedRecognizer
from handoff.privacy.words import Word

# Words that people put between two groups, and letters they type for zero and one.
_FILLERS = {"et", "puis", "apres", "ensuite", "euh", "pui", "virgule", "tiret", "point", "and", "y"}
_LETTER_DIGITS = {"o": "0", "oo": "00", "l": "1"}
MOST_GAP_CHARACTERS = 4


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
    return word.text in NUMBER_WORDS or (word.text.isdigit() and len(word.text) <= 4)


def _judge(run: list[Word]) -> list[tuple[int, int, float]]:
    while run and not _is_number(run[-1]):
        run = run[:-1]
    # "j'en ai vu un deux fois zéro six …": what comes before the zero is not part of the number.
    while run and not _starts_a_number(run):
        run = run[1:]
    if len(run) < 4 or not any(word.text in NUMBER_WORDS for word in run):
        return []
    texts = [_LETTER_DIGITS.get(word.text, word.text) for word in run]
    digits = digits_of([text for text in texts if text not in _FILLERS or text == "et"])
    if not 8 <= len(digits) <= 15 or is_public(digits):
        return []
    return [(run[0].start, run[-1].end, 0.9)]


def _starts_a_number(run: list[Word]) -> bool:
    text = run[0].text
    return text.startswith(("zer", "cer")) or text[:1] == "0" or (text in ("trente", "33") and len(run) > 8)
