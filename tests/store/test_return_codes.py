"""Coming back with a code: from anywhere, for a while, and never by guessing."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from handoff.errors import ConversationUnknownError, TooManyTriesError
from handoff.store import keys
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from handoff.store.return_codes import WRONG_TRIES_A_MINUTE, ReturnCodes
from tests.conftest import MASTER_KEY, said


@pytest.fixture
def codes(redis: Redis, store: ConversationStore) -> ReturnCodes:
    return ReturnCodes(redis, store, MasterKey(MASTER_KEY), timedelta(hours=24))


async def test_a_code_opens_its_conversation_and_the_first_device_stays(
    store: ConversationStore, codes: ReturnCodes
) -> None:
    conversation_id, first = await store.open("web")
    code = await codes.give(conversation_id)
    found, second = await codes.use(f" {code.upper().replace('-', ' ')}")
    assert found == conversation_id
    assert (await store.by_token(second)).id == (await store.by_token(first)).id == conversation_id
    # The next device takes the place of the last one.
    _, third = await codes.use(code)
    assert (await store.by_token(third)).id == conversation_id
    with pytest.raises(ConversationUnknownError):
        await store.by_token(second)


async def test_a_code_outlives_a_change_of_the_master_key(
    redis: Redis, store: ConversationStore, codes: ReturnCodes
) -> None:
    conversation_id, _ = await store.open("web")
    code = await codes.give(conversation_id)
    rotated = MasterKey(b"n" * 32, (MASTER_KEY,))
    assert (await ReturnCodes(redis, store, rotated, timedelta(hours=24)).use(code))[0] == conversation_id


async def test_a_new_code_ends_the_old_one_and_erasing_ends_both(
    store: ConversationStore, codes: ReturnCodes, redis: Redis
) -> None:
    conversation_id, _ = await store.open("web")
    old = await codes.give(conversation_id)
    new = await codes.give(conversation_id)
    with pytest.raises(ConversationUnknownError):
        await codes.use(old)
    await store.erase(conversation_id)
    with pytest.raises(ConversationUnknownError):
        await codes.use(new)
    assert await redis.keys("repere:return:*") == []


async def test_redis_never_holds_the_code_and_the_key_expires(
    store: ConversationStore, codes: ReturnCodes, redis: Redis
) -> None:
    conversation_id, _ = await store.open("web")
    code = await codes.give(conversation_id)
    letters = code.replace("-", "").encode()
    [name] = await redis.keys("repere:return:*")
    assert letters not in name
    assert 0 < await redis.pttl(name) <= timedelta(hours=24).total_seconds() * 1000
    assert not [key for key in await redis.keys("*") if letters in (await redis.dump(key) or b"")]
    # Another master key finds nothing: a copy of Redis is not enough.
    elsewhere = ReturnCodes(redis, store, MasterKey(bytes(32)), timedelta(hours=24))
    with pytest.raises(ConversationUnknownError):
        await elsewhere.use(code)


async def test_the_conversation_lives_as_long_as_its_code(redis: Redis) -> None:
    short = ConversationStore(redis, MasterKey(MASTER_KEY), timedelta(minutes=5), timedelta(seconds=60))
    codes = ReturnCodes(redis, short, MasterKey(MASTER_KEY), timedelta(hours=24))
    conversation_id, _ = await short.open("web")
    await short.append(conversation_id, said("salut"))
    await codes.give(conversation_id)
    for key in (keys.state(conversation_id), keys.log(conversation_id), keys.data_key(conversation_id)):
        assert await redis.pttl(key) > timedelta(hours=23).total_seconds() * 1000


async def test_guessing_is_stopped(codes: ReturnCodes) -> None:
    # Twice the count: a minute may end in the middle of the guesses, and each minute has its own.
    with pytest.raises(TooManyTriesError) as stopped:
        for _ in range(2 * WRONG_TRIES_A_MINUTE + 1):
            with contextlib.suppress(ConversationUnknownError):
                await codes.use("bbbbb-bbbbb")
    assert 0 < stopped.value.retry_in_ms <= 60_000


@pytest.mark.parametrize("typed", ["", "x", "é" * 50, "0" * 10, "bbbbb-bbbbb-b", "\x00"])
async def test_what_is_no_code_opens_nothing(codes: ReturnCodes, typed: str) -> None:
    with pytest.raises(ConversationUnknownError):
        await codes.use(typed)


async def test_no_code_for_a_conversation_that_is_gone(codes: ReturnCodes) -> None:
    with pytest.raises(ConversationUnknownError):
        await codes.give("0" * 32)
