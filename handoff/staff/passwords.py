"""Passwords: how they are kept (argon2id) and which are refused (those that guessing programs try first)."""

from __future__ import annotations

import asyncio
import re
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

SHORTEST = 12
LONGEST = 200
ENOUGH = 3  # of 4; zxcvbn: "safely unguessable" from a stolen, slowly hashed list
# zxcvbn knows the passwords that leaked most and English words; these it does not know.
GUESSED_HERE = ["repere", "repère", "motdepasse", "azerty", "azertyuiop", "bonjour", "soleil", "119"]
# Each hash takes 64 MiB: a storm of sign-ins must not take the machine.
HASHES_AT_ONCE = 2


class Passwords:
    """Hashes and verifies, off the event loop and a few at a time."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()  # argon2id, RFC 9106's second recommendation
        self._turn = asyncio.Semaphore(HASHES_AT_ONCE)
        self._nobody = self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, _plain(password))

    async def is_right(self, password_hash: str | None, password: str) -> bool:
        """Takes as long for somebody who does not exist, so that the time does not tell who does."""
        async with self._turn:
            right = await asyncio.to_thread(self._verify, password_hash or self._nobody, _plain(password))
        return right and password_hash is not None

    def needs_a_new_hash(self, password_hash: str) -> bool:
        """Whether it was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def fault_of(password: str, about_them: list[str]) -> str | None:
    """Why a password is refused: the key of a text, or None. ``about_them``: their name and login."""
    if len(password) < SHORTEST:
        return "password_too_short"
    if len(password) > LONGEST:
        return "password_too_long"
    parts = (part for said in about_them for part in re.split(r"\W+", said) if part)
    known = [*GUESSED_HERE, *about_them, *parts]
    return None if zxcvbn(password[:72], known)["score"] >= ENOUGH else "password_too_easy"


def _plain(password: str) -> str:
    # An é typed on two keyboards may be one code point or two.
    return unicodedata.normalize("NFKC", password[:LONGEST])
