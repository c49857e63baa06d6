"""Rasa's conversation locks in Redis, at one URL, each with an expiry."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockStore
from rasa.utils.endpoints import EndpointConfig

from bot import redis_connection

KEY_PREFIX = "rasa:lock:"

# Rasa removes a lock that nobody waits for; this removes what a crash left behind.
EXPIRY_SECONDS = 120

# Two messages sent in a row wait for each other; Rasa's own second would be felt.
WAIT_SECONDS = 0.05


class UrlRedisLockStore(LockStore):
    """Ticket locks of conversations, shared by all Rasa servers."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, **_: Any) -> None:
        self._redis = redis_connection.connect()
        super().__init__()

    def get_lock(self, conversation_id: str) -> TicketLock | None:
        """Fetches the lock of a conversation, if there is one."""
        found = self._redis.get(KEY_PREFIX + conversation_id)
        return TicketLock.from_dict(json.loads(found)) if found else None

    def delete_lock(self, conversation_id: str) -> None:
        """Removes the lock of a conversation."""
        deleted = self._redis.delete(KEY_PREFIX + conversation_id)
        self._log_deletion(conversation_id, bool(deleted))

    def save_lock(self, lock: TicketLock) -> None:
        """Writes a lock, to be gone soon should this process die."""
        self._redis.set(KEY_PREFIX + lock.conversation_id, lock.dumps(), ex=EXPIRY_SECONDS)

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = WAIT_SECONDS,
    ) -> AsyncGenerator[TicketLock, None]:
        """Holds the conversation's lock (see parent class for full docstring)."""
        async with super().lock(conversation_id, lock_lifetime, wait_time_in_seconds) as lock:
            yield lock
