"""Wrapping every conversation's data key anew, after the master key changed."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.store import keys
from handoff.store.cipher import CipherError, MasterKey
from handoff.store.connection import RedisClient, redis_faults

# KEYS: data key. ARGV: as it was read, as it shall be. Returns 1, or 0 when it changed or went meanwhile.
REPLACE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1
"""


@dataclass
class Rotation:
    """What happened: conversations wrapped anew, already new, and opened by none of our keys."""

    rewrapped: int = 0
    current: int = 0
    unreadable: int = 0


async def rewrap_all(redis: RedisClient, master: MasterKey) -> Rotation:
    """Wraps each data key under the newest master key; expiries stay. Safe during traffic, and to repeat.

    Raises StoreUnavailableError.
    """
    done = Rotation()
    async with redis_faults():
        async for name in redis.scan_iter(match=keys.data_key("*"), count=500):
            conversation_id = name.decode().partition("{")[2].partition("}")[0]
            wrapped = await redis.get(name)
            if wrapped is None:
                continue
            try:
                anew = master.rewrap(conversation_id, wrapped)
            except CipherError:
                done.unreadable += 1
                continue
            if anew is None:
                done.current += 1
            elif await redis.eval(REPLACE, 1, name, wrapped, anew):
                done.rewrapped += 1
    return done
