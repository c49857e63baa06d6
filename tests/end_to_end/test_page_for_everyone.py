"""Read with a screen reader, with a keyboard, in another language, twice as large, in the dark."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize, expect

from handoff.store import connection, keys
from handoff.store.waits import REMEMBERED, Waits
from tests.end_to_end.test_story import messages, write
from tests.running_service import Service

pytestmark = pytest.mark.end_to_end

PHONE: ViewportSize = {"width": 360, "height": 640}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}


async def menu(page: Page) -> None:
    await page.get_by_test_id("menu").click()


async def return_dialog(page: Page) -> None:
    await menu(page)
    await page.get_by_test_id("return").click()
    await expect(page.get_by_test_id("return-code")).to_be_visible()


async def offline(page: Page) -> None:
    await page.get_by_test_id("chat-input").fill("il menace de tout montrer\nje sais plus quoi faire")
    await page.get_by_test_id("chat-send").click()
    await expect(page.get_by_test_id("offline")).to_be_visible()


async def erase_dialog(page: Page) -> None:
    await offline(page)
    await page.get_by_test_id("erase").click()
    await expect(page.get_by_test_id("erase-confirm")).to_be_visible()


async def nothing(_page: Page) -> None:
    pass


async def arabic(page: Page) -> None:
    await menu(page)
    await page.locator('[data-language="ar"]').click()
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")


COVERS = "dialog[open], .menu[open]"
STATES: dict[str, tuple[str, Callable[[Page], Awaitable[None]]]] = {
    "first": ("/", nothing),
    "relatives": ("/proches", nothing),
    "professionals": ("/pros", nothing),
    "widget": ("/widget?couleur=ffd400", nothing),
    "menu": ("/", menu),
    "return": ("/", return_dialog),
    "offline": ("/", offline),
    "erase": ("/", erase_dialog),
    "arabic": ("/", arabic),
    "trust": ("/confiance", nothing),
    "traces": ("/traces", nothing),
}


async def violations(page: Page) -> list[str]:
    """What axe finds, by every rule it has for WCAG and good practice."""
    # The size of targets (WCAG 2.2, 2.5.8) is only looked at when asked. Not under an open menu or dialog:
    # what lies there is no target, and may be taken for one that is too small.
    sizes = {"target-size": {"enabled": not await page.locator(COVERS).count()}}
    found = await Axe().run(page, options={"resultTypes": ["violations"], "rules": sizes})
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found.response["violations"]]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
async def test_axe_finds_nothing(
    browser: Browser, pages: str, state: str, size: ViewportSize, scheme: str
) -> None:
    path, reach = STATES[state]
    dark = scheme == "dark"
    context = await browser.new_context(
        viewport=size, color_scheme="dark" if dark else "light", reduced_motion="reduce", locale="fr-FR"
    )
    page = await context.new_page()
    await page.goto(pages + path)
    await reach(page)
    assert await violations(page) == []
    await context.close()


async def test_everything_works_with_the_keyboard_alone(pages: str, phone: Page) -> None:
    await phone.goto(pages)
    seen = []
    for _ in range(30):
        await phone.keyboard.press("Tab")
        seen.append(
            await phone.evaluate(
                "() => document.activeElement.dataset.testid ?? document.activeElement.id"
                " ?? document.activeElement.textContent"
            )
        )
    for wanted in ("menu", "quick-exit", "log", "start", "way-in", "ask-person", "chat-input", "chat-send"):
        assert wanted in seen, seen
    assert seen.index("quick-exit") < seen.index("start") < seen.index("chat-input")
    # The first stop is the way past everything; it leads to the box.
    await phone.reload()
    await phone.keyboard.press("Tab")
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_test_id("chat-input")).to_be_focused()
    await phone.keyboard.type("bonjour")
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_test_id("message").first).to_contain_text("bonjour")
    await expect(phone.get_by_test_id("chat-input")).to_be_focused()


async def test_what_changes_is_read_out(pages: str, phone: Page) -> None:
    await phone.goto(pages)
    await expect(phone.locator("#log")).to_have_attribute("aria-live", "polite")
    await expect(phone.get_by_test_id("status-line")).to_have_attribute("role", "status")
    await expect(phone.get_by_test_id("offline")).to_have_attribute("role", "alert")
    # Danger is never said by a colour or a sign alone.
    await offline(phone)
    await expect(phone.get_by_test_id("offline")).to_contain_text("112 (urgence)")
    await expect(phone.get_by_test_id("status-line")).to_contain_text("Hors connexion")


@pytest.mark.parametrize("size", [(320, 568), (180, 320), (320, 256), (640, 360)])
async def test_nothing_is_cut_off_when_small_or_twice_as_large(
    browser: Browser, pages: str, size: tuple[int, int]
) -> None:
    """180 × 320 is a phone at 200 %; 320 × 256 is a laptop at 400 % (WCAG 1.4.10)."""
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="fr-FR")
    page = await context.new_page()
    for path in ("/", "/confiance", "/traces"):
        await page.goto(pages + path)
        wide = await page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, path
        way_out = await page.get_by_test_id("quick-exit").bounding_box()
        assert way_out is not None
        assert way_out["x"] >= 0 and way_out["x"] + way_out["width"] <= size[0]
        assert way_out["y"] + way_out["height"] <= size[1]
    await page.goto(pages)
    await page.get_by_test_id("chat-input").scroll_into_view_if_needed()
    await expect(page.get_by_test_id("chat-input")).to_be_in_viewport()
    await context.close()


async def test_forced_colours_keep_the_state_and_the_way_out(browser: Browser, pages: str) -> None:
    context = await browser.new_context(viewport=PHONE, forced_colors="active", locale="fr-FR")
    page = await context.new_page()
    await page.goto(pages)
    border = await page.get_by_test_id("quick-exit").evaluate("each => getComputedStyle(each).borderTopWidth")
    assert border != "0px"
    assert await violations(page) == []
    await context.close()


async def test_right_to_left_turns_the_page_round(pages: str, phone: Page) -> None:
    await phone.goto(pages)
    left_to_right = await phone.get_by_test_id("quick-exit").bounding_box()
    await arabic(phone)
    right_to_left = await phone.get_by_test_id("quick-exit").bounding_box()
    assert left_to_right is not None and right_to_left is not None
    assert right_to_left["x"] < 40 < left_to_right["x"]
    unmarked = await phone.evaluate(
        """() => [...document.querySelectorAll("[data-text]")]
              .map((each) => [each.dataset.text, each.textContent])
              .filter(([key, words]) => !key.startsWith("start_") && !words.startsWith("مرحبا"))"""
    )
    assert unmarked == []
    await phone.keyboard.press("Escape")
    await phone.get_by_test_id("chat-input").fill("سلام")
    await phone.get_by_test_id("chat-send").click()
    await expect(phone.get_by_test_id("message").first).to_contain_text("سلام")
    await expect(phone.get_by_test_id("own-state").first).to_contain_text("مرحبا")
    wide = await phone.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


async def test_a_page_in_the_browser_s_language(browser: Browser, pages: str) -> None:
    context = await browser.new_context(viewport=PHONE, locale="en-GB")
    page = await context.new_page()
    await page.goto(pages)
    await expect(page.locator("#intro h2")).to_have_text("Write what is happening")
    await page.goto(f"{pages}/proches?langue=es")
    await expect(page.locator("#intro h2")).to_have_text("¿Le preocupa una persona joven?")
    await context.close()


COUNT_TONES = """window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { tones += 1; return start.apply(this, when); };"""

# Voices as a phone may have them: one sends the words to its maker, one speaks another language.
VOICES = """(() => {
  const voices = [
    { name: "far", lang: "fr-FR", localService: false },
    { name: "english", lang: "en-GB", localService: true },
    { name: "here", lang: "fr-FR", localService: true },
  ].filter((each) => each.name !== "%s");
  window.spoken = [];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => voices, speak: (words) => spoken.push([words.voice.name, words.text]),
    cancel() {}, addEventListener() {},
  } });
})()"""


async def test_an_answer_is_read_aloud_whole_by_a_voice_of_this_device(service: Service, phone: Page) -> None:
    await phone.add_init_script(VOICES % "nobody")
    await phone.goto(service.chat)
    await write(phone, "il menace de publier mes photos nues si je paye pas, j'ai peur")
    answer = messages(phone, "service").first
    await answer.get_by_test_id("listen").click()
    await expect(answer.get_by_test_id("listen")).to_have_text("Arrêter")
    await expect(answer.get_by_test_id("listen")).to_have_attribute("aria-pressed", "true")
    [[voice, words]] = await phone.evaluate("() => spoken")
    assert voice == "here"
    # In danger, the number is what matters.
    assert "3018" in words
    assert await answer.get_by_test_id("resource").first.locator("strong").inner_text() in words
    await answer.get_by_test_id("listen").click()
    await expect(answer.get_by_test_id("listen")).to_have_text("Écouter")
    assert await phone.evaluate("() => spoken.length") == 1


async def test_who_speaks_and_in_what_language_is_said_to_whoever_listens(
    service: Service, phone: Page
) -> None:
    await phone.goto(service.chat)
    await phone.get_by_test_id("chat-input").fill("hello, can i talk to someone? i am 15 and i am scared")
    await phone.get_by_test_id("chat-send").click()
    mine = messages(phone, "young_person").first
    await expect(mine.locator(".author")).to_have_text("Toi")
    await expect(mine.get_by_test_id("own-state")).to_have_attribute("aria-live", "off")
    # The page is French, the answer is not: it is read with an English voice.
    await expect(phone.locator('[data-testid="message"][lang="en"]').first).to_be_visible()
    assert await phone.evaluate("() => document.documentElement.lang") == "fr"


async def test_the_language_that_was_chosen_goes_along_to_our_other_pages(pages: str, phone: Page) -> None:
    await phone.goto(pages)
    await menu(phone)
    await phone.locator('[data-language="es"]').click()
    await expect(phone.get_by_test_id("ask-person")).to_have_text("Hablar con alguien")
    await phone.keyboard.press("Escape")
    await phone.get_by_test_id("secret").get_by_role("link").click()
    await phone.wait_for_url("**/confiance?langue=es")
    assert await phone.evaluate("() => document.documentElement.lang") == "es"


async def test_without_a_voice_of_its_own_the_device_reads_nothing(service: Service, phone: Page) -> None:
    """A voice that is elsewhere would send the words there."""
    await phone.add_init_script(VOICES % "here")
    await phone.goto(service.chat)
    await phone.get_by_test_id("ask-person").click()
    await messages(phone, "service").first.get_by_test_id("listen").click()
    await expect(phone.locator("#note")).to_contain_text("n'a pas de voix")
    assert await phone.evaluate("() => spoken") == []


async def test_no_sound_unless_it_was_asked_for(pages: str, phone: Page) -> None:
    await phone.add_init_script(COUNT_TONES)
    await phone.goto(pages)
    await menu(phone)
    sound = phone.get_by_test_id("sound")
    await expect(sound).to_have_attribute("aria-pressed", "false")
    assert await phone.evaluate("() => tones") == 0
    await sound.click()
    await expect(sound).to_have_attribute("aria-pressed", "true")
    assert await phone.evaluate("() => tones") == 1
    await sound.click()
    await expect(sound).to_have_attribute("aria-pressed", "false")
    assert await phone.evaluate("() => tones") == 1


async def test_answers_come_one_by_one_and_danger_does_not_wait(pages: str, phone: Page) -> None:
    await phone.clock.install()
    await phone.goto(pages)
    await phone.evaluate(
        """async () => {
             const { Rhythm } = await import("/static/chat/rhythm.js");
             window.seen = [];
             const show = (frame) => seen.push(frame.text);
             const rhythm = new Rhythm({ show, writing: () => seen.push("…") });
             window.say = (author, text, live, urgent) => rhythm.add({ author, text, urgent }, live);
             say("assistant", "a", true);
             say("assistant", "b", true);
           }"""
    )
    assert await phone.evaluate("() => seen") == ["…"]
    await phone.clock.run_for(400)
    assert await phone.evaluate("() => seen") == ["…", "a", "…"]
    await phone.clock.run_for(400)
    assert await phone.evaluate("() => seen") == ["…", "a", "…", "b"]
    await phone.evaluate("() => { say('assistant', 'c', true); say('service', '112', true, true); }")
    assert (await phone.evaluate("() => seen"))[4:] == ["…", "c", "112"]
    # Read again from the log: at once.
    await phone.evaluate("() => say('assistant', 'before', false)")
    assert (await phone.evaluate("() => seen"))[-1] == "before"


@pytest.mark.parametrize("wish", ["reduce", "no-preference"])
async def test_nothing_moves_for_whoever_does_not_want_it(
    browser: Browser, pages: str, wish: Literal["reduce", "no-preference"]
) -> None:
    context = await browser.new_context(viewport=PHONE, reduced_motion=wish, locale="fr-FR")
    page = await context.new_page()
    await page.goto(pages)
    moving = await page.evaluate(
        """async () => {
             (await import("/static/chat/view.js")).typing("assistant", 60000);
             const log = document.getElementById("log");
             const dots = getComputedStyle(document.getElementById("typing"), "::after");
             return [getComputedStyle(log).scrollBehavior, dots.animationName];
           }"""
    )
    assert moving == (["auto", "none"] if wish == "reduce" else ["smooth", "dots"])
    await context.close()


async def test_a_person_who_writes_is_read_out_and_the_robot_is_not(pages: str, phone: Page) -> None:
    """The robot writes before each answer: its line would be read over and over, before the answer."""
    await phone.goto(pages)
    typing = "async (who) => (await import('/static/chat/view.js')).typing(who, 60000)"
    await phone.evaluate(typing, "assistant")
    await expect(phone.get_by_test_id("typing")).to_have_attribute("aria-live", "off")
    await phone.evaluate(typing, "counsellor")
    await expect(phone.get_by_test_id("typing")).to_have_attribute("aria-live", "polite")


@pytest.mark.usefixtures("laptop")  # somebody is on duty
async def test_whoever_waits_reads_about_how_long(service: Service, phone: Page) -> None:
    redis = connection.connect(service.settings.effective_redis_url)
    for _ in range(REMEMBERED):
        await Waits(redis).record(10 * 60_000)
    try:
        await phone.goto(service.chat)
        await phone.get_by_test_id("ask-person").click()
        await expect(phone.get_by_test_id("status-line")).to_have_text(
            "Tu es en attente : une personne dans environ 10 min. Le robot te répond en attendant."
        )
    finally:
        await redis.delete(keys.WAITS)
        await redis.aclose()
