"""How many came by a poster or a link. A number a code, and nothing else: no person, no time, no device."""

from __future__ import annotations

import re
from datetime import timedelta

from handoff.store import keys
from handoff.store.connection import RedisClient, redis_faults

# Telegram allows 64 of these in a start link; short ones make a small QR code.
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
KEPT_FOR = timedelta(days=400)  # after the last arrival by any code


class Arrivals:
    """Counts by code. Only codes that an operator made are counted. Raises StoreUnavailableError."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    async def make(self, code: str) -> bool:
        """Starts to count a code; False when it was there already. Raises ValueError."""
        if not CODE.fullmatch(code):
            raise ValueError("a code is 1 to 32 small letters, digits and dashes")
        async with redis_faults():
            made = await self._redis.hsetnx(keys.ARRIVALS, code, 0)
            await self._redis.expire(keys.ARRIVALS, KEPT_FOR)
        return bool(made)

    async def count(self, code: str) -> None:
        """One more by this code; a code that nobody made counts nothing."""
        if not CODE.fullmatch(code):
            return
        async with redis_faults():
            if await self._redis.hexists(keys.ARRIVALS, code):
                await self._redis.hincrby(keys.ARRIVALS, code, 1)
                await self._redis.expire(keys.ARRIVALS, KEPT_FOR)

    async def all(self) -> dict[str, int]:
        """Every code and its count."""
        async with redis_faults():
            found = await self._redis.hgetall(keys.ARRIVALS)
        return {code.decode(): int(count) for code, count in sorted(found.items())}

    async def drop(self, code: str) -> bool:
        """Forgets a code and its count; False when there was none."""
        async with redis_faults():
            return bool(await self._redis.hdel(keys.ARRIVALS, code))
