"""How long people waited lately before a counsellor took over: what an estimate may honestly rest on."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from statistics import median

from handoff.store import keys
from handoff.store.connection import RedisClient

REMEMBERED = 20
FEWEST = 3  # fewer waits than this tell nothing
FORGOTTEN_AFTER_SECONDS = 2 * 60 * 60  # the evening's waits say nothing of the night's
MINUTE_MS = 60_000


class Waits:
    """The last waits, without any conversation's name. Callers wrap these in ``redis_faults``."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis
        # Told of each wait, in seconds (metrics).
        self.observe: Callable[[float], None] = lambda _seconds: None

    async def record(self, waited_ms: int) -> None:
        """Somebody was taken after so long."""
        self.observe(max(0, waited_ms) / 1000)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.lpush(keys.WAITS, max(0, waited_ms))
            pipe.ltrim(keys.WAITS, 0, REMEMBERED - 1)
            pipe.expire(keys.WAITS, FORGOTTEN_AFTER_SECONDS)
            await pipe.execute()

    async def minutes_left(self, waiting_since: datetime, now_ms: int) -> int | None:
        """About how many minutes are left, from the median of the last waits.

        None when too few waits are known, or when this one is longer than they were: no number is
        better than one that was wrong already.
        """
        known = [int(each) for each in await self._redis.lrange(keys.WAITS, 0, -1)]
        if len(known) < FEWEST:
            return None
        left_ms = median(known) - (now_ms - waiting_since.timestamp() * 1000)
        return math.ceil(left_ms / MINUTE_MS) if left_ms > 0 else None
