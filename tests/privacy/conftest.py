"""One stripper for all privacy tests: it takes seconds to load."""

from __future__ import annotations

import pytest

from handoff.privacy.stripper import Stripper
from handoff.settings import Settings


@pytest.fixture(scope="session")
def stripper() -> Stripper:
    return Stripper.load(Settings.load().var_folder / "tagger")
