"""One stripper for all privacy tests: it takes seconds to load."""

from __future__ import annotations

import pytest

from handoff.privacy.stripper import Stripper


@pytest.fixture(scope="session")
def stripper() -> Stripper:
    return Stripper.load()
