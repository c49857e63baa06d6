"""``make run``: starts every part, waits until all are healthy, stops them all on Ctrl-C.

``python -m handoff.run`` runs everything; ``python -m handoff.run rasa`` (or redis, actions,
public, staff) becomes that one part, for a machine of its own in production.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import IO

from handoff.errors import SettingError
from handoff.parts import Part, all_parts, environment_of
from handoff.records import database
from handoff.records.accounts import Accounts
from handoff.records.audit import AuditTrail
from handoff.settings import PROJECT_FOLDER, Settings

HEALTHY_WITHIN_SECONDS = 300  # a slow machine under load; a healthy one needs 20
STOP_WITHIN_SECONDS = 10
RESTART_AFTER_SECONDS = 1.0
FIRST_COUNSELLOR = "Intervenant·e 1"


class StartError(Exception):
    """A part did not become healthy; the message says which, and where its log is."""


class RunningPart:
    """A part's process. In a group of its own, so that whatever it starts ends with it."""

    def __init__(self, part: Part, log_folder: Path) -> None:
        self.part = part
        self.log_path = log_folder / f"{part.name}.log"
        self._log: IO[bytes] | None = None
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Raises StartError when somebody else holds the part's port: they would answer for us."""
        if self.part.port is not None and await _is_taken(self.part.port):
            raise StartError(
                f"port {self.part.port} ({self.part.name}) is in use; is another Repère running?"
            )
        if self._log is None:
            self._log = self.log_path.open("ab")
        self.process = await asyncio.create_subprocess_exec(
            *self.part.command,
            cwd=PROJECT_FOLDER,
            env=environment_of(self.part),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    async def until_healthy(self) -> None:
        """Raises StartError when the process ends first or takes too long."""
        assert self.process is not None
        give_up_at = time.monotonic() + HEALTHY_WITHIN_SECONDS
        while not await self.part.is_healthy():
            if self.process.returncode is not None or time.monotonic() > give_up_at:
                raise StartError(f"{self.part.name} did not start: {self._last_words()} ({self.log_path})")
            await asyncio.sleep(0.2)

    def _last_words(self) -> str:
        lines = self.log_path.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "no word in its log")

    async def stop(self) -> None:
        """Asks the whole group to end, and ends it when it does not."""
        process = self.process
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOP_WITHIN_SECONDS)
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if process is not None:
            # A child that outlived its parent would keep a port: nothing of the group may stay.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        if self._log is not None:
            self._log.close()
            self._log = None


async def _is_taken(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


class RunningParts:
    """Parts of one machine, as a context: started and healthy inside, stopped after it.

    ``names`` picks some of them; all by default. Logs go to ``log_folder``.
    """

    def __init__(
        self, settings: Settings, names: Collection[str] | None = None, log_folder: Path | None = None
    ) -> None:
        log_folder = log_folder or settings.var_folder / "log"
        log_folder.mkdir(parents=True, exist_ok=True)
        self.running = {
            name: RunningPart(part, log_folder)
            for name, part in all_parts(settings).items()
            if names is None or name in names
        }
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> RunningParts:
        try:
            # Redis first (the others connect to it), then the slow ones side by side.
            names = list(self.running)
            for group in (["redis"], [name for name in names if name != "redis"]):
                present = [self.running[name] for name in group if name in self.running]
                for each in present:
                    await each.start()
                await asyncio.gather(*(each.until_healthy() for each in present))
        except BaseException:
            await self.stop()
            raise
        self._watching = asyncio.create_task(self._restart_what_ends())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Stops every part, Redis last."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        others = [each for name, each in self.running.items() if name != "redis"]
        await asyncio.gather(*(each.stop() for each in others))
        if "redis" in self.running:
            await self.running["redis"].stop()

    async def _restart_what_ends(self) -> None:
        """A part that dies is started again; meanwhile the others do without it."""
        while True:
            await asyncio.sleep(RESTART_AFTER_SECONDS)
            for name, each in self.running.items():
                if each.process is not None and each.process.returncode is not None:
                    print(f"· {name} ended ({each.process.returncode}), starting it again", flush=True)
                    try:
                        await each.start()
                    except StartError as error:
                        print(f"· {error}", flush=True)


async def sign_in_link(settings: Settings) -> str:
    """A fresh one-time address that signs the first member of staff in: the operator's own way in."""
    await asyncio.to_thread(database.migrate, settings.effective_database_url)
    engine, sessions = database.connect(settings.effective_database_url)
    try:
        accounts = Accounts(sessions, settings.sign_in_link_lifetime)
        account = await accounts.first_counsellor(FIRST_COUNSELLOR)
        secret = await accounts.new_sign_in_link(account.id)
        await AuditTrail(sessions).record("sign_in_link_made", None, about=f"account {account.id}")
    finally:
        await engine.dispose()
    origin = settings.staff_origin or f"http://{settings.staff_host}:{settings.staff_port}"
    return f"{origin}/signin/{secret}"


async def run_everything(settings: Settings) -> None:
    """Runs until SIGINT or SIGTERM."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    started = time.monotonic()
    print("· starting (the first messages of each part are in var/log/) …", flush=True)
    starting = asyncio.create_task(RunningParts(settings).__aenter__())
    interrupted = asyncio.create_task(stopping.wait())
    await asyncio.wait([starting, interrupted], return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return
    running_parts = starting.result()
    try:
        link = await sign_in_link(settings)
        public = settings.public_origin or f"http://{settings.public_host}:{settings.public_port}"
        print(
            f"\nRepère is ready ({time.monotonic() - started:.0f} s).\n"
            f"  chat      {public}/\n"
            f"  console   {link.rsplit('/signin/')[0]}/console\n"
            f"  sign-in   {link}\n"
            f"            (first member of staff; works once, within {settings.sign_in_link_lifetime})\n"
            "Ctrl-C stops everything.",
            flush=True,
        )
        await interrupted
    finally:
        print("\n· stopping …", flush=True)
        await running_parts.stop()
        print("· stopped", flush=True)


def run_one(settings: Settings, name: str) -> int:
    """Becomes one part. Returns only when there is no such part."""
    parts = all_parts(settings)
    if name not in parts:
        print(f"repere: no part named {name}; there are {', '.join(parts)}", file=sys.stderr)
        return 2
    os.chdir(PROJECT_FOLDER)
    part = parts[name]
    os.execve(part.command[0], part.command, environment_of(part))


def main(arguments: list[str]) -> int:
    try:
        settings = Settings.load()
        if arguments:
            return run_one(settings, arguments[0])
        asyncio.run(run_everything(settings))
    except (SettingError, StartError) as error:
        print(f"repere: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
