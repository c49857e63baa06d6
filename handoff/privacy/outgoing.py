"""What a counsellor types, looked at before it is sent: a private number, somebody's name, their own.

Nothing is replaced. Places, schools and web addresses are left out: naming a service and where it is
is what a counsellor is there for. So are the public numbers of services, which the recognisers leave alone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from handoff.place_names.normalise import fold, normalise
from handoff.privacy.kinds import (
    CARD,
    DOB,
    EMAIL,
    HANDLE,
    IBAN,
    ID_DOCUMENT,
    IP,
    NIR,
    PERSON,
    PHONE,
    PLATE,
)
from handoff.privacy.stripper import Stripper
from handoff.privacy.words import Word, split_words

WARNED: Final = frozenset({PERSON, PHONE, EMAIL, HANDLE, DOB, NIR, IBAN, PLATE, IP, ID_DOCUMENT, CARD})


class OutgoingCheck:
    """``public_numbers``: numbers of the directory of help, in any spelling; they may be given."""

    def __init__(self, stripper: Stripper, public_numbers: Collection[str]) -> None:
        self._stripper = stripper
        self._public = {_digits(number) for number in public_numbers}

    def find(self, text: str, own_name: str) -> list[tuple[str, str]]:
        """(kind, words) for everything personal in the text, each once. ``own_name``: the counsellor's."""
        found = [
            (span.kind, text[span.start : span.end])
            for span in self._stripper.spans(text)
            if span.kind in WARNED and _digits(text[span.start : span.end]) not in self._public
        ]
        own = {word.text for word in _words(own_name) if len(word.text) > 2}
        found += [(PERSON, word.raw) for word in _words(text) if word.text in own]
        return list(dict.fromkeys(found))


def _words(text: str) -> list[Word]:
    clean = normalise(text).clean
    return split_words(clean, fold(clean))


def _digits(text: str) -> str:
    """The digits alone, in national form; the text itself when it has none."""
    digits = "".join(character for character in text if character.isdigit())
    return "0" + digits[-9:] if digits.startswith("33") and len(digits) == 11 else digits or text
