"""Accounts of the staff, and the links that let somebody in once: invitations and the first sign-in."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError

from handoff.errors import LoginTakenError
from handoff.records.database import Sessions
from handoff.records.sessions import SECRET_BYTES, hash_of
from handoff.records.tables import Account, Role, SignInLink


class LinkPurpose(StrEnum):
    """What a link does."""

    SIGN_IN = "sign_in"  # signs in at once: for the operator's own console
    INVITATION = "invitation"  # opens a form that sets a password; used up when the form is sent


def plain_login(login: str) -> str:
    """A login as it is compared: case and look-alike forms of a letter do not make another person."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


class Accounts:
    """The members of staff."""

    def __init__(
        self, sessions: Sessions, link_lifetime: timedelta, invitation_lifetime: timedelta = timedelta(days=3)
    ) -> None:
        self._sessions = sessions
        self._lifetimes = {
            LinkPurpose.SIGN_IN: link_lifetime,
            LinkPurpose.INVITATION: invitation_lifetime,
        }

    async def first_counsellor(self, name: str) -> Account:
        """The oldest account, made now if there is none, with every role: whoever installs starts alone."""
        async with self._sessions.begin() as session:
            account = await session.scalar(select(Account).order_by(Account.id).limit(1))
            if account is None:
                account = Account(name=name, roles=frozenset(Role), created_at=datetime.now(UTC))
                session.add(account)
                await session.flush()
            return account

    async def create(self, name: str, login: str, roles: Iterable[Role]) -> Account:
        """A new account, that nobody can sign in to yet. Raises LoginTakenError."""
        account = Account(
            name=name, login=plain_login(login), roles=frozenset(roles), created_at=datetime.now(UTC)
        )
        try:
            async with self._sessions.begin() as session:
                session.add(account)
        except IntegrityError:
            raise LoginTakenError from None
        return account

    async def get(self, account_id: int) -> Account | None:
        async with self._sessions() as session:
            return await session.get(Account, account_id)

    async def by_login(self, login: str) -> Account | None:
        """The account of a login, if there is one and it is not switched off."""
        query = select(Account).where(Account.login == plain_login(login), Account.disabled_at.is_(None))
        async with self._sessions() as session:
            account: Account | None = await session.scalar(query)
            return account

    async def by_oidc_subject(self, subject: str) -> Account | None:
        """The account that an identity provider's subject was tied to."""
        query = select(Account).where(Account.oidc_subject == subject, Account.disabled_at.is_(None))
        async with self._sessions() as session:
            account: Account | None = await session.scalar(query)
            return account

    async def all(self) -> list[Account]:
        """Oldest first, switched-off ones too."""
        async with self._sessions() as session:
            return list(await session.scalars(select(Account).order_by(Account.id)))

    async def change(self, account_id: int, **values: object) -> None:
        """Writes columns of an account. Raises LoginTakenError."""
        try:
            async with self._sessions.begin() as session:
                await session.execute(update(Account).where(Account.id == account_id).values(**values))
        except IntegrityError:
            raise LoginTakenError from None

    async def change_keeping_an_administrator(self, account_id: int, **values: object) -> bool:
        """Writes roles or ``disabled_at``; False, and nothing written, if nobody could invite any more."""
        async with self._sessions.begin() as session:
            await session.execute(update(Account).where(Account.id == account_id).values(**values))
            left = await session.scalars(select(Account).where(Account.disabled_at.is_(None)))
            if not any(Role.ADMINISTRATOR in account.roles for account in left):
                await session.rollback()
                return False
            return True

    # -- links ---------------------------------------------------------------------------

    async def new_sign_in_link(self, account_id: int, purpose: LinkPurpose = LinkPurpose.SIGN_IN) -> str:
        """The secret of a link that works once. Earlier unused links of the account stop working."""
        secret = secrets.token_urlsafe(SECRET_BYTES)
        expires_at = datetime.now(UTC) + self._lifetimes[purpose]
        async with self._sessions.begin() as session:
            await session.execute(delete(SignInLink).where(SignInLink.account_id == account_id))
            session.add(
                SignInLink(
                    secret_hash=hash_of(secret), account_id=account_id, purpose=purpose, expires_at=expires_at
                )
            )
        return secret

    async def account_of_link(self, secret: str, purpose: LinkPurpose) -> Account | None:
        """Whose link this is, without using it up; None for one that does not work (any more)."""
        query = (
            select(Account)
            .join(SignInLink, SignInLink.account_id == Account.id)
            .where(*_works(secret, purpose, datetime.now(UTC)), Account.disabled_at.is_(None))
        )
        async with self._sessions() as session:
            account: Account | None = await session.scalar(query)
            return account

    async def use_link(self, secret: str, purpose: LinkPurpose) -> int | None:
        """Uses a link up. Returns the account's id, or None for one that does not work (any more)."""
        now = datetime.now(UTC)
        async with self._sessions.begin() as session:
            # One UPDATE decides, so that of two browsers with the same link one gets in.
            account_id: int | None = await session.scalar(
                update(SignInLink)
                .where(*_works(secret, purpose, now))
                .values(used_at=now)
                .returning(SignInLink.account_id)
            )
            return account_id


def _works(secret: str, purpose: LinkPurpose, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        SignInLink.secret_hash == hash_of(secret),
        SignInLink.purpose == purpose,
        SignInLink.used_at.is_(None),
        SignInLink.expires_at > now,
    )
