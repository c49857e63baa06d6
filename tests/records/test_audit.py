"""The audit trail: one chain, whoever writes; nothing in it can be changed unseen."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from handoff.records import check_audit, database
from handoff.records.audit import AuditTrail
from handoff.records.database import MIGRATIONS, Sessions

CONVERSATION = "c" * 32


async def written(sessions: Sessions, count: int = 5) -> AuditTrail:
    audit = AuditTrail(sessions)
    for number in range(count):
        await audit.record("claim", number, CONVERSATION)
    return audit


async def tamper(sessions: Sessions, *statements: str) -> None:
    """As somebody would who owns the database: without the triggers."""
    async with sessions.begin() as session:
        if session.get_bind().dialect.name == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                await session.execute(text(f"DROP TRIGGER audit_entry_no_{verb}"))
        else:
            await session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        for statement in statements:
            await session.execute(text(statement))


async def test_it_keeps_who_did_what(sessions: Sessions) -> None:
    audit = AuditTrail(sessions)
    await audit.record("claim", 1, CONVERSATION)
    await audit.record("roles_changed", 1, about="account 2")
    entries = await audit.entries(CONVERSATION)
    assert [(entry.action, entry.account_id) for entry in entries] == [("claim", 1)]
    assert all(entry.at.tzinfo is not None for entry in entries)
    assert [entry.about for entry in await audit.latest(10)] == ["account 2", None]
    assert [entry.id for entry in await audit.latest(10, before_id=2)] == [1]


async def test_many_writers_at_once_make_one_chain(sessions: Sessions, database_url: str) -> None:
    engine, other = database.connect(database_url)  # another process, as good as
    await asyncio.gather(
        *(AuditTrail(each).record("claim", number) for number in range(40) for each in (sessions, other))
    )
    await engine.dispose()
    report = await AuditTrail(sessions).check()
    assert (report.entries, report.problem) == (80, None)


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
async def test_the_database_itself_refuses_a_change(sessions: Sessions, statement: str) -> None:
    await written(sessions)
    with pytest.raises(DBAPIError, match="append-only"):
        async with sessions.begin() as session:
            await session.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit_entry SET account_id = 9 WHERE id = 3", "entry 3 was changed"),
        ("UPDATE audit_entry SET at = '2001-01-01 00:00:00.000000' WHERE id = 1", "entry 1 was changed"),
        ("DELETE FROM audit_entry WHERE id = 2", "entry 2 is missing"),
        ("DELETE FROM audit_entry WHERE id = 5", "removed"),
        ("UPDATE audit_head SET entries = 4", "removed"),
    ],
)
async def test_a_change_behind_its_back_is_found(sessions: Sessions, statement: str, said: str) -> None:
    audit = await written(sessions)
    assert (await audit.check()).problem is None
    await tamper(sessions, statement)
    assert said in ((await audit.check()).problem or "")


async def test_a_trail_rewritten_from_the_start_lacks_the_head_that_was_noted(sessions: Sessions) -> None:
    audit = await written(sessions)
    noted = (await audit.check()).head
    await audit.record("close", 1, CONVERSATION)
    assert (await audit.check([noted])).problem is None
    await tamper(
        sessions,
        "DELETE FROM audit_entry",
        f"UPDATE audit_head SET entries = 0, hash = '{'0' * 64}'",
    )
    await written(sessions, 6)
    assert (await audit.check()).problem is None
    assert "rewritten" in ((await audit.check([noted])).problem or "")


async def test_a_clock_set_back_is_noted_and_breaks_nothing(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = await written(sessions, 2)
    await tamper(sessions, "DELETE FROM audit_entry", f"UPDATE audit_head SET entries=0, hash='{'0' * 64}'")

    class JumpingClock(datetime):
        moments = iter([datetime.now(UTC), datetime.now(UTC) - timedelta(hours=3), datetime.now(UTC)])

        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return next(cls.moments)

    monkeypatch.setattr("handoff.records.audit.datetime", JumpingClock)
    await written(sessions, 3)
    report = await audit.check()
    assert (report.problem, report.backwards) == (None, (2,))


def test_the_command_says_it_in_one_line(
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = database_url
    database.migrate(url)  # another start changes nothing

    async def write() -> None:
        engine, maker = database.connect(url)
        await written(maker)
        await engine.dispose()

    asyncio.run(write())
    monkeypatch.setenv("DATABASE_URL", url)
    assert check_audit.main([]) == 0
    assert "5 entries, unbroken; head " in capsys.readouterr().out

    async def change() -> None:
        engine, maker = database.connect(url)
        await tamper(maker, "UPDATE audit_entry SET action = 'close' WHERE id = 4")
        await engine.dispose()

    asyncio.run(change())
    assert check_audit.main([]) == 1
    assert capsys.readouterr().err == "repere: entry 4 was changed\n"


def test_entries_from_before_the_chain_are_chained_by_the_migration(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite"
    url = f"sqlite+aiosqlite:///{file}"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    command.upgrade(config, "0002")
    with sqlite3.connect(file) as connection:
        connection.execute(
            "INSERT INTO account VALUES (1, 'Camille', 'counsellor', '2026-01-01 10:00:00.000000')"
        )
        connection.execute(
            "INSERT INTO audit_entry VALUES (4, '2026-01-01 10:00:00.000000', 1, 'claim', 'c'),"
            " (7, '2026-01-02 10:00:00.000000', NULL, 'close', 'c')"
        )
    connection.close()
    database.migrate(url)
    report = asyncio.run(check_audit.check(url, []))
    assert (report.entries, report.problem) == (2, None)
    with sqlite3.connect(file) as connection:
        assert "administrator" in connection.execute("SELECT roles FROM account").fetchone()[0]
    connection.close()
