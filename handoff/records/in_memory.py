"""A database that is nowhere: what training records goes here, and away with the process."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.pool import StaticPool

from handoff.records.audit import FIRST_HASH, HEAD_ID
from handoff.records.database import Sessions
from handoff.records.tables import AuditHead, Table


async def in_memory() -> tuple[AsyncEngine, Sessions]:
    """The same tables, empty, without their links to accounts (which stay in the real database)."""
    engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
    async with engine.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    async with sessions.begin() as session:
        session.add(AuditHead(id=HEAD_ID, entries=0, hash=FIRST_HASH))
    return engine, sessions
