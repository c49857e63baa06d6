"""Sorted sets over conversations: who waits, who is held, who has no answer yet, who is idle.

The conversation's own hash is the truth; these are made to agree with it after each change, and
mended by the keeper (``ConversationStore.reindex``) when a process died in between.
"""

from __future__ import annotations

from handoff.conversation import Author, Conversation, Reader, RiskLevel
from handoff.store import keys
from handoff.store.connection import RedisClient

# One level outweighs any waiting time: a level-3 conversation is always ahead of a level-2 one.
LEVEL_STEP_MS = 10**13


def waiting_score(level: RiskLevel, waiting_since_ms: int) -> int:
    """Smallest first: highest level, then longest waiting."""
    return (RiskLevel.IMMINENT - level) * LEVEL_STEP_MS + waiting_since_ms


class Indexes:
    """The sorted sets. Callers wrap these in ``redis_faults``."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    async def touch(self, conversation_id: str, at_ms: int) -> None:
        await self._redis.zadd(keys.OPEN, {conversation_id: at_ms})

    async def after_append(self, conversation_id: str, author: Author, at_ms: int) -> None:
        """Keeps the idle index, and the index of messages without an outcome."""
        pending = await self._redis.hget(keys.state(conversation_id), "pending")
        async with self._redis.pipeline(transaction=False) as pipe:
            if author is Author.YOUNG_PERSON:
                pipe.zadd(keys.OPEN, {conversation_id: at_ms})
            if pending:
                pipe.zadd(keys.PENDING, {conversation_id: at_ms}, nx=True)
            else:
                pipe.zrem(keys.PENDING, conversation_id)
            await pipe.execute()

    async def place(self, conversation: Conversation, has_pending: bool) -> None:
        """Puts a conversation where it belongs: waiting list, leases, without an outcome."""
        async with self._redis.pipeline(transaction=False) as pipe:
            if conversation.reader is Reader.WAITING:
                since = conversation.waiting_since
                at_ms = int(since.timestamp() * 1000) if since else 0
                pipe.zadd(keys.WAITING, {conversation.id: waiting_score(conversation.level, at_ms)})
            else:
                pipe.zrem(keys.WAITING, conversation.id)
            if conversation.reader is not Reader.COUNSELLOR:
                pipe.zrem(keys.LEASES, conversation.id)
            if conversation.reader is Reader.CLOSED:
                pipe.zrem(keys.OPEN, conversation.id)
            if not has_pending:
                pipe.zrem(keys.PENDING, conversation.id)
            await pipe.execute()

    async def forget(self, conversation_id: str) -> None:
        async with self._redis.pipeline(transaction=False) as pipe:
            for key in (keys.WAITING, keys.OPEN, keys.PENDING, keys.LEASES, keys.ONLINE, keys.MISSED):
                pipe.zrem(key, conversation_id)
            await pipe.execute()

    async def waiting(self) -> list[str]:
        """Conversations that wait for a person, most urgent first."""
        return [member.decode() for member in await self._redis.zrange(keys.WAITING, 0, -1)]

    async def held(self) -> list[str]:
        """Conversations that a counsellor holds."""
        return [member.decode() for member in await self._redis.zrange(keys.LEASES, 0, -1)]

    async def start_lease(self, conversation_id: str, until_ms: int) -> None:
        await self._redis.zadd(keys.LEASES, {conversation_id: until_ms}, nx=True)

    async def renew_lease(self, conversation_id: str, until_ms: int) -> None:
        await self._redis.zadd(keys.LEASES, {conversation_id: until_ms}, xx=True)

    async def leases_over(self, now_ms: int) -> list[str]:
        return await self._up_to(keys.LEASES, now_ms)

    async def pending_since(self, before_ms: int) -> list[str]:
        """Conversations whose last message has had no outcome since ``before_ms``."""
        return await self._up_to(keys.PENDING, before_ms)

    async def idle_since(self, before_ms: int) -> list[str]:
        return await self._up_to(keys.OPEN, before_ms)

    async def all_open(self) -> list[str]:
        return [member.decode() for member in await self._redis.zrange(keys.OPEN, 0, -1)]

    async def _up_to(self, key: str, limit_ms: int) -> list[str]:
        return [member.decode() for member in await self._redis.zrangebyscore(key, "-inf", limit_ms)]

    # -- counsellors on duty --------------------------------------------------------------

    async def on_duty(self, counsellor_id: int, now_ms: int) -> None:
        """Marks a sign of life of a counsellor whose console is open."""
        await self._redis.zadd(keys.ON_DUTY, {str(counsellor_id): now_ms})

    async def off_duty(self, counsellor_id: int) -> None:
        await self._redis.zrem(keys.ON_DUTY, str(counsellor_id))

    async def counsellors_on_duty(self, since_ms: int) -> int:
        """How many counsellors' consoles gave a sign of life since then."""
        return int(await self._redis.zcount(keys.ON_DUTY, since_ms, "+inf"))

    # -- young people with the page open ---------------------------------------------------

    async def online(self, conversation_id: str, now_ms: int) -> None:
        await self._redis.zadd(keys.ONLINE, {conversation_id: now_ms})

    async def offline(self, conversation_id: str) -> None:
        await self._redis.zrem(keys.ONLINE, conversation_id)

    async def is_online(self, conversation_id: str, since_ms: int) -> bool:
        """Whether the young person's page gave a sign of life since then."""
        at_ms = await self._redis.zscore(keys.ONLINE, conversation_id)
        return at_ms is not None and at_ms >= since_ms

    async def keeper_turn(self, owner: str, seconds: float) -> bool:
        """Whether this process is the one that tidies up during the next ``seconds``."""
        return bool(await self._redis.set(keys.KEEPER, owner, nx=True, px=int(seconds * 1000)))
