"""Seals what the database must not show to whoever copies it: TOTP secrets, challenges."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class SealError(Exception):
    """What was read was not sealed with this master key."""


class Seal:
    """Encrypts with keys made from the master keys (32 bytes), which are not in the database.

    The first key seals; the older ones still open, while ``python -m handoff.rotate_key`` seals anew.
    """

    def __init__(self, master_keys: Sequence[bytes]) -> None:
        self._fernet = MultiFernet([_fernet(each) for each in master_keys])

    def close(self, plain: bytes) -> bytes:
        return self._fernet.encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        """Raises SealError."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise SealError("sealed with another master key") from None

    def renew(self, sealed: bytes) -> bytes:
        """The same content under the newest key. Raises SealError."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken:
            raise SealError("sealed with another master key") from None


def _fernet(master_key: bytes) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"repere staff secrets").derive(master_key)
    return Fernet(base64.urlsafe_b64encode(derived))
