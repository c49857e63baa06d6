"""Vectors kept from one training to the next, in the Rasa side's own Python."""

from __future__ import annotations

import subprocess
from pathlib import Path

from handoff.build import RASA_PYTHON
from handoff.settings import PROJECT_FOLDER

SCRIPT = """
import sys
from pathlib import Path
import numpy as np
from bot.known_vectors import FILE, KnownVectors

folder = Path(sys.argv[1])
texts = ["salut", "j'ai peur 😟", "línea", ""]
known = KnownVectors(folder, "one")
assert known.get("salut") is None
for number, text in enumerate(texts):
    known.add(text, np.full((1, 3), number, dtype=np.float32))
known.save()
again = KnownVectors(folder, "one")
assert [again.get(text).tolist() for text in texts] == [[[n] * 3] for n in range(4)]
assert again.get("salut").dtype == np.float32
assert KnownVectors(folder, "another").get("salut") is None
fewer = KnownVectors(folder, "one")
assert [fewer.get(text) is not None for text in texts[1:]] == [True] * 3
fewer.save()
assert KnownVectors(folder, "one").get("salut") is None, "what was taken out is not kept"
whole = (folder / FILE).read_bytes()
for broken in (b"", b"half a file", whole[:200]):
    (folder / FILE).write_bytes(broken)
    assert KnownVectors(folder, "one").get("salut") is None
broken = KnownVectors(folder, "one")
assert broken.get("salut") is None
broken.add("salut", np.ones((1, 3), dtype=np.float32))
broken.save()
assert KnownVectors(folder, "one").get("salut").tolist() == [[1, 1, 1]]
assert [each.name for each in folder.iterdir()] == [FILE]
"""


def test_vectors_are_found_again_and_a_broken_file_is_done_without(tmp_path: Path) -> None:
    done = subprocess.run(
        [RASA_PYTHON, "-c", SCRIPT, tmp_path], cwd=PROJECT_FOLDER, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
