"""Telegram: python-telegram-bot in the running service, speaking over HTTP to our own Bot API server."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import httpx
import pytest

from tests.channels.bot_api import BotApi, PhoneMessage
from tests.conftest import eventually
from tests.running_service import Service

PATIENCE = 30.0
_people = itertools.count(7_312_845_590)


class Person:
    """Somebody with Telegram on their phone."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.chat = next(_people)

    async def write(self, text: str) -> None:
        await self.api.deliver(self.api.message_update(self.chat, text=text))

    async def press(self, payload: str) -> None:
        await self.api.deliver(self.api.press_update(self.chat, payload))

    def shown(self) -> list[PhoneMessage]:
        return self.api.shown(self.chat)

    async def sees(self, wanted: Callable[[PhoneMessage], bool]) -> PhoneMessage:
        """The first message shown that is wanted."""
        await eventually(lambda: any(map(wanted, self.shown())), PATIENCE)
        return next(filter(wanted, self.shown()))

    async def reads(self, words: str) -> PhoneMessage:
        return await self.sees(lambda message: words in message.text)


@pytest.fixture
def person(service: Service, bot_api: BotApi) -> Person:
    return Person(bot_api)


async def test_the_first_message_says_what_telegram_knows_and_offers_the_page(
    service: Service, person: Person
) -> None:
    await person.write("/start")
    first = await person.reads("Telegram sait que tu nous écris")
    assert service.settings.public_origin in first.text
    assert "112" in first.text
    assert person.shown()[0] is first
