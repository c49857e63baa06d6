"""What a counsellor types goes to the one it is for, or stays with them: in a real browser.

The staff app is alone here, with its Redis: young people are played by the store itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from handoff.conversation import Author, Reader
from handoff.records.tables import Role
from tests.conftest import eventually
from tests.end_to_end.served import Wire
from tests.end_to_end.test_console_alerts import at_console, mine, on_the_list, pane, waiting
from tests.staff_alone import StaffAlone

pytestmark = pytest.mark.end_to_end

SCREEN = {"width": 1280, "height": 720}
ANOTHER = 900_000  # a counsellor of whom only the number is needed


async def claim(page: Page, conversation: str) -> None:
    await on_the_list(page, conversation).get_by_test_id("claim").click()
    await expect(pane(page, conversation)).to_be_visible()


async def side_by_side(page: Page, staff_alone: StaffAlone) -> tuple[str, str]:
    one, two = await waiting(staff_alone, 1), await waiting(staff_alone, 1)
    await claim(page, one)
    await claim(page, two)
    await mine(page, one).get_by_test_id("beside").click()
    await expect(page.get_by_test_id("pane")).to_have_count(2)
    return one, two


async def said_by_counsellors(staff_alone: StaffAlone, conversation: str) -> list[str]:
    log = await staff_alone.store.read(conversation)
    return [each.text.value for each in log if each.author is Author.COUNSELLOR]


@asynccontextmanager
async def over_a_wire(browser: Browser, staff_alone: StaffAlone) -> AsyncIterator[tuple[Page, Wire]]:
    """A counsellor whose line can fail."""
    async with Wire(staff_alone.settings.staff_port).open() as wire:
        context = await browser.new_context(viewport=SCREEN, locale="fr-FR")  # type: ignore[arg-type]
        page = await context.new_page()
        _, link = await staff_alone.somebody(Role.COUNSELLOR, name="Camille")
        await page.goto(link.replace(staff_alone.url, wire.address))
        await is_connected(page, True)
        yield page, wire
        await context.close()


async def is_connected(page: Page, yes: bool) -> None:
    await expect(page.locator("#line")).to_have_attribute("data-connected", "yes" if yes else "no")


# -- the right one ----------------------------------------------------------------------------


async def test_what_is_typed_never_goes_on_in_another_conversation(
    browser: Browser, staff_alone: StaffAlone
) -> None:
    async with at_console(browser, staff_alone, Role.COUNSELLOR) as page:
        one, two = await side_by_side(page, staff_alone)
        # One is erased while a note is written in the other: the note goes on.
        await pane(page, two).get_by_test_id("note").click()
        note = pane(page, two).get_by_test_id("note-input")
        await page.keyboard.type("ne répond plus ")
        await staff_alone.store.erase(one)
        await expect(pane(page, one)).to_have_count(0)
        await page.keyboard.type("depuis hier")
        await expect(note).to_have_value("ne répond plus depuis hier")
        # The one that is written in is erased: the rest of the sentence goes nowhere.
        three = await waiting(staff_alone, 1)
        await page.keyboard.press("Alt+w")
        await claim(page, three)
        await mine(page, two).get_by_test_id("beside").click()
        await pane(page, three).get_by_test_id("staff-input").click()
        await page.keyboard.type("Tu es en sécurité, ")
        await staff_alone.store.erase(three)
        await expect(pane(page, three)).to_have_count(0)
        await page.keyboard.type("Inès ?")
        await page.keyboard.press("Enter")
        await expect(page.locator("#nothing")).to_be_focused()
        await expect(page.locator("#nothing")).to_contain_text("effacée")
        await expect(pane(page, two).get_by_test_id("staff-input")).to_have_value("")
        assert await said_by_counsellors(staff_alone, two) == []


async def test_a_conversation_that_becomes_mine_takes_the_keyboard_from_no_other(
    browser: Browser, staff_alone: StaffAlone
) -> None:
    async with at_console(browser, staff_alone, Role.COUNSELLOR, Role.SUPERVISOR, name="Sacha") as page:
        me = max(each.id for each in await staff_alone.accounts.all())
        theirs, ours = await waiting(staff_alone, 1), await waiting(staff_alone, 1)
        await staff_alone.store.move(theirs, Reader.COUNSELLOR, new_owner=ANOTHER)
        await page.get_by_test_id("floor-button").click()
        held = page.locator(f'[data-testid="held"][data-conversation="{theirs}"]')
        await held.get_by_test_id("look-along").click()
        await expect(pane(page, theirs)).to_be_visible()
        await page.get_by_test_id("floor-button").click()
        await pane(page, theirs).get_by_test_id("note-input").fill("un mot commencé")
        await claim(page, ours)
        await page.locator(f'[data-testid="along-item"][data-conversation="{theirs}"] .beside').click()
        await pane(page, theirs).get_by_test_id("note-input").fill("un mot commencé")
        box = pane(page, ours).get_by_test_id("staff-input")
        await box.click()
        await page.keyboard.type("Pour ")
        await staff_alone.store.pass_on(theirs, me, "Sacha")
        await expect(mine(page, theirs)).to_be_visible()
        await expect(pane(page, theirs).get_by_test_id("staff-input")).to_be_visible()
        await page.keyboard.type("toi")
        await expect(box).to_have_value("Pour toi")
        await expect(pane(page, theirs).get_by_test_id("note-input")).to_have_value("un mot commencé")


# -- nothing lost -----------------------------------------------------------------------------


async def test_a_draft_is_kept_when_the_conversation_goes_back_and_forgotten_when_it_is_erased(
    browser: Browser, staff_alone: StaffAlone
) -> None:
    async with at_console(browser, staff_alone, Role.COUNSELLOR) as page:
        story = await waiting(staff_alone, 1)
        await claim(page, story)
        await pane(page, story).get_by_test_id("staff-input").fill("Une réponse commencée")
        await staff_alone.store.move(story, Reader.WAITING)
        await expect(pane(page, story)).to_have_count(0)
        await claim(page, story)
        await expect(pane(page, story).get_by_test_id("staff-input")).to_have_value("Une réponse commencée")
        await staff_alone.store.erase(story)
        await expect(pane(page, story)).to_have_count(0)
        assert "commencée" not in await page.evaluate("JSON.stringify({...sessionStorage})")


async def test_words_written_while_the_line_was_cut_come_back_to_whoever_wrote_them(
    browser: Browser, staff_alone: StaffAlone
) -> None:
    async with over_a_wire(browser, staff_alone) as (page, wire):
        story = await waiting(staff_alone, 1)
        await claim(page, story)
        wire.cut()
        await is_connected(page, False)
        await pane(page, story).get_by_test_id("staff-input").fill("Je reste là.")
        await page.keyboard.press("Enter")
        await staff_alone.store.move(story, Reader.WAITING)  # its lease ended meanwhile
        wire.mode = "open"
        await is_connected(page, True)
        await expect(page.locator("#nothing")).to_contain_text("n'est pas parti")
        assert await said_by_counsellors(staff_alone, story) == []
        await claim(page, story)
        await expect(pane(page, story).get_by_test_id("staff-input")).to_have_value("Je reste là.")


async def test_words_on_their_way_outlive_a_page_that_reloads(
    browser: Browser, staff_alone: StaffAlone
) -> None:
    async with over_a_wire(browser, staff_alone) as (page, wire):
        story = await waiting(staff_alone, 1)
        await claim(page, story)
        wire.mode = "silent"
        await pane(page, story).get_by_test_id("staff-input").fill("Je reste là.")
        await page.keyboard.press("Enter")
        await expect(pane(page, story).get_by_test_id("staff-input")).to_have_value("")
        wire.mode = "open"
        await page.reload()
        await expect(page.get_by_test_id("staff-message").filter(has_text="Je reste là.")).to_have_count(1)
        await page.reload()
        await is_connected(page, True)
        assert await said_by_counsellors(staff_alone, story) == ["Je reste là."]


async def test_two_messages_to_look_at_again_are_asked_about_one_by_one(
    browser: Browser, staff_alone: StaffAlone
) -> None:
    async with over_a_wire(browser, staff_alone) as (page, wire):
        story = await waiting(staff_alone, 1)
        await claim(page, story)
        wire.cut()
        await is_connected(page, False)
        box = pane(page, story).get_by_test_id("staff-input")
        for words in ("Écris-moi au 06 39 98 77 66", "Ou au 06 39 98 11 22"):
            await box.fill(words)
            await page.keyboard.press("Enter")
        wire.mode = "open"
        await expect(page.get_by_test_id("check-found")).to_contain_text("06 39 98 77 66")
        await page.keyboard.press("Escape")
        await expect(page.get_by_test_id("check-found")).to_contain_text("06 39 98 11 22")
        await expect(box).to_have_value("Écris-moi au 06 39 98 77 66")
        await page.get_by_test_id("check-send").click()
        await expect(page.locator("#check-dialog")).to_be_hidden()

        async def second_was_said() -> bool:
            return await said_by_counsellors(staff_alone, story) == ["Ou au 06 39 98 11 22"]

        await eventually(second_was_said)


async def test_last_words_are_looked_at_and_stay_until_they_have_left(
    browser: Browser, staff_alone: StaffAlone
) -> None:
    async with at_console(browser, staff_alone, Role.COUNSELLOR) as page:
        story = await waiting(staff_alone, 1)
        await claim(page, story)
        await pane(page, story).get_by_test_id("close").click()
        words = page.get_by_test_id("end-message")
        await words.fill("À bientôt {prénom}")
        await page.get_by_test_id("close-confirm").click()
        await expect(page.locator("#end-problem")).to_contain_text("{prénom}")
        await words.fill("Écris-moi au 06 39 98 77 66")
        await page.get_by_test_id("close-confirm").click()
        await expect(page.get_by_test_id("check-found")).to_contain_text("06 39 98 77 66")
        await page.get_by_test_id("check-edit").click()
        await expect(words).to_have_value("Écris-moi au 06 39 98 77 66")
        assert await said_by_counsellors(staff_alone, story) == []
        # Refused: it was taken back meanwhile. What was written is still there.
        await staff_alone.store.move(story, Reader.WAITING)
        await expect(pane(page, story)).to_have_count(0)
        await words.fill("Prends soin de toi.")
        await page.get_by_test_id("close-confirm").click()
        await expect(page.locator("#end-problem")).to_contain_text("Quelqu'un d'autre")
        await expect(words).to_have_value("Prends soin de toi.")
        await page.keyboard.press("Escape")
        await claim(page, story)
        await pane(page, story).get_by_test_id("close").click()
        await words.fill("Écris-moi au 06 39 98 77 66")
        await page.get_by_test_id("close-confirm").click()
        await page.get_by_test_id("check-send").click()
        await expect(page.locator("#close-dialog")).to_be_hidden()
        assert await said_by_counsellors(staff_alone, story) == ["Écris-moi au 06 39 98 77 66"]
        assert (await staff_alone.store.get(story)).reader is Reader.CLOSED


async def test_who_signs_out_puts_their_conversations_back_first(
    browser: Browser, staff_alone: StaffAlone
) -> None:
    async with at_console(browser, staff_alone, Role.COUNSELLOR) as page:
        story = await waiting(staff_alone, 1)
        await claim(page, story)
        await pane(page, story).get_by_test_id("staff-input").fill("Une réponse commencée")
        await page.locator("#me-menu summary").click()
        await page.get_by_test_id("sign-out").click()
        await expect(page.get_by_test_id("sign-out-dialog")).to_contain_text("1 conversation")
        assert (await staff_alone.store.get(story)).reader is Reader.COUNSELLOR
        await page.get_by_test_id("sign-out-confirm").click()
        await expect(page.locator('input[name="login"]')).to_be_visible()
        assert (await staff_alone.store.get(story)).reader is Reader.WAITING
        assert await page.evaluate("sessionStorage.length") == 0


async def test_signing_out_of_the_training_room_signs_out(browser: Browser, staff_alone: StaffAlone) -> None:
    async with at_console(browser, staff_alone, Role.COUNSELLOR) as page:
        await page.goto(f"{staff_alone.url}/training/console")
        await is_connected(page, True)
        await page.locator("#me-menu summary").click()
        await page.get_by_test_id("sign-out").click()
        await expect(page.locator('input[name="login"]')).to_be_visible()
