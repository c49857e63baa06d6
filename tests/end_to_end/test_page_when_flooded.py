"""When too much comes from one place the page waits, and shows whom to call meanwhile."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.end_to_end.conftest import PHONE
from tests.end_to_end.page_states import use_up
from tests.running_service import Service

pytestmark = pytest.mark.end_to_end

ADDRESS = "203.0.113.13"


async def test_whoever_has_to_wait_sees_whom_to_call(service: Service, browser: Browser) -> None:
    await use_up(service.settings, ADDRESS)
    context = await browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        locale="fr-FR",
        extra_http_headers={"X-Forwarded-For": ADDRESS},
    )
    page = await context.new_page()
    await page.goto(service.chat)
    await page.get_by_test_id("chat-input").fill("aide moi")
    await page.get_by_test_id("chat-send").click()
    shown = page.locator("#log .service", has_text="on doit faire une pause")
    await expect(shown).to_have_count(1)
    await expect(shown.locator("a[href='tel:119']").first).to_be_visible()
    # Not lost: it waits in the page.
    await expect(page.get_by_test_id("own-state")).to_have_text("pas encore envoyé, on réessaie")
    await context.close()
