"""The nearest topic of a message by meaning, for when Rasa is away.

The examples of data/nlu are encoded once; a message is as near to a topic as the mean of its
three most similar examples there.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import yaml

from handoff.conversation import StrippedText

Vectors = npt.NDArray[np.float32]

BEST_EXAMPLES = 3
AT_ONCE = 8
REMEMBERED = 2000  # vectors of examples that are in no file yet: 3 MB


class TextEncoder(Protocol):
    def encode(self, texts: Sequence[str]) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An example near to a text: its topic, and the cosine of the two (0 to 1)."""

    topic: str
    example: str
    similarity: float


class NearestTopic:
    """Ranks topics by similarity (cosine, 0 to 1) of a message to their examples."""

    # See docs/decisions/0004-answering-without-rasa.md for how these were chosen.
    LEAST_SIMILARITY = 0.86
    LEAST_LEAD = 0.01

    def __init__(self, encoder: TextEncoder, pairs: Sequence[tuple[str, str]], vectors: Vectors) -> None:
        self._encoder = encoder
        self._pairs = pairs
        self._vectors = vectors
        # Somebody types beside these, so the same ones are asked for again and again.
        self._added: dict[str, Vectors] = {}
        self._adding = threading.Lock()
        topics = [topic for topic, _ in pairs]
        self._rows = {
            topic: np.array([i for i, each in enumerate(topics) if each == topic]) for topic in set(topics)
        }

    @classmethod
    def load(cls, nlu_folder: Path, cache_folder: Path, encoder: TextEncoder) -> NearestTopic:
        """Reads the examples; takes the vectors that `make build` left, or encodes them (minutes).

        Raises ValueError when the folder holds no example.
        """
        pairs = read_examples(nlu_folder)
        if not pairs:
            raise ValueError(f"no examples in {nlu_folder}")
        # The encoder is part of the name: vectors of another encoder mean nothing to this one.
        probe = encoder.encode(["repère"]).tobytes()
        name = hashlib.sha256(repr(pairs).encode() + probe).hexdigest()[:16]
        cache = cache_folder / f"{name}.npy"
        if cache.exists():
            return cls(encoder, pairs, np.load(cache))
        vectors = encoder.encode([example for _, example in pairs])
        cache_folder.mkdir(parents=True, exist_ok=True)
        unfinished = cache.with_suffix(".tmp.npy")
        np.save(unfinished, vectors)
        unfinished.replace(cache)
        return cls(encoder, pairs, vectors)

    @property
    def pairs(self) -> Sequence[tuple[str, str]]:
        """Every (topic, example)."""
        return self._pairs

    @property
    def middle(self) -> Vectors:
        """The mean of all their vectors."""
        mean: Vectors = self._vectors.mean(axis=0)
        return mean

    @property
    def encoder(self) -> TextEncoder:
        """What its vectors were made with."""
        return self._encoder

    def rank(self, text: StrippedText) -> list[tuple[str, float]]:
        """Every topic with its similarity, nearest first; empty for an empty text."""
        if not text.value.strip():
            return []
        similarity = self._vectors @ self._encoder.encode([text.value])[0]
        ranking = [
            (topic, float(np.sort(similarity[rows])[-BEST_EXAMPLES:].mean()))
            for topic, rows in self._rows.items()
        ]
        return sorted(ranking, key=lambda pair: -pair[1])

    def neighbours(
        self, texts: Sequence[StrippedText], most: int, also: Sequence[tuple[str, str]] = ()
    ) -> list[list[Neighbour]]:
        """For each text its nearest examples, nearest first. ``also``: pairs that are in no file yet."""
        if not texts:
            return []
        pairs = [*self._pairs, *also]
        vectors = np.vstack([self._vectors, *self._of_added([example for _, example in also])])
        similarity = self._encoder.encode([text.value for text in texts]) @ vectors.T
        return [
            [
                Neighbour(pairs[place][0], pairs[place][1], float(row[place]))
                for place in np.argsort(row)[::-1][:most]
            ]
            for row in similarity
        ]

    def _of_added(self, examples: Sequence[str]) -> list[Vectors]:
        """Their vectors. A few at a time are encoded: what young people write need not wait for all."""
        with self._adding:
            if len(self._added) > REMEMBERED:
                self._added.clear()
            new = [each for each in dict.fromkeys(examples) if each not in self._added]
            for start in range(0, len(new), AT_ONCE):
                some = new[start : start + AT_ONCE]
                self._added.update(zip(some, self._encoder.encode(some), strict=True))
            return [self._added[each] for each in examples]

    def is_sure(self, ranking: Sequence[tuple[str, float]]) -> bool:
        """Whether the first topic of a ranking is near enough, and well ahead of the second."""
        if len(ranking) < 2:
            return False
        (_, best), (_, second) = ranking[:2]
        return best >= self.LEAST_SIMILARITY and best - second >= self.LEAST_LEAD


def read_examples(nlu_folder: Path) -> list[tuple[str, str]]:
    """The (intent, example) pairs of Rasa's NLU files in a folder."""
    pairs: list[tuple[str, str]] = []
    for file in sorted(nlu_folder.glob("*.yml")):
        for block in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("nlu", []):
            for line in block.get("examples", "").splitlines():
                if line.startswith("- ") and "intent" in block:
                    pairs.append((block["intent"], line[2:].strip()))
    return pairs
