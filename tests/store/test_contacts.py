"""How a contact is noted when it ends: by the hour it began in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from handoff.conversation import Reader
from handoff.store.cipher import MasterKey
from handoff.store.contacts import Fate
from handoff.store.conversations import ConversationStore
from tests.conftest import MASTER_KEY, said

EIGHT = datetime(2026, 3, 2, 20, 10, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = EIGHT

    def __call__(self) -> int:
        return round(self.now.timestamp() * 1000)


async def test_a_contact_counts_in_the_hour_it_began_in(redis: Redis) -> None:
    clock = Clock()
    store = ConversationStore(
        redis, MasterKey(MASTER_KEY), timedelta(hours=24), timedelta(seconds=60), clock=clock
    )
    wrote, _ = await store.open("web")
    asked, _ = await store.open("web")
    await store.append(wrote, said("bonsoir"))
    await store.move(asked, Reader.WAITING)
    clock.now += timedelta(hours=1)
    for each in (wrote, asked):
        await store.append(each, said("toujours là"))
        await store.move(each, Reader.CLOSED)
    # Who writes again is another contact, with an hour of its own.
    clock.now += timedelta(hours=1)
    await store.append(wrote, said("encore moi"))
    clock.now += timedelta(hours=1)
    await store.erase(wrote)
    found = [(each.hour.hour, each.fate) for _, each in await store.contacts.ended()]
    assert found == [(20, Fate.PRE_HANDLED), (20, Fate.ABANDONED), (22, Fate.PRE_HANDLED)]
