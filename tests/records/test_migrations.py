"""The tables: made once, whoever starts together, and as the code describes them."""

from __future__ import annotations

import asyncio
import sys

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from handoff.records import card_tables, database, resource_tables
from handoff.records.tables import Table
from tests.records.conftest import Postgres

# Imported for what they declare.
assert card_tables
assert resource_tables


async def test_processes_that_start_together_make_the_tables_once(postgres: Postgres) -> None:
    url = postgres.create("together", "template0")
    command = f"from handoff.records import database; database.migrate({url!r})"
    starts = [await asyncio.create_subprocess_exec(sys.executable, "-c", command) for _ in range(3)]
    assert [await each.wait() for each in starts] == [0, 0, 0]
    assert await database.pending_migrations(url) == 0


async def test_the_migrations_make_what_the_code_describes(database_url: str) -> None:
    engine, _ = database.connect(database_url)
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), Table.metadata)
        )
    await engine.dispose()
    # Indexes are the migrations' own.
    assert [each for each in differences if each[0] != "remove_index"] == []
