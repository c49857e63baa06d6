"""A counsellor's computer loses its line: the conversation goes back to the head of the list by itself."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from handoff.records.tables import Role
from handoff.run import RunningParts
from handoff.settings import Settings
from tests.chat_client import ChatClient, Frame
from tests.end_to_end.served import Wire
from tests.running_service import Service
from tests.staff_client import console, item, new_staff, waiting_young_person

pytestmark = pytest.mark.end_to_end

LEASE = timedelta(seconds=8)  # in place of a minute: longer than an open console's signs of life

LOST = "perdu la connexion"


@pytest.fixture
async def short_lease() -> AsyncIterator[Service]:
    """Both apps and Redis, without Rasa, with a lease that a test can wait for."""
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        folder = Path(name)
        settings = Settings.load().apart(folder).model_copy(update={"counsellor_lease": LEASE})
        parts = RunningParts(settings, ["redis", "public", "staff"], folder / "log")
        async with parts:
            yield Service(settings, parts, folder / "log")


async def claimed(browser: Browser, service: Service, wire: Wire, young: ChatClient) -> Page:
    """A counsellor's page, over the wire, with the conversation taken."""
    context = await browser.new_context(viewport={"width": 1280, "height": 720}, locale="fr-FR")
    page = await context.new_page()
    link, _ = await new_staff(service, "Camille", Role.COUNSELLOR)
    await page.goto(link.replace(service.console, wire.address))
    await expect(page.locator('#line[data-connected="yes"]')).to_be_visible()
    item = page.locator(f'[data-testid="waiting-item"][data-conversation="{young.conversation}"]')
    await item.get_by_test_id("claim").click()
    await expect(page.get_by_test_id("pane")).to_be_visible()
    return page


async def test_a_console_whose_line_is_cut_gives_the_conversation_back_and_the_young_person_is_told(
    browser: Browser, short_lease: Service
) -> None:
    service = short_lease
    async with (
        Wire(service.settings.staff_port).open() as wire,
        await waiting_young_person(service) as young,
        await waiting_young_person(service) as earlier,
        console(service, "Basile") as colleague,
    ):
        page = await claimed(browser, service, wire, young)
        await young.status("counsellor")
        wire.cut()
        await expect(page.locator('#line[data-connected="no"]')).to_be_visible()

        def has_heard(_: Frame) -> bool:
            """Both, in whatever order: the line that says who reads, and what happened."""
            waits = any(each["type"] == "status" and each["reader"] == "waiting" for each in young.frames)
            words = [each for each in young.frames if each["type"] == "message" and LOST in each["text"]]
            return waits and [each["author"] for each in words] == ["service"]

        def has_returned(frame: Frame) -> bool:
            line = item(frame, "waiting", young.conversation)
            return line is not None and bool(line["returned"])

        await young.until(has_heard, seconds=60)
        await colleague.until(lambda frame: frame["type"] == "list" and has_returned(frame))
        lists = [frame for frame in colleague.frames if frame["type"] == "list"]
        order = [each["conversation"] for each in lists[-1]["waiting"]]
        assert order == [young.conversation, earlier.conversation]
        # The line is back: the counsellor sees that it is theirs no more, and cannot write into it.
        wire.mode = "open"
        await expect(page.locator('#line[data-connected="yes"]')).to_be_visible()
        await expect(page.get_by_test_id("pane")).to_have_count(0)
        await colleague.claim(young.conversation)
        await page.context.close()
