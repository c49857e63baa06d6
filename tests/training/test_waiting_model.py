"""A sentence tried on a model that is not live: its own Rasa answers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from handoff.app_parts import load_words
from handoff.errors import ModelError
from handoff.privacy.stripper import Stripper
from handoff.settings import Settings
from handoff.training.versions import Versions
from handoff.waiting_model import WaitingModel
from tests.conftest import eventually

FOUND: dict[str, object] = {"level": 0, "category": "aucun", "score": 0.01, "reasons": []}


async def test_a_model_that_is_not_live_answers_beside_it(tmp_path: Path) -> None:
    settings = Settings.load().apart(tmp_path)
    versions = Versions(settings.models_folder)
    version = versions.new("Camille", "essai")
    shutil.copyfile(settings.built_model, versions.model(version))
    words, renderer = load_words(settings)
    waiting = WaitingModel(settings, Stripper.load(settings.var_folder / "tagger"), renderer, words)
    tried: list[dict[str, object]] = []

    async def is_answered() -> bool:
        try:
            said = await waiting.sentence(version, "comment je porte plainte", "jeune", FOUND)
        except ModelError as error:
            assert error.code == "starting"
            return False
        tried.append(said)
        return True

    try:
        await eventually(is_answered, 280)
        with pytest.raises(ModelError, match="rasa"):
            await waiting.sentence("20260101-000000-000000", "bonjour", "jeune", FOUND)
    finally:
        await waiting.close()
    (said,) = tried
    assert said["topics"]
    assert said["replies"]
