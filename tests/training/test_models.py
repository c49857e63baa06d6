"""Trainings that fail, disks that are full: the old model goes on, and the studio says so."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from handoff.errors import ModelError
from handoff.settings import PROJECT_FOLDER, Settings, free_port
from handoff.training.data import write_training_data
from handoff.training.models import Models
from handoff.training.versions import Stage, Versions
from tests.channels.local_server import LocalServer

SMALL_FILE_BYTES = 2000  # a status fits, what a model learns does not


@dataclass
class Rasa:
    """Takes every model it is told to load, and remembers which.

    Of those in ``slow`` it says nothing; in the end it has those of them that are in ``loaded_in_the_end``.
    While it loads it answers nothing else, as the real one.
    """

    told: list[str] = field(default_factory=list)
    slow: set[str] = field(default_factory=set)
    loaded_in_the_end: set[str] = field(default_factory=set)
    loaded: str = "model"
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def load(self, request: Request) -> Response:
        version = Path((await request.json())["model_file"]).parent.name
        self.told.append(version)
        async with self.busy:
            while version in self.slow and not await request.is_disconnected():
                await asyncio.sleep(0.01)
            if version not in self.slow or version in self.loaded_in_the_end:
                self.loaded = version
        return Response(status_code=204)

    async def status(self, _request: Request) -> Response:
        async with self.busy:
            pass
        return JSONResponse({"model_file": f"{self.loaded}.tar.gz"})


@pytest.fixture
def rasa() -> Rasa:
    return Rasa()


@pytest.fixture
def settings(tmp_path: Path, rasa: Rasa) -> Iterator[Settings]:
    routes = [Route("/model", rasa.load, methods=["PUT"]), Route("/status", rasa.status)]
    server = LocalServer(Starlette(routes=routes))
    server.start()
    yield (Settings.load().apart(tmp_path).model_copy(update={"rasa_url": server.url, "served_model": ""}))
    server.stop()


def ready(versions: Versions) -> str:
    version = versions.new("Camille", "essai")
    versions.model(version).write_bytes(version.encode())
    versions.update(version, stage=Stage.READY)
    return version


async def test_a_model_goes_live_and_rasa_is_told(settings: Settings, rasa: Rasa) -> None:
    models = Models(settings)
    version = ready(models.versions)
    await models.publish(version, "Camille", "essai")
    assert rasa.told == [version]
    assert models.versions.live_model.read_bytes() == version.encode()
    assert [each.version for each in models.history()] == [version]


@pytest.mark.parametrize("name", ["live/model.unfinished", "live.unfinished"])
async def test_a_disk_that_is_full_is_found_before_rasa_is_told(
    settings: Settings, rasa: Rasa, name: str
) -> None:
    models = Models(settings)
    old, new = ready(models.versions), ready(models.versions)
    await models.publish(old, "Camille", "essai")
    # Whatever is written there finds no room.
    (models.versions.folder / name).symlink_to("/dev/full")
    with pytest.raises(ModelError) as refused:
        await models.publish(new, "Camille", "essai")
    assert refused.value.code == "disk"
    assert rasa.told == [old]
    assert models.versions.live_model.read_bytes() == old.encode()
    assert [each.id for each in models.all() if each.is_live] == [old]


async def test_rasa_gets_its_old_model_back_when_the_new_one_cannot_be_put_in_place(
    settings: Settings, rasa: Rasa
) -> None:
    models = Models(settings)
    old, new = ready(models.versions), ready(models.versions)
    await models.publish(old, "Camille", "essai")
    models.versions.live_model.unlink()
    models.versions.live_model.mkdir()  # a file cannot take its place
    with pytest.raises(ModelError) as refused:
        await models.publish(new, "Camille", "essai")
    assert refused.value.code == "disk"
    assert rasa.told == [old, new, old]
    assert [each.id for each in models.all() if each.is_live] == [old]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handoff.training.models.LOAD_SECONDS", 1.0)


async def test_a_model_that_rasa_loads_slowly_is_live_all_the_same(
    settings: Settings, rasa: Rasa, impatient: None
) -> None:
    models = Models(settings)
    old, new = ready(models.versions), ready(models.versions)
    await models.publish(old, "Camille", "essai")
    rasa.slow, rasa.loaded_in_the_end = {new}, {new}
    await models.publish(new, "Camille", "essai")
    assert rasa.told == [old, new]
    assert rasa.loaded == new
    assert [each.id for each in models.all() if each.is_live] == [new]


async def test_rasa_gets_its_old_model_back_when_it_never_says_whether_it_took_the_new_one(
    settings: Settings, rasa: Rasa, impatient: None
) -> None:
    models = Models(settings)
    old, new = ready(models.versions), ready(models.versions)
    await models.publish(old, "Camille", "essai")
    rasa.slow = {new}
    with pytest.raises(ModelError) as refused:
        await models.publish(new, "Camille", "essai")
    assert refused.value.code == "rasa_slow"
    assert rasa.told == [old, new, old]
    assert rasa.loaded == old
    assert [each.id for each in models.all() if each.is_live] == [old]


async def test_that_nobody_knows_what_rasa_answers_with_is_not_said_to_be_fine(
    settings: Settings, rasa: Rasa, impatient: None
) -> None:
    models = Models(settings)
    old, new = ready(models.versions), ready(models.versions)
    await models.publish(old, "Camille", "essai")
    rasa.slow = {old, new}
    rasa.loaded = "model"
    with pytest.raises(ModelError) as refused:
        await models.publish(new, "Camille", "essai")
    assert refused.value.code == "rasa_unknown"
    # What it starts with is the old one.
    assert models.versions.live_model.read_bytes() == old.encode()


async def test_a_rasa_that_is_not_there_changes_nothing(settings: Settings) -> None:
    models = Models(settings.model_copy(update={"rasa_url": f"http://127.0.0.1:{free_port()}"}))
    new = ready(models.versions)
    with pytest.raises(ModelError) as refused:
        await models.publish(new, "Camille", "essai")
    assert refused.value.code == "rasa"
    assert models.history() == []


async def test_a_training_for_which_there_is_no_room_says_so_and_nothing_runs(
    settings: Settings, rasa: Rasa
) -> None:
    models = Models(settings)
    old = ready(models.versions)
    await models.publish(old, "Camille", "essai")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_FILE_BYTES, before[1]))
    try:
        with pytest.raises(ModelError) as refused:
            await models.start({}, [], "Camille", "nouveaux exemples")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert refused.value.code == "disk"
    assert models.all()[0].status.stage is Stage.FAILED
    assert models.versions.running() is None
    assert [each.id for each in models.all() if each.is_live] == [old]
    assert rasa.told == [old]


def test_a_training_that_fails_says_so_and_the_old_model_stays(settings: Settings) -> None:
    """The real ``rasa train``, on data that it cannot learn."""
    versions = Versions(settings.models_folder)
    old = ready(versions)
    versions.prepare_live(old, "Camille", "essai")
    versions.set_live()
    version = versions.new("Camille", "exemples cassés")
    data = versions.of(version) / "data"
    write_training_data(PROJECT_FOLDER, data, {}, [])
    (data / "domain.yml").write_text("intents: 3\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "handoff.training.job", version],
        cwd=PROJECT_FOLDER,
        env={**os.environ, **settings.as_environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "rasa train ended with" in done.stdout
    status = versions.status(version)
    assert status.stage is Stage.FAILED
    assert status.message.startswith("rasa train ended with")
    assert versions.running() is None
    live = versions.live()
    assert live is not None
    assert live.version == old
    assert versions.live_model.read_bytes() == old.encode()
