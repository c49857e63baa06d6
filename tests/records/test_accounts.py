"""Accounts, links, sessions and second factors, on a real SQLite file."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from handoff.errors import LoginTakenError
from handoff.records.accounts import Accounts, LinkPurpose
from handoff.records.credentials import Credentials
from handoff.records.database import Sessions
from handoff.records.seal import Seal, SealError
from handoff.records.sessions import StaffSessions
from handoff.records.steps import SignInSteps, StepKind
from handoff.records.tables import Account, Role, StaffSession

SIGN_IN, INVITATION = LinkPurpose.SIGN_IN, LinkPurpose.INVITATION
CHROME, FIREFOX = "fingerprint of a browser", "fingerprint of another"


def accounts_of(sessions: Sessions, link: timedelta = timedelta(hours=1)) -> Accounts:
    return Accounts(sessions, link)


def staff_sessions(sessions: Sessions) -> StaffSessions:
    return StaffSessions(sessions, timedelta(hours=12), timedelta(minutes=30))


def seal(byte: int = 1) -> Seal:
    return Seal([bytes([byte]) * 32])


async def somebody(sessions: Sessions) -> Account:
    return await accounts_of(sessions).create("Camille", "camille@exemple.fr", [Role.COUNSELLOR])


# -- links -------------------------------------------------------------------------------


async def test_a_link_works_once(sessions: Sessions) -> None:
    accounts = accounts_of(sessions)
    account = await accounts.first_counsellor("Camille")
    link = await accounts.new_sign_in_link(account.id)
    assert await accounts.use_link(link, SIGN_IN) == account.id
    assert await accounts.use_link(link, SIGN_IN) is None


async def test_of_ten_browsers_with_the_same_link_one_gets_in(sessions: Sessions) -> None:
    accounts = accounts_of(sessions)
    link = await accounts.new_sign_in_link((await accounts.first_counsellor("Camille")).id)
    used = await asyncio.gather(*(accounts.use_link(link, SIGN_IN) for _ in range(10)))
    assert len([each for each in used if each]) == 1


async def test_a_link_too_old_or_replaced_or_for_something_else_is_refused(
    sessions: Sessions,
) -> None:
    old = accounts_of(sessions, link=timedelta(seconds=-1))
    account = await old.first_counsellor("Camille")
    assert await old.use_link(await old.new_sign_in_link(account.id), SIGN_IN) is None
    accounts = accounts_of(sessions)
    first = await accounts.new_sign_in_link(account.id)
    second = await accounts.new_sign_in_link(account.id, INVITATION)
    assert await accounts.use_link(first, SIGN_IN) is None
    assert await accounts.use_link(second, SIGN_IN) is None
    looked_at = await accounts.account_of_link(second, INVITATION)
    assert looked_at is not None  # looking does not use it up
    assert await accounts.use_link(second, INVITATION) == account.id


# -- accounts ----------------------------------------------------------------------------


async def test_the_first_account_is_made_once_and_may_do_everything(sessions: Sessions) -> None:
    accounts = accounts_of(sessions)
    first = await accounts.first_counsellor("A")
    assert first.roles == set(Role)
    assert (await accounts.first_counsellor("B")).id == first.id


@pytest.mark.parametrize("same", ["camille@exemple.fr", " Camille@Exemple.FR ", "ｃamille@exemple.fr"])
async def test_a_login_has_one_account_however_it_is_typed(sessions: Sessions, same: str) -> None:
    account = await somebody(sessions)
    with pytest.raises(LoginTakenError):
        await accounts_of(sessions).create("Autre", same, [Role.COUNSELLOR])
    found = await accounts_of(sessions).by_login(same)
    assert found is not None
    assert found.id == account.id


async def test_the_last_administrator_stays(sessions: Sessions) -> None:
    accounts = accounts_of(sessions)
    first = await accounts.first_counsellor("A")
    keep = accounts.change_keeping_an_administrator
    assert not await keep(first.id, roles=frozenset({Role.COUNSELLOR}))
    assert not await keep(first.id, disabled_at=datetime.now(UTC))
    kept = await accounts.get(first.id)
    assert kept is not None
    assert Role.ADMINISTRATOR in kept.roles
    await accounts.create("B", "b@exemple.fr", [Role.ADMINISTRATOR])
    assert await keep(first.id, roles=frozenset({Role.COUNSELLOR}))


# -- sessions ----------------------------------------------------------------------------


async def test_a_session_ends_when_signed_out_here_or_everywhere(sessions: Sessions) -> None:
    account, open_sessions = await somebody(sessions), staff_sessions(sessions)
    first, second, third = [await open_sessions.open(account.id) for _ in range(3)]
    await open_sessions.end(first)
    assert await open_sessions.account_of(first) is None
    await open_sessions.end_all(account.id, but=third)
    assert await open_sessions.account_of(second) is None
    assert await open_sessions.account_of(third) is not None
    assert await open_sessions.account_of("inventé") is None


async def test_a_cookie_in_another_browser_ends_the_session(sessions: Sessions) -> None:
    account, open_sessions = await somebody(sessions), staff_sessions(sessions)
    cookie = await open_sessions.open(account.id, CHROME)
    assert await open_sessions.account_of(cookie, CHROME) is not None
    assert await open_sessions.account_of(cookie, FIREFOX) is None
    assert await open_sessions.account_of(cookie, CHROME) is None


async def test_a_session_without_a_second_factor_only_serves_to_set_one_up(sessions: Sessions) -> None:
    account, open_sessions = await somebody(sessions), staff_sessions(sessions)
    cookie = await open_sessions.open(account.id, complete=False)
    assert await open_sessions.account_of(cookie) is None
    assert await open_sessions.account_of(cookie, complete=False) is not None
    await open_sessions.complete(cookie)
    assert await open_sessions.account_of(cookie) is not None


@pytest.mark.parametrize(
    ("last_seen", "ends", "lives"),
    [
        (timedelta(minutes=-29), timedelta(hours=1), True),
        (timedelta(minutes=-31), timedelta(hours=1), False),  # idle, or the clock jumped ahead
        (timedelta(0), timedelta(seconds=-1), False),
        (timedelta(hours=3), timedelta(hours=15), True),  # the clock was set back three hours
    ],
)
async def test_a_session_ends_when_idle_or_old_and_outlives_a_clock_set_back(
    sessions: Sessions, last_seen: timedelta, ends: timedelta, lives: bool
) -> None:
    account, open_sessions = await somebody(sessions), staff_sessions(sessions)
    cookie = await open_sessions.open(account.id)
    now = datetime.now(UTC)
    async with sessions.begin() as session:
        await session.execute(
            update(StaffSession).values(last_seen_at=now + last_seen, expires_at=now + ends)
        )
    assert (await open_sessions.account_of(cookie) is not None) is lives


async def test_switching_an_account_off_ends_its_sessions(sessions: Sessions) -> None:
    account, open_sessions = await somebody(sessions), staff_sessions(sessions)
    cookie = await open_sessions.open(account.id)
    await accounts_of(sessions).change(account.id, disabled_at=datetime.now(UTC))
    assert await open_sessions.account_of(cookie) is None


# -- what an account proves itself with --------------------------------------------------


async def test_a_code_of_the_application_works_once_even_sent_ten_times_at_once(sessions: Sessions) -> None:
    account, credentials = await somebody(sessions), Credentials(sessions, seal())
    await credentials.keep_totp(account.id, "JBSWY3DPEHPK3PXP", 100)
    used = await asyncio.gather(*(credentials.use_totp_step(account.id, 101) for _ in range(10)))
    assert used.count(True) == 1
    assert not await credentials.use_totp_step(account.id, 99)


async def test_a_recovery_code_works_once_for_its_own_account(sessions: Sessions) -> None:
    account, credentials = await somebody(sessions), Credentials(sessions, seal())
    codes = await credentials.new_recovery_codes(account.id)
    assert len(set(codes)) == 10
    assert not await credentials.use_recovery_code(account.id + 1, codes[0])
    assert await credentials.use_recovery_code(account.id, codes[0].upper().replace("-", " "))
    assert not await credentials.use_recovery_code(account.id, codes[0])
    assert await credentials.recovery_codes_left(account.id) == 9


async def test_a_copied_database_does_not_tell_the_secret_of_the_application(sessions: Sessions) -> None:
    account, credentials = await somebody(sessions), Credentials(sessions, seal())
    await credentials.keep_totp(account.id, "JBSWY3DPEHPK3PXP", 1)
    kept = await accounts_of(sessions).get(account.id)
    assert kept is not None
    assert b"JBSWY3DPEHPK3PXP" not in (kept.totp_secret or b"")
    assert credentials.totp_secret(kept) == "JBSWY3DPEHPK3PXP"
    with pytest.raises(SealError):
        Credentials(sessions, seal(2)).totp_secret(kept)


async def test_secrets_outlive_a_change_of_the_master_key(sessions: Sessions) -> None:
    account = await somebody(sessions)
    await Credentials(sessions, seal(1)).keep_totp(account.id, "JBSWY3DPEHPK3PXP", 1)
    both = Credentials(sessions, Seal([bytes([2]) * 32, bytes([1]) * 32]))
    assert await both.seal_anew() == 1
    kept = await accounts_of(sessions).get(account.id)
    assert kept is not None
    assert Credentials(sessions, seal(2)).totp_secret(kept) == "JBSWY3DPEHPK3PXP"


async def test_a_step_of_one_ceremony_opens_no_other_and_is_taken_once(sessions: Sessions) -> None:
    steps = SignInSteps(sessions, seal())
    secret = await steps.open(StepKind.OIDC, None, {"state": "x"})
    assert await steps.take(StepKind.PASSKEY, secret) is None
    taken = await asyncio.gather(*(steps.take(StepKind.OIDC, secret) for _ in range(5)))
    assert [each.content for each in taken if each] == [{"state": "x"}]
