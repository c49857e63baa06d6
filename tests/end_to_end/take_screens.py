"""Renews docs/screens: every state, phone and desktop, light and dark.

``python -m tests.end_to_end.take_screens``. The real service and a made-up conversation; WebP at a modest
quality keeps all of it under 2 MB.
"""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from handoff.run import RunningParts, sign_in_link
from handoff.settings import PROJECT_FOLDER, Settings
from tests.end_to_end.conftest import CHROMIUM_FLAGS, LAPTOP, PHONE
from tests.end_to_end.served import Wire
from tests.end_to_end.test_story import messages, write

SCREENS = PROJECT_FOLDER / "docs" / "screens"
QUALITY = 45
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": PHONE["width"], "height": PHONE["height"]},
    "desktop": {"width": 1024, "height": 720},
}
Reach = Callable[["Scene"], Awaitable[None]]


class Scene:
    """A page on its way to a state, and the line it hangs on."""

    def __init__(self, page: Page, wire: Wire, laptop: Page) -> None:
        self.page, self.wire, self.laptop = page, wire, laptop

    async def open(self, path: str = "/") -> None:
        await self.page.goto(self.wire.address + path)

    async def menu(self, button: str) -> None:
        await self.page.get_by_test_id("menu").click()
        await self.page.get_by_test_id(button).click()

    async def answered(self) -> None:
        await self.open()
        await write(self.page, "c'est anonyme ici ? qui peut lire")
        await expect(messages(self.page, "assistant").first).to_be_visible()

    async def claimed(self) -> None:
        token = await self.page.evaluate("() => sessionStorage.getItem('repere.token')")
        item = self.laptop.locator(f'[data-testid="waiting-item"][data-conversation="{token[:32]}"]')
        await item.get_by_test_id("claim").click()
        await expect(self.page.get_by_test_id("status-line")).to_have_attribute("data-reader", "counsellor")


async def first(scene: Scene) -> None:
    await scene.open()


async def relatives(scene: Scene) -> None:
    await scene.open("/proches")


async def professionals(scene: Scene) -> None:
    await scene.open("/pros")


async def english(scene: Scene) -> None:
    await scene.open("/?langue=en")


async def menu(scene: Scene) -> None:
    await scene.answered()
    await scene.page.get_by_test_id("menu").click()


async def answer(scene: Scene) -> None:
    await scene.answered()


async def hidden_details(scene: Scene) -> None:
    await scene.open()
    await write(scene.page, "moi c'est kevin, mon num c'est le 06 39 98 12 34")
    await expect(scene.page.get_by_test_id("masked").nth(1)).to_be_visible()
    await expect(messages(scene.page, "assistant").first).to_be_visible()


async def danger(scene: Scene) -> None:
    await scene.open()
    await write(scene.page, "j'ai avalé tous les cachets de ma mère, ma tête tourne")
    await expect(messages(scene.page, "service").first).to_be_visible()


async def waiting(scene: Scene) -> None:
    await scene.open()
    await scene.page.get_by_test_id("ask-person").click()
    await expect(messages(scene.page, "service").first).to_be_visible()


async def person(scene: Scene) -> None:
    await scene.open()
    await write(scene.page, "il menace de publier mes photos nues si je paye pas")
    await expect(messages(scene.page, "service").first).to_be_visible()
    await scene.claimed()
    await scene.laptop.get_by_test_id("staff-input").fill("Bonsoir, je suis là. Tu as bien fait d'écrire.")
    await scene.laptop.get_by_test_id("staff-send").click()
    await expect(messages(scene.page, "counsellor")).to_be_visible()
    await write(scene.page, "merci… il veut 200 euros avant ce soir")
    await expect(scene.page.get_by_test_id("own-state").last).to_have_text("lu")
    await scene.laptop.get_by_test_id("hand-back").click(trial=True)


async def offline(scene: Scene) -> None:
    await scene.answered()
    scene.wire.cut()
    await expect(scene.page.get_by_test_id("offline")).to_be_visible()
    await write(scene.page, "vous êtes là ?")


async def code(scene: Scene) -> None:
    await scene.answered()
    await scene.menu("code")
    await expect(scene.page.get_by_test_id("code-shown")).to_contain_text("-")
    # Not a code of anybody: it expired with this run.


async def come_back(scene: Scene) -> None:
    await scene.open()
    await scene.menu("return")
    await expect(scene.page.get_by_test_id("return-code")).to_be_visible()


async def erase(scene: Scene) -> None:
    await scene.answered()
    await scene.page.get_by_test_id("erase").click()
    await expect(scene.page.get_by_test_id("erase-confirm")).to_be_visible()


async def erased(scene: Scene) -> None:
    await erase(scene)
    await scene.page.get_by_test_id("erase-confirm").click()
    await expect(scene.page.get_by_test_id("message")).to_have_count(0)


async def trust(scene: Scene) -> None:
    await scene.open("/confiance")


async def traces(scene: Scene) -> None:
    await scene.open("/traces")


async def no_script(scene: Scene) -> None:
    await scene.open()


STATES: tuple[Reach, ...] = (
    first, relatives, professionals, english, menu, answer, hidden_details, danger, waiting, person,
    offline, code, come_back, erase, erased, trust, traces, no_script,
)  # fmt: skip


async def picture(page: Page, path: Path) -> None:
    """Playwright writes PNG and JPEG only; Chromium itself also writes WebP."""
    session = await page.context.new_cdp_session(page)
    taken = await session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    path.write_bytes(base64.b64decode(taken["data"]))


async def take(
    browser: Browser, settings: Settings, laptop: Page, reach: Reach, kind: str, dark: bool
) -> None:
    context = await browser.new_context(
        viewport=SIZES[kind],
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale="fr-FR",
        java_script_enabled=reach is not no_script,
    )
    page = await context.new_page()
    async with Wire(settings.public_port).open() as wire:
        await reach(Scene(page, wire, laptop))
        await page.wait_for_timeout(700)
        name = f"{reach.__name__.replace('_', '-')}-{kind}-{'dark' if dark else 'light'}.webp"
        await picture(page, SCREENS / name)
        await context.close()


async def main() -> int:
    shutil.rmtree(SCREENS, ignore_errors=True)
    SCREENS.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        settings = Settings.load().apart(Path(name))
        async with RunningParts(settings, log_folder=Path(name) / "log"), async_playwright() as playwright:
            executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = await playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
            laptop = await browser.new_page(viewport=LAPTOP, locale="fr-FR")  # type: ignore[arg-type]
            await laptop.goto(await sign_in_link(settings))
            for reach in STATES:
                for kind in SIZES:
                    for dark in (False, True):
                        await take(browser, settings, laptop, reach, kind, dark)
            await browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
