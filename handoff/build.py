"""Builds what a clone lacks and the service needs: encoder, tagger, distress model, vectors, Rasa model.

``python -m handoff.build`` builds what is missing or made from something else than what is there now, and
says what it does. What a product was made from is written beside it last, so an interrupted build is never
taken for done. Trainings take minutes: their products are kept in a folder of the user's too, by what they
were made from, and the next clone takes them from there (REPERE_BUILD_CACHE; empty: nothing is kept).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from handoff.settings import PROJECT_FOLDER, Settings

RASA_PYTHON = PROJECT_FOLDER / "bot" / ".venv" / "bin" / "python"


BUILT_FROM = "built-from"  # the file beside a product that tells its key
KEPT = 4  # products of one step, the newest


@dataclass(frozen=True)
class Step:
    """One thing to build: from ``sources`` to the folder of ``product`` by ``command``."""

    name: str
    product: Path
    sources: tuple[Path, ...]
    command: tuple[str, ...]
    kept: bool = True  # whether it takes long enough to be kept for other clones

    def key(self) -> str:
        """Of what it is made from: names and contents, wherever the clone lies."""
        sources = (f"{each.name}\n".encode() + each.read_bytes() for each in _files(self.sources))
        parts = sorted(hashlib.sha256(each).hexdigest() for each in sources)
        return hashlib.sha256("\n".join([self.name, *parts]).encode()).hexdigest()

    def is_due(self) -> bool:
        """Whether the product is missing, or made from something else than what is there now."""
        told = self.product.parent / BUILT_FROM
        return not (self.product.exists() and told.exists() and told.read_text() == self.key())

    def done(self) -> None:
        """Writes what the product was made from."""
        (self.product.parent / BUILT_FROM).write_text(self.key())


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from (
                each
                for each in path.rglob("*")
                if each.is_file() and each.suffix != ".md" and "__pycache__" not in each.parts
            )
        elif path.exists():
            yield path


@dataclass(frozen=True)
class Cache:
    """Products by what they were made from, outside the clone. Never needed: a fault is only told."""

    folder: Path

    def take(self, step: Step) -> bool:
        """Puts a kept product in its place; False when there is none."""
        kept = self._place(step)
        if not kept.is_dir():
            return False
        try:
            _replace(kept, step.product.parent)
        except OSError as error:
            print(f"  not taken from {kept}: {error}", flush=True)
            return False
        return step.product.exists()

    def keep(self, step: Step) -> None:
        """Keeps a product, and drops the oldest of its step."""
        try:
            _replace(step.product.parent, self._place(step))
            self._place(step).touch()  # a copied folder has the age of what was copied
            of_step = self.folder.glob(f"{step.product.parent.name}-*")
            for old in sorted(of_step, key=lambda each: each.stat().st_mtime, reverse=True)[KEPT:]:
                shutil.rmtree(old)
        except OSError as error:
            print(f"  not kept for other clones: {error}", flush=True)

    def _place(self, step: Step) -> Path:
        return self.folder / f"{step.product.parent.name}-{step.key()[:32]}"


def _replace(source: Path, target: Path) -> None:
    """Copies a folder beside, then puts it in the place of ``target``."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        shutil.copytree(source, beside, dirs_exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        beside.replace(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def steps(settings: Settings) -> list[Step]:
    """What there is to build, in order."""
    var, project = settings.var_folder, PROJECT_FOLDER
    encoder = var / "encoder"
    code = project / "handoff" / "encoder"
    # Not the encoder's own files: what is measured while it is built need not be the same twice.
    of_encoder = (code / "build.py", code / "packaged_weights.py")
    training = (*of_encoder, code / "training.py", code / "export.py")
    return [
        Step(
            "the sentence encoder",
            encoder / "manifest.json",
            of_encoder,
            (sys.executable, "-m", "handoff.encoder.build", str(encoder)),
            kept=False,
        ),
        Step(
            "the tagger of personal data",
            var / "tagger" / "manifest.json",
            (
                *training,
                *(project / "data" / name for name in ("privacy", "names")),
                project / "data" / "places" / "communes.tsv.gz",
                project / "handoff" / "privacy" / "kinds.py",
                *(
                    project / "handoff" / "privacy" / "tagger" / f"{name}.py"
                    for name in ("by_ear", "marked", "pieces", "train", "vary")
                ),
            ),
            (sys.executable, "-m", "handoff.privacy.tagger.train", str(var / "tagger")),
        ),
        Step(
            "the distress model",
            var / "distress" / "manifest.json",
            (
                *training,
                *(
                    project / "data" / "distress" / name
                    for name in ("messages.jsonl", "conversations.jsonl", "validation")
                ),
                *(
                    project / "handoff" / "distress" / f"{name}.py"
                    for name in ("classifier", "context", "fine_tune", "network", "noise", "train")
                ),
            ),
            (sys.executable, "-m", "handoff.distress.train", str(var / "distress")),
        ),
        Step(
            "the examples' vectors",
            var / "nearest" / "manifest.json",
            (*of_encoder, project / "data" / "nlu"),
            (
                *(sys.executable, "-m", "handoff.answers.encode_examples"),
                *(str(project / "data" / "nlu"), str(encoder), str(var / "nearest")),
            ),
            kept=False,  # the vectors are of this very encoder
        ),
        Step(
            "the Rasa model",
            var / "rasa-models" / "repere.tar.gz",
            (
                *of_encoder,
                *(project / name for name in ("config.yml", "domain.yml")),
                *(project / "data" / name for name in ("nlu", "rules", "stories")),
                *sorted((project / "bot").glob("*_featurizer.py")),
                project / "bot" / "tempered_classifier.py",
                project / "bot" / "requirements.lock",
            ),
            (
                *(str(RASA_PYTHON), "-m", "bot.quiet_rasa", "train", "--fixed-model-name", "repere"),
                *("--out", str(var / "rasa-models"), "--data"),
                *(str(project / "data" / name) for name in ("nlu", "rules", "stories")),
            ),
        ),
    ]


def build(settings: Settings) -> None:
    """Builds what is due, or takes it from the cache. Raises CalledProcessError when a step fails."""
    environment = {
        **os.environ,
        "REPERE_ENCODER_ONNX": str(settings.var_folder / "encoder" / "onnx"),
    }
    cache = Cache(settings.build_cache_folder) if settings.build_cache_folder else None
    for step in steps(settings):
        if not step.is_due():
            continue
        if cache and step.kept and cache.take(step):
            print(f"· {step.name}: as built before, from {cache.folder}", flush=True)
            continue
        print(f"· building {step.name} …", flush=True)
        started = time.monotonic()
        subprocess.run(step.command, cwd=PROJECT_FOLDER, env=environment, check=True)
        step.done()
        if cache and step.kept:
            cache.keep(step)
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
