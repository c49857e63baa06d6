"""What an account proves itself with, beside its password: TOTP secret, recovery codes, passkeys."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime

from sqlalchemy import delete, func, or_, select, update

from handoff.records.database import Sessions
from handoff.records.seal import Seal
from handoff.records.tables import Account, Passkey, RecoveryCode

RECOVERY_CODES = 10
# No letters or figures that look alike; 12 of 31 signs are 59 bits, out of reach of guessing.
CODE_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 12


def _new_code() -> str:
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def _hash_of_code(account_id: int, code: str) -> str:
    plain = "".join(sign for sign in code.lower() if sign in CODE_SIGNS)
    return hashlib.sha256(f"{account_id}:{plain}".encode()).hexdigest()


class Credentials:
    """Reads and writes what proves who somebody is."""

    def __init__(self, sessions: Sessions, seal: Seal) -> None:
        self._sessions = sessions
        self._seal = seal

    async def has_second_factor(self, account: Account) -> bool:
        return account.totp_secret is not None or bool(await self.passkeys(account.id))

    # -- TOTP ----------------------------------------------------------------------------

    def totp_secret(self, account: Account) -> str | None:
        return self._seal.open(account.totp_secret).decode() if account.totp_secret else None

    async def keep_totp(self, account_id: int, secret: str, step: int) -> None:
        """Keeps a secret; ``step`` is that of the code that confirmed it, so it cannot be used again."""
        values = {"totp_secret": self._seal.close(secret.encode()), "totp_last_step": step}
        async with self._sessions.begin() as session:
            await session.execute(update(Account).where(Account.id == account_id).values(**values))

    async def seal_anew(self) -> int:
        """Seals every TOTP secret with the newest master key. Returns how many. Raises SealError."""
        async with self._sessions.begin() as session:
            held = await session.execute(
                select(Account.id, Account.totp_secret).where(Account.totp_secret.is_not(None))
            )
            sealed = [(each, self._seal.renew(secret)) for each, secret in held if secret is not None]
            for each, secret in sealed:
                await session.execute(update(Account).where(Account.id == each).values(totp_secret=secret))
        return len(sealed)

    async def use_totp_step(self, account_id: int, step: int) -> bool:
        """Uses a code's time step up; False when it, or a later one, was used already."""
        change = update(Account).where(
            Account.id == account_id,
            or_(Account.totp_last_step.is_(None), Account.totp_last_step < step),
        )
        async with self._sessions.begin() as session:
            done = await session.execute(change.values(totp_last_step=step))
            return bool(done.rowcount)  # type: ignore[attr-defined]

    # -- recovery codes ------------------------------------------------------------------

    async def new_recovery_codes(self, account_id: int) -> list[str]:
        """Fresh codes, to be shown once; earlier ones stop working."""
        codes = [_new_code() for _ in range(RECOVERY_CODES)]
        async with self._sessions.begin() as session:
            await session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
            hashes = [_hash_of_code(account_id, code) for code in codes]
            session.add_all(RecoveryCode(code_hash=each, account_id=account_id) for each in hashes)
        return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]

    async def use_recovery_code(self, account_id: int, code: str) -> bool:
        """Uses a code up; False when it is not one, or not any more."""
        change = delete(RecoveryCode).where(
            RecoveryCode.account_id == account_id, RecoveryCode.code_hash == _hash_of_code(account_id, code)
        )
        async with self._sessions.begin() as session:
            return bool((await session.execute(change)).rowcount)  # type: ignore[attr-defined]

    async def recovery_codes_left(self, account_id: int) -> int:
        query = select(func.count()).select_from(RecoveryCode)
        async with self._sessions() as session:
            return await session.scalar(query.where(RecoveryCode.account_id == account_id)) or 0

    # -- passkeys ------------------------------------------------------------------------

    async def passkeys(self, account_id: int) -> list[Passkey]:
        query = select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.created_at)
        async with self._sessions() as session:
            return list(await session.scalars(query))

    async def passkey(self, credential_id: str) -> Passkey | None:
        async with self._sessions() as session:
            return await session.get(Passkey, credential_id)

    async def keep_passkey(
        self, account_id: int, credential_id: str, public_key: bytes, sign_count: int, name: str
    ) -> None:
        passkey = Passkey(
            credential_id=credential_id,
            account_id=account_id,
            public_key=public_key,
            sign_count=sign_count,
            name=name,
            created_at=datetime.now(UTC),
        )
        async with self._sessions.begin() as session:
            session.add(passkey)

    async def passkey_used(self, credential_id: str, sign_count: int) -> None:
        change = update(Passkey).where(Passkey.credential_id == credential_id).values(sign_count=sign_count)
        async with self._sessions.begin() as session:
            await session.execute(change)

    async def remove_passkey(self, account_id: int, credential_id: str) -> bool:
        """False when the account has no such key."""
        change = delete(Passkey).where(
            Passkey.account_id == account_id, Passkey.credential_id == credential_id
        )
        async with self._sessions.begin() as session:
            return bool((await session.execute(change)).rowcount)  # type: ignore[attr-defined]

    async def forget_all(self, account_id: int) -> None:
        """Removes password and second factors: the account is invited again."""
        values = {"password_hash": None, "totp_secret": None, "totp_last_step": None, "oidc_subject": None}
        async with self._sessions.begin() as session:
            await session.execute(update(Account).where(Account.id == account_id).values(**values))
            for table in (RecoveryCode, Passkey):
                await session.execute(delete(table).where(table.account_id == account_id))
