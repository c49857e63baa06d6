"""A counsellor's day in a real browser: side by side, by keyboard, with whoever supervises, in training."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from handoff.records.tables import Role
from tests.chat_client import ChatClient
from tests.end_to_end.test_story import conversation_of
from tests.running_service import Service
from tests.staff_client import new_staff, waiting_young_person

pytestmark = pytest.mark.end_to_end

SCREEN = {"width": 1280, "height": 720}
TABLET = {"width": 820, "height": 1180}
FIRST_LOAD_BYTES = 300_000
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PICTURES = os.environ.get("REPERE_PICTURES")  # a folder: look at what the tests see


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png")


async def at_console(
    browser: Browser,
    service: Service,
    name: str,
    role: Role = Role.COUNSELLOR,
    path: str = "/console",
    **look: object,
) -> AsyncIterator[Page]:
    """A new member of staff in a browser of their own."""
    context = await browser.new_context(**{"viewport": SCREEN, "locale": "fr-FR", **look})  # type: ignore[arg-type]
    page = await context.new_page()
    link, _ = await new_staff(service, name, role)
    await page.goto(link)
    await page.goto(service.console + path)
    await expect(page.locator('#line[data-connected="yes"]')).to_be_visible()
    yield page
    await context.close()


@pytest.fixture
async def desk(browser: Browser, service: Service) -> AsyncIterator[Page]:
    async for page in at_console(browser, service, "Camille"):
        yield page


async def claim(page: Page, conversation: str) -> None:
    await (
        page.locator(f'[data-testid="waiting-item"][data-conversation="{conversation}"]')
        .get_by_test_id("claim")
        .click()
    )
    await expect(pane(page, conversation)).to_be_visible()


def pane(page: Page, conversation: str):  # type: ignore[no-untyped-def]
    return page.locator(f'[data-testid="pane"][data-conversation="{conversation}"]')


async def said(young: ChatClient, text: str) -> None:
    await young.until(lambda frame: frame["type"] == "message" and text in frame["text"])


async def test_two_conversations_side_by_side_never_mix_and_a_draft_survives_a_reload(
    service: Service, desk: Page
) -> None:
    async with await waiting_young_person(service) as one, await waiting_young_person(service) as two:
        await claim(desk, one.conversation)
        await claim(desk, two.conversation)
        mine = desk.locator(f'[data-testid="mine-item"][data-conversation="{one.conversation}"]')
        await one.write("tu es toujours la ?")
        await expect(mine.get_by_test_id("unread")).to_have_text("1")
        await mine.get_by_test_id("beside").click()
        await expect(desk.get_by_test_id("pane")).to_have_count(2)
        await expect(mine.get_by_test_id("unread")).to_have_count(0)
        await pane(desk, one.conversation).get_by_test_id("staff-input").fill("Pour la première personne")
        second = pane(desk, two.conversation).get_by_test_id("staff-input")
        await second.fill("Pour la seconde")
        await picture(desk, "side-by-side")
        await second.press("Enter")
        await said(two, "Pour la seconde")
        await desk.reload()
        await expect(desk.get_by_test_id("pane")).to_have_count(2)
        draft = pane(desk, one.conversation).get_by_test_id("staff-input")
        await expect(draft).to_have_value("Pour la première personne")
        await draft.press("Enter")
        await said(one, "Pour la première personne")
        shown = [frame["text"] for frame in one.frames if frame["type"] == "message"]
        assert "Pour la seconde" not in shown


async def test_the_hand_over_card_spares_telling_it_twice(service: Service, desk: Page) -> None:
    async with await ChatClient.open(service.chat) as young:
        await young.write("un mec a mes photos et veut 200 euros, mon num 06 39 98 12 34, je vis à Lille")
        await young.status("waiting")
        await claim(desk, young.conversation)
        card = desk.get_by_test_id("handover")
        for words in ("numérique", "3018", "jeune", "59", "téléphone"):
            await expect(card).to_contain_text(words)
        await expect(desk.get_by_test_id("transcript")).not_to_contain_text("06 39 98")
        await picture(desk, "hand-over")


async def test_a_canned_reply_is_typed_with_a_slash_filled_in_and_is_never_html(
    service: Service, desk: Page
) -> None:
    async with await waiting_young_person(service) as young:
        await desk.locator("#me-menu summary").click()
        await desk.get_by_test_id("canned-manage").click()
        await desk.get_by_test_id("canned-shortcut").fill("accueil")
        script = "<img src=x onerror=\"document.title='piraté'\"> {salut}, on parle de {sujet} ?"
        await desk.get_by_test_id("canned-text").fill(script)
        await desk.get_by_test_id("canned-save").click()
        await expect(desk.get_by_test_id("canned-list")).to_contain_text("/accueil")
        await picture(desk, "canned")
        await desk.keyboard.press("Escape")
        await claim(desk, young.conversation)
        field = desk.get_by_test_id("staff-input")
        await field.press_sequentially("/acc")
        await expect(desk.get_by_test_id("suggestions")).to_contain_text("/accueil")
        await field.press("Enter")
        await expect(field).to_have_value(re.compile("(Bonjour|Bonsoir), on parle de"))
        # A gap that nobody filled in does not leave; it is selected, ready to be typed over.
        await field.press("Enter")
        await expect(desk.get_by_role("alert")).to_contain_text("{sujet}")
        await desk.keyboard.type("ta journée")
        await field.press("Enter")
        await said(young, "on parle de ta journée ?")
        await expect(desk.get_by_test_id("transcript")).to_contain_text("<img src=x")
        assert "piraté" not in await desk.title()


async def test_everything_by_keyboard(service: Service, desk: Page) -> None:
    async with await waiting_young_person(service) as young:
        await expect(desk.get_by_test_id("waiting-item").first).to_be_visible()
        await desk.keyboard.press("?")
        await expect(desk.get_by_test_id("keys-dialog")).to_be_visible()
        await picture(desk, "keys")
        await desk.keyboard.press("Escape")
        item = desk.locator(f'[data-testid="waiting-item"][data-conversation="{young.conversation}"]')
        await item.get_by_test_id("claim").focus()
        await desk.keyboard.press("Enter")
        await expect(desk.get_by_test_id("staff-input")).to_be_focused()
        await desk.keyboard.type("Bonjour !")
        await desk.keyboard.press("Enter")
        await said(young, "Bonjour !")
        await desk.keyboard.press("Alt+p")
        await expect(desk.get_by_test_id("note-input")).to_be_focused()
        await desk.keyboard.type("elle parle de Mehdi, son frère")
        await desk.keyboard.press("Enter")
        await expect(desk.get_by_test_id("staff-note")).to_contain_text("son frère")
        await expect(desk.get_by_test_id("staff-note")).not_to_contain_text("Mehdi")
        await desk.keyboard.press("Alt+c")
        await desk.keyboard.type("sextorsion")
        await expect(desk.get_by_test_id("cards-found").locator("li").first).to_be_visible()
        await picture(desk, "cards")
        await desk.keyboard.press("Escape")
        await desk.keyboard.press("Alt+j")
        await said(young, "s'absente")
        await desk.keyboard.press("Alt+f")
        await expect(desk.get_by_test_id("end-message")).to_be_focused()
        await desk.keyboard.type("Reviens quand tu veux.")
        await picture(desk, "ending")
        await desk.get_by_test_id("close-confirm").press("Enter")
        await said(young, "Reviens quand tu veux.")
        await expect(desk.get_by_test_id("pane")).to_have_count(0)


async def test_a_young_person_answers_the_exit_question_with_one_tap(
    service: Service, phone: Page, desk: Page
) -> None:
    await phone.goto(service.chat)
    await phone.get_by_test_id("ask-person").click()
    await claim(desk, await conversation_of(phone))
    await desk.get_by_test_id("close").click()
    # A case record that was begun is finished first.
    await desk.get_by_test_id("case").locator("summary").click()
    await desk.get_by_test_id("case-theme").select_option("online")
    await desk.get_by_test_id("close-confirm").click()
    await expect(desk.get_by_role("alert").filter(visible=True)).to_be_visible()
    await desk.get_by_test_id("case-outcome").select_option("counselled")
    await desk.get_by_test_id("close-confirm").click()
    await phone.get_by_test_id("button").filter(has_text="Un peu").click()
    await expect(phone.locator('[data-author="service"]').last).to_contain_text("Merci, c'est noté")
    await expect(phone.get_by_test_id("status-line")).to_contain_text("pause")


async def test_a_supervisor_looks_along_whispers_and_takes_over(
    browser: Browser, service: Service, desk: Page
) -> None:
    async with await waiting_young_person(service) as young:
        await claim(desk, young.conversation)
        await desk.get_by_test_id("actions").click()
        await desk.get_by_test_id("help").click()
        async for floor in at_console(browser, service, "Sacha", Role.SUPERVISOR):
            await floor.get_by_test_id("floor-button").click()
            held = floor.locator(f'[data-testid="held"][data-conversation="{young.conversation}"]')
            await expect(held).to_contain_text("Camille")
            await held.get_by_test_id("look-along").click()
            await floor.get_by_test_id("note-input").fill("Propose-lui le 3018.")
            await floor.get_by_test_id("note-send").click()
            await expect(desk.get_by_test_id("staff-note")).to_contain_text("Sacha")
            await picture(floor, "floor")
            assert await violations(floor) == []
            await floor.get_by_test_id("take-over").click()
            await floor.get_by_test_id("staff-input").fill("Je prends la suite.")
            await floor.get_by_test_id("staff-send").click()
            await said(young, "Je prends la suite.")
            await expect(desk.get_by_test_id("pane")).to_have_count(0)
        shown = str([frame for frame in young.frames])
        assert "Propose-lui" not in shown


async def test_training_looks_and_works_like_the_console(browser: Browser, service: Service) -> None:
    async for room in at_console(browser, service, "Nouvelle", path="/training/console"):
        await room.get_by_test_id("scenario").select_option("premiers_mots")
        await room.get_by_test_id("scenario-start").click()
        item = room.locator('[data-testid="waiting-item"]').last
        await item.get_by_test_id("claim").click()
        await expect(room.get_by_test_id("staff-note").first).to_contain_text("teste souvent")
        await room.get_by_test_id("staff-input").fill("Bonjour, je suis là.")
        await room.get_by_test_id("staff-send").click()
        await expect(room.get_by_test_id("transcript")).to_contain_text("jsp trop quoi dire")
        await picture(room, "training")
        assert await violations(room) == []


async def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, one line a rule."""
    results = await Axe().run(page, options=WCAG)
    assert results.response["passes"]  # it looked
    return [
        f"{each['id']}: {[node['html'][:120] for node in each['nodes']][:3]}"
        for each in results.response["violations"]
    ]


@pytest.mark.parametrize(
    ("scheme", "viewport", "language"),
    [("light", SCREEN, "fr"), ("dark", SCREEN, "en"), ("dark", TABLET, "fr")],
)
async def test_no_barrier_that_axe_knows(
    browser: Browser, service: Service, scheme: str, viewport: dict[str, int], language: str
) -> None:
    async with await ChatClient.open(service.chat) as young, await waiting_young_person(service) as other:
        await young.write("mon beau-père me frappe presque tous les soirs, j'ai des bleus partout")
        await young.status("waiting")
        path = f"/console?lang={language}"
        look = {"color_scheme": scheme, "viewport": viewport}
        async for page in at_console(browser, service, "Camille", path=path, **look):
            assert await violations(page) == []
            await claim(page, young.conversation)
            await page.get_by_test_id("staff-input").fill("Bonjour")
            await page.get_by_test_id("staff-send").click()
            await page.get_by_test_id("note").click()
            await page.get_by_test_id("note-input").fill("une note")
            await page.get_by_test_id("note-send").click()
            await expect(page.get_by_test_id("staff-note")).to_be_visible()
            await picture(page, f"console-{scheme}-{viewport['width']}-{language}")
            assert await violations(page) == []
            for opens in ("cards", "canned", "close", "actions"):
                await page.get_by_test_id(opens).click()
                if opens == "close":
                    await page.get_by_test_id("case").locator("summary").click()
                    await picture(page, f"ending-{scheme}-{viewport['width']}-{language}")
                assert await violations(page) == []
                await page.keyboard.press("Escape")
            await page.get_by_test_id("transfer").click()
            assert await violations(page) == []
            await page.keyboard.press("Escape")
            await page.get_by_test_id("level").select_option("3")
            await expect(page.get_by_test_id("example-text")).to_be_visible()
            assert await violations(page) == []
            await page.keyboard.press("Escape")
            wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wide
        assert other.conversation


async def test_the_first_load_is_light_and_asks_nobody_else(browser: Browser, service: Service) -> None:
    asked: list[str] = []
    context = await browser.new_context(viewport=SCREEN)  # type: ignore[arg-type]
    page = await context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    link, _ = await new_staff(service, "Camille", Role.COUNSELLOR)
    await page.goto(link)
    await expect(page.locator('#line[data-connected="yes"]')).to_be_visible()
    total = await page.evaluate(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
        ".reduce((sum, each) => sum + each.encodedBodySize, 0)"
    )
    await context.close()
    assert 0 < total <= FIRST_LOAD_BYTES
    assert [url for url in asked if not url.startswith((service.console, "ws://127.0.0.1"))] == []
