"""Builds what a clone lacks and the service needs: encoder, tagger, distress model, vectors, Rasa model.

``python -m handoff.build`` builds what is missing or older than what it is made from, and says what
it does. Each step builds beside and then replaces, so an interrupted build is never taken for done.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from handoff.settings import PROJECT_FOLDER, Settings

RASA_PYTHON = PROJECT_FOLDER / "bot" / ".venv" / "bin" / "python"


@dataclass(frozen=True)
class Step:
    """One thing to build: from ``sources`` to ``product`` by ``command``."""

    name: str
    product: Path
    sources: tuple[Path, ...]
    command: tuple[str, ...]

    def is_due(self) -> bool:
        """Whether the product is missing, or older than something it is made from."""
        if not self.product.exists():
            return True
        built = self.product.stat().st_mtime
        return any(source.stat().st_mtime > built for source in _files(self.sources))


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from (
                each for each in path.rglob("*") if each.is_file() and "__pycache__" not in each.parts
            )
        elif path.exists():
            yield path


def steps(settings: Settings) -> list[Step]:
    """What there is to build, in order."""
    var, project = settings.var_folder, PROJECT_FOLDER
    encoder = var / "encoder"
    return [
        Step(
            "the sentence encoder",
            encoder / "manifest.json",
            (project / "handoff" / "encoder" / "build.py",),
            (sys.executable, "-m", "handoff.encoder.build", str(encoder)),
        ),
        Step(
            "the tagger of personal data",
            var / "tagger" / "manifest.json",
            (
                encoder / "manifest.json",
                *(project / "data" / name for name in ("privacy", "names", "places")),
                project / "handoff" / "privacy" / "kinds.py",
                *(
                    project / "handoff" / "privacy" / "tagger" / f"{name}.py"
                    for name in ("marked", "pieces", "train", "vary")
                ),
            ),
            (sys.executable, "-m", "handoff.privacy.tagger.train", str(var / "tagger")),
        ),
        Step(
            "the distress model",
            var / "distress" / "manifest.json",
            (
                encoder / "manifest.json",
                *(
                    project / "data" / "distress" / name
                    for name in ("messages.jsonl", "conversations.jsonl", "validation")
                ),
                *(
                    project / "handoff" / "distress" / f"{name}.py"
                    for name in ("context", "fine_tune", "noise")
                ),
            ),
            (sys.executable, "-m", "handoff.distress.train", str(var / "distress")),
        ),
        Step(
            "the examples' vectors",
            var / "nearest" / "manifest.json",
            (encoder / "manifest.json", project / "data" / "nlu"),
            (
                *(sys.executable, "-m", "handoff.answers.encode_examples"),
                *(str(project / "data" / "nlu"), str(encoder), str(var / "nearest")),
            ),
        ),
        Step(
            "the Rasa model",
            var / "rasa-models" / "repere.tar.gz",
            (
                encoder / "manifest.json",
                *(project / name for name in ("config.yml", "domain.yml")),
                *(project / "data" / name for name in ("nlu", "rules", "stories")),
                *sorted((project / "bot").glob("*_featurizer.py")),
                project / "bot" / "tempered_classifier.py",
            ),
            (
                *(str(RASA_PYTHON), "-m", "bot.quiet_rasa", "train", "--fixed-model-name", "repere"),
                *("--out", str(var / "rasa-models"), "--data"),
                *(str(project / "data" / name) for name in ("nlu", "rules", "stories")),
            ),
        ),
    ]


def build(settings: Settings) -> None:
    """Builds what is due. Raises subprocess.CalledProcessError when a step fails."""
    environment = {
        **os.environ,
        "REPERE_ENCODER_ONNX": str(settings.var_folder / "encoder" / "onnx"),
    }
    for step in steps(settings):
        if not step.is_due():
            continue
        print(f"· building {step.name} …", flush=True)
        started = time.monotonic()
        subprocess.run(step.command, cwd=PROJECT_FOLDER, env=environment, check=True)
        step.product.touch()
        print(f"  {step.name}: {time.monotonic() - started:.0f} s", flush=True)


def main() -> int:
    try:
        build(Settings.load())
    except subprocess.CalledProcessError as error:
        print(f"repere: a build step failed ({' '.join(error.cmd[:3])} …)", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
