"""A detail given on purpose, on a real Redis: for one counsellor, once, and never readable in the store."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from handoff.conversation import Reader
from handoff.errors import ConversationUnknownError, NotYourTurnError
from handoff.store.conversations import ConversationStore
from handoff.store.shared_details import SharedDetails

CLAIRE, OMAR = 1, 2
SECRET = "Inès, 06 39 98 10 10"


@pytest.fixture
def details(redis: Redis, store: ConversationStore) -> SharedDetails:
    return SharedDetails(redis, store, timedelta(hours=2))


async def held_by(store: ConversationStore, counsellor: int) -> str:
    conversation_id, _ = await store.open("web")
    await store.move(conversation_id, Reader.WAITING)
    await store.move(conversation_id, Reader.COUNSELLOR, new_owner=counsellor)
    return conversation_id


async def test_it_is_shown_once(store: ConversationStore, details: SharedDetails) -> None:
    conversation_id = await held_by(store, CLAIRE)
    await details.give(conversation_id, SECRET)
    assert await details.waits_for(conversation_id) == CLAIRE
    shown = await asyncio.gather(*(details.show(conversation_id, CLAIRE) for _ in range(5)))
    assert sorted(shown, key=lambda each: each is None) == [SECRET, None, None, None, None]
    assert await details.waits_for(conversation_id) is None


async def test_nobody_is_there_to_be_given_anything(store: ConversationStore, details: SharedDetails) -> None:
    conversation_id, _ = await store.open("web")
    with pytest.raises(NotYourTurnError):
        await details.give(conversation_id, SECRET)
    assert await details.waits_for(conversation_id) is None


async def test_it_is_for_that_counsellor_and_not_for_the_next(
    store: ConversationStore, details: SharedDetails
) -> None:
    conversation_id = await held_by(store, CLAIRE)
    await details.give(conversation_id, SECRET)
    assert await details.show(conversation_id, OMAR) is None
    await store.move(conversation_id, Reader.WAITING)
    assert await details.show(conversation_id, CLAIRE) is None
    await store.move(conversation_id, Reader.COUNSELLOR, new_owner=OMAR)
    assert await details.show(conversation_id, OMAR) is None


async def test_it_can_be_taken_back(store: ConversationStore, details: SharedDetails) -> None:
    conversation_id = await held_by(store, CLAIRE)
    await details.give(conversation_id, SECRET)
    assert await details.take_back(conversation_id)
    assert not await details.take_back(conversation_id)
    assert await details.show(conversation_id, CLAIRE) is None


async def test_it_goes_with_the_conversation_and_by_itself(
    store: ConversationStore, details: SharedDetails, redis: Redis
) -> None:
    conversation_id = await held_by(store, CLAIRE)
    await details.give(conversation_id, SECRET)
    (key,) = [key for key in await redis.keys("*") if key.endswith(b":shared")]
    assert 0 < await redis.pttl(key) <= timedelta(hours=2).total_seconds() * 1000
    assert b"39 98" not in await redis.dump(key)
    await store.erase(conversation_id)
    assert [each for each in await redis.keys("*") if conversation_id.encode() in each] == []
    with pytest.raises(ConversationUnknownError):
        await details.show(conversation_id, CLAIRE)
