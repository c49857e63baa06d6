"""A crowd at once, and what cannot be written, on a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from handoff.errors import StoreUnavailableError
from handoff.store import connection
from handoff.store.connection import MOST_CONNECTIONS, redis_faults
from tests.conftest import RedisServer

CROWD = 20 * MOST_CONNECTIONS


async def test_a_crowd_waits_for_a_connection_and_nobody_is_told_unavailable(
    redis_server: RedisServer,
) -> None:
    redis = connection.connect(redis_server.url)
    try:
        async with redis_faults():
            counted = await asyncio.gather(*(redis.incr("crowd") for _ in range(CROWD)))
            assert sorted(counted) == list(range(1, CROWD + 1))
            assert (await redis.info("clients"))["connected_clients"] <= MOST_CONNECTIONS + 1
    finally:
        await redis.delete("crowd")
        await redis.aclose()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A server that this test alone may spoil."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize("fault", ["memory full", "replica", "too few replicas"])
async def test_a_redis_that_answers_and_cannot_write_is_away(own_redis: RedisServer, fault: str) -> None:
    redis = connection.connect(own_redis.url)
    write = redis.register_script("return redis.call('SET', KEYS[1], ARGV[1])")
    async with redis_faults():
        await write(keys=["a"], args=["1"])
    if fault == "memory full":
        await redis.config_set("maxmemory-policy", "noeviction")
        await redis.config_set("maxmemory", 1)
    elif fault == "replica":
        await redis.replicaof("127.0.0.1", 1)
    else:
        await redis.config_set("min-replicas-to-write", 1)
    try:
        with pytest.raises(StoreUnavailableError):
            async with redis_faults():
                await write(keys=["a"], args=["2"])
        with pytest.raises(StoreUnavailableError):
            async with redis_faults():
                await redis.set("a", "2")
    finally:
        await redis.aclose()
