"""What a messaging app costs: python -m tests.bench_channels.

The channel's own cost: from an update at the webhook to the message that Telegram gets, with a path that
strips, weighs and answers in no time: on the clock, and of the processor alone (another load of the machine
does not change it; the client that plays Telegram's webhook is in it). Then, how many messages a second
are delivered, in order.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvloop
from fastapi import FastAPI

from handoff.app_parts import load_words
from handoff.channels import messaging
from handoff.channels.answering import Answering
from handoff.channels.desk import Office
from handoff.channels.messaging import Messaging
from handoff.channels.pace import Pace
from handoff.channels.staff_notes import StaffNotes
from handoff.channels.telegram import TelegramChannel
from handoff.conversation import (
    Author,
    AuthoredText,
    Message,
)
from handoff.receive_message import Incoming, MessagePath
from handoff.settings import Settings
from handoff.store import connection
from handoff.store.addresses import Addresses
from handoff.store.arrivals import Arrivals
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from handoff.store.feed import Feed
from tests.channels.bot_api import TOKEN, BotApi
from tests.channels.local_server import LocalServer
from tests.channels.post import Echo, strip, weigh
from tests.conftest import MASTER_KEY, RedisServer, eventually

MESSAGES = 200
CONVERSATIONS = 30
EACH = 10
ALLOWED_PER_SECOND = 30


@asynccontextmanager
async def _running(
    redis_url: str, api: BotApi
) -> AsyncIterator[tuple[MessagePath, ConversationStore, Addresses]]:
    """The messaging half of a public app, with a path that costs nothing."""
    redis = connection.connect(redis_url)
    master_key, lifetime = MasterKey(MASTER_KEY), timedelta(hours=24)
    store = ConversationStore(redis, master_key, lifetime, timedelta(seconds=60))
    addresses, feed = Addresses(redis, store, master_key, lifetime), Feed(redis)
    words, _ = load_words(Settings.load())
    path = MessagePath(strip, lambda _: None, weigh, store, Echo(), words)
    app = FastAPI()
    app.include_router(messaging.router)
    server = LocalServer(app)
    office = Office(
        path, store, addresses, Arrivals(redis), Answering(path), StaffNotes(store, addresses, words), words,
        Pace(1000, 1000), "",
    )  # fmt: skip
    secret = "only-telegram-knows"
    channel = TelegramChannel(TOKEN, api.server.url, f"{server.url}/webhooks/telegram", secret, words)
    app.state.messaging = Messaging([channel], office, feed)
    following = asyncio.create_task(feed.run())
    serving = asyncio.create_task(server.serve_here())
    try:
        async with app.state.messaging.running():
            await eventually(lambda: bool(api.webhook))
            yield path, store, addresses
    finally:
        await server.stop_here(serving)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await redis.aclose()


async def _path_alone(path: MessagePath, conversation_id: str, number: int) -> float:
    """Milliseconds that the path itself takes on this machine: not the channel's."""
    started = time.perf_counter()
    await path.respond(await path.receive(conversation_id, Incoming(f"{number}", f"message {number}")))
    return (time.perf_counter() - started) * 1000


async def _own_cost(
    api: BotApi, path: MessagePath, store: ConversationStore
) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds a message: on the clock, of the processor, and of the path alone; by turns."""
    costs, processor, alone = [], [], []
    apart, _ = await store.open("web")
    for number in range(MESSAGES):
        # A new sender now and then, as in life; below the limit of 30 a second.
        chat = 900_000_000 + number % 20
        before = len(api.sent)
        welcomed = 1 if number < 20 else 0
        started, busy = time.perf_counter(), time.thread_time()
        await api.deliver(api.message_update(chat, text=f"message {number}"))
        while len(api.sent) < before + 1 + welcomed:
            await asyncio.sleep(0.002)
        costs.append((api.last_at - started) * 1000)
        processor.append((time.thread_time() - busy) * 1000)
        await asyncio.sleep(0.04)
        alone.append(await _path_alone(path, apart, number))
    return costs[20:], processor[20:], alone[20:]


async def _sustained(api: BotApi, store: ConversationStore, addresses: Addresses) -> tuple[float, bool]:
    before = len(api.sent)
    opened = []
    for number in range(CONVERSATIONS):
        to = str(800_000_000 + number)
        conversation = await addresses.find_or_open("telegram", to)
        await addresses.heard(conversation, to)
        opened.append(conversation.id)
    started = time.perf_counter()
    for number in range(EACH):
        for conversation_id in opened:
            message = Message(Author.SERVICE, AuthoredText(f"{number}"), datetime.now(UTC))
            await store.append(conversation_id, message)
    await eventually(lambda: len(api.sent) >= before + CONVERSATIONS * EACH, 120)
    seconds = time.perf_counter() - started
    by_chat = defaultdict(list)
    for chat, text in api.sent[before:]:
        by_chat[chat].append(text)
    wanted = [str(number) for number in range(EACH)]
    # The limiter lets a first burst of one second's worth through.
    rate = (CONVERSATIONS * EACH - ALLOWED_PER_SECOND) / seconds
    return rate, all(texts == wanted for texts in by_chat.values()) and len(by_chat) == CONVERSATIONS


async def _bench() -> None:
    with tempfile.TemporaryDirectory(prefix="repere-") as folder:
        server, api = RedisServer(Path(folder)), BotApi()
        server.start()
        api.server.start()
        try:
            async with _running(server.url, api) as (path, store, addresses):
                costs, processor, alone = await _own_cost(api, path, store)
                rate, in_order = await _sustained(api, store, addresses)
        finally:
            await api.close()
            server.stop()
    print(f"webhook to sendMessage: p50 {statistics.median(costs):.1f} ms, ", end="")
    print(f"p95 {statistics.quantiles(costs, n=20)[-1]:.1f} ms ({len(costs)} messages)")
    print(f"  of which the path, which strips and answers in no time here: {statistics.median(alone):.1f} ms")
    print(f"  the channel's own cost: p50 {statistics.median(costs) - statistics.median(alone):.1f} ms")
    print(f"  of which the processor: p50 {statistics.median(processor):.1f} ms")
    print(f"sustained: {rate:.1f} messages a second, none lost, in order: {in_order}")


if __name__ == "__main__":
    uvloop.run(_bench())  # as uvicorn does
