"""The flood limit on a real Redis: each address by itself, and no address anywhere."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from handoff.channels.client_network import network_of
from handoff.errors import FloodedError
from handoff.store import flood, keys
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from handoff.store.flood import HOUR_MS, Counted, Flood, Limit
from tests.conftest import MASTER_KEY, RedisServer, eventually

SLOWED, REFUSED = 3, 6
LIMITS = dict.fromkeys(Counted, Limit(SLOWED, REFUSED))
ADDRESS = "203.0.113.77"


def of(redis: Redis, master: bytes = MASTER_KEY) -> Flood:
    return Flood(redis, MasterKey(master), LIMITS)


async def outcome(limits: Flood, who: str, what: Counted = Counted.CONVERSATION) -> str:
    try:
        return "slowed" if await limits.admit(what, who) else "passes"
    except FloodedError as error:
        assert 0 < error.retry_in_ms <= flood.LONGEST_RETRY_MS
        return "refused"


def expected(count: int) -> str:
    if count > REFUSED:
        return "refused"
    return "slowed" if count > SLOWED else "passes"


@given(st.lists(st.tuples(st.sampled_from(list(Counted)), st.ip_addresses().map(str) | st.text(max_size=9))))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # the same Redis serves all examples
async def test_each_place_is_counted_by_itself(redis: Redis, visits: list[tuple[Counted, str]]) -> None:
    await redis.flushall()
    processes = [of(redis), of(redis)]
    seen: Counter[tuple[Counted, str]] = Counter()
    for number, visit in enumerate(visits * 3):
        seen[visit] += 1
        assert await outcome(processes[number % 2], visit[1], visit[0]) == expected(seen[visit])


async def test_many_at_once_are_all_counted(redis: Redis) -> None:
    processes = [of(redis) for _ in range(4)]
    got = await asyncio.gather(*(outcome(processes[n % 4], ADDRESS) for n in range(20)))
    assert Counter(got) == {"passes": SLOWED, "slowed": REFUSED - SLOWED, "refused": 20 - REFUSED}


async def test_it_takes_longer_and_longer_but_never_long(redis: Redis) -> None:
    limit = Limit.parse("300 1500")
    delays = [limit.delay_seconds(count) for count in (1, 300, 600, 1200, 1500)]
    assert delays[:2] == [0, 0]
    assert delays == sorted(delays)
    assert delays[-1] == flood.MOST_DELAY_SECONDS


async def everything(redis: Redis) -> bytes:
    names = await redis.keys("*")
    return b"\n".join([*names, *[await redis.dump(name) or b"" for name in names]])


async def test_redis_never_holds_an_address(redis: Redis) -> None:
    for _ in range(3):
        await outcome(of(redis), ADDRESS)
    assert ADDRESS.encode() not in await everything(redis)


async def test_a_copy_of_redis_does_not_tell_an_address_by_trying_them_all(redis: Redis) -> None:
    """The salt is in the copy, the master key is not: the right address finds another counter."""
    await outcome(of(redis), ADDRESS)
    counters = set(await redis.keys(keys.flood_count("*")))
    await outcome(of(redis, bytes(32)), ADDRESS)
    assert len(set(await redis.keys(keys.flood_count("*"))) - counters) == 1


async def test_neither_salt_nor_counter_outlives_the_hour(redis: Redis) -> None:
    limits = of(redis)
    await outcome(limits, ADDRESS)
    # Half an hour later somebody else comes: their counter ends with the salt, not an hour from then.
    await redis.pexpire(keys.FLOOD_SALT, HOUR_MS // 2)
    late = of(redis)
    await outcome(late, "198.51.100.1")
    salt_ms = await redis.pttl(keys.FLOOD_SALT)
    assert 0 < salt_ms <= HOUR_MS // 2
    left = [await redis.pttl(name) for name in await redis.keys("*")]
    assert all(0 < each <= HOUR_MS for each in left)
    assert min(left) <= salt_ms
    # The hour passes.
    for name in await redis.keys("*"):
        await redis.pexpire(name, 1)
    await asyncio.sleep(0.01)
    assert await redis.keys("*") == []


async def test_the_file_on_the_disk_forgets_the_salt_too(
    redis: Redis, redis_server: RedisServer, store: ConversationStore
) -> None:
    await outcome(of(redis), ADDRESS)
    salt = await redis.get(keys.FLOOD_SALT)
    file = redis_server.folder / "appendonly.aof"
    await redis.config_set("appendfsync", "always")
    await redis.set("repere:written", "now")
    assert salt in file.read_bytes()
    for name in await redis.keys("repere:flood*"):
        await redis.delete(name)
    await store.indexes.renew_file()
    await eventually(lambda: salt not in file.read_bytes())
    await redis.config_set("appendfsync", "everysec")


async def test_the_next_hour_counts_anew_under_another_salt(redis: Redis) -> None:
    for _ in range(REFUSED + 1):
        last = await outcome(of(redis), ADDRESS)
    assert last == "refused"
    salt = await redis.get(keys.FLOOD_SALT)
    await redis.delete(keys.FLOOD_SALT)
    assert await outcome(of(redis), ADDRESS) == "passes"
    assert await redis.get(keys.FLOOD_SALT) != salt


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", None),
        ("", None),
    ],
)
def test_an_ipv6_line_is_one_place(host: str, network: str | None) -> None:
    assert network_of(host) == network
