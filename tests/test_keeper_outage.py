"""The keeper after an outage, on a real Redis that goes away: no counsellor loses a conversation by it."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from handoff.app_parts import load_words
from handoff.conversation import Reader
from handoff.keep_promises import Keeper
from handoff.settings import Settings
from handoff.store import connection
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from handoff.together import end
from tests.conftest import MASTER_KEY, RedisServer, eventually

HOUR = timedelta(hours=1)


class Looks:
    """How often the keeper looked."""

    def __init__(self) -> None:
        self.count = 0

    def looked(self) -> None:
        self.count += 1

    def rescue(self, why: str) -> None:
        raise AssertionError(why)


async def test_an_outage_longer_than_a_lease_takes_no_conversation_from_its_counsellor(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with tempfile.TemporaryDirectory(prefix="repere-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        client = connection.connect(server.url)
        store = ConversationStore(client, MasterKey(MASTER_KEY), HOUR, timedelta(minutes=5))
        held, _ = await store.open("web")
        await store.move(held, Reader.WAITING)
        await store.move(held, Reader.COUNSELLOR, new_owner=1)
        looks = Looks()
        keeper = Keeper(store, load_words(Settings.load())[0], HOUR, HOUR, HOUR, HOUR, looks)
        running = asyncio.create_task(keeper.run())

        async def is_back_on_the_list() -> bool:
            return (await store.get(held)).reader is Reader.WAITING

        try:
            await eventually(lambda: looks.count > 0)
            over_ms = store.now_ms() + 4_000  # a short lease
            await store.indexes.renew_lease(held, over_ms)
            server.stop()
            await eventually(lambda: "Redis is away" in caplog.text)
            await eventually(lambda: store.now_ms() > over_ms)
            before = looks.count
            server.start()
            await eventually(lambda: looks.count >= before + 2, 30)
            assert not await is_back_on_the_list()
            # A console that is really gone is still noticed.
            await store.indexes.renew_lease(held, store.now_ms() - 1)
            await eventually(is_back_on_the_list, 30)
        finally:
            await end([running])
            await client.aclose()
            server.stop()
