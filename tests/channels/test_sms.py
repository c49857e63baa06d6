"""Text messages through a gateway of ours: choices are numbers, and the sender must be the gateway."""

from __future__ import annotations

import itertools

import httpx
import pytest

from tests.channels.people import Counsellor
from tests.channels.phone import PATIENCE
from tests.channels.sms_gateway import SmsGateway
from tests.conftest import eventually
from tests.running_service import Service

_numbers = itertools.count(33_639_980_000)


@pytest.fixture
def number(service: Service) -> str:
    return f"+{next(_numbers)}"


async def write(gateway: SmsGateway, number: str, text: str) -> None:
    assert await gateway.deliver(gateway.message(number, text)) == httpx.codes.OK


async def reads(gateway: SmsGateway, number: str, words: str) -> str:
    await eventually(lambda: any(words in text for text in gateway.phones[number]), PATIENCE)
    return next(text for text in gateway.phones[number] if words in text)


async def test_choices_are_numbered_and_a_number_is_an_answer(sms_gateway: SmsGateway, number: str) -> None:
    sms_gateway.busy = 1
    await write(sms_gateway, number, "AIDE")
    await reads(sms_gateway, number, "Un SMS n'est pas secret")
    choices = await reads(sms_gateway, number, "1. Parler à une personne")
    assert "Réponds par un chiffre" in choices
    await write(sms_gateway, number, "1")
    await reads(sms_gateway, number, "C'est noté")
    assert all(len(text) <= 400 for text in sms_gateway.phones[number])


async def test_a_forged_message_is_refused_and_a_strange_one_accepted(
    sms_gateway: SmsGateway, number: str
) -> None:
    message = sms_gateway.message(number, "je suis la passerelle")
    assert await sms_gateway.deliver(message, secret="guessed") == 403
    for strange in ([], {"id": 1}, "mots"):
        assert await sms_gateway.deliver(strange) == httpx.codes.OK
    assert sms_gateway.phones[number] == []


async def test_a_number_that_is_gone_is_told_to_the_counsellor(
    service: Service, sms_gateway: SmsGateway, number: str
) -> None:
    async with Counsellor.on_duty(service) as counsellor:
        before = await counsellor.waiting()
        await write(sms_gateway, number, "HUMAIN")
        conversation = await counsellor.takes("sms", before)
        sms_gateway.gone.add(number)
        await counsellor.writes(conversation, "Je te lis.")
        await counsellor.reads(conversation, "a bloqué le compte")
        await counsellor.gives_back(conversation)
