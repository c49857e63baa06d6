"""A real Chromium, on a young person's phone and on a counsellor's laptop."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.running_service import Service

PHONE = {"width": 360, "height": 640}
LAPTOP = {"width": 1280, "height": 800}

# Chromium must not try the outside world at each start, and runs as root in a container.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert executable, "no Chromium: run `make test`, which finds or installs one"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """A young person's phone."""
    context = await browser.new_context(viewport=PHONE, locale="fr-FR")  # type: ignore[arg-type]
    yield await context.new_page()
    await context.close()


@pytest.fixture
async def laptop(browser: Browser, service: Service) -> AsyncIterator[Page]:
    """A counsellor's laptop, signed in, with the console open."""
    context: BrowserContext = await browser.new_context(viewport=LAPTOP, locale="fr-FR")  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(await service.sign_in_link())
    await page.wait_for_url("**/console")
    yield page
    await context.close()
