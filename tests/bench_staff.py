"""``python -m tests.bench_staff``: 200 counsellors signed in at once on one staff process.

Some of them sign in at the same moment with password and code (the start of a shift), the others with
a link; all open the console and keep its socket open. Told: how long signing in took, the memory of
the process before, at its highest and after, its processor time while nobody does anything, how long a
page takes meanwhile, and what the console's first load weighs. Ends with 1 when a console lost its line, the
page is slow or the load heavy. Redis and the staff app are real processes; no Rasa is needed.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pyotp
from websockets.asyncio.client import ClientConnection, connect

from handoff.records import database
from handoff.records.accounts import Accounts
from handoff.records.credentials import Credentials
from handoff.records.seal import Seal
from handoff.records.tables import Role
from handoff.run import RunningParts
from handoff.settings import Settings
from handoff.staff import totp
from handoff.staff.passwords import Passwords

COUNSELLORS = 200
WITH_PASSWORD = 20
QUIET_SECONDS = 20
PAGE_P99_AT_MOST_SECONDS = 1.0
FIRST_LOAD_AT_MOST_BYTES = 300_000
PASSWORD = "marsouin grenier sept nuage"
PATIENCE = httpx.Timeout(300)
NO_TLS = False  # plain http: reading the list of authorities 200 times would be measured too


class Process:
    """What the kernel says of a process."""

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")

    def megabytes(self, line: str = "VmRSS") -> float:
        found = re.search(rf"{line}:\s+(\d+) kB", (self._folder / "status").read_text())
        assert found
        return int(found.group(1)) / 1024

    def cpu_seconds(self) -> float:
        fields = (self._folder / "stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def make_accounts(settings: Settings) -> tuple[dict[str, str], list[str]]:
    """Counsellors with a password and an application: login → its secret; and a link of each."""
    engine, sessions = database.connect(settings.effective_database_url)
    accounts = Accounts(sessions, timedelta(hours=1))
    credentials = Credentials(sessions, Seal(settings.master_keys))
    password_hash = await Passwords().hash(PASSWORD)
    secrets, links = {}, []
    for number in range(COUNSELLORS):
        login = f"c{number}@exemple.fr"
        account = await accounts.create(f"C{number}", login, [Role.COUNSELLOR])
        await accounts.change(account.id, password_hash=password_hash)
        secrets[login] = totp.new_secret()
        await credentials.keep_totp(account.id, secrets[login], 0)
        links.append(await accounts.new_sign_in_link(account.id))
    await engine.dispose()
    return secrets, links


async def sign_in(browser: httpx.AsyncClient, login: str, secret: str) -> float:
    """Seconds from the empty form to the console's door."""
    started = time.perf_counter()
    token = re.search(r'form_token" value="(\w+)', (await browser.get("/signin")).text)
    assert token
    form = {"form_token": token.group(1)}
    await browser.post("/signin", data={**form, "login": login, "password": PASSWORD})
    done = await browser.post("/signin/second", data={**form, "code": pyotp.TOTP(secret).now()})
    assert done.headers.get("location") == "/console", done.status_code
    return time.perf_counter() - started


async def open_console(url: str, browser: httpx.AsyncClient) -> ClientConnection:
    page = await browser.get("/console")
    assert page.status_code == httpx.codes.OK
    cookie = f"repere_staff={browser.cookies['repere_staff']}"
    socket = await connect(
        url.replace("http", "ws") + "/ws/console",
        additional_headers={"Cookie": cookie},
        origin=url,  # type: ignore[arg-type]
    )
    while json.loads(await socket.recv())["type"] != "list":
        pass
    return socket


async def timed_page(browser: httpx.AsyncClient) -> float:
    started = time.perf_counter()
    assert (await browser.get("/console")).status_code == httpx.codes.OK
    return time.perf_counter() - started


async def first_load(browser: httpx.AsyncClient) -> int:
    """Bytes of the console's page, its styles and its modules, uncompressed."""
    asked, left, size = set[str](), ["/console"], 0
    while left:
        path = left.pop()
        if path in asked:
            continue
        asked.add(path)
        answer = (await browser.get(path)).raise_for_status()
        size += len(answer.content)
        left += re.findall(r'(?:href|src)="(/static/[^"]+)"', answer.text)
        left += [urljoin(path, each) for each in re.findall(r'from "(\./[^"]+)"', answer.text)]
    return size


def told(what: str, seconds: Iterable[float]) -> float:
    """Prints p50 and p99; returns the latter."""
    every = sorted(seconds)
    p99 = every[min(len(every) - 1, int(len(every) * 0.99))]
    print(f"{what:34} p50 {statistics.median(every) * 1000:7.0f} ms   p99 {p99 * 1000:7.0f} ms")
    return p99


async def bench(settings: Settings, process: Process) -> bool:
    """Whether everything was as it must be."""
    url = f"http://127.0.0.1:{settings.staff_port}"
    secrets, links = await make_accounts(settings)
    print(f"{'memory, nobody signed in':34} {process.megabytes():11.0f} MB")
    async with AsyncExitStack() as stack:
        browsers = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=PATIENCE, verify=NO_TLS))
            for _ in secrets
        ]
        started, cpu = time.perf_counter(), process.cpu_seconds()
        pairs = list(zip(browsers, secrets.items(), strict=True))[:WITH_PASSWORD]
        times = await asyncio.gather(*(sign_in(browser, *each) for browser, each in pairs))
        took, cpu = time.perf_counter() - started, process.cpu_seconds() - cpu
        print(f"{WITH_PASSWORD} sign in at once: all in after {took:.1f} s ({cpu:.1f} s of processor)")
        told("one sign-in among them", times)
        print(f"{'memory, highest so far':34} {process.megabytes('VmHWM'):11.0f} MB")
        others = list(zip(browsers, links, strict=True))[WITH_PASSWORD:]
        started = time.perf_counter()
        await asyncio.gather(*(browser.get(f"/signin/{link}") for browser, link in others))
        print(f"the {len(others)} others sign in by link at once: {time.perf_counter() - started:.1f} s")
        started = time.perf_counter()
        sockets = await asyncio.gather(*(open_console(url, browser) for browser in browsers))
        print(f"{COUNSELLORS} consoles open after {time.perf_counter() - started:.1f} s")
        drained = [asyncio.create_task(_drain(socket)) for socket in sockets]
        cpu = process.cpu_seconds()
        await asyncio.sleep(QUIET_SECONDS)
        share = (process.cpu_seconds() - cpu) / QUIET_SECONDS
        print(f"{'processor, nobody does anything':34} {share * 100:11.1f} % of a core")
        pages = [await timed_page(browser) for browser in browsers[:100]]
        slowest = told("the page /console, one by one", pages)
        weight = await first_load(browsers[0])
        print(f"{'the console, first load':34} {weight / 1000:11.0f} kB")
        print(f"{'memory, all signed in':34} {process.megabytes():11.0f} MB")
        alive = sum(not task.done() for task in drained)
        print(f"{'sockets still open':34} {alive:11d} of {COUNSELLORS}")
        for task in drained:
            task.cancel()
        await asyncio.gather(*drained, return_exceptions=True)
        await asyncio.gather(*(socket.close() for socket in sockets))
    return alive == COUNSELLORS and slowest <= PAGE_P99_AT_MOST_SECONDS and weight <= FIRST_LOAD_AT_MOST_BYTES


async def _drain(socket: ClientConnection) -> None:
    async for _ in socket:
        pass


async def main() -> int:
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        settings = Settings.load().apart(Path(name))
        async with RunningParts(settings, ["redis", "staff"], Path(name) / "log") as parts:
            running = parts.running["staff"].process
            assert running is not None
            try:
                return 0 if await bench(settings, Process(running.pid)) else 1
            except AssertionError:
                print((Path(name) / "log" / "staff.log").read_text()[-3000:], file=sys.stderr)
                raise


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
