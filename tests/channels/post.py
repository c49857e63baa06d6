"""The desk and the delivery of every app, over HTTP and with a real Redis, without the whole service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from fastapi import FastAPI
from redis.asyncio import Redis

from handoff.app_parts import load_words
from handoff.channels import arrivals as arrivals_route
from handoff.channels import messaging
from handoff.channels.answering import Answering
from handoff.channels.desk import Office
from handoff.channels.messaging import Messaging
from handoff.channels.messenger import MessengerChannel
from handoff.channels.pace import Pace
from handoff.channels.sms import SmsChannel
from handoff.channels.staff_notes import StaffNotes
from handoff.channels.telegram import TelegramChannel
from handoff.channels.whatsapp import WhatsAppChannel
from handoff.conversation import (
    Author,
    AuthoredText,
    Conversation,
    Message,
    Reader,
    Reply,
    RiskLevel,
    StrippedText,
    Verdict,
)
from handoff.receive_message import Answer, MessagePath
from handoff.settings import Settings
from handoff.store.addresses import Addresses
from handoff.store.arrivals import Arrivals
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from handoff.store.feed import Feed
from handoff.together import end
from tests.channels import graph_api, sms_gateway
from tests.channels.bot_api import TOKEN, BotApi
from tests.channels.graph_api import GraphApi
from tests.channels.local_server import LocalServer
from tests.channels.people import Person
from tests.channels.phone import PATIENCE
from tests.channels.sms_gateway import SmsGateway
from tests.conftest import MASTER_KEY, eventually

WORDS = load_words(Settings())[0]
COUNSELLOR = 7
LIFETIME = timedelta(hours=24)


async def strip(text: str, conversation_id: str) -> StrippedText:
    return StrippedText.from_privacy(text)


async def weigh(text: StrippedText, before: Sequence[StrippedText]) -> Verdict:
    return Verdict()


class Echo:
    """An assistant that says what it was asked."""

    async def answer(
        self, conversation: Conversation, text: StrippedText, payload: str, level: RiskLevel
    ) -> Answer:
        return Answer((Reply(f"demandé : {payload or text.value}"),))


@dataclass
class Post:
    """Telegram, Meta, a gateway for text messages, and our half of each."""

    api: BotApi
    meta: GraphApi
    gateway: SmsGateway
    page: str
    redis: Redis
    store: ConversationStore
    addresses: Addresses
    arrivals: Arrivals

    async def conversation_of(self, person: Person) -> str:
        found = await self.addresses.find("telegram", str(person.chat))
        assert found is not None
        return found.id

    async def is_taken(self, person: Person) -> str:
        """A counsellor takes their conversation; returns its id."""
        conversation_id = await self.conversation_of(person)
        await self.counsellor_takes(conversation_id)
        return conversation_id

    async def counsellor_takes(self, conversation_id: str) -> None:
        await self.store.move(conversation_id, Reader.WAITING)
        await self.store.move(conversation_id, Reader.COUNSELLOR, new_owner=COUNSELLOR)

    async def texts(self, number: str, words: str) -> None:
        """Somebody sends a text message."""
        assert await self.gateway.deliver(self.gateway.message(number, words)) == httpx.codes.OK

    async def texted(self, number: str, words: str) -> str:
        """The text message with these words, once it is on their phone."""
        phone = self.gateway.phones[number]
        await eventually(lambda: any(words in text for text in phone), PATIENCE)
        return next(text for text in phone if words in text)

    async def counsellor_writes(self, conversation_id: str, words: str) -> None:
        message = Message(Author.COUNSELLOR, AuthoredText(words), datetime.now(UTC))
        await self.store.append(conversation_id, message, counsellor_id=COUNSELLOR)

    async def service_says(self, conversation_id: str, words: str) -> None:
        await self.store.append(
            conversation_id, Message(Author.SERVICE, AuthoredText(words), datetime.now(UTC))
        )

    def times(self, method: str) -> int:
        """How often Telegram was asked for this."""
        return sum(each == method for each, _ in self.api.calls)

    async def others_are_served(self) -> None:
        """What was to be sent by now was sent: somebody else, later, got their answer."""
        other = Person(self.api)
        await other.write("bonjour")
        await other.reads("demandé : bonjour")


@asynccontextmanager
async def opened(redis: Redis, pace: Pace | None = None, *, webhook: bool = False) -> AsyncIterator[Post]:
    """Everything of it, until the end of the block. ``webhook``: Telegram delivers instead of being asked."""
    api, meta, gateway, app = BotApi(), GraphApi(), SmsGateway(), FastAPI()
    for each in (api, meta, gateway):
        each.server.start()
    master_key = MasterKey(MASTER_KEY)
    store = ConversationStore(redis, master_key, LIFETIME, timedelta(seconds=60))
    addresses, feed = Addresses(redis, store, master_key, LIFETIME), Feed(redis)
    path = MessagePath(strip, lambda _: None, weigh, store, Echo(), WORDS)
    notes = StaffNotes(store, addresses, WORDS)
    arrivals, answering = Arrivals(redis), Answering(path)
    office = Office(path, store, addresses, arrivals, answering, notes, WORDS, pace or Pace(1000, 1000), "")
    sms = SmsChannel(f"{gateway.server.url}/send", sms_gateway.TOKEN, sms_gateway.SECRET)
    server = LocalServer(app)
    told = f"{server.url}/webhooks/telegram" if webhook else ""
    channel = TelegramChannel(TOKEN, api.server.url, told, "a secret of this test", WORDS)
    signed = (graph_api.TOKEN, graph_api.SECRET, "verify")
    whatsapp = WhatsAppChannel(meta.address, graph_api.NUMBER, *signed, "reprise", "fr")
    messenger = MessengerChannel(meta.address, graph_api.PAGE, *signed)
    channels = [channel, sms, whatsapp, messenger]
    app.state.messaging, app.state.arrivals = Messaging(channels, office, feed), arrivals
    app.include_router(messaging.router)
    app.include_router(arrivals_route.router)
    meta.webhook, gateway.webhook = f"{server.url}/webhooks", f"{server.url}/webhooks/sms"
    following, serving = asyncio.create_task(feed.run()), asyncio.create_task(server.serve_here())
    try:
        async with app.state.messaging.running():
            yield Post(api, meta, gateway, server.url, redis, store, addresses, arrivals)
            api.let_go = True
    finally:
        await end([following])
        await api.close()
        await meta.close()
        gateway.server.stop()
        await server.stop_here(serving)  # after those who keep a connection to it open
        await answering.finish()  # and what came last is answered before its Redis goes
