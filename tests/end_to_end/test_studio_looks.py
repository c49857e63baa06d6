"""Every page of the studio, in a real browser: what axe finds, and nothing wider than the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from handoff.records.tables import Role
from tests.end_to_end.test_staff_account import SMALL_LAPTOP, TABLET, has_no_barrier
from tests.staff_alone import StaffAlone

pytestmark = pytest.mark.end_to_end

TOPIC = "signaler_contenu"
PAGES = (
    *("", "/new", "/try", "/unanswered", "/models", "/exchange", "/inexistant"),
    *(f"/topics/{TOPIC}{each}" for each in ("", "/examples", "/publish", "/history", "/versions/1")),
)


@pytest.fixture(params=[(SMALL_LAPTOP, "light"), (TABLET, "dark")], ids=["laptop-light", "tablet-dark"])
async def page(
    request: pytest.FixtureRequest, staff_alone: StaffAlone, browser: Browser
) -> AsyncIterator[Page]:
    size: ViewportSize
    size, scheme = request.param
    context = await browser.new_context(viewport=size, color_scheme=scheme, locale="fr-FR")
    page = await context.new_page()
    _, link = await staff_alone.somebody(Role.CONTENT_LEAD, name="Camille")
    await page.goto(link)
    yield page
    await context.close()


async def test_no_barrier_that_axe_knows(staff_alone: StaffAlone, page: Page) -> None:
    studio = f"{staff_alone.url}/studio"
    # A draft, a plan, and a draft beside the plan: every notice there is.
    for number, short in enumerate(("Tu peux signaler une photo.", "Tu peux signaler un message.")):
        await page.goto(f"{studio}/topics/{TOPIC}")
        await page.fill('[name="texts.fr.jeune.short"]', f"{short} Une personne peut te lire ici.")
        await page.get_by_test_id("save-publish").click()
        await page.get_by_test_id("why").fill("plus clair")
        if number == 0:
            await page.locator("summary").click()
            await page.get_by_test_id("when").fill("2099-01-01T10:00")
            await page.get_by_test_id("publish").click()
            await expect(page.get_by_test_id("done")).to_be_visible()
    await page.goto(f"{studio}/topics/{TOPIC}")
    await expect(page.get_by_test_id("planned")).to_be_visible()
    for path in PAGES:
        await page.goto(studio + path)
        await expect(page.locator("main")).to_be_visible()
        await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
        await has_no_barrier(page)
