"""What the page weighs, how fast it is there, how fast it is gone: ``CHROMIUM=… python -m tests.bench_page``.

A slow 3G phone as WebPageTest has it: 400 kbit/s, 400 ms there and back, and a processor four times slower.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.async_api import Browser, Page, async_playwright

from tests.end_to_end.conftest import CHROMIUM_FLAGS, PHONE
from tests.end_to_end.served import pages_alone, serving

RUNS = 7
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWER_PROCESSOR = 4

# From the tap to the first frame after it. The other site takes its time, as it does on a bad network.
WATCH_EXIT = """addEventListener("click", (event) => {
  requestAnimationFrame(() => requestAnimationFrame(() =>
    console.log("gone", performance.now() - event.timeStamp, document.documentElement.textContent.length)));
}, { capture: true });"""


def slow_site() -> FastAPI:
    """A neutral site that answers after three seconds."""
    app = FastAPI()

    @app.get("/")
    def weather() -> HTMLResponse:
        time.sleep(3)
        return HTMLResponse("<title>Météo</title>")

    return app


async def on_a_slow_phone(browser: Browser) -> Page:
    page = await browser.new_page(viewport=PHONE, locale="fr-FR")  # type: ignore[arg-type]
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", SLOW_3G)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    return page


async def arrival(browser: Browser, address: str) -> tuple[float, float]:
    """Milliseconds to the first words on the screen, and to a box that takes a message."""
    page = await on_a_slow_phone(browser)
    await page.goto(address, wait_until="commit")
    await page.wait_for_selector("body[data-ready]")
    usable = await page.evaluate("() => performance.now()")
    painted = await page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")
    await page.close()
    return painted, usable


async def weight(browser: Browser, address: str) -> int:
    """Bytes over the wire of a first visit, heads of the answers included."""
    page = await browser.new_page(viewport=PHONE, locale="fr-FR")  # type: ignore[arg-type]
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    came: list[int] = []
    session.on("Network.loadingFinished", lambda told: came.append(int(told["encodedDataLength"])))
    await page.goto(address, wait_until="networkidle")
    await page.close()
    return sum(came)


async def departure(browser: Browser, address: str) -> float:
    """Milliseconds from the tap on the button to a frame that shows nothing."""
    page = await browser.new_page(viewport=PHONE, locale="fr-FR")  # type: ignore[arg-type]
    await page.add_init_script(WATCH_EXIT)
    await page.goto(address)
    await page.wait_for_selector("body[data-ready]")
    session = await page.context.new_cdp_session(page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    async with page.expect_console_message(lambda message: message.text.startswith("gone")) as told:
        await page.get_by_test_id("quick-exit").click(no_wait_after=True)
    _, milliseconds, letters = (await told.value).text.split()
    assert letters == "0"
    await page.close()
    return float(milliseconds)


async def main() -> int:
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    async with contextlib.AsyncExitStack() as open_things:
        folder = Path(open_things.enter_context(tempfile.TemporaryDirectory()))
        elsewhere = open_things.enter_context(serving(slow_site()))
        own = open_things.enter_context(serving(pages_alone(f"http://localhost:{elsewhere}/", folder)))
        playwright = await open_things.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        address = f"http://127.0.0.1:{own}/"
        bytes_of_a_visit = await weight(browser, address)
        arrivals = [await arrival(browser, address) for _ in range(RUNS)]
        departures = [await departure(browser, address) for _ in range(RUNS)]
        await browser.close()
    print(f"{'first visit, over the wire':28} {bytes_of_a_visit / 1000:13.1f} kB")
    for what, values in (
        ("first words, slow 3G", [painted for painted, _ in arrivals]),
        ("usable, slow 3G", [usable for _, usable in arrivals]),
        ("quick exit, tap to nothing", departures),
    ):
        print(f"{what:28} median {statistics.median(values):6.0f} ms   worst {max(values):6.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
