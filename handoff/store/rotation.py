"""Wrapping every conversation's data key anew, after the master key changed.

Whoever writes from a messaging app is found by a keyed hash. That is made anew too, or they would be
strangers once the old key is taken away.
"""

from __future__ import annotations

from dataclasses import dataclass

from handoff.store import keys
from handoff.store.addresses import lead_to, senders
from handoff.store.cipher import CipherError, MasterKey
from handoff.store.connection import RedisClient, redis_faults

# KEYS: data key. ARGV: as it was read, as it shall be. Returns 1, or 0 when it changed or went meanwhile.
REPLACE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1
"""

# KEYS: address. ARGV: the name its sender is found by, as it was read, as it shall be. What is gone stays so.
RENAME = """
if redis.call('HGET', KEYS[1], 'from') == ARGV[1] then redis.call('HSET', KEYS[1], 'from', ARGV[2]) end
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
            await _find_sender_by_newest(redis, master, conversation_id, wrapped)
    return done


async def _find_sender_by_newest(
    redis: RedisClient, master: MasterKey, conversation_id: str, wrapped: bytes
) -> None:
    """Somebody who writes from an app is found by the newest key's hash, as long as they would have been."""
    address = keys.address(conversation_id)
    channel, to, known_by = await redis.hmget(address, "channel", "to", "from")
    if channel is None or to is None or known_by is None:
        return  # the web page's
    person = master.cipher(conversation_id, wrapped).open(to).decode()
    names = senders(master, channel.decode(), person)
    left_ms = max([await redis.pttl(keys.sender(each)) for each in names[1:]], default=0)
    if left_ms > 0:  # else they are found by the newest already
        # First the name that erasing deletes: whatever stops us in between, none is left behind.
        await redis.eval(RENAME, 1, address, known_by, names[0])
        await lead_to(redis, conversation_id, names, left_ms)
