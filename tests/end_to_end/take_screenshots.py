"""Renews the pictures of the README: ``python -m tests.end_to_end.take_screenshots``.

The real service, a made-up conversation, a phone and a laptop.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from handoff.run import RunningParts, sign_in_link
from handoff.settings import PROJECT_FOLDER, Settings
from tests.end_to_end.conftest import CHROMIUM_FLAGS, LAPTOP, PHONE

IMAGES = PROJECT_FOLDER / "docs" / "images"


async def write(page: Page, text: str) -> None:
    await page.get_by_test_id("chat-input").fill(text)
    await page.get_by_test_id("chat-send").click()


async def main() -> int:
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        settings = Settings.load().apart(Path(name))
        async with RunningParts(settings, log_folder=Path(name) / "log"), async_playwright() as playwright:
            executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = await playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
            phone = await browser.new_page(viewport=PHONE, device_scale_factor=2, locale="fr-FR")
            laptop = await browser.new_page(viewport=LAPTOP, locale="fr-FR")
            await laptop.goto(await sign_in_link(settings))
            chat = f"http://127.0.0.1:{settings.public_port}/"
            await phone.goto(chat)
            await write(phone, "c'est anonyme ici ? qui peut lire")
            await phone.locator('[data-author="assistant"]').first.wait_for()
            await write(phone, "un mec sur snap menace de balancer mes photos a Léa si jpaye pas")
            await phone.locator('[data-author="service"]').first.wait_for()
            await phone.wait_for_timeout(1500)
            await phone.screenshot(path=IMAGES / "chat.png")
            other = await browser.new_page(viewport=PHONE, locale="fr-FR")
            await other.goto(chat)
            await write(other, "je veux parler à une vraie personne stp")
            third = await browser.new_page(viewport=PHONE, locale="fr-FR")
            await third.goto(chat)
            await write(third, "j'ai avalé tous les cachets de ma mère, ma tête tourne")
            await laptop.get_by_test_id("waiting-item").nth(2).wait_for()
            await third.wait_for_timeout(1500)
            await third.screenshot(path=IMAGES / "chat-urgent.png")
            serious = laptop.locator('[data-testid="waiting-item"][data-level="2"]')
            await serious.get_by_test_id("claim").click()
            await laptop.get_by_test_id("staff-input").fill("Bonsoir, je suis là. Tu as bien fait d'écrire.")
            await laptop.get_by_test_id("staff-send").click()
            await phone.locator('[data-author="counsellor"]').wait_for()
            await write(phone, "ok merci, il veut 200 euros avant ce soir")
            await laptop.wait_for_timeout(1500)
            await laptop.screenshot(path=IMAGES / "console.png")
            await phone.wait_for_timeout(500)
            await phone.screenshot(path=IMAGES / "chat-counsellor.png")
            await browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
