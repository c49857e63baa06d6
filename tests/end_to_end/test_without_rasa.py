"""The same story with Rasa stopped: an answer all the same, a person all the same, and on when it is back."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.end_to_end.test_story import claim, messages, write
from tests.running_service import Service

pytestmark = pytest.mark.end_to_end


@pytest.fixture(scope="module")
async def without_rasa(service: Service) -> AsyncIterator[Service]:
    await service.stop("rasa")
    yield service
    if "rasa" in service.stopped:
        await service.start("rasa")


async def test_a_clear_question_gets_its_card_without_rasa(without_rasa: Service, phone: Page) -> None:
    await phone.goto(without_rasa.chat)
    await write(phone, "la pilule du lendemain c'est gratuit ?")
    await expect(messages(phone, "assistant").first).to_contain_text("pharmacie", timeout=6000)


async def test_an_unclear_message_gets_the_help_lines_without_rasa(
    without_rasa: Service, phone: Page
) -> None:
    await phone.goto(without_rasa.chat)
    await write(phone, "zblorg frumpf les tuyaux du grenier")
    await expect(messages(phone, "assistant").first).to_contain_text("119", timeout=6000)


async def test_distress_reaches_a_counsellor_without_rasa(
    without_rasa: Service, phone: Page, laptop: Page
) -> None:
    await phone.goto(without_rasa.chat)
    await write(phone, "je veux mourir, j'ai pris tous les cachets de ma mère")
    await expect(messages(phone, "service").first).to_contain_text("15", timeout=6000)
    await claim(phone, laptop, without_rasa)
    await laptop.get_by_test_id("staff-input").fill("Je suis là, reste avec moi.")
    await laptop.get_by_test_id("staff-send").click()
    await expect(messages(phone, "counsellor")).to_contain_text("reste avec moi")


async def test_the_conversation_goes_on_when_rasa_is_back(without_rasa: Service, phone: Page) -> None:
    await phone.goto(without_rasa.chat)
    await write(phone, "salut")
    await expect(messages(phone, "assistant")).to_have_count(1, timeout=6000)
    await without_rasa.start("rasa")
    give_up_at = time.monotonic() + 20
    while time.monotonic() < give_up_at:
        await write(phone, "merci beaucoup")
        await phone.wait_for_timeout(1500)
        last = await messages(phone, "assistant").last.inner_text()
        if "119" not in last:  # small talk is something only Rasa answers
            return
    pytest.fail("Rasa came back and was not used")
