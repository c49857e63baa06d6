"""Sign-in by one-time link, and the audit trail, on a real SQLite file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from handoff.records import database
from handoff.records.accounts import Accounts
from handoff.records.audit import AuditTrail
from handoff.records.database import Sessions


@pytest.fixture
async def sessions(tmp_path: Path) -> AsyncIterator[Sessions]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite'}"
    await asyncio.to_thread(database.migrate, url)
    await asyncio.to_thread(database.migrate, url)  # a second start changes nothing
    engine, maker = database.connect(url)
    yield maker
    await engine.dispose()


def accounts_of(sessions: Sessions, link: timedelta = timedelta(hours=1)) -> Accounts:
    return Accounts(sessions, link, timedelta(hours=12))


async def test_a_link_signs_in_once(sessions: Sessions) -> None:
    accounts = accounts_of(sessions)
    account = await accounts.first_counsellor("Camille")
    link = await accounts.new_sign_in_link(account.id)
    cookie = await accounts.sign_in(link)
    assert cookie is not None
    signed_in = await accounts.signed_in(cookie)
    assert signed_in is not None
    assert signed_in.name == "Camille"
    assert await accounts.sign_in(link) is None


async def test_of_ten_browsers_with_the_same_link_one_gets_in(sessions: Sessions) -> None:
    accounts = accounts_of(sessions)
    link = await accounts.new_sign_in_link((await accounts.first_counsellor("Camille")).id)
    cookies = await asyncio.gather(*(accounts.sign_in(link) for _ in range(10)))
    assert len([cookie for cookie in cookies if cookie]) == 1


async def test_a_link_that_is_too_old_or_replaced_is_refused(sessions: Sessions) -> None:
    old = accounts_of(sessions, link=timedelta(seconds=-1))
    account = await old.first_counsellor("Camille")
    assert await old.sign_in(await old.new_sign_in_link(account.id)) is None
    accounts = accounts_of(sessions)
    first = await accounts.new_sign_in_link(account.id)
    await accounts.new_sign_in_link(account.id)
    assert await accounts.sign_in(first) is None


async def test_signing_out_ends_the_session(sessions: Sessions) -> None:
    accounts = accounts_of(sessions)
    account = await accounts.first_counsellor("Camille")
    cookie = await accounts.sign_in(await accounts.new_sign_in_link(account.id))
    assert cookie is not None
    await accounts.sign_out(cookie)
    assert await accounts.signed_in(cookie) is None
    assert await accounts.signed_in("inventé") is None


async def test_the_first_counsellor_is_made_once(sessions: Sessions) -> None:
    accounts = accounts_of(sessions)
    assert (await accounts.first_counsellor("A")).id == (await accounts.first_counsellor("B")).id


async def test_the_audit_trail_keeps_who_did_what(sessions: Sessions) -> None:
    account = await accounts_of(sessions).first_counsellor("Camille")
    audit = AuditTrail(sessions)
    await audit.record("claim", account.id, "c" * 32)
    await audit.record("close", account.id, "c" * 32)
    entries = await audit.entries("c" * 32)
    assert [(entry.action, entry.account_id) for entry in entries] == [("claim", 1), ("close", 1)]
    assert all(entry.at.tzinfo is not None for entry in entries)
