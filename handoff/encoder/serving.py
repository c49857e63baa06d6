"""Loads what ``export`` wrote. Loading runs no code of the files'."""

from __future__ import annotations

from pathlib import Path

import onnxruntime
from tokenizers import Tokenizer


def load_onnx(folder: Path, threads: int = 1) -> tuple[onnxruntime.InferenceSession, Tokenizer]:
    """``model.onnx`` and ``tokenizer.json`` of the folder. Each library raises errors of its own."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
    return session, Tokenizer.from_file(str(folder / "tokenizer.json"))
