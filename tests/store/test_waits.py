"""How long is left to wait: only what the last waits can honestly say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from handoff.conversation import Reader
from handoff.store import keys
from handoff.store.conversations import ConversationStore

MINUTE_MS = 60_000


async def waiting_for(store: ConversationStore, minutes: float) -> str:
    conversation_id, _ = await store.open("web")
    since = datetime.now(UTC) - timedelta(minutes=minutes)
    await store.move(conversation_id, Reader.WAITING, also={"waiting_since": int(since.timestamp() * 1000)})
    return conversation_id


async def test_too_few_waits_tell_nothing(store: ConversationStore) -> None:
    for _ in range(2):
        await store.waits.record(5 * MINUTE_MS)
    assert await store.minutes_left(await store.get(await waiting_for(store, 0))) is None


async def test_the_median_of_the_last_waits_less_what_was_waited(store: ConversationStore) -> None:
    for minutes in (1, 6, 60):
        await store.waits.record(minutes * MINUTE_MS)
    assert await store.minutes_left(await store.get(await waiting_for(store, 0))) == 6
    assert await store.minutes_left(await store.get(await waiting_for(store, 4.5))) == 2
    # Longer than usual: no number is better than a wrong one.
    assert await store.minutes_left(await store.get(await waiting_for(store, 7))) is None


async def test_nobody_waits_when_nobody_waits(store: ConversationStore) -> None:
    conversation_id, _ = await store.open("web")
    assert await store.minutes_left(await store.get(conversation_id)) is None


async def test_being_taken_is_what_is_counted_without_a_name(store: ConversationStore, redis: Redis) -> None:
    conversation_id = await waiting_for(store, 3)
    await store.move(conversation_id, Reader.COUNSELLOR, new_owner=1)
    [waited] = await redis.lrange(keys.WAITS, 0, -1)
    assert 3 * MINUTE_MS <= int(waited) < 4 * MINUTE_MS
    assert await redis.pttl(keys.WAITS) > 0
