"""Help nearby in a real browser: on a phone, without JavaScript, and from the counsellor's hand."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.end_to_end.conftest import PHONE
from tests.end_to_end.test_story import claim, messages, write
from tests.running_service import Service

pytestmark = pytest.mark.end_to_end


async def test_someone_asks_for_help_nearby_and_chooses_between_two_towns(
    service: Service, phone: Page
) -> None:
    elsewhere: list[str] = []
    phone.on("request", lambda request: elsewhere.append(request.url))
    await phone.goto(service.chat)
    await write(phone, "je cherche un lieu d'aide près de chez moi")
    await expect(messages(phone, "assistant").last).to_contain_text("département suffit")
    await write(phone, "saint denis")
    await phone.get_by_test_id("button").filter(has_text="Seine-Saint-Denis (93)").click()
    cards = messages(phone, "assistant").last.get_by_test_id("resource")
    await expect(cards).to_have_count(3)
    await expect(messages(phone, "assistant").last.locator('a[href="tel:119"]')).to_be_visible()
    await phone.get_by_test_id("button").filter(has_text="D'autres").last.click()
    await expect(messages(phone, "assistant").last).to_contain_text("En voici d'autres")
    link = messages(phone, "assistant").last.get_by_test_id("link")
    await expect(link).to_have_attribute("href", f"{service.chat}/aide/93?langue=fr")
    card = messages(phone, "assistant").last.get_by_test_id("resource").first
    await card.locator("summary").click()
    await card.get_by_test_id("report-wrong").click()
    await expect(card).to_contain_text("Merci")
    assert [url for url in elsewhere if not url.startswith((service.chat, "ws:"))] == []


async def test_the_pages_of_help_work_without_javascript(service: Service, browser: Browser) -> None:
    context = await browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{service.chat}/aide")
    await page.get_by_test_id("help-place").fill("st denis")
    await page.get_by_test_id("help-search").click()
    await page.get_by_test_id("help-choice").filter(has_text="La Réunion (974)").click()
    await expect(page.locator("h1")).to_contain_text("La Réunion (974)")
    assert page.url.endswith("/aide"), "the town is not in the address"
    await page.get_by_test_id("help-needs").click()
    await page.get_by_role("button", name="Contraception, grossesse, IST").click()
    await expect(page.get_by_test_id("help-needs")).to_contain_text("Contraception, grossesse, IST")
    await expect(page.locator("h1")).to_contain_text("La Réunion (974)")
    # The town goes on from page to page in the form, never in the address.
    await expect(page).to_have_url(f"{service.chat}/aide")
    await expect(page.locator('a[href="tel:119"]').first).to_be_visible()
    await expect(page.locator('[data-resource="annuaire:pmi:974"] a.contact')).to_be_visible()
    await context.close()


async def test_a_counsellor_gives_a_card(service: Service, phone: Page, laptop: Page) -> None:
    await phone.goto(service.chat)
    await phone.get_by_test_id("ask-person").click()
    await claim(phone, laptop, service)
    await laptop.get_by_test_id("pick-resource").click()
    await laptop.get_by_test_id("picker-words").fill("3018 violences")
    await laptop.get_by_test_id("picker-search").click()
    results = laptop.get_by_test_id("picker-result")
    await expect(results).to_have_count(1)
    await results.get_by_test_id("picker-give").click()
    await expect(messages(phone, "counsellor").last.locator('a[href="tel:3018"]')).to_be_visible()
