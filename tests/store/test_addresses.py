"""The way back to a person: found by a hash, never readable without the keys, gone with the conversation."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from handoff.conversation import Author, AuthoredText, Message
from handoff.errors import ConversationUnknownError
from handoff.store import keys
from handoff.store.addresses import Addresses
from handoff.store.arrivals import Arrivals
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from tests.conftest import MASTER_KEY

PHONE = "33639984471"


@pytest.fixture
def addresses(redis: Redis, store: ConversationStore) -> Addresses:
    return Addresses(redis, store, MasterKey(MASTER_KEY), timedelta(hours=24))


async def everything_in(redis: Redis) -> bytes:
    found = []
    async for key in redis.scan_iter():
        found.append(key)
        kind = await redis.type(key)
        read = {b"hash": redis.hgetall, b"string": redis.get}.get(kind)
        if read is not None:
            found.append(repr(await read(key)).encode())
        elif kind == b"list":
            found.append(repr(await redis.lrange(key, 0, -1)).encode())
    return b"\n".join(found)


async def test_somebody_is_known_again_and_nothing_readable_is_kept(
    redis: Redis, addresses: Addresses
) -> None:
    conversation = await addresses.find_or_open("sms", PHONE)
    conversation_id = conversation.id
    await addresses.heard(conversation, PHONE)
    assert (await addresses.find_or_open("sms", PHONE)).id == conversation_id
    assert (await addresses.find_or_open("telegram", PHONE)).id != conversation_id
    assert (await addresses.get(conversation_id)).to == PHONE
    kept = await everything_in(redis)
    assert conversation_id.encode() in kept
    assert PHONE.encode() not in kept


async def test_erasing_the_conversation_erases_the_way_back(
    redis: Redis, store: ConversationStore, addresses: Addresses
) -> None:
    conversation = await addresses.find_or_open("sms", PHONE)
    conversation_id = conversation.id
    await addresses.heard(conversation, PHONE)
    await addresses.delivered(conversation_id, "1-0", number="77")
    await store.erase(conversation_id)
    assert await addresses.find("sms", PHONE) is None
    assert [key async for key in redis.scan_iter("*:address")] == []
    assert [key async for key in redis.scan_iter("*:delivered")] == []
    with pytest.raises(ConversationUnknownError):
        await addresses.get(conversation_id)
    assert (await addresses.find_or_open("sms", PHONE)).id != conversation_id


async def test_what_was_under_way_brings_no_erased_conversation_back(
    redis: Redis, store: ConversationStore, addresses: Addresses
) -> None:
    conversation = await addresses.find_or_open("sms", PHONE)
    await addresses.heard(conversation, PHONE)
    await store.erase(conversation.id)
    assert not await addresses.delivered(conversation.id, "1-0", number="77")
    assert not await addresses.on_phone(conversation.id, "78")
    await addresses.write(conversation.id, blocked=1)
    with pytest.raises(ConversationUnknownError):
        await addresses.heard(conversation, PHONE)
    with pytest.raises(ConversationUnknownError):
        await addresses.offer(conversation.id, ("#person",))
    assert [key async for key in redis.scan_iter(f"*{conversation.id}*")] == []


async def test_what_was_delivered_never_moves_back(addresses: Addresses) -> None:
    conversation = await addresses.find_or_open("sms", PHONE)
    await addresses.heard(conversation, PHONE)
    for position, part, wanted in (
        ("1700000000000-0", 1, ("1700000000000-0", 1)),
        ("1700000000000-0", 0, ("1700000000000-0", 1)),
        ("1600000000000-9", 3, ("1700000000000-0", 1)),
        ("1700000000000-10", 0, ("1700000000000-10", 0)),
        ("1700000000000-9", 0, ("1700000000000-10", 0)),
    ):
        assert await addresses.delivered(conversation.id, position, part)
        address = await addresses.get(conversation.id)
        assert (address.position, address.part) == wanted


async def test_somebody_who_left_is_back_by_anything_but_leaving_again(addresses: Addresses) -> None:
    conversation = await addresses.find_or_open("sms", PHONE)
    await addresses.heard(conversation, PHONE)
    await addresses.write(conversation.id, left="never", blocked=1)
    await addresses.heard(conversation, PHONE, stays_away=True)
    address = await addresses.get(conversation.id)
    assert (address.left, address.blocked) == ("never", False)
    await addresses.heard(conversation, PHONE)
    assert (await addresses.get(conversation.id)).left == ""


async def test_two_processes_that_open_at_once_agree_on_one_conversation(addresses: Addresses) -> None:
    opened = await asyncio.gather(*(addresses.find_or_open("sms", PHONE) for _ in range(8)))
    assert len(set(opened)) == 1


async def test_one_process_sends_until_it_resigns(addresses: Addresses) -> None:
    assert await addresses.leads("sms", "a")
    assert not await addresses.leads("sms", "b")
    assert await addresses.leads("sms", "a")
    await addresses.resign("sms", "b")
    assert not await addresses.leads("sms", "b")
    await addresses.resign("sms", "a")
    assert await addresses.leads("sms", "b")


async def test_every_key_of_an_address_expires(redis: Redis, addresses: Addresses) -> None:
    conversation = await addresses.find_or_open("sms", PHONE)
    conversation_id = conversation.id
    await addresses.heard(conversation, PHONE)
    await addresses.delivered(conversation_id, "1-0", number="77")
    await addresses.mark_handled("sms", "9")
    for pattern in ("*:address", "*:delivered", "repere:from:*", "repere:handled:*"):
        keys = [key async for key in redis.scan_iter(pattern)]
        assert keys
        assert all([await redis.pttl(key) > 0 for key in keys])


async def test_whoever_writes_prolongs_the_way_back_with_the_conversation(
    redis: Redis, store: ConversationStore, addresses: Addresses
) -> None:
    conversation = await addresses.find_or_open("sms", PHONE)
    await addresses.heard(conversation, PHONE)
    await addresses.delivered(conversation.id, "1-0", number="77")
    kept = [key for key in await redis.keys("*") if await redis.pttl(key) > 0]
    assert len(kept) == 5  # state, data key, address, what is on the phone, the sender's name
    for key in kept:
        await redis.pexpire(key, 60_000)
    await redis.zadd(keys.reachable("sms"), {conversation.id: 1})
    # Not the person: a counsellor, a robot, the service.
    await store.append(conversation.id, Message(Author.SERVICE, AuthoredText("un mot"), datetime.now(UTC)))
    assert [key for key in kept if await redis.pttl(key) <= 60_000] == []
    assert await addresses.reachable("sms") == [conversation.id]


async def test_what_is_written_in_an_erased_conversation_leads_nobody_back(
    redis: Redis, store: ConversationStore, addresses: Addresses
) -> None:
    conversation = await addresses.find_or_open("sms", PHONE)
    await addresses.heard(conversation, PHONE)
    name = next(iter(await redis.keys("repere:from:*")))
    await store.erase(conversation.id)
    sender = name.decode().removeprefix("repere:from:")
    await store.indexes.after_append(conversation.id, Author.SERVICE, 1, 60_000, pending=False, sender=sender)
    assert await redis.keys("repere:from:*") == []


async def test_a_code_counts_arrivals_and_only_if_somebody_made_it(redis: Redis) -> None:
    arrivals = Arrivals(redis)
    await arrivals.count("lycee-7")
    assert await arrivals.all() == {}
    assert await arrivals.make("lycee-7")
    await arrivals.count("lycee-7")
    assert not await arrivals.make("lycee-7")
    await arrivals.count("<script>")
    assert await arrivals.all() == {"lycee-7": 1}
    with pytest.raises(ValueError, match="letters"):
        await arrivals.make("Lycée 7")
