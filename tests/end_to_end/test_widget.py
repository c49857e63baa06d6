"""The chat on a school's site: an origin of its own, the site's colour, a way out for the whole tab."""

from __future__ import annotations

import pytest
from playwright.async_api import FrameLocator, Page, expect

pytestmark = pytest.mark.end_to_end


async def opened(page: Page, pages: str, neutral: str) -> FrameLocator:
    attributes = 'data-departement="59" data-color="%23ffd400" data-label="Parler"'
    await page.goto(f"{neutral}school?widget={pages}/widget.js&attributes={attributes}")
    await page.get_by_role("button", name="Parler").click()
    return page.frame_locator("iframe")


async def test_the_site_cannot_read_the_chat(pages: str, neutral: str, laptop_alone: Page) -> None:
    chat = await opened(laptop_alone, pages, neutral)
    await chat.get_by_test_id("chat-input").fill("un secret")
    await chat.get_by_test_id("chat-send").click()
    await expect(chat.get_by_test_id("message").first).to_contain_text("un secret")
    [_, frame] = laptop_alone.frames
    assert frame.url.startswith(f"{pages}/widget?departement=59")
    read = await laptop_alone.evaluate(
        """() => {
             const roots = [...document.querySelectorAll("*")].map((each) => each.shadowRoot).filter(Boolean);
             const chat = roots.map((each) => each.querySelector("iframe")).find(Boolean).contentWindow;
             const tries = [() => chat.document.body.textContent, () => chat.sessionStorage.length,
                            () => chat.location.href];
             return tries.map((read) => { try { return read(); } catch (error) { return error.name; } });
           }"""
    )
    assert read == ["SecurityError", "SecurityError", "SecurityError"]


async def test_the_site_s_colour_and_departement_are_taken(
    pages: str, neutral: str, laptop_alone: Page
) -> None:
    asked: list[str] = []
    laptop_alone.on("request", lambda request: asked.append(request.post_data or ""))
    chat = await opened(laptop_alone, pages, neutral)
    send = chat.get_by_test_id("chat-send")
    await expect(send).to_have_css("background-color", "rgb(255, 212, 0)")
    await expect(send).to_have_css("color", "rgb(0, 0, 0)")
    await chat.get_by_test_id("chat-input").fill("bonjour")
    await send.click()
    await expect(chat.get_by_test_id("offline")).to_be_visible()
    assert any('"departement":"59"' in body for body in asked)
    launcher = laptop_alone.get_by_role("button", name="Parler", exact=True)
    await expect(launcher).to_have_css("background-color", "rgb(255, 212, 0)")
    await expect(launcher).to_have_css("color", "rgb(0, 0, 0)")


@pytest.mark.parametrize(
    ("language", "attributes", "words"),
    [
        ("es-ES", "", "¿Necesitas hablar?"),
        ("de", "", "Besoin de parler ?"),
        ("fr", 'data-lang="en" data-color="%231d6b52"', "Need to talk?"),
    ],
)
async def test_the_button_speaks_the_language_of_the_site(
    pages: str, neutral: str, laptop_alone: Page, language: str, attributes: str, words: str
) -> None:
    await laptop_alone.goto(
        f"{neutral}school?widget={pages}/widget.js&attributes={attributes}&lang={language}"
    )
    launcher = laptop_alone.get_by_role("button", name=words)
    await expect(launcher).to_be_visible()
    await expect(launcher).to_have_css("color", "rgb(255, 255, 255)")
    own = "rgb(29, 107, 82)" if "color" in attributes else "rgb(47, 93, 124)"
    await expect(launcher).to_have_css("background-color", own)


async def test_leaving_takes_the_whole_tab_away(pages: str, neutral: str, laptop_alone: Page) -> None:
    chat = await opened(laptop_alone, pages, neutral)
    await chat.get_by_test_id("quick-exit").click()
    await laptop_alone.wait_for_url(neutral)
    assert await laptop_alone.title() == "Météo"


@pytest.mark.parametrize("place", ["in the chat", "where it opened", "on the site"])
async def test_escape_takes_the_whole_tab_away_wherever_the_keys_go(
    pages: str, neutral: str, laptop_alone: Page, place: str
) -> None:
    chat = await opened(laptop_alone, pages, neutral)
    await expect(chat.locator("body[data-ready]")).to_be_visible()
    if place == "in the chat":
        await chat.get_by_test_id("chat-input").focus()
    elif place == "on the site":
        await laptop_alone.locator("h1").click()
    for _ in range(3):
        await laptop_alone.keyboard.press("Escape")
    await laptop_alone.wait_for_url(neutral)


async def test_a_frame_without_our_script_leaves_with_the_whole_tab_too(
    pages: str, neutral: str, laptop_alone: Page
) -> None:
    for way in ("tap", "Escape"):
        await laptop_alone.goto(f"{neutral}framed?widget={pages}/widget?departement=59")
        chat = laptop_alone.frame_locator("iframe")
        await chat.get_by_test_id("chat-input").fill("un secret")
        if way == "tap":
            await chat.get_by_test_id("quick-exit").click()
        else:
            # A browser lets a frame take its tab away once somebody touched it.
            await chat.get_by_test_id("chat-input").click()
            for _ in range(3):
                await laptop_alone.keyboard.press("Escape")
        await laptop_alone.wait_for_url(neutral)
        assert await laptop_alone.title() == "Météo"


async def test_a_site_that_is_not_listed_shows_nothing(pages: str, neutral: str, laptop_alone: Page) -> None:
    # The list of the tests holds localhost, and 127.0.0.1 is not it.
    elsewhere = neutral.replace("localhost", "127.0.0.1")
    async with laptop_alone.expect_event("console", lambda message: "frame-ancestors" in message.text):
        await opened(laptop_alone, pages, elsewhere)
    assert [frame.url for frame in laptop_alone.frames if "/widget?" in frame.url] == []
