"""Renews docs/screens: every state, phone and desktop, light and dark.

``CHROMIUM=… python -m tests.end_to_end.take_screens``. The real service and a made-up conversation; WebP at a
modest quality keeps all of it under 3 MB.
"""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from handoff.run import RunningParts, sign_in_link
from handoff.settings import PROJECT_FOLDER, Settings
from tests.end_to_end.conftest import CHROMIUM_FLAGS, LAPTOP, PHONE
from tests.end_to_end.page_states import STATES, WITHOUT_SCRIPT, Reach, Scene
from tests.end_to_end.served import Wire

SCREENS = PROJECT_FOLDER / "docs" / "screens"
QUALITY = 45
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": PHONE["width"], "height": PHONE["height"]},
    "desktop": {"width": 1024, "height": 720},
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def picture(page: Page, path: Path) -> None:
    """Playwright writes PNG and JPEG only; Chromium itself also writes WebP."""
    session = await page.context.new_cdp_session(page)
    taken = await session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    path.write_bytes(base64.b64decode(taken["data"]))


async def take(browser: Browser, settings: Settings, laptop: Page, reach: Reach, size: str) -> None:
    context = await browser.new_context(
        viewport=SIZES[size],
        reduced_motion="reduce",
        locale="fr-FR",
        java_script_enabled=reach is not WITHOUT_SCRIPT,
    )
    page = await context.new_page()
    async with Wire(settings.public_port).open() as wire:
        await reach(Scene(page, wire, laptop, settings))
        await page.wait_for_timeout(700)
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await picture(page, SCREENS / f"{reach.__name__.replace('_', '-')}-{size}-{scheme}.webp")
        await context.close()


async def main() -> int:
    shutil.rmtree(SCREENS, ignore_errors=True)
    SCREENS.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        settings = Settings.load().apart(Path(name))
        # The one counsellor keeps every conversation that a picture was made of.
        settings = settings.model_copy(update={"at_once": 100, "most_at_once": 100, "severe_in_a_row": 100})
        async with RunningParts(settings, log_folder=Path(name) / "log"), async_playwright() as playwright:
            executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = await playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
            laptop = await browser.new_page(viewport=LAPTOP, locale="fr-FR")  # type: ignore[arg-type]
            await laptop.goto(await sign_in_link(settings))
            for reach in (*STATES, WITHOUT_SCRIPT):
                for size in SIZES:
                    await take(browser, settings, laptop, reach, size)
            await browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
