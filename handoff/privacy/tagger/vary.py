"""The same marked message otherwise: other names and towns, towns by ear, no accents, no capitals.

What is varied is what must not matter: the tagger has to read the sentence, not to know the name.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from handoff.privacy.kinds import PERSON, POSTCODE_CITY
from handoff.privacy.tagger.by_ear import by_ear
from handoff.privacy.tagger.marked import Marked, MarkedMessage

OTHER_NAME = 0.45
OTHER_TOWN = 0.35
BY_EAR = 0.3
SLIP = 0.2
BLANK = 0.12
LOWER = 0.35
UPPER = 0.03
NO_ACCENTS = 0.35
NO_FINAL_MARKS = 0.3
_DIGIT = re.compile(r"\d")
_SENTENCE_MARK = re.compile(r"[,;:!?.](?=\s|$)")


@dataclass(frozen=True)
class Vary:
    """Makes variations. ``first_names`` and ``towns`` are written as in the tables."""

    first_names: Sequence[str]
    towns: Sequence[str]
    chance: random.Random

    def __call__(self, message: MarkedMessage) -> MarkedMessage:
        text, marks, last = "", [], 0
        for mark in message.marks:
            text += message.text[last : mark.start]
            written = self._otherwise(message.text[mark.start : mark.end], mark.kind)
            # What an earlier reading took away leaves a gap, and the rest must be read all the same.
            if self.chance.random() < BLANK:
                text += " "
            else:
                marks.append(Marked(len(text), len(text) + len(written), mark.kind))
                text += written
            last = mark.end
        text += message.text[last:]
        return MarkedMessage(self._typed(text), tuple(marks))

    def _otherwise(self, written: str, kind: str) -> str:
        simple = written.replace("-", "").isalpha()
        if kind == PERSON and simple and self.chance.random() < OTHER_NAME:
            written = _cased(self.chance.choice(self.first_names), written)
        elif kind == POSTCODE_CITY and simple and self.chance.random() < OTHER_TOWN:
            written = _cased(self.chance.choice(self.towns), written)
        if kind == POSTCODE_CITY and not _DIGIT.search(written) and self.chance.random() < BY_EAR:
            return by_ear(written, self.chance)
        if len(written) > 4 and written[-1].isalpha() and self.chance.random() < SLIP:
            written = self._slip(written)
        return written

    def _slip(self, word: str) -> str:
        at = self.chance.randrange(2, len(word) - 1)
        kind = self.chance.randrange(3)
        if kind == 0:
            return word[:at] + word[at + 1 :]
        if kind == 1:
            return word[:at] + word[at] + word[at:]
        return word + word[-1] * self.chance.randrange(1, 4)

    def _typed(self, text: str) -> str:
        """Of the same length, so that the marks stay where they are."""
        case = self.chance.random()
        if case < LOWER:
            text = "".join(each.lower() if len(each.lower()) == 1 else each for each in text)
        elif case < LOWER + UPPER:
            text = "".join(each.upper() if len(each.upper()) == 1 else each for each in text)
        if self.chance.random() < NO_ACCENTS:
            text = "".join(unicodedata.normalize("NFD", each)[0] for each in text)
        if self.chance.random() < NO_FINAL_MARKS:
            text = _SENTENCE_MARK.sub(lambda found: " " if self.chance.random() < 0.7 else found[0], text)
        return text


def _cased(name: str, model: str) -> str:
    """A name with capitals where the ``model`` has them."""
    if model.isupper() and len(model) > 2:
        return name.upper()
    return name.title() if model[:1].isupper() else name.lower()
