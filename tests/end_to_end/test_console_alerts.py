"""Nobody is missed, and nobody is dropped: what calls a counsellor, and passing on, in a real browser.

The staff app is alone here, with its Redis: young people are played by the store itself.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from handoff.conversation import Reader
from handoff.records.tables import Role
from tests.conftest import eventually, said
from tests.staff_alone import StaffAlone

pytestmark = pytest.mark.end_to_end

ANOTHER = 900_000  # a counsellor of whom only the number is needed

# What the desktop and the loudspeaker are asked for: a test has neither.
DESKTOP = """
globalThis.heard = 0;
globalThis.told = [];
const joined = { connect: (next) => next };
globalThis.AudioContext = class {
  currentTime = 0;
  createOscillator = () => ({ ...joined, frequency: {}, start: () => heard++, stop() {} });
  createGain = () => ({ ...joined, gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} } });
};
globalThis.Notification = class {
  static permission = "default";
  static requestPermission = async () => (Notification.permission = "granted");
  constructor(title, { body }) { told.push(`${title} | ${body}`); }
  close() {}
};
"""


@pytest.fixture
async def empty(staff_alone: StaffAlone) -> StaffAlone:
    """The staff app with nobody waiting: other tests leave people behind."""
    for each in await staff_alone.store.waiting():
        await staff_alone.store.erase(each.id)
    return staff_alone


@asynccontextmanager
async def at_console(
    browser: Browser, staff_alone: StaffAlone, *roles: Role, name: str = "Camille"
) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 720}, locale="fr-FR")
    await context.add_init_script(DESKTOP)
    page = await context.new_page()
    _, link = await staff_alone.somebody(*roles, name=name)
    await page.goto(link)
    await page.goto(f"{staff_alone.url}/console")
    await expect(page.locator('#line[data-connected="yes"]')).to_be_visible()
    yield page
    await context.close()


async def waiting(staff_alone: StaffAlone, level: int) -> str:
    conversation = await staff_alone.conversation("il y a quelqu'un ?")
    await staff_alone.store.write(conversation, level=level)
    await staff_alone.store.move(conversation, Reader.WAITING)
    await staff_alone.store.page_open(conversation)
    return conversation


def on_the_list(page: Page, conversation: str) -> Locator:
    return page.locator(f'[data-testid="waiting-item"][data-conversation="{conversation}"]')


def mine(page: Page, conversation: str) -> Locator:
    return page.locator(f'[data-testid="mine-item"][data-conversation="{conversation}"]')


def pane(page: Page, conversation: str) -> Locator:
    return page.locator(f'[data-testid="pane"][data-conversation="{conversation}"]')


async def rings(page: Page, yes: bool) -> None:
    await expect(page.locator("body")).to_have_attribute("data-alarm", "yes" if yes else "no")


async def test_danger_now_is_heard_seen_and_in_the_title_until_somebody_takes_it(
    browser: Browser, empty: StaffAlone
) -> None:
    async with at_console(browser, empty, Role.COUNSELLOR) as page:
        await page.get_by_test_id("alerts").click()
        await expect(page.get_by_test_id("alerts")).to_be_hidden()
        await waiting(empty, 2)
        await expect(page).to_have_title(re.compile(r"^\(1\) "))
        await rings(page, False)
        assert await page.evaluate("[heard, told.length]") == [0, 0]
        danger = await waiting(empty, 3)
        await rings(page, True)
        await expect(page).to_have_title(re.compile("^⚠ Niveau 3 en attente"))
        heard, told = await page.evaluate("[heard, told]")
        assert heard >= 2  # a ring has two tones
        assert len(told) == 1
        assert told[0].startswith("Niveau 3 en attente | ")
        # And again, until it is taken. (A page with our policy runs no condition of Playwright's own.)
        await eventually(lambda: page.evaluate(f"heard > {heard}"), 30)
        await on_the_list(page, danger).get_by_test_id("claim").click()
        await expect(pane(page, danger)).to_be_visible()
        await rings(page, False)
        await expect(page).to_have_title(re.compile(r"^\("))
        assert len(await page.evaluate("told")) == 1  # nobody is told of what they took themselves


async def test_danger_that_comes_back_on_the_list_rings_anew(browser: Browser, empty: StaffAlone) -> None:
    async with at_console(browser, empty, Role.COUNSELLOR) as page:
        await page.get_by_test_id("alerts").click()
        danger = await waiting(empty, 3)
        await rings(page, True)
        await empty.store.move(danger, Reader.COUNSELLOR, new_owner=ANOTHER)
        await rings(page, False)
        await empty.store.move(danger, Reader.WAITING)
        await rings(page, True)
        await eventually(lambda: page.evaluate("told.length === 2"))


async def test_danger_that_nobody_reads_rings_whoever_holds_it_and_supervisors(
    browser: Browser, empty: StaffAlone
) -> None:
    async with (
        at_console(browser, empty, Role.COUNSELLOR) as page,
        at_console(browser, empty, Role.SUPERVISOR, name="Sacha") as floor,
    ):
        danger, other = await waiting(empty, 3), await waiting(empty, 1)
        await on_the_list(page, danger).get_by_test_id("claim").click()
        await expect(pane(page, danger)).to_be_visible()
        await on_the_list(page, other).get_by_test_id("claim").click()
        await expect(pane(page, danger)).to_have_count(0)
        await empty.store.append(danger, said("je suis sur le toit"))
        await floor.get_by_test_id("floor-button").click()
        held = floor.locator(f'[data-testid="held"][data-conversation="{danger}"]')
        await expect(held.get_by_test_id("held-unread")).to_have_text("1 non lu(s)")
        await rings(page, False)
        await empty.store.write(danger, escalated=1)  # so long (tests/staff/test_alarm.py)
        for each in (page, floor):
            await rings(each, True)
            await expect(each).to_have_title(re.compile("^⚠ Niveau 3 : message non lu"))
        await mine(page, danger).locator(".open").click()
        for each in (page, floor):
            await rings(each, False)
        await expect(held.get_by_test_id("held-unread")).to_have_count(0)


async def test_a_console_that_cannot_sound_yet_says_so(browser: Browser, empty: StaffAlone) -> None:
    async with at_console(browser, empty, Role.COUNSELLOR) as page:
        await page.evaluate("Notification.permission = 'granted'")
        story = await waiting(empty, 1)
        await expect(on_the_list(page, story)).to_be_visible()
        await expect(page.get_by_test_id("alerts")).to_be_visible()
        await page.keyboard.press("Shift")
        await expect(page.get_by_test_id("alerts")).to_be_hidden()


async def test_a_pause_is_quiet_and_supervisors_ring_once_it_has_lasted(
    browser: Browser, empty: StaffAlone
) -> None:
    async with (
        at_console(browser, empty, Role.COUNSELLOR) as resting,
        at_console(browser, empty, Role.SUPERVISOR, name="Sacha") as supervisor,
    ):
        await resting.get_by_test_id("duty-pause").check(force=True)
        danger = await waiting(empty, 3)
        await expect(on_the_list(resting, danger)).to_be_visible()
        await expect(on_the_list(supervisor, danger)).to_be_visible()
        await rings(resting, False)
        await rings(supervisor, False)
        await empty.store.write(danger, escalated=1)
        await rings(supervisor, True)
        await rings(resting, False)


async def test_who_closed_their_page_rings_no_more_and_is_still_there_to_be_taken(
    browser: Browser, empty: StaffAlone
) -> None:
    async with at_console(browser, empty, Role.COUNSELLOR) as page:
        await page.get_by_test_id("alerts").click()
        danger, calm = await waiting(empty, 3), await waiting(empty, 0)
        await expect(page.locator("#waiting > li").first).to_have_attribute("data-conversation", danger)
        await rings(page, True)
        await empty.store.page_unseen(danger)
        await empty.store.mark_gone(await empty.store.get(danger))
        await rings(page, False)
        await expect(page.locator("#waiting > li").first).to_have_attribute("data-conversation", calm)
        await expect(on_the_list(page, danger).get_by_test_id("left-page")).to_contain_text(
            "Page fermée depuis"
        )
        await expect(page.locator("#waiting-count")).to_have_text("1")
        # Back: as new, with a notification of its own.
        await empty.store.came_back(await empty.store.get(danger))
        await rings(page, True)
        await eventually(lambda: page.evaluate("told.length === 2"))
        await expect(page.locator("#waiting > li").first).to_have_attribute("data-conversation", danger)
        await on_the_list(page, danger).get_by_test_id("claim").click()
        await expect(pane(page, danger)).to_be_visible()


async def test_a_conversation_is_passed_on_put_back_given_and_moved_with_the_mouse(
    browser: Browser, empty: StaffAlone
) -> None:
    async with AsyncExitStack() as stack:
        alix, basile, sacha = [
            await stack.enter_async_context(at_console(browser, empty, role, name=name))
            for role, name in (
                (Role.COUNSELLOR, "Alix"),
                (Role.COUNSELLOR, "Basile"),
                (Role.SUPERVISOR, "Sacha"),
            )
        ]
        story = await waiting(empty, 1)
        await on_the_list(alix, story).get_by_test_id("claim").click()
        await pane(alix, story).get_by_test_id("actions").click()
        await pane(alix, story).get_by_test_id("transfer").click()
        await alix.get_by_test_id("pass-note").fill("elle préfère écrire")
        await alix.get_by_test_id("pass-person").filter(has_text="Basile").click()
        await expect(pane(alix, story)).to_have_count(0)
        await mine(basile, story).locator(".open").click()
        await expect(pane(basile, story).get_by_test_id("staff-note")).to_contain_text("préfère écrire")
        # Back to the list, with a word.
        await basile.keyboard.press("Alt+t")
        await basile.get_by_test_id("pass-note").fill("à reprendre")
        await basile.get_by_test_id("pass-list").click()
        await expect(on_the_list(sacha, story)).to_be_visible()
        # A supervisor gives it, and later moves it.
        await on_the_list(sacha, story).get_by_test_id("assign").click()
        await sacha.get_by_test_id("pass-person").filter(has_text="Alix").click()
        await expect(mine(alix, story)).to_be_visible()
        await sacha.get_by_test_id("floor-button").click()
        held = sacha.locator(f'[data-testid="held"][data-conversation="{story}"]')
        await held.get_by_test_id("floor-transfer").click()
        await sacha.get_by_test_id("pass-person").filter(has_text="Basile").click()
        await expect(mine(basile, story)).to_be_visible()
        await expect(mine(alix, story)).to_have_count(0)


async def test_after_a_hard_one_a_pause_is_offered_and_taken(browser: Browser, empty: StaffAlone) -> None:
    async with at_console(browser, empty, Role.COUNSELLOR) as page:
        danger = await waiting(empty, 3)
        await on_the_list(page, danger).get_by_test_id("claim").click()
        await pane(page, danger).get_by_test_id("hand-back").click()
        await page.get_by_test_id("pause-yes").click()
        await expect(page.get_by_test_id("duty-pause")).to_be_checked()
        await expect(page.get_by_test_id("pause-offer")).to_be_hidden()


async def test_help_and_the_danger_form_open_from_the_keyboard(browser: Browser, empty: StaffAlone) -> None:
    async with at_console(browser, empty, Role.COUNSELLOR) as page:
        story = await waiting(empty, 1)
        await on_the_list(page, story).get_by_test_id("claim").focus()
        await page.keyboard.press("Enter")
        await expect(pane(page, story).get_by_test_id("staff-input")).to_be_focused()
        await page.keyboard.press("Alt+k")
        await expect(page.get_by_test_id("picker-search")).to_be_visible()
        await page.keyboard.press("Escape")
        async with page.context.expect_page() as opened:
            await page.keyboard.press("Alt+d")
        form = await opened.value
        await expect(form).to_have_url(re.compile(f"/danger\\?conversation={story}$"))


async def test_a_script_in_a_name_stays_a_name_on_the_floor(browser: Browser, empty: StaffAlone) -> None:
    name = "<img src=x onerror=\"document.title='piraté'\">"
    async with (
        at_console(browser, empty, Role.COUNSELLOR, name=name) as counsellor,
        at_console(browser, empty, Role.SUPERVISOR, name="Sacha") as floor,
    ):
        story = await waiting(empty, 1)
        await on_the_list(counsellor, story).get_by_test_id("claim").click()
        await floor.get_by_test_id("floor-button").click()
        held = floor.locator(f'[data-testid="held"][data-conversation="{story}"]')
        await expect(held).to_contain_text("<img src=x")
        assert "piraté" not in await floor.title()
        assert "piraté" not in await counsellor.title()
