"""Accounts and sign-in: one-time links, sessions kept in the server."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update

from handoff.records.database import Sessions
from handoff.records.tables import Account, Role, SignInLink, StaffSession

SECRET_BYTES = 32


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class Accounts:
    """The members of staff and how they sign in."""

    def __init__(self, sessions: Sessions, link_lifetime: timedelta, session_lifetime: timedelta) -> None:
        self._sessions = sessions
        self._link_lifetime = link_lifetime
        self._session_lifetime = session_lifetime

    async def first_counsellor(self, name: str) -> Account:
        """The oldest account, made now if there is none."""
        async with self._sessions.begin() as session:
            account = await session.scalar(select(Account).order_by(Account.id).limit(1))
            if account is None:
                account = Account(name=name, role=Role.COUNSELLOR, created_at=datetime.now(UTC))
                session.add(account)
                await session.flush()
            return account

    async def new_sign_in_link(self, account_id: int) -> str:
        """The secret of a link that signs this account in once. Earlier unused links stop working."""
        secret = secrets.token_urlsafe(SECRET_BYTES)
        expires_at = datetime.now(UTC) + self._link_lifetime
        async with self._sessions.begin() as session:
            await session.execute(delete(SignInLink).where(SignInLink.account_id == account_id))
            session.add(SignInLink(secret_hash=_hash(secret), account_id=account_id, expires_at=expires_at))
        return secret

    async def sign_in(self, link_secret: str) -> str | None:
        """Uses a link up and opens a session. Returns the cookie's secret, or None for a bad link."""
        now = datetime.now(UTC)
        async with self._sessions.begin() as session:
            # One UPDATE decides, so that of two browsers with the same link one gets in.
            account_id = await session.scalar(
                update(SignInLink)
                .where(
                    SignInLink.secret_hash == _hash(link_secret),
                    SignInLink.used_at.is_(None),
                    SignInLink.expires_at > now,
                )
                .values(used_at=now)
                .returning(SignInLink.account_id)
            )
            if account_id is None:
                return None
            secret = secrets.token_urlsafe(SECRET_BYTES)
            session.add(
                StaffSession(
                    secret_hash=_hash(secret), account_id=account_id, expires_at=now + self._session_lifetime
                )
            )
        return secret

    async def signed_in(self, cookie_secret: str) -> Account | None:
        """The account of a session, or None when it ended or never was."""
        async with self._sessions() as session:
            account: Account | None = await session.scalar(
                select(Account)
                .join(StaffSession, StaffSession.account_id == Account.id)
                .where(
                    StaffSession.secret_hash == _hash(cookie_secret),
                    StaffSession.expires_at > datetime.now(UTC),
                )
            )
            return account

    async def sign_out(self, cookie_secret: str) -> None:
        """Ends a session."""
        async with self._sessions.begin() as session:
            await session.execute(
                delete(StaffSession).where(StaffSession.secret_hash == _hash(cookie_secret))
            )
