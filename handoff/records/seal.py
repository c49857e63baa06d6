"""Seals what the database must not show to whoever copies it: TOTP secrets, challenges."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class SealError(Exception):
    """What was read was not sealed with this master key."""


class Seal:
    """Encrypts with a key made from the master key (32 bytes), which is not in the database."""

    def __init__(self, master_key: bytes) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=b"repere staff secrets").derive(master_key)
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def close(self, plain: bytes) -> bytes:
        return self._fernet.encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        """Raises SealError."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise SealError("sealed with another master key") from None
