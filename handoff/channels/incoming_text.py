"""What arrived, made fit to be a message: no control characters, no tricks, a sane length."""

from __future__ import annotations

import re
import unicodedata

from handoff.errors import MessageRefusedError

# Control characters but line feed and tab; lone surrogates; and the marks that make text read in
# another order than it is written, which could fool a counsellor's eye (CVE-2021-42574).
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def clean_text(raw: object, max_characters: int) -> str:
    """The text to go on with. Raises MessageRefusedError: bad_frame, empty, too_long."""
    if not isinstance(raw, str):
        raise MessageRefusedError("bad_frame")
    if len(raw) > max_characters:
        raise MessageRefusedError("too_long")
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", raw.replace("\r\n", "\n"))).strip()
    if not text:
        raise MessageRefusedError("empty")
    return text
