"""A crowd at once, on a real Redis."""

from __future__ import annotations

import asyncio

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
