"""The tagger as it serves: which words of a text are personal data, by the sentence they stand in."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from scipy.special import softmax
from tokenizers import Tokenizer

from handoff.encoder.serving import load_onnx
from handoff.privacy.tagger.pieces import KINDS, encode, in_pieces, readable
from handoff.privacy.words import Word

Floats = npt.NDArray[np.float32]
_GAP = re.compile(r"\s{2,}")


class TaggerMissingError(Exception):
    """There is no usable tagger in the folder; ``make build`` makes it."""


@dataclass(frozen=True, slots=True)
class WordTag:
    """What a word is most likely, and how likely; ``nothing``: how likely it is no personal data."""

    kind: str
    share: float
    nothing: float


# Of a word that no token covers nothing is known, not even that it is harmless.
UNKNOWN = WordTag("", 0.0, 0.5)


class Tagger:
    """Safe to call from several threads."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, folder: Path, threads: int = 1) -> Tagger:
        """Raises TaggerMissingError."""
        try:
            session, tokenizer = load_onnx(folder, threads)
            kinds = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["kinds"]
        except Exception as error:  # both libraries raise types of their own
            raise TaggerMissingError(f"no tagger in {folder}: run `make build`") from error
        if kinds != list(KINDS):
            raise TaggerMissingError(f"the tagger in {folder} knows other kinds: run `make build`")
        return cls(session, readable(tokenizer))

    def tags(self, text: str, words: Sequence[Word]) -> list[WordTag]:
        """One for each word (in order). A word's tag is the mean of its tokens'."""
        if not words:
            return []
        text, words = _closed_up(text, words)
        sums = np.zeros((len(words), len(KINDS)), dtype=np.float32)
        counts = np.zeros(len(words), dtype=np.int64)
        at = 0
        for start, piece in in_pieces(text):
            encoded = encode(self._tokenizer, [piece])
            scores = self._session.run(None, {"input_ids": encoded.ids, "attention_mask": encoded.mask})[0]
            shares = softmax(np.asarray(scores[0], dtype=np.float32), axis=1)
            at = _add(shares, encoded.places[0], start, words, at, sums, counts)
        means = sums / np.maximum(counts, 1)[:, None]
        best = means[:, 1:].argmax(axis=1) + 1
        return [
            WordTag(KINDS[kind], float(row[kind]), float(row[0])) if count else UNKNOWN
            for row, kind, count in zip(means, best, counts, strict=True)
        ]


def _closed_up(text: str, words: Sequence[Word]) -> tuple[str, list[Word]]:
    """Every gap one space wide: what was replaced leaves wider ones, and pieces must not depend on them."""
    gaps = [(each.start(), each.end()) for each in _GAP.finditer(text)]
    removed, moved, gap = 0, [], 0
    for word in words:
        while gap < len(gaps) and gaps[gap][1] <= word.start:
            removed += gaps[gap][1] - gaps[gap][0] - 1
            gap += 1
        moved.append(replace(word, start=word.start - removed, end=word.end - removed))
    return _GAP.sub(" ", text), moved


def _add(
    shares: Floats,
    places: Sequence[tuple[int, int]],
    start: int,
    words: Sequence[Word],
    at: int,
    sums: Floats,
    counts: npt.NDArray[np.int64],
) -> int:
    """Adds each token's shares to the words it is part of; returns the word to go on with."""
    for token, (first, last) in enumerate(places):
        if first == last:
            continue
        while at < len(words) - 1 and words[at].end <= start + first:
            at += 1
        word = at
        while word < len(words) and words[word].start < start + last:
            if words[word].end > start + first:
                sums[word] += shares[token]
                counts[word] += 1
            word += 1
    return at
