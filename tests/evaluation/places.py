"""Whether the département is found in messages that name a place (``sets/places.jsonl``, ``topics.jsonl``).

``python -m tests.evaluation.places``; part of ``make evaluate``.
"""

from __future__ import annotations

import json
from pathlib import Path

from handoff.privacy.stripper import Stripper
from handoff.settings import Settings

SETS = Path(__file__).parent / "sets"


def main() -> None:
    stripper = Stripper.load(Settings.load().var_folder / "tagger")
    for name in ("topics", "places"):
        lines = [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text("utf-8").splitlines()]
        asked = [line for line in lines if line.get("place_expected")]
        found = sum(stripper.strip(line["text"]).departement == line["place_expected"] for line in asked)
        print(f"{name}.jsonl: {found} of {len(asked)} places found ({found / len(asked):.3f})")


if __name__ == "__main__":
    main()
