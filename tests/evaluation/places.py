"""Whether the département is found in messages that name a place, and none in messages that name none.

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
    for name in ("topics", "topics_b", "topics_c", "places", "places_b", "places_c", "places_d"):
        lines = [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text("utf-8").splitlines()]
        asked = [line for line in lines if line.get("place_expected")]
        found = sum(stripper.strip(line["text"]).departement == line["place_expected"] for line in asked)
        none = [line for line in lines if not line.get("place_expected")]
        invented = sum(stripper.strip(line["text"]).departement is not None for line in none)
        share = found / len(asked)
        print(
            f"{name}.jsonl: {found} of {len(asked)} found ({share:.3f}), {invented} of {len(none)} invented"
        )


if __name__ == "__main__":
    main()
