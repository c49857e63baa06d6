"""How many conversations one address opened in the last hour, without keeping the address.

Redis holds a counter under a keyed hash of the address; the key (a salt) is random, lives in Redis alone and
is replaced every hour, after which nobody can say which address a counter was of. No conversation is linked.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime

from handoff.store import keys
from handoff.store.connection import RedisClient, redis_faults

HOUR_SECONDS = 3600
SALT_BYTES = 32


class Openings:
    """Counts openings by address and hour."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    async def count(self, address: str) -> int:
        """Counts one more opening from ``address``; how many this hour, this one among them.

        Raises StoreUnavailableError.
        """
        hour = datetime.now(UTC).strftime("%Y%m%d%H")
        async with redis_faults():
            salt_key = keys.openings_salt(hour)
            await self._redis.set(salt_key, secrets.token_bytes(SALT_BYTES), nx=True, ex=HOUR_SECONDS)
            salt = await self._redis.get(salt_key) or b""
            name = hmac.new(salt, address.encode(), hashlib.sha256).hexdigest()[:32]
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.incr(keys.openings(name))
                pipe.expire(keys.openings(name), HOUR_SECONDS)
                count, _ = await pipe.execute()
            return int(count)
