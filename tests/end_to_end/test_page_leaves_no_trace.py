"""Hidden in one: the way out, what "back" shows, what stays in the browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page, expect

from tests.end_to_end.test_page_for_everyone import erase_dialog, return_dialog
from tests.end_to_end.test_story import claim, messages
from tests.running_service import Service

pytestmark = pytest.mark.end_to_end


async def write(page: Page, text: str) -> None:
    await page.get_by_test_id("chat-input").fill(text)
    await page.get_by_test_id("chat-send").click()
    await expect(page.get_by_test_id("message").first).to_contain_text(text)


async def is_gone(page: Page, neutral: str) -> None:
    await page.wait_for_url(neutral)
    assert await page.title() == "Météo"


async def test_the_button_leaves_and_back_shows_nothing_of_ours(
    pages: str, neutral: str, phone: Page
) -> None:
    await phone.goto("about:blank")
    await phone.goto(pages)
    await write(phone, "un secret")
    await phone.get_by_test_id("quick-exit").click()
    await is_gone(phone, neutral)
    await phone.go_back()
    assert phone.url == "about:blank"
    await phone.goto(pages)
    assert await phone.evaluate("() => Object.values(sessionStorage).join()") == "yes"
    await expect(phone.get_by_test_id("message")).to_have_count(0)


async def test_leaving_from_another_page_of_ours_leaves_from_all(
    pages: str, neutral: str, phone: Page
) -> None:
    await phone.goto(pages)
    await write(phone, "un secret")
    await expect(phone.get_by_test_id("message")).to_have_count(1)  # the page has made room for it
    await phone.get_by_test_id("secret").get_by_role("link").click()
    await phone.wait_for_url("**/confiance")
    await phone.get_by_test_id("quick-exit").click()
    await is_gone(phone, neutral)
    # The chat is still in the tab's history: whoever presses "back" is led away again.
    await phone.evaluate("() => history.back()")
    await phone.wait_for_url(neutral)


async def test_leaving_leaves_from_the_other_tabs_too(pages: str, neutral: str, phone: Page) -> None:
    await phone.goto(pages)
    await write(phone, "un secret")
    other = await phone.context.new_page()
    await other.goto(f"{pages}/confiance")
    await other.get_by_test_id("quick-exit").click()
    await is_gone(other, neutral)
    await is_gone(phone, neutral)
    await phone.goto(pages)
    assert await phone.evaluate("() => Object.values(sessionStorage).join()") == "yes"
    await expect(phone.get_by_test_id("message")).to_have_count(0)


async def test_escape_three_times_leaves_and_twice_does_not(pages: str, neutral: str, phone: Page) -> None:
    await phone.goto(pages)
    await phone.get_by_test_id("chat-input").focus()
    await phone.keyboard.press("Escape")
    await phone.keyboard.press("Escape")
    await expect(phone.get_by_test_id("chat-input")).to_be_visible()
    await phone.keyboard.press("Escape")
    await is_gone(phone, neutral)


async def test_escape_three_times_leaves_from_an_open_dialog_too(
    pages: str, neutral: str, phone: Page
) -> None:
    await phone.goto(pages)
    await phone.get_by_test_id("menu").click()
    await phone.get_by_test_id("return").click()
    await expect(phone.get_by_test_id("return-code")).to_be_focused()
    for _ in range(3):
        await phone.keyboard.press("Escape")
    await is_gone(phone, neutral)


async def test_back_leads_away_from_every_page_of_ours(pages: str, neutral: str, phone: Page) -> None:
    for path in ("/", "/confiance", "/traces"):
        await phone.goto(pages + path)
    await phone.get_by_test_id("quick-exit").click()
    await is_gone(phone, neutral)
    for _ in ("/confiance", "/"):
        async with phone.expect_event("framenavigated", lambda frame: frame.url == neutral):
            await phone.evaluate("() => history.back()")
    assert await phone.title() == "Météo"


@pytest.mark.parametrize("dialog", [return_dialog, erase_dialog])
async def test_a_tap_leaves_from_an_open_dialog(
    pages: str, neutral: str, phone: Page, dialog: Callable[[Page], Awaitable[None]]
) -> None:
    """A phone has no Escape key, and what lies under a dialog cannot be tapped."""
    await phone.goto(pages)
    await dialog(phone)
    await phone.locator("dialog[open]").get_by_test_id("dialog-exit").click()
    await is_gone(phone, neutral)


async def test_a_tap_leaves_from_a_code_and_from_a_detail_about_to_be_given(
    service: Service, phone: Page, laptop: Page
) -> None:
    exit_address = service.settings.exit_address
    await phone.route(f"{exit_address}**", lambda route: route.fulfill(body="Il fait beau"))
    way_out = phone.locator("dialog[open]").get_by_test_id("dialog-exit")
    await phone.goto(service.chat)
    await phone.get_by_test_id("ask-person").click()
    await expect(messages(phone, "service").first).to_be_visible()
    await phone.get_by_test_id("menu").click()
    await phone.get_by_test_id("code").click()
    await expect(phone.get_by_test_id("code-shown")).to_contain_text("-")
    await way_out.click(trial=True)
    await phone.locator("#code-close").click()
    await claim(phone, laptop, service)
    await phone.get_by_test_id("share").click()
    await phone.get_by_test_id("share-detail").fill("06 39 98 55 44")
    await way_out.click()
    await phone.wait_for_url(f"{exit_address}**")
    await phone.goto(service.chat)
    await expect(phone.get_by_test_id("message")).to_have_count(0)


async def test_no_dialog_opens_on_what_cannot_be_undone(pages: str, phone: Page) -> None:
    """Enter or a space, pressed too soon, neither erases nor leaves."""
    await phone.goto(pages)
    await erase_dialog(phone)
    await expect(phone.locator("#erase-cancel")).to_be_focused()


async def test_the_page_is_empty_before_the_other_site_answers(pages: str, phone: Page) -> None:
    await phone.goto(pages)
    await write(phone, "un secret")
    left = await phone.evaluate(
        """() => {
             document.getElementById("quick-exit").click();
             const { documentElement, styleSheets } = document;
             return [documentElement.textContent, sessionStorage.length, styleSheets.length];
           }"""
    )
    assert left == ["", 0, 0]


async def test_without_javascript_the_way_out_and_the_numbers_work(
    pages: str, neutral: str, browser: Browser
) -> None:
    context = await browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = await context.new_page()
    await page.goto(pages)
    await expect(page.locator("body")).to_contain_text("119")
    explained = page.locator("noscript section")
    assert await explained.is_visible()
    assert "119 : gratuit" in (await explained.text_content() or "")
    await expect(page.get_by_test_id("chat-input")).to_be_hidden()
    assert await page.locator('a[href="tel:112"]').first.is_visible()
    assert await page.locator('a[href="sms:114"]').first.is_visible()
    assert await page.locator('a[href="/aide"]').count() == 1
    await page.get_by_test_id("menu").click()
    await page.locator('.panel a[href="/confiance"]').click()
    await expect(page.locator("main")).to_contain_text("24 heures")
    await page.get_by_test_id("quick-exit").click()
    await is_gone(page, neutral)
    await context.close()


async def test_nothing_stays_in_the_browser_and_nobody_else_is_asked(pages: str, phone: Page) -> None:
    asked: list[str] = []
    errors: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.on("console", lambda message: errors.append(message.text))
    await phone.goto(pages)
    for language in ("en", "es", "fr"):
        await phone.get_by_test_id("menu").click()
        await phone.locator(f'[data-language="{language}"]').click()
        await expect(phone.locator("html")).to_have_attribute("lang", language)
        await phone.get_by_test_id("menu").click()
    await phone.get_by_test_id("menu").click()
    await phone.get_by_test_id("return").click()
    await phone.get_by_test_id("return-code").press("Escape")
    await phone.goto(f"{pages}/confiance")
    await phone.goto(f"{pages}/traces")
    assert [url for url in asked if not url.startswith(pages)] == []
    assert await phone.context.cookies() == []
    assert await phone.evaluate("() => [localStorage.length, indexedDB.databases && 0]") == [0, 0]
    assert await phone.evaluate("async () => (await caches.keys()).length") == 0
    assert [error for error in errors if "Content Security Policy" in error] == []


async def test_the_tab_says_nothing(pages: str, phone: Page) -> None:
    for path in ("/", "/proches", "/pros", "/confiance", "/traces", "/widget"):
        await phone.goto(pages + path)
        assert await phone.title() == "Accueil"
        assert await phone.locator('link[rel="icon"]').get_attribute("href") == "/icon"


async def test_a_reload_keeps_what_was_typed_and_the_language(pages: str, phone: Page) -> None:
    await phone.goto(pages)
    await phone.get_by_test_id("menu").click()
    await phone.locator('[data-language="es"]').click()
    await expect(phone.locator("#intro h2")).to_have_text("Escribe lo que te pasa")
    await phone.keyboard.press("Escape")
    await phone.get_by_test_id("chat-input").fill("pas encore envo")
    await phone.reload()
    await expect(phone.get_by_test_id("chat-input")).to_have_value("pas encore envo")
    await expect(phone.locator("#intro h2")).to_have_text("Escribe lo que te pasa")
