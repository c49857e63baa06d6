"""How long a young person's message takes to show in the console, with many conversations under way.

``python -m tests.bench_console``: the running service, a counsellor's socket for every ten conversations,
each young person writing at their own moment. Milliseconds from sending at the chat page's socket to the
frame at the counsellor's; and of it the console's own part, from "reçu" (stripped, weighed, stored) on.
``REPERE_BENCH_SECONDS`` (20) says for how long. Ends with 1 when a message is missing or one took too long.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handoff.run import RunningParts
from handoff.settings import Settings
from tests.bench import MESSAGES, percentiles
from tests.chat_client import ChatClient
from tests.running_service import Service
from tests.staff_client import Console, console, waiting_young_person

CONVERSATIONS = 300
OF_ONE_COUNSELLOR = 10
BETWEEN_MESSAGES_SECONDS = 30  # of one young person: reading, thinking, typing
P50_AT_MOST_MS, P99_AT_MOST_MS = 150, 400


@dataclass
class Run:
    """What one run saw: moments by message id. Both ends are in this process, so clocks agree."""

    sent_at: dict[str, float] = field(default_factory=dict)
    stored_at: dict[str, float] = field(default_factory=dict)
    shown_at: dict[str, float] = field(default_factory=dict)

    def whole(self) -> list[float]:
        return [shown - self.sent_at[each] for each, shown in self.shown_at.items()]

    def of_the_console(self) -> list[float]:
        """A message may show before "reçu" is back at the page: then it took no time."""
        found = [
            (shown, self.stored_at[each]) for each, shown in self.shown_at.items() if each in self.stored_at
        ]
        return [max(0.0, shown - stored) for shown, stored in found]


async def take_frames(of: Console, run: Run) -> None:
    """Notes when each message shows at a counsellor's console."""
    async for raw in of.socket:
        frame = json.loads(raw)
        if frame["type"] == "message" and frame["id"] in run.sent_at:
            run.shown_at.setdefault(frame["id"], time.perf_counter())


async def drain(young: ChatClient, stored_at: dict[str, float]) -> None:
    """Notes when each message was stored."""
    async for raw in young.socket:
        frame = json.loads(raw)
        if frame["type"] == "received":
            stored_at[frame["id"]] = time.perf_counter()


async def write_now_and_then(young: ChatClient, run: Run, until: float) -> None:
    """Sleeps no longer than the run: who would write after it writes no more."""
    first = random.random() * BETWEEN_MESSAGES_SECONDS
    await asyncio.sleep(min(first, until - time.perf_counter()))
    while time.perf_counter() < until:
        message_id = uuid.uuid4().hex
        run.sent_at[message_id] = time.perf_counter()
        await young.write(random.choice(MESSAGES), message_id)
        pause = BETWEEN_MESSAGES_SECONDS * (0.5 + random.random())
        await asyncio.sleep(min(pause, max(0.0, until - time.perf_counter())))


async def at_work(
    service: Service, number: int, stack: contextlib.AsyncExitStack, run: Run
) -> list[ChatClient]:
    """One counsellor with their conversations, each read from the first moment on."""
    staff = await stack.enter_async_context(console(service, f"Banc {number}"))
    background(stack, take_frames(staff, run))
    people = []
    for _ in range(OF_ONE_COUNSELLOR):
        young = await waiting_young_person(service)
        stack.push_async_callback(young.socket.close)
        background(stack, drain(young, run.stored_at))
        (await staff.act(young.conversation, "claim")).raise_for_status()
        people.append(young)
    return people


def background(stack: contextlib.AsyncExitStack, work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work)
    stack.callback(task.cancel)


async def measure(service: Service, seconds: float) -> Run:
    run = Run()
    async with contextlib.AsyncExitStack() as stack:
        people: list[ChatClient] = []
        for number in range(CONVERSATIONS // OF_ONE_COUNSELLOR):
            people += await at_work(service, number, stack, run)
        print(f"{len(people)} conversations under way", flush=True)
        until = time.perf_counter() + seconds
        await asyncio.gather(*(write_now_and_then(each, run, until) for each in people))
        give_up_at = time.perf_counter() + 10
        while len(run.shown_at) < len(run.sent_at) and time.perf_counter() < give_up_at:
            await asyncio.sleep(0.1)
    return run


def report(run: Run) -> bool:
    """Prints what was seen; whether it is as quick as it must be."""
    missing = len(run.sent_at) - len(run.shown_at)
    print(f"shown in the console: {len(run.shown_at)} messages, {missing} not yet after 10 s")
    for what, times in (("from sending", run.whole()), ("of it from being stored", run.of_the_console())):
        p50, p99 = percentiles(times)
        print(f"  {what}: p50 {p50:.0f} ms, p99 {p99:.0f} ms")
    print(f"  (at most {P50_AT_MOST_MS} and {P99_AT_MOST_MS} from sending)")
    p50, p99 = percentiles(run.whole())
    return missing == 0 and p50 <= P50_AT_MOST_MS and p99 <= P99_AT_MOST_MS


async def main() -> int:
    seconds = float(os.environ.get("REPERE_BENCH_SECONDS", "20"))
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        folder = Path(name)
        patient = {"at_once": 50, "most_at_once": 50, "severe_in_a_row": 1000, "burst_messages": 1000}
        settings = Settings.load().apart(folder).model_copy(update=patient)
        parts = RunningParts(settings, log_folder=folder / "log")
        async with parts:
            quick = report(await measure(Service(settings, parts, folder / "log"), seconds))
    return 0 if quick else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
