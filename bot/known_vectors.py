"""Vectors of the examples of earlier trainings, so that a training encodes only what is new.

Ten thousand examples take minutes, one at a time; a content lead who adds five waits for five. The file lies
beside the encoder that made the vectors and goes with it.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path

import numpy as np

FILE = "example-vectors.npz"


class KnownVectors:
    """One file. Nothing but time depends on it: one that cannot be read or written is done without."""

    def __init__(self, folder: Path, encoder: str) -> None:
        """``encoder``: all that makes its vectors what they are; a file of another counts for nothing."""
        self._path = folder / FILE
        self._encoder = encoder
        self._vectors: dict[str, np.ndarray] = {}
        self._asked: dict[str, np.ndarray] = {}
        try:
            with np.load(self._path, allow_pickle=False) as file:
                if str(file["encoder"]) == encoder:
                    texts = file["texts"].tobytes().decode("utf-8").split("\0")
                    self._vectors = dict(zip(texts, file["vectors"], strict=True))
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            return

    def get(self, text: str) -> np.ndarray | None:
        """Float32, shape (1, dimensions), or None."""
        found = self._vectors.get(text)
        if found is None:
            return None
        self._asked[text] = found
        return found[None, :]

    def add(self, text: str, vector: np.ndarray) -> None:
        if "\0" not in text:
            self._asked[text] = vector[0]

    def save(self) -> None:
        """Writes the file anew, whole or not at all, with the texts of this training only.

        An example that was taken out is not kept here either.
        """
        if not self._asked or self._asked.keys() == self._vectors.keys():
            return
        unfinished = ""
        try:
            handle, unfinished = tempfile.mkstemp(dir=self._path.parent, suffix=".npz")
            with os.fdopen(handle, "wb") as file:
                np.savez(
                    file,
                    encoder=np.array(self._encoder),
                    texts=np.frombuffer("\0".join(self._asked).encode("utf-8"), dtype=np.uint8),
                    vectors=np.stack(list(self._asked.values())),
                )
            os.replace(unfinished, self._path)
        except OSError:
            Path(unfinished).unlink(missing_ok=True)
