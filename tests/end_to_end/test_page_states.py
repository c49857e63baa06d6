"""Every state of the page, with the service behind: what axe finds, at 320 pixels, after "back"."""

from __future__ import annotations

from itertools import product

import pytest
from playwright.async_api import Browser, Page, ViewportSize

from tests.conftest import eventually
from tests.end_to_end.conftest import LAPTOP, PHONE
from tests.end_to_end.page_states import STATES, Reach, Scene, offline
from tests.end_to_end.served import Wire
from tests.end_to_end.take_screens import SCHEMES
from tests.end_to_end.test_page_for_everyone import violations
from tests.running_service import Service

pytestmark = pytest.mark.end_to_end

NARROW: ViewportSize = {"width": 320, "height": 568}


STORED = '[data-testid="message"][data-position]:not([data-position=""]) .words'


@pytest.mark.parametrize("reach", STATES, ids=lambda reach: reach.__name__)
async def test_axe_finds_nothing_nothing_is_cut_off_and_back_shows_the_same(
    browser: Browser, service: Service, laptop: Page, reach: Reach
) -> None:
    context = await browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        reduced_motion="reduce",
        locale="fr-FR",
    )
    page = await context.new_page()
    async with Wire(service.settings.public_port).open() as wire:
        await reach(Scene(page, wire, laptop, service.settings))
        found = []
        for size, scheme in product((PHONE, LAPTOP), SCHEMES):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += [f"{size['width']} {scheme}: {each}" for each in await violations(page)]
        assert found == []
        await page.set_viewport_size(NARROW)
        too_wide = await page.evaluate(
            """() => [...document.querySelectorAll("body *")]
                  .filter((each) => each.checkVisibility() && !each.closest(".skip"))
                  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
                  .map((each) => each.outerHTML.slice(0, 120))"""
        )
        assert too_wide == []
        if reach is not offline:
            said = await page.locator(STORED).all_inner_texts()

            async def is_shown_again() -> bool:
                return await page.locator(STORED).all_inner_texts() == said

            await page.goto(f"{wire.address}/traces")
            await page.go_back()
            await eventually(is_shown_again)
            await page.go_forward()
            await page.go_back()
            await eventually(is_shown_again)
    await context.close()
