"""Texts as the tagger reads them: in pieces, as token ids, and each token's place in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from handoff.privacy.kinds import PRIORITY

KINDS: Final = ("", *PRIORITY)  # what a token may be: no personal data first
PREFIX: Final = "query: "  # as the encoder was trained
PIECE_CHARACTERS: Final = 240
PADDING_ID: Final = 1
LONGEST_TOKENS: Final = 256

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids and mask, both of shape (pieces, tokens); ``places``: where each token stands in its piece,
    (0, 0) for what is no part of it."""

    ids: Integers
    mask: Integers
    places: list[list[tuple[int, int]]]


def readable(tokenizer: Tokenizer) -> Tokenizer:
    """The tokenizer, cutting and padding as the tagger expects."""
    tokenizer.enable_truncation(LONGEST_TOKENS)
    tokenizer.enable_padding(pad_id=PADDING_ID, pad_token="<pad>")
    return tokenizer


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> Encoded:
    """``texts`` hold no lone surrogate (``normalise`` drops them)."""
    encoded = tokenizer.encode_batch([PREFIX + text for text in texts])
    ahead = len(PREFIX)
    return Encoded(
        np.array([each.ids for each in encoded], dtype=np.int64),
        np.array([each.attention_mask for each in encoded], dtype=np.int64),
        [
            [(start - ahead, end - ahead) if end > ahead else (0, 0) for start, end in each.offsets]
            for each in encoded
        ],
    )


def in_pieces(text: str) -> list[tuple[int, str]]:
    """Stretches of at most PIECE_CHARACTERS with their start, cut at spaces where there are any."""
    pieces: list[tuple[int, str]] = []
    start = 0
    while len(text) - start > PIECE_CHARACTERS:
        end = max(
            text.rfind(" ", start + PIECE_CHARACTERS // 2, start + PIECE_CHARACTERS),
            text.rfind("\n", start + PIECE_CHARACTERS // 2, start + PIECE_CHARACTERS),
        )
        end = end + 1 if end >= 0 else start + PIECE_CHARACTERS
        pieces.append((start, text[start:end]))
        start = end
    pieces.append((start, text[start:]))
    return pieces
