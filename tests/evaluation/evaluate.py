"""``make evaluate``: predictions on our own held-out sets, and their scores."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
TASKS = ("privacy", "distress", "conversations", "topics")


def main(tasks: list[str]) -> int:
    sets = HERE / "sets"
    for task, gold in [
        (each, file) for each in tasks or TASKS for file in sorted(sets.glob(f"{each}*.jsonl"))
    ]:
        with tempfile.TemporaryDirectory() as folder:
            predicted = Path(folder) / "predicted.jsonl"
            predict = [sys.executable, "-m", "handoff.predict", task, str(gold), str(predicted)]
            subprocess.run(predict, check=True)
            print(f"== {gold.stem}", flush=True)
            subprocess.run(
                [sys.executable, str(HERE / "score.py"), task, str(gold), str(predicted)], check=True
            )
    if not tasks:
        print("== places", flush=True)
        subprocess.run([sys.executable, "-m", "tests.evaluation.places"], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
