"""What the server remembers between two steps of a sign-in: once, for some minutes, sealed."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select

from handoff.records.database import Sessions
from handoff.records.seal import Seal
from handoff.records.sessions import SECRET_BYTES, hash_of
from handoff.records.tables import SignInStep

STEP_LIFETIME = timedelta(minutes=10)


class StepKind(StrEnum):
    """Which ceremony a step belongs to: the secret of one opens no other."""

    SECOND_FACTOR = "second_factor"  # the password was right
    NEW_TOTP = "new_totp"
    NEW_PASSKEY = "new_passkey"
    PASSKEY = "passkey"
    OIDC = "oidc"


@dataclass(frozen=True)
class Step:
    """A step that was opened: whose, and what was kept."""

    account_id: int | None
    content: dict[str, Any]


class SignInSteps:
    """Opens steps and finds them again by their secret, which the browser holds in a cookie."""

    def __init__(self, sessions: Sessions, seal: Seal) -> None:
        self._sessions = sessions
        self._seal = seal

    async def open(self, kind: StepKind, account_id: int | None, content: dict[str, Any]) -> str:
        """Returns the secret."""
        secret = secrets.token_urlsafe(SECRET_BYTES)
        now = datetime.now(UTC)
        async with self._sessions.begin() as session:
            await session.execute(delete(SignInStep).where(SignInStep.expires_at < now))
            session.add(
                SignInStep(
                    secret_hash=hash_of(secret),
                    kind=kind,
                    account_id=account_id,
                    content=self._seal.close(json.dumps(content).encode()),
                    expires_at=now + STEP_LIFETIME,
                )
            )
        return secret

    async def look(self, kind: StepKind, secret: str) -> Step | None:
        """The step, left open; None when it is over or never was."""
        query = select(SignInStep).where(
            SignInStep.secret_hash == hash_of(secret),
            SignInStep.kind == kind,
            SignInStep.expires_at > datetime.now(UTC),
        )
        async with self._sessions() as session:
            return self._read(await session.scalar(query))

    async def take(self, kind: StepKind, secret: str) -> Step | None:
        """The step, used up: a second answer to the same challenge finds nothing."""
        change = delete(SignInStep).where(
            SignInStep.secret_hash == hash_of(secret),
            SignInStep.kind == kind,
            SignInStep.expires_at > datetime.now(UTC),
        )
        async with self._sessions.begin() as session:
            return self._read(await session.scalar(change.returning(SignInStep)))

    def _read(self, row: SignInStep | None) -> Step | None:
        return Step(row.account_id, json.loads(self._seal.open(row.content))) if row else None
