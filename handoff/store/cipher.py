"""Encryption of messages: AES-256-GCM with one data key a conversation, wrapped by the master key.

Deleting the wrapped data key makes every copy of the conversation unreadable, backups included.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class CipherError(Exception):
    """What was read is not what was written: wrong key, wrong conversation, or tampered."""


def _seal(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def _open(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError):
        raise CipherError("cannot be decrypted") from None


class MasterKey:
    """Wraps and unwraps the data keys. 32 bytes, never in Redis.

    ``older`` keys still unwrap, while ``python -m handoff.rotate_key`` wraps every data key anew.
    """

    def __init__(self, key: bytes, older: Sequence[bytes] = ()) -> None:
        self._keys = (key, *older)

    @classmethod
    def of(cls, keys: Sequence[bytes]) -> MasterKey:
        """All the keys of the settings, the newest first."""
        return cls(keys[0], keys[1:])

    def new_data_key(self, conversation_id: str) -> bytes:
        """A fresh data key, wrapped and bound to its conversation."""
        return _seal(self._keys[0], AESGCM.generate_key(256), _key_of(conversation_id))

    def keyed_hashes(self, purpose: str, value: str) -> tuple[str, ...]:
        """Fingerprints that nobody can make, or try values for, without the key; the newest key's first."""
        purpose_keys = (hmac.digest(key, b"hash:" + purpose.encode(), "sha256") for key in self._keys)
        return tuple(hmac.digest(each, value.encode(), "sha256").hex()[:32] for each in purpose_keys)

    def cipher(self, conversation_id: str, wrapped: bytes) -> ConversationCipher:
        """The cipher of a conversation. Raises CipherError when the wrapped key is not its own."""
        return ConversationCipher(self._unwrap(conversation_id, wrapped), conversation_id)

    def rewrap(self, conversation_id: str, wrapped: bytes) -> bytes | None:
        """The same data key under the newest master key; None when it is already. Raises CipherError."""
        try:
            _open(self._keys[0], wrapped, _key_of(conversation_id))
        except CipherError:
            data_key = self._unwrap(conversation_id, wrapped)
            return _seal(self._keys[0], data_key, _key_of(conversation_id))
        return None

    def _unwrap(self, conversation_id: str, wrapped: bytes) -> bytes:
        for key in self._keys:
            try:
                return _open(key, wrapped, _key_of(conversation_id))
            except CipherError:
                continue
        raise CipherError("cannot be decrypted")

    def fingerprints(self, secret: str) -> tuple[str, ...]:
        """What stands in Redis for a secret too short to be hashed without a key; the newest key first."""
        return tuple(
            hmac.new(hmac.digest(key, b"fingerprints", "sha256"), secret.encode(), "sha256").hexdigest()
            for key in self._keys
        )


def _key_of(conversation_id: str) -> bytes:
    return b"key:" + conversation_id.encode()


class ConversationCipher:
    """Encrypts and decrypts one conversation's entries; a ciphertext moved elsewhere does not open."""

    def __init__(self, key: bytes, conversation_id: str) -> None:
        self._key = key
        self._bound_to = b"entry:" + conversation_id.encode()

    def seal(self, plain: bytes) -> bytes:
        return _seal(self._key, plain, self._bound_to)

    def open(self, sealed: bytes) -> bytes:
        """Raises CipherError."""
        return _open(self._key, sealed, self._bound_to)
