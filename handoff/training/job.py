"""One training, in a process of its own: ``python -m handoff.training.job VERSION``.

The staff app starts it and may be restarted meanwhile. It learns ``versions/VERSION/data``, measures the
model on a Rasa and a Redis of its own, and compares it with the one that is live. What serves is not touched:
whatever happens here, the old model goes on. ``--trained`` takes a model that lies in the folder already.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from handoff.answers.cards import load_catalogue
from handoff.build import RASA_PYTHON
from handoff.errors import RasaUnavailableError
from handoff.run import RunningParts, StartError
from handoff.settings import PROJECT_FOLDER, Settings
from handoff.training.measure import fallen, measure
from handoff.training.versions import Stage, Versions

# The lock may be looked at, for a moment, by a page that wants to know whether a training runs.
LOCK_TRIES: Final = 20
TOLD_SECONDS: Final = 0.5
# Whoever answers young people goes first.
NICE: Final = 10


class TrainingError(Exception):
    """The training cannot go on; the message is for its log."""


def train(settings: Settings, versions: Versions, version: str) -> None:
    """Trains the version's data. Raises TrainingError."""
    folder = versions.of(version)
    data = folder / "data"
    command = [
        *(str(RASA_PYTHON), "-m", "bot.quiet_rasa", "train", "--fixed-model-name", version),
        *("--out", str(folder), "--domain", str(data / "domain.yml"), "--config", "config.yml"),
        *("--data", *(str(data / part) for part in ("nlu", "rules", "stories"))),
    ]
    encoder = str(settings.var_folder / "encoder" / "onnx")
    environment = {**os.environ, "REPERE_ENCODER_ONNX": encoder, "PYTHONPATH": str(PROJECT_FOLDER)}
    done = subprocess.run(command, cwd=PROJECT_FOLDER, env=environment, check=False)
    if done.returncode != 0 or not versions.model(version).is_file():
        raise TrainingError(f"rasa train ended with {done.returncode}")


async def measured(settings: Settings, model: Path, told: Callable[[float], None]) -> dict[str, Any]:
    """The report of a model, served for the time it takes by parts of its own. Raises TrainingError."""
    from handoff.understanding import Understanding

    understanding = await asyncio.to_thread(Understanding.load, settings)
    themes = {each.id: each.theme for each in load_catalogue(settings.data_folder / "answers").values()}
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        apart = settings.apart(Path(name)).model_copy(update={"served_model": str(model)})
        try:
            async with RunningParts(apart, ("redis", "actions", "rasa"), Path(name) / "log"):
                return await measure(understanding, apart.effective_rasa_url, themes, told)
        except (StartError, RasaUnavailableError) as error:
            raise TrainingError(str(error)) from error


async def run(settings: Settings, versions: Versions, version: str, *, trained: bool = False) -> Stage:
    """The whole training; returns how it ended, which its status says too. Raises OSError on a full disk."""
    seconds: dict[str, float] = {}

    async def timed(stage: Stage, work: Callable[[], Any]) -> Any:
        versions.update(version, stage=stage, done=0.0)
        print(f"{datetime.now(UTC):%H:%M:%S} {stage}", flush=True)
        started = time.monotonic()
        result = await asyncio.to_thread(work)
        seconds[stage] = round(time.monotonic() - started, 1)
        versions.update(version, seconds=seconds)
        return result

    def evaluate(which: str, start: float, stop: float) -> None:
        told = _telling(versions, version, start, stop)
        report = asyncio.run(measured(settings, versions.model(which), told))
        versions.write_report(which, report)
        print(f"{which}: {report['bars']}", flush=True)

    try:
        if not trained:
            await timed(Stage.TRAINING, lambda: train(settings, versions, version))
        live = versions.live()
        # The first time, the model that is live was never measured.
        unknown = live is not None and versions.report(live.version) is None and live.version != version
        if live is not None and unknown:
            await timed(Stage.EVALUATING, lambda: evaluate(live.version, 0.0, 0.5))
        await timed(Stage.EVALUATING, lambda: evaluate(version, 0.5 if unknown else 0.0, 1.0))
    except TrainingError as error:
        print(error, flush=True)
        versions.update(version, stage=Stage.FAILED, message=str(error)[:300])
        return Stage.FAILED
    before = versions.report(live.version) if live else None
    after = versions.report(version) or {"bars": {}}
    fell = fallen(before["bars"], after["bars"], settings.model_margin) if before else []
    stage = Stage.REFUSED if fell else Stage.READY
    versions.update(version, stage=stage, message=" ".join(fell), done=1.0)
    print(f"{datetime.now(UTC):%H:%M:%S} {stage} {' '.join(fell)}", flush=True)
    versions.prune()
    return stage


def _telling(versions: Versions, version: str, start: float, stop: float) -> Callable[[float], None]:
    last = 0.0

    def told(done: float) -> None:
        nonlocal last
        if time.monotonic() - last >= TOLD_SECONDS:
            last = time.monotonic()
            versions.update(version, done=start + (stop - start) * done)

    return told


def main(arguments: list[str]) -> int:
    os.nice(NICE)
    settings = Settings.load()
    versions = Versions(settings.models_folder)
    version = arguments[0]
    for _ in range(LOCK_TRIES):
        with versions.training(version) as free:
            if free:
                trained = "--trained" in arguments[1:]
                try:
                    stage = asyncio.run(run(settings, versions, version, trained=trained))
                except OSError as error:
                    print(f"stopped: {error}", flush=True)
                    versions.update(version, stage=Stage.FAILED, message=error.strerror or "disk")
                    return 1
                return 0 if stage in (Stage.READY, Stage.REFUSED) else 1
        time.sleep(0.1)
    print("another training runs", flush=True)
    versions.update(version, stage=Stage.FAILED, message="another")
    return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
