"""Encodes the examples for ``NearestTopic`` ahead of the first start, a step of `make build`.

``python -m handoff.answers.encode_examples NLU_DIR ENCODER_DIR OUT_DIR``. Ten thousand examples take a slow
machine minutes: too long for a service that is waited for.
"""

from __future__ import annotations

import sys
from pathlib import Path

from handoff.answers.nearest import NearestTopic
from handoff.encoder.encoder import Encoder


def main(nlu_folder: str, encoder_folder: str, out: str) -> None:
    NearestTopic.load(Path(nlu_folder), Path(out), Encoder.load(Path(encoder_folder)))
    (Path(out) / "manifest.json").touch()


if __name__ == "__main__":
    main(*sys.argv[1:4])
