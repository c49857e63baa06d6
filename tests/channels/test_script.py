"""The same conversation on every channel."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.channels.bot_api import BotApi
from tests.channels.graph_api import GraphApi
from tests.channels.people import MessengerPerson, Person, SmsPerson, WebPerson, WhatsAppPerson
from tests.channels.phone import Phone
from tests.channels.script import ConversationScript
from tests.channels.sms_gateway import SmsGateway
from tests.running_service import Service


class TestOnTheWebPage(ConversationScript):
    @pytest.fixture
    async def phone(self, service: Service) -> AsyncIterator[Phone]:
        person = WebPerson(service.chat)
        await person.open()
        yield person
        await person.close()


class TestOnTelegram(ConversationScript):
    @pytest.fixture
    def phone(self, service: Service, bot_api: BotApi) -> Phone:
        return Person(bot_api)


class TestOnWhatsApp(ConversationScript):
    @pytest.fixture
    def phone(self, service: Service, graph_api: GraphApi) -> Phone:
        return WhatsAppPerson(graph_api)


class TestOnMessenger(ConversationScript):
    @pytest.fixture
    def phone(self, service: Service, graph_api: GraphApi) -> Phone:
        return MessengerPerson(graph_api)


class TestOnSms(ConversationScript):
    @pytest.fixture
    def phone(self, service: Service, sms_gateway: SmsGateway) -> Phone:
        return SmsPerson(sms_gateway)
