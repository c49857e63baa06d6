"""The one sentence encoder: texts to unit vectors, by meaning, in many languages."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

# Before anything of Hugging Face is imported: nothing is looked up on a hub, ever.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch
import transformers
from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]

# E5 was trained with a prefix; for comparing short messages with each other it is this one.
PREFIX = "query: "


class EncoderMissingError(Exception):
    """There is no encoder in the folder; ``make build`` makes it."""


class Encoder:
    """Encodes texts. Safe to call from several threads; one call at a time computes."""

    def __init__(self, model: SentenceTransformer) -> None:
        self._model = model
        self._lock = threading.Lock()

    @classmethod
    def load(cls, folder: Path, threads: int = 2) -> Encoder:
        """Loads ``folder/st``. Raises EncoderMissingError when nothing was built there."""
        if not (folder / "st" / "modules.json").exists():
            raise EncoderMissingError(f"no encoder in {folder}: run `make build`")
        transformers.logging.disable_progress_bar()
        torch.set_num_threads(threads)
        model = SentenceTransformer(str(folder / "st"), device="cpu", local_files_only=True)
        model.eval()
        return cls(model)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, shape (number of texts, 384)."""
        if not texts:
            return np.zeros((0, 384), dtype=np.float32)
        # A lone surrogate has no UTF-8 form, and the tokenizer takes nothing else.
        sayable = [PREFIX + text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        with self._lock, torch.inference_mode():
            vectors = self._model.encode(
                sayable, show_progress_bar=False, convert_to_numpy=True, batch_size=64
            )
        return np.asarray(vectors, dtype=np.float32)
