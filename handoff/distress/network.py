"""The fine-tuned encoder with its two heads, as it serves: one ONNX file in 8 bits, read on the processor.

Built by ``handoff.distress.train``. Loading it runs no code of the file's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from scipy.special import softmax
from tokenizers import Tokenizer

from handoff.encoder.serving import load_onnx

Floats = npt.NDArray[np.float32]

PREFIX = "query: "  # as the encoder was trained (handoff.encoder.encoder)
LONGEST_TOKENS = 128
PADDING_ID = 1
BATCH = 32


class DistressModelError(Exception):
    """There is no usable model in the folder; ``make build`` makes it."""


class Network:
    """Scores of texts. Safe to call from several threads."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, folder: Path, threads: int = 1) -> Network:
        """Raises DistressModelError."""
        try:
            session, tokenizer = load_onnx(folder, threads)
        except Exception as error:  # both libraries raise types of their own
            raise DistressModelError(f"no distress model in {folder}: run `make build`") from error
        return cls(session, readable(tokenizer))

    def scores(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """Raw scores for level ≥ 1, 2, 3, shape (n, 3), and P(category), shape (n, 12)."""
        raw, categories = [], []
        for start in range(0, len(texts), BATCH):
            inputs = encode(self._tokenizer, texts[start : start + BATCH])
            levels, kinds = self._session.run(None, inputs)
            raw.append(np.asarray(levels, dtype=np.float32))
            categories.append(softmax(np.asarray(kinds, dtype=np.float32), axis=1))
        return np.concatenate(raw), np.concatenate(categories)


def readable(tokenizer: Tokenizer) -> Tokenizer:
    """The tokenizer, cutting and padding as the network expects."""
    tokenizer.enable_truncation(LONGEST_TOKENS)
    tokenizer.enable_padding(pad_id=PADDING_ID, pad_token="<pad>")
    return tokenizer


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> dict[str, npt.NDArray[np.int64]]:
    """The network's inputs, both of shape (number of texts, tokens of the longest)."""
    # A lone surrogate has no UTF-8 form, and the tokenizer takes nothing else.
    sayable = [PREFIX + text.encode("utf-8", "replace").decode("utf-8") for text in texts]
    encoded = tokenizer.encode_batch(sayable)
    return {
        "input_ids": np.array([each.ids for each in encoded], dtype=np.int64),
        "attention_mask": np.array([each.attention_mask for each in encoded], dtype=np.int64),
    }
