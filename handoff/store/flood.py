"""Counting who asks how much, without keeping who they are.

A counter stands in Redis under an HMAC of the address (or of the conversation), made with a random salt that
lives in Redis for an hour at most and with a key that is never there. When the hour is over salt and counters
are gone, and nothing links an address to anything, not even for whoever held a copy of Redis and the key.
"""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from handoff.errors import FloodedError
from handoff.store import keys
from handoff.store.cipher import MasterKey
from handoff.store.connection import RedisClient, redis_faults

HOUR_MS = 60 * 60 * 1000
SALT_BYTES = 32
MOST_DELAY_SECONDS = 2.0  # under the page's own patience for a sign of life
LONGEST_RETRY_MS = 60_000

# KEYS: counter. ARGV: its lifetime, that of the salt. Returns the count.
COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count
"""


class Counted(StrEnum):
    """What is counted, each by itself."""

    CONVERSATION = "conversation"  # opened, by address
    RETURN = "return"  # a code to come back was tried, by address
    MESSAGE = "message"  # sent, by conversation


@dataclass(frozen=True, slots=True)
class Limit:
    """How many an hour before each takes longer, and before the next has to wait."""

    slowed_after: int
    refused_after: int

    @classmethod
    def parse(cls, setting: str) -> Limit:
        """A setting of two numbers, as in "300 1500"."""
        slowed, refused = (int(each) for each in setting.split())
        return cls(slowed, max(slowed, refused))

    def delay_seconds(self, count: int) -> float:
        """0 for most people; more and more up to the limit."""
        span = max(1, self.refused_after - self.slowed_after)
        return MOST_DELAY_SECONDS * min(1.0, max(0, count - self.slowed_after) / span)


class Flood:
    """The counters, shared by every process. Raises StoreUnavailableError when Redis is away."""

    def __init__(
        self,
        redis: RedisClient,
        master_key: MasterKey,
        limits: dict[Counted, Limit],
        refused: Callable[[str], None] = lambda _what: None,
    ) -> None:
        self._refused = refused
        self._redis = redis
        self._master = master_key
        self._limits = limits
        self._count = redis.register_script(COUNT)
        self._salt = b""
        self._salt_ends = 0.0  # on this process's monotonic clock

    async def admit(self, what: Counted, who: str) -> float:
        """Counts one more, and says how many seconds it should take longer (0 for most people).

        Raises FloodedError past the limit.
        """
        async with redis_faults():
            salt, left_ms = await self._present_salt()
            # Two keys: a copy of Redis does not tell the addresses by trying all of them.
            inner = self._master.fingerprints(f"{what.value}\0{who}")[0]
            name = keys.flood_count(hmac.new(salt, inner.encode(), "sha256").hexdigest())
            count = int(await self._count(keys=[name], args=[left_ms]))
        limit = self._limits[what]
        if count > limit.refused_after:
            self._refused(what.value)
            raise FloodedError(min(left_ms, LONGEST_RETRY_MS))
        return limit.delay_seconds(count)

    async def _present_salt(self) -> tuple[bytes, int]:
        """The hour's salt and how long it still lives; made by whichever process comes first."""
        while (left := self._salt_ends - time.monotonic()) <= 0:
            await self._redis.set(keys.FLOOD_SALT, os.urandom(SALT_BYTES), nx=True, px=HOUR_MS)
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.get(keys.FLOOD_SALT)
                pipe.pttl(keys.FLOOD_SALT)
                salt, left_ms = await pipe.execute()
            if salt is not None and left_ms > 0:
                self._salt, self._salt_ends = salt, time.monotonic() + left_ms / 1000
        return self._salt, max(1, int(left * 1000))
