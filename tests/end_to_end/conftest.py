"""A real Chromium, on a young person's phone and on a counsellor's laptop."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.end_to_end.served import Wire, neutral_site, pages_alone, serving
from tests.running_service import Service

PHONE = {"width": 360, "height": 640}
LAPTOP = {"width": 1280, "height": 800}

# A net for a loaded machine, not a promise.
expect.set_options(timeout=20_000)

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
async def laptop_alone(browser: Browser) -> AsyncIterator[Page]:
    """A laptop that is nobody's of the team."""
    context = await browser.new_context(viewport=LAPTOP, locale="fr-FR")  # type: ignore[arg-type]
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


@pytest.fixture(scope="session")
def neutral() -> Iterator[str]:
    """A neutral site: where a quick exit leads."""
    with serving(neutral_site()) as port:
        yield f"http://localhost:{port}/"


@pytest.fixture(scope="session")
def pages(neutral: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages with no service behind them: nothing answers what is written."""
    folder: Path = tmp_path_factory.mktemp("texts")
    with serving(pages_alone(neutral, folder)) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def wire(service: Service) -> AsyncIterator[Wire]:
    """The service, over a line that can fail."""
    async with Wire(service.settings.public_port).open() as wire:
        yield wire
