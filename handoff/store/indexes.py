"""Sorted sets over conversations: who waits, who is held, who has no answer yet, who is idle.

The conversation's own hash is the truth; these are made to agree with it after each change, and
mended by the keeper (``ConversationStore.reindex``) when a process died in between.
"""

from __future__ import annotations

import contextlib

from redis.exceptions import ResponseError

from handoff.conversation import Author, Conversation, Reader, RiskLevel
from handoff.store import keys
from handoff.store.connection import RedisClient, redis_faults
from handoff.store.feed import news_of

# Level 3 is ahead of everything, whatever the wait. Below it, a level is worth this much waiting: a
# level 1 goes ahead of a level 2 that came a quarter of an hour later. So no low level starves.
HEAD_START_MS = 15 * 60 * 1000
BAND_MS = 10**13  # far more than any time of the clock: separates level 3 from the others
RETURNED_MS = 4 * 10**12  # whose counsellor was lost: ahead of every other wait of the same band
RENEW_FILE_MS = 60 * 60 * 1000


def waiting_score(level: RiskLevel, waiting_since_ms: int, returned: bool = False, gone: bool = False) -> int:
    """Smallest first. It depends on nothing that changes by itself, so nobody has to sort again.

    ``returned``: a counsellor was already there and their console went away; back to the head.
    ``gone``: their page stayed closed; behind everybody who would read an answer now, in the same order.
    """
    head = RETURNED_MS if returned else 0
    behind = 2 * BAND_MS if gone else 0
    if level is RiskLevel.IMMINENT:
        return behind + waiting_since_ms - head
    return behind + BAND_MS + waiting_since_ms - level * HEAD_START_MS - head


def position_ms(position: str) -> int:
    """When the entry at a position was written (Redis names them by its clock)."""
    return int(position.partition("-")[0])


class Indexes:
    """The sorted sets. Callers wrap these in ``redis_faults``."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    async def renew_file(self) -> None:
        """Has Redis write its file anew once an hour: what was erased or expired leaves the disk too."""
        if await self._redis.set(keys.FILE_RENEWED, 1, nx=True, px=RENEW_FILE_MS):
            # A server that is not ours may not allow it, or be at it already.
            with contextlib.suppress(ResponseError):
                await self._redis.bgrewriteaof()

    async def touch(self, conversation_id: str, at_ms: int) -> None:
        await self._redis.zadd(keys.OPEN, {conversation_id: at_ms})

    async def after_append(
        self, conversation_id: str, author: Author, at_ms: int, ttl_ms: int, *, pending: bool, sender: str
    ) -> None:
        """Keeps the indexes of a conversation in which somebody wrote, then tells every process; in one trip.

        ``pending``: a message waits for its outcome. ``sender``: the name by which an app's sender is found:
        their conversation goes on, whoever wrote.
        """
        async with self._redis.pipeline(transaction=False) as pipe:
            if author is Author.YOUNG_PERSON:
                pipe.zadd(keys.OPEN, {conversation_id: at_ms})
            if pending:
                pipe.zadd(keys.PENDING, {conversation_id: at_ms}, nx=True)
            else:
                pipe.zrem(keys.PENDING, conversation_id)
            if sender:
                # Never set: an erased conversation's name stays gone.
                pipe.pexpire(keys.sender(sender), ttl_ms)
                pipe.zadd(keys.reachable(sender.partition(":")[0]), {conversation_id: at_ms}, xx=True)
            pipe.publish(keys.CHANGES, news_of(conversation_id))
            await pipe.execute()

    async def expect_outcome(self, conversation_id: str, at_ms: int) -> None:
        """A message is about to be stored: the keeper looks after it even if its process dies meanwhile."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zadd(keys.PENDING, {conversation_id: at_ms}, nx=True)
            pipe.zadd(keys.OPEN, {conversation_id: at_ms})
            await pipe.execute()

    async def place(self, conversation: Conversation, pending: str | None) -> None:
        """Puts a conversation where it belongs: waiting list, leases, without an outcome.

        ``pending``: position of the message without an outcome, which tells its time.
        """
        async with self._redis.pipeline(transaction=False) as pipe:
            if conversation.reader is Reader.WAITING:
                since = conversation.waiting_since
                at_ms = int(since.timestamp() * 1000) if since else 0
                gone = conversation.gone_since is not None
                score = waiting_score(conversation.level, at_ms, conversation.returned, gone)
                pipe.zadd(keys.WAITING, {conversation.id: score})
            else:
                pipe.zrem(keys.WAITING, conversation.id)
            if conversation.reader is not Reader.COUNSELLOR:
                pipe.zrem(keys.LEASES, conversation.id)
            if conversation.reader is Reader.CLOSED:
                pipe.zrem(keys.OPEN, conversation.id)
            if pending is None:
                pipe.zrem(keys.PENDING, conversation.id)
            else:
                pipe.zadd(keys.PENDING, {conversation.id: position_ms(pending)}, nx=True)
            await pipe.execute()

    async def forget(self, conversation_id: str) -> None:
        async with self._redis.pipeline(transaction=False) as pipe:
            for key in (keys.WAITING, keys.OPEN, keys.PENDING, keys.LEASES, keys.ONLINE, keys.MISSED):
                pipe.zrem(key, conversation_id)
            await pipe.execute()

    async def open_count(self) -> int:
        """How many conversations have not ended."""
        return int(await self._redis.zcard(keys.OPEN))

    async def waiting(self) -> list[str]:
        """Conversations that wait for a person, most urgent first."""
        return [member.decode() for member in await self._redis.zrange(keys.WAITING, 0, -1)]

    async def held(self) -> list[str]:
        """Conversations that a counsellor holds."""
        return [member.decode() for member in await self._redis.zrange(keys.LEASES, 0, -1)]

    async def start_lease(self, conversation_id: str, until_ms: int) -> None:
        await self._redis.zadd(keys.LEASES, {conversation_id: until_ms}, nx=True)

    async def restart_leases(self, until_ms: int) -> None:
        """Every lease holds until then: after a clock that jumped, the old ends mean nothing."""
        held = await self.held()
        if held:
            await self._redis.zadd(keys.LEASES, dict.fromkeys(held, until_ms), xx=True)

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

    # -- counsellors ----------------------------------------------------------------------

    async def console_open(self, counsellor_id: int, now_ms: int, *, on_duty: bool) -> None:
        """Marks a sign of life of an open console. Only who is on duty counts as somebody there."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zadd(keys.CONSOLES, {str(counsellor_id): now_ms})
            if on_duty:
                pipe.zadd(keys.ON_DUTY, {str(counsellor_id): now_ms})
            else:
                pipe.zrem(keys.ON_DUTY, str(counsellor_id))
            await pipe.execute()

    async def console_closed(self, counsellor_id: int) -> None:
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zrem(keys.CONSOLES, str(counsellor_id))
            pipe.zrem(keys.ON_DUTY, str(counsellor_id))
            await pipe.execute()

    async def counsellors_on_duty(self, since_ms: int) -> int:
        """How many counsellors on duty gave a sign of life since then."""
        return int(await self._redis.zcount(keys.ON_DUTY, since_ms, "+inf"))

    async def consoles(self, since_ms: int) -> list[int]:
        """Whose consoles gave a sign of life since then."""
        return [int(each) for each in await self._redis.zrangebyscore(keys.CONSOLES, since_ms, "+inf")]

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
        async with redis_faults():  # here, for a keeper that has to know of an outage
            return bool(await self._redis.set(keys.KEEPER, owner, nx=True, px=int(seconds * 1000)))
