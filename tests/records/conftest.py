"""A database of one's own for each test."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handoff.records import database
from handoff.records.database import Sessions


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, with the tables that the migrations make."""
    file = tmp_path_factory.mktemp("migrated") / "empty.sqlite"
    database.migrate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture
def database_url(tmp_path: Path, migrated: Path) -> str:
    shutil.copy(migrated, tmp_path / "test.sqlite")
    return f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite'}"


@pytest.fixture
async def sessions(database_url: str) -> AsyncIterator[Sessions]:
    engine, maker = database.connect(database_url)
    yield maker
    await engine.dispose()
