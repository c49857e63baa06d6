"""What the studio does with models: starts a training, puts a version live, takes an older one back."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import httpx

from handoff.errors import ModelError
from handoff.parts import SECRETS
from handoff.settings import PROJECT_FOLDER, Settings
from handoff.training.data import write_training_data
from handoff.training.versions import RUNNING, Stage, Version, Versions, WentLive

logger = logging.getLogger(__name__)

LOAD_SECONDS: Final = 120.0
FIRST_GUESS_SECONDS: Final = 240.0  # of a training, before there was one to measure


class Models:
    """One instance a staff app; the folders are the truth, so several may look at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.versions = Versions(settings.models_folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._swapping = asyncio.Lock()

    @property
    def margin(self) -> float:
        """How much a bar may fall."""
        return self._settings.model_margin

    def all(self) -> list[Version]:
        """Every version, newest first."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        return self.versions.all()

    def history(self) -> list[WentLive]:
        """What was live, newest first."""
        return self.versions.history()[::-1]

    def log(self, version: str) -> str:
        """The last lines of a training. Raises LookupError."""
        return self.versions.log(version)

    def percent(self, version: Version) -> int:
        """How much of a training is done. Training itself says nothing: the last one's time is the guide."""
        status = version.status
        if status.stage is Stage.EVALUATING:
            return 60 + int(38 * status.done)
        if status.stage is Stage.TRAINING:
            return 5 + int(
                55 * min(1.0, self.versions.seconds_since_change(version.id) / self._usual_seconds())
            )
        return 2 if status.stage is Stage.STARTING else 100

    def _usual_seconds(self) -> float:
        lasted = [each.status.seconds.get(Stage.TRAINING) for each in self.versions.all()]
        return next((each for each in lasted if each), FIRST_GUESS_SECONDS)

    async def start(
        self, examples: Mapping[str, Sequence[str]], published: Sequence[str], by: str, why: str
    ) -> str:
        """Starts a training in the background; returns its version. Raises ModelError."""
        return await asyncio.to_thread(self._start, examples, published, by, why)

    def _start(
        self, examples: Mapping[str, Sequence[str]], published: Sequence[str], by: str, why: str
    ) -> str:
        if any(each.status.stage in RUNNING for each in self.all()):
            raise ModelError("running")
        version = ""
        try:
            version = self.versions.new(by, why)
            folder = self.versions.of(version)
            write_training_data(PROJECT_FOLDER, folder / "data", examples, published)
            # What it starts must not know our secrets.
            environment = {
                name: value
                for name, value in {**os.environ, **self._settings.as_environment()}.items()
                if name not in SECRETS
            }
            with (folder / "log.txt").open("ab") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "handoff.training.job", version],
                    cwd=PROJECT_FOLDER,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        except OSError as error:
            logger.error("a training could not be started: %s", error)
            if version:
                self._fail(version, error)
            raise ModelError("disk") from error
        return version

    def _fail(self, version: str, error: OSError) -> None:
        try:
            self.versions.update(version, stage=Stage.FAILED, message=error.strerror or "disk")
        except OSError:
            logger.error("nor could that be written down")

    async def publish(self, version: str, by: str, why: str) -> None:
        """Puts a version live: Rasa loads it beside the old one, and then answers with it.

        Raises ModelError; the old model then goes on ("rasa_unknown": nobody knows which one does, until Rasa
        is restarted). Raises LookupError when there is no such version.
        """
        async with self._swapping:
            found = next((each for each in await asyncio.to_thread(self.all) if each.id == version), None)
            if found is None:
                raise LookupError(version)
            if found.is_live:
                raise ModelError("live_already")
            was_live = any(each.version == version for each in self.versions.history())
            if not found.has_model or not (found.status.stage is Stage.READY or was_live):
                raise ModelError("not_ready")
            try:
                await asyncio.to_thread(self.versions.prepare_live, version, by, why)
            except OSError as error:
                logger.error("a model could not be copied: %s", error)
                raise ModelError("disk") from error
            before = self.versions.live()
            try:
                await self._load(version)
            except ModelError as error:
                if error.code != "rasa_unknown":
                    raise
                await self._give_back(before)
                raise ModelError("rasa_slow") from error
            try:
                await asyncio.to_thread(self.versions.set_live)
            except OSError as error:
                logger.error("a model could not be put in place: %s", error)
                await self._give_back(before)
                raise ModelError("disk") from error

    async def _load(self, version: str) -> None:
        """Has Rasa answer with a version. Raises ModelError: "rasa" when it goes on with the one it had,
        "rasa_unknown" when it did not say which one it has."""
        model = self.versions.model(version).resolve()
        async with httpx.AsyncClient(
            base_url=self._settings.effective_rasa_url, timeout=LOAD_SECONDS
        ) as rasa:
            try:
                answer = await rasa.put("/model", json={"model_file": str(model)})
                answer.raise_for_status()
            except (httpx.HTTPStatusError, httpx.ConnectError) as error:
                logger.error("Rasa did not take a model: %s", type(error).__name__)
                raise ModelError("rasa") from error
            except httpx.HTTPError as error:
                # Slow is not refused: it may have gone on loading. While it loads it answers nothing else.
                logger.warning("Rasa did not say whether it took a model: %s", type(error).__name__)
                if await _loaded_by(rasa) != model.name:
                    raise ModelError("rasa_unknown") from error

    async def _give_back(self, before: WentLive | None) -> None:
        """Has Rasa go on with what was live. Raises ModelError ("rasa_unknown") when it may not do so."""
        try:
            await self._load(before.version if before else "")
        except (ModelError, LookupError) as error:
            logger.error("Rasa did not get its old model back: %s", error)
            raise ModelError("rasa_unknown") from error


async def _loaded_by(rasa: httpx.AsyncClient) -> str:
    """The name of the model that Rasa answers with; empty when it does not say."""
    try:
        answer = await rasa.get("/status")
        return Path(str(answer.raise_for_status().json()["model_file"])).name
    except (httpx.HTTPError, ValueError, LookupError, TypeError):
        return ""
