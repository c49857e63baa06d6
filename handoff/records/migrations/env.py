"""Alembic's entry point: runs the migrations on the database that ``migrate`` names."""

import asyncio

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from handoff.records.tables import Table

OURS = 0x52455045  # any number, as long as it is the same for all of us


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Table.metadata, render_as_batch=True)
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            # Of two processes that start at once the second waits, and then finds nothing to do.
            connection.execute(text("SELECT pg_advisory_xact_lock(:ours)"), {"ours": OURS})
        context.run_migrations()


async def main() -> None:
    engine = create_async_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


asyncio.run(main())
