"""The SQL database: one engine a process, and its migrations."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

MIGRATIONS = Path(__file__).parent / "migrations"

Sessions = async_sessionmaker[AsyncSession]


def connect(url: str) -> tuple[AsyncEngine, Sessions]:
    """The engine for ``url`` and its session maker. Connects at the first query."""
    engine = create_async_engine(url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _set_up_sqlite)
    return engine, async_sessionmaker(engine, expire_on_commit=False)


def _set_up_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    # Two processes share the file: readers must not block the writer, and a writer waits its turn.
    cursor.execute("PRAGMA journal_mode=WAL")
    # Long enough for a whole team that signs in at once on a machine that is busy with something else.
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def migrate(url: str) -> None:
    """Brings the database to the newest version of its tables. Safe to run at each start."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    command.upgrade(config, "head")


async def pending_migrations(url: str) -> int:
    """How many steps the tables are behind this version. Makes no SQLite file where there is none.

    Raises SQLAlchemyError or OSError when the database does not answer.
    """
    script = ScriptDirectory(str(MIGRATIONS))
    engine, _ = connect(url)
    try:
        file = engine.url.database
        if engine.dialect.name == "sqlite" and file and not Path(file).exists():
            return len(list(script.walk_revisions()))
        async with engine.connect() as connection:
            heads = await connection.run_sync(
                lambda sync: MigrationContext.configure(sync).get_current_heads()
            )
        return len(list(script.iterate_revisions("heads", heads or "base")))
    finally:
        await engine.dispose()
