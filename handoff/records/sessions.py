"""Sessions of signed-in browsers, kept in the server: a cookie means nothing once its row is gone."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, update

from handoff.records.database import Sessions
from handoff.records.tables import Account, StaffSession

SECRET_BYTES = 32
# Noting each request would be a write each; the idle time is minutes, so this is exact enough.
NOTED_EVERY = timedelta(minutes=1)


def hash_of(secret: str) -> str:
    """How a secret of 32 random bytes is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


class StaffSessions:
    """Opens, finds and ends sessions. One ends after ``idle`` without a sign of life, or ``lifetime``."""

    def __init__(self, sessions: Sessions, lifetime: timedelta, idle: timedelta) -> None:
        self._sessions = sessions
        self._idle = idle
        self.lifetime = lifetime

    async def open(self, account_id: int, browser: str = "", *, complete: bool = True) -> str:
        """A new session. Returns the cookie's secret.

        One that is not ``complete`` (password, but no second factor set up yet) only serves to set one up.
        """
        secret = secrets.token_urlsafe(SECRET_BYTES)
        now = datetime.now(UTC)
        async with self._sessions.begin() as session:
            await session.execute(delete(StaffSession).where(StaffSession.expires_at < now))
            session.add(
                StaffSession(
                    secret_hash=hash_of(secret),
                    account_id=account_id,
                    browser=browser,
                    complete=complete,
                    opened_at=now,
                    last_seen_at=now,
                    expires_at=now + self.lifetime,
                )
            )
        return secret

    async def account_of(
        self, cookie_secret: str, browser: str = "", *, complete: bool = True
    ) -> Account | None:
        """The account of a session, or None when it ended, never was, or was opened in another browser.

        A cookie that turns up in another browser was copied: the session ends at once, for both.
        """
        now = datetime.now(UTC)
        query = (
            select(Account, StaffSession)
            .join(StaffSession, StaffSession.account_id == Account.id)
            .where(
                StaffSession.secret_hash == hash_of(cookie_secret),
                StaffSession.expires_at > now,
                StaffSession.last_seen_at > now - self._idle,
                Account.disabled_at.is_(None),
            )
        )
        async with self._sessions() as session:
            found = (await session.execute(query)).one_or_none()
        if found is None:
            return None
        account, opened = found
        if opened.browser and opened.browser != browser:
            await self.end(cookie_secret)
            return None
        if complete and not opened.complete:
            return None
        if abs(now - opened.last_seen_at) > NOTED_EVERY:
            await self._note(opened.secret_hash, now)
        return account

    async def complete(self, cookie_secret: str) -> None:
        """A second factor was set up: the session may do what its account may."""
        async with self._sessions.begin() as session:
            change = update(StaffSession).where(StaffSession.secret_hash == hash_of(cookie_secret))
            await session.execute(change.values(complete=True))

    async def end(self, cookie_secret: str) -> None:
        """Ends a session."""
        async with self._sessions.begin() as session:
            done = delete(StaffSession).where(StaffSession.secret_hash == hash_of(cookie_secret))
            await session.execute(done)

    async def end_all(self, account_id: int, but: str = "") -> None:
        """Ends every session of an account, in every browser, except the one of this cookie."""
        async with self._sessions.begin() as session:
            await session.execute(
                delete(StaffSession).where(
                    StaffSession.account_id == account_id, StaffSession.secret_hash != hash_of(but)
                )
            )

    async def count(self, account_id: int) -> int:
        """In how many browsers an account is signed in."""
        query = select(func.count()).select_from(StaffSession)
        async with self._sessions() as session:
            return await session.scalar(query.where(StaffSession.account_id == account_id)) or 0

    async def _note(self, secret_hash: str, now: datetime) -> None:
        async with self._sessions.begin() as session:
            change = update(StaffSession).where(StaffSession.secret_hash == secret_hash)
            await session.execute(change.values(last_seen_at=now))
