"""The clock is moved past the settings' durations: of a conversation nothing is left, anywhere.

Redis has no clock to move, so each key's own expiry is: it is brought forward by the time that passes.
"""

from __future__ import annotations

import asyncio

from redis.asyncio import Redis

from handoff.answers.texts import MESSAGING_APPS
from handoff.store import connection, keys
from tests.chat_client import ChatClient
from tests.running_service import Service

SECOND_MS = 1000
QUIET_SECONDS = 2.0


async def keys_about(redis: Redis, conversation_id: str) -> list[bytes]:
    """But for Rasa's lock, which lives for one message."""
    named = [name async for name in redis.scan_iter(count=1000) if conversation_id.encode() in name]
    return [name for name in named if not name.startswith(b"rasa:lock:")]


async def pass_time(redis: Redis, conversation_id: str, milliseconds: int) -> None:
    """Every key of the conversation comes so much nearer to its end."""
    for name in await keys_about(redis, conversation_id):
        left = await redis.pttl(name)
        assert left > 0, f"{name!r} would never expire"
        await redis.pexpire(name, left - milliseconds)


async def all_is_said(redis: Redis, conversation_id: str) -> None:
    """Waits until nothing more is answered: what is written after the clock was moved lives on."""
    entries = -1
    while (now := await redis.xlen(keys.log(conversation_id))) != entries or await redis.zscore(
        keys.PENDING, conversation_id
    ):
        entries = now
        await asyncio.sleep(QUIET_SECONDS)


async def test_nothing_of_a_conversation_outlives_the_settings(service: Service) -> None:
    async with await ChatClient.open(service.chat) as client:
        await client.write("je veux parler à quelqu'un, on me frappe")
        await client.answer()
        second = await client.write("/sextorsion")
        await client.until(lambda frame: frame["type"] == "received" and frame["id"] == second)
    lifetime_ms = int(service.settings.conversation_lifetime.total_seconds() * SECOND_MS)
    redis = connection.connect(service.settings.effective_redis_url)
    try:
        await all_is_said(redis, client.conversation)
        before = await keys_about(redis, client.conversation)
        assert any(b":log" in name for name in before)
        assert any(name.startswith(b"rasa:") for name in before)

        await pass_time(redis, client.conversation, lifetime_ms // 2)
        assert sorted(await keys_about(redis, client.conversation)) == sorted(before), "too early"
        await pass_time(redis, client.conversation, lifetime_ms // 2 + SECOND_MS)
        assert await keys_about(redis, client.conversation) == []

        # The file on the disk forgets it too, once it is written anew.
        await redis.execute_command("BGREWRITEAOF")
        while (await redis.info("persistence"))["aof_rewrite_in_progress"] or (
            await redis.info("persistence")
        )["aof_rewrite_scheduled"]:
            await redis.ping()
        files = [each for each in service.settings.redis_folder.rglob("*") if each.is_file()]
        # Its id may still stand in a sorted set until the keeper looks; no key of it and no word does.
        log_key = f"{{{client.conversation}}}".encode()
        assert not [each.name for each in files if log_key in each.read_bytes()]
    finally:
        await redis.aclose()


async def test_every_key_that_is_not_an_index_expires(service: Service) -> None:
    async with await ChatClient.open(service.chat) as client:
        await client.write("salut")
        await client.answer()
        redis = connection.connect(service.settings.effective_redis_url)
        try:
            lasting = {name async for name in redis.scan_iter(count=1000) if await redis.pttl(name) == -1}
        finally:
            await redis.aclose()
    indexes = {b"waiting", b"open", b"pending", b"leases", b"on_duty", b"consoles", b"online", b"missed"}
    indexes |= {f"reachable:{app}".encode() for app in MESSAGING_APPS}
    assert {name.removeprefix(b"repere:") for name in lasting} <= indexes
