"""A detail that a young person gives one counsellor on purpose: a number, a name.

Kept apart from the log, encrypted under the conversation's key, shown once to the counsellor who
reads when it is given, gone after that, with the conversation, or when its time is over.
"""

from __future__ import annotations

from datetime import timedelta

from handoff.errors import ConversationUnknownError, NotYourTurnError
from handoff.store import keys, scripts
from handoff.store.connection import RedisClient, redis_faults
from handoff.store.conversations import ConversationStore


class SharedDetails:
    """One detail a conversation at most. Raises StoreUnavailableError when Redis is away."""

    def __init__(self, redis: RedisClient, store: ConversationStore, lifetime: timedelta) -> None:
        self._redis = redis
        self._store = store
        self._ttl_ms = int(lifetime.total_seconds() * 1000)
        self._share = redis.register_script(scripts.SHARE)
        self._take = redis.register_script(scripts.TAKE_SHARED)

    async def give(self, conversation_id: str, text: str) -> None:
        """Keeps the detail for the counsellor who reads now; takes the place of one not seen yet.

        Raises NotYourTurnError when no counsellor reads, ConversationUnknownError.
        """
        sealed = (await self._store.cipher(conversation_id)).seal(text.encode("utf-8"))
        async with redis_faults():
            result = await self._share(keys=self._keys(conversation_id), args=[sealed, self._ttl_ms])
        outcome = result[0].decode()
        if outcome == "unknown":
            raise ConversationUnknownError
        if outcome == "not_your_turn":
            raise NotYourTurnError(result[1].decode())

    async def show(self, conversation_id: str, counsellor_id: int) -> str | None:
        """The detail, for the last time; None unless it is for this counsellor and they still read."""
        cipher = await self._store.cipher(conversation_id)
        async with redis_faults():
            result = await self._take(keys=self._keys(conversation_id), args=[counsellor_id])
        return cipher.open(result[1]).decode("utf-8") if result[0] == b"ok" else None

    async def take_back(self, conversation_id: str) -> bool:
        """The young person wants it back. False when it was seen already, or there was none."""
        async with redis_faults():
            return bool(await self._redis.delete(keys.shared_detail(conversation_id)))

    async def waits_for(self, conversation_id: str) -> int | None:
        """The counsellor that a detail is kept for, if there is one."""
        async with redis_faults():
            owner = await self._redis.hget(keys.shared_detail(conversation_id), "for")
        return int(owner) if owner else None

    @staticmethod
    def _keys(conversation_id: str) -> list[str]:
        return [keys.state(conversation_id), keys.shared_detail(conversation_id)]
