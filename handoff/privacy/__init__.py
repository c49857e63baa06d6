"""Personal data out of a young person's words: Presidio's architecture, recognisers of our own."""

import importlib
import sys


def _import_presidio() -> None:
    """Imports Presidio without its optional transformers engine.

    That engine is not ours, and with transformers installed (for training) its import brings torch into
    every process: ten seconds of each start. What is already imported stays as it is.
    """
    hidden = [name for name in ("torch", "transformers") if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # Python's own way to say: not to be had
    try:
        importlib.import_module("presidio_analyzer")
    finally:
        for name in hidden:
            del sys.modules[name]


_import_presidio()
