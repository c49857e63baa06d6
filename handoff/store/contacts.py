"""How each contact went, noted without identity: a stream that the staff app empties into the figures.

A contact is what happens between a first word and the end: closed, erased, or the page closed for long
while a person was awaited. What is kept while it lasts dies with the conversation; what is noted at its
end leads back to nobody.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from handoff.conversation import Reader
from handoff.store import keys
from handoff.store.connection import RedisClient, redis_faults

logger = logging.getLogger(__name__)

MOST_KEPT = 200_000  # entries that wait for the staff app, if it is away for long
KEPT_FOR_MS = 30 * 24 * 3600 * 1000
TAKEN_AT_ONCE = 500


class Fate(StrEnum):
    """How a contact ended, in the words of the 119 (docs/figures.md)."""

    PRE_HANDLED = "pre_handled"  # the assistant answered, nobody was asked for
    SERVED = "served"  # a counsellor took it
    ABANDONED = "abandoned"  # a person was awaited, and the young person left first


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact that ended, with the hour it began in.

    ``token`` is random: it only keeps an entry from being counted twice.
    """

    token: str
    hour: datetime
    fate: Fate
    level: int
    wait_seconds: int | None


class Contacts:
    """Notes what happens to a conversation, called by the store."""

    def __init__(self, redis: RedisClient, ttl_ms: int) -> None:
        self._redis = redis
        self._ttl_ms = ttl_ms

    async def moved(self, conversation_id: str, before: Reader, after: Reader, now_ms: int) -> None:
        """The conversation changed reader."""
        with _never_in_the_way():
            await self._note_move(conversation_id, before, after, now_ms)

    async def _note_move(self, conversation_id: str, before: Reader, after: Reader, now_ms: int) -> None:
        key = keys.contact(conversation_id)
        if after is Reader.WAITING:
            await self._redis.hsetnx(key, "waiting_since", str(now_ms))
            await self._redis.hsetnx(key, "began", str(now_ms))
        elif before is Reader.WAITING:
            since = await self._redis.hget(key, "waiting_since")
            wait = max(0, now_ms - int(since)) // 1000 if since else 0
            if after is Reader.COUNSELLOR:
                await self._redis.hsetnx(key, "served", str(wait))
            elif after is Reader.CLOSED:  # "non merci", and on with the assistant, is nobody who left
                await self._redis.hsetnx(key, "left", str(wait))
            await self._redis.hdel(key, "waiting_since")
        if after is Reader.CLOSED:
            await self._end(conversation_id, now_ms)
        else:
            await self._redis.pexpire(key, self._ttl_ms)

    async def erased(self, conversation_id: str, now_ms: int) -> None:
        """The conversation is about to be erased. One that was closed before has been counted."""
        with _never_in_the_way():
            reader = await self._redis.hget(keys.state(conversation_id), "reader")
            if reader is not None and reader.decode() != Reader.CLOSED:
                await self._note_move(conversation_id, Reader(reader.decode()), Reader.CLOSED, now_ms)

    async def left(self, conversation_id: str, left_ms: int, now_ms: int) -> None:
        """Somebody closed their page while they waited, as one hangs up: this contact is over.

        Their conversation stays. What they wrote by now is counted; should they come back, another contact
        begins, as with who calls again.
        """
        with _never_in_the_way():
            key = keys.contact(conversation_id)
            since = await self._redis.hget(key, "waiting_since")
            wait = max(0, left_ms - int(since)) // 1000 if since else 0
            await self._redis.hsetnx(key, "left", str(wait))
            await self._end(conversation_id, now_ms)
            turns = await self._redis.hget(keys.state(conversation_id), "turns")
            await self._redis.hset(key, "counted_turns", turns or b"0")
            await self._redis.pexpire(key, self._ttl_ms)

    async def came_back(self, conversation_id: str, now_ms: int) -> None:
        """Who had left waits again, with their page open."""
        with _never_in_the_way():
            key = keys.contact(conversation_id)
            await self._redis.hdel(key, "counted_turns")
            await self._redis.hset(key, mapping={"waiting_since": now_ms, "began": now_ms})
            await self._redis.pexpire(key, self._ttl_ms)

    async def first_case(self, conversation_id: str) -> bool:
        """Whether this contact has no case record yet; True once."""
        async with redis_faults():
            key = keys.contact(conversation_id)
            first = bool(await self._redis.hsetnx(key, "case", "1"))
            await self._redis.pexpire(key, self._ttl_ms)
        return first

    async def _end(self, conversation_id: str, now_ms: int) -> None:
        state = keys.state(conversation_id)
        turns, level, first_word = await self._redis.hmget(state, ["turns", "level", "contact_began"])
        await self._redis.hdel(state, "contact_began")
        kept = await self._redis.hgetall(keys.contact(conversation_id))
        await self._redis.delete(keys.contact(conversation_id))
        if not int(turns or 0) and not kept:
            return  # the page was opened, and nothing was said
        if kept.get(b"counted_turns") == (turns or b"0"):
            return  # they had left, were counted then, and said nothing since
        fate, wait = Fate.PRE_HANDLED, b""
        for field, found in ((b"left", Fate.ABANDONED), (b"served", Fate.SERVED)):
            if field in kept:
                fate, wait = found, kept[field]
        # By the hour it began at: how long it lasted says nothing of when people are needed.
        began = min(int(each) for each in (first_word, kept.get(b"began"), now_ms) if each)
        token, hour = secrets.token_hex(16), began - began % 3_600_000
        fields = {"token": token, "hour": hour, "fate": fate.value, "level": level or 0, "wait": wait}
        await self._redis.xadd(keys.CONTACTS, fields, maxlen=MOST_KEPT, approximate=True)
        await self._redis.pexpire(keys.CONTACTS, KEPT_FOR_MS)

    # -- for the staff app -----------------------------------------------------------------

    async def ended(self) -> list[tuple[str, Contact]]:
        """The oldest contacts that were not counted yet, each with its place in the stream."""
        async with redis_faults():
            entries = await self._redis.xrange(keys.CONTACTS, count=TAKEN_AT_ONCE)
        return [(place.decode(), _contact(fields)) for place, fields in entries]

    async def counted(self, places: list[str]) -> None:
        """These are in the figures now."""
        async with redis_faults():
            await self._redis.xdel(keys.CONTACTS, *places)


@contextlib.contextmanager
def _never_in_the_way() -> Iterator[None]:
    """A figure that cannot be noted must stop neither a hand-over nor an erasure."""
    try:
        yield
    except Exception as error:
        logger.warning("a contact was not noted: %s", type(error).__name__)


def _contact(fields: dict[bytes, bytes]) -> Contact:
    return Contact(
        fields[b"token"].decode(),
        datetime.fromtimestamp(int(fields[b"hour"]) / 1000, UTC),
        Fate(fields[b"fate"].decode()),
        int(fields[b"level"]),
        int(fields[b"wait"]) if fields[b"wait"] else None,
    )
