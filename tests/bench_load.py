"""``make bench-load``: many conversations at once, measured at their sockets, in one run.

    make bench-load ARGS="1000 120"      conversations, seconds (200 and 60 when nothing is said)

Each writes every 20 s on average; one in ten talks with a counsellor, whose console answers each message.
Times are milliseconds. The writers run on the same cores as the service and are counted apart. What was
acknowledged and never shown, or shown twice, is counted too.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from handoff.run import RunningParts, sign_in_link
from handoff.settings import Settings
from tests.bench import MESSAGES
from tests.chat_client import ChatClient, Frame

SECONDS_BETWEEN = 20.0
WITH_COUNSELLOR = 10  # one in so many
OPEN_AT_ONCE = 20
GRACE_SECONDS = 15.0
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Seen:
    """What happened, by the moment each thing did."""

    sent: dict[str, float] = field(default_factory=dict)
    received: dict[str, float] = field(default_factory=dict)
    replies: list[float] = field(default_factory=list)
    waiting_for_reply: dict[str, float] = field(default_factory=dict)
    to_console: Counter[str] = field(default_factory=Counter)
    to_page: Counter[str] = field(default_factory=Counter)
    delivery: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    said_by_counsellor: dict[str, float] = field(default_factory=dict)
    other: Counter[str] = field(default_factory=Counter)
    counselled: set[str] = field(default_factory=set)


async def read_page(client: ChatClient, seen: Seen) -> None:
    """Notes what one page is told."""
    async for raw in client.socket:
        frame: Frame = json.loads(raw)
        now = time.perf_counter()
        if frame["type"] == "received":
            seen.received[frame["id"]] = now
        elif frame["type"] == "message" and frame["author"] == "counsellor":
            seen.to_page[frame["id"]] += 1
            if frame["id"] in seen.said_by_counsellor:
                seen.delivery["counsellor to page"].append(now - seen.said_by_counsellor[frame["id"]])
        elif frame["type"] == "message" and frame["author"] in ("assistant", "service"):
            asked = seen.waiting_for_reply.pop(client.conversation, None)
            if asked is not None:
                seen.replies.append(now - asked)
        elif frame["type"] in ("slow_down", "unavailable", "refused"):
            seen.other[frame["type"]] += 1


async def write_page(client: ChatClient, seen: Seen, until: float, number: int) -> None:
    """One young person: a message every 20 s on average."""
    texts = itertools.cycle(MESSAGES[number % len(MESSAGES) :] + MESSAGES[: number % len(MESSAGES)])
    await asyncio.sleep(random.uniform(0, SECONDS_BETWEEN))
    while time.perf_counter() < until:
        now = time.perf_counter()
        message_id = f"{client.conversation}-{now}"
        seen.sent[message_id] = now
        if client.conversation not in seen.counselled:
            seen.waiting_for_reply.setdefault(client.conversation, now)
        await client.write(next(texts), message_id)
        await asyncio.sleep(random.expovariate(1 / SECONDS_BETWEEN))


class Console:
    """One counsellor who claims whoever waits, and answers every message."""

    def __init__(self, address: str, http: httpx.AsyncClient, socket: ClientConnection, seen: Seen) -> None:
        self._address, self._http, self._socket, self._seen = address, http, socket, seen
        self._claimed: set[str] = set()

    async def run(self) -> None:
        async for raw in self._socket:
            frame = json.loads(raw)
            if frame["type"] == "list":
                await asyncio.gather(*(self._claim(each["conversation"]) for each in frame["waiting"]))
            elif frame["type"] == "message" and frame["author"] == "young_person":
                await self._answer(frame)

    async def _claim(self, conversation: str) -> None:
        # Only those that asked for a person: the others are the assistant's in this run.
        if conversation in self._claimed or conversation not in self._seen.counselled:
            return
        self._claimed.add(conversation)
        await self._http.post(f"{self._address}/api/conversations/{conversation}/claim")

    async def _answer(self, frame: dict[str, Any]) -> None:
        now = time.perf_counter()
        if frame["id"] in self._seen.sent:
            self._seen.to_console[frame["id"]] += 1
            self._seen.delivery["page to console"].append(now - self._seen.sent[frame["id"]])
        reply = f"re-{frame['id']}"
        self._seen.said_by_counsellor[reply] = now
        words = {"type": "message", "conversation": frame["conversation"], "id": reply, "checked": True}
        await self._socket.send(json.dumps({**words, "text": "Je te lis, continue."}))


def usage(parts: RunningParts) -> dict[str, tuple[float, float]]:
    """CPU seconds so far and resident MiB of each part, with whatever it started."""
    found: dict[str, tuple[float, float]] = {}
    groups = {part.process.pid: name for name, part in parts.running.items() if part.process is not None}
    for folder in Path("/proc").iterdir():
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            name = groups.get(int(fields[2]))
            pages = int((folder / "statm").read_text().split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if name:
            cpu, memory = found.get(name, (0.0, 0.0))
            found[name] = (cpu + (int(fields[11]) + int(fields[12])) / TICKS, memory + pages * PAGE / 2**20)
    return found


def line(label: str, times: list[float]) -> str:
    """p50 and p99 in milliseconds."""
    if len(times) < 2:
        return f"{label:32}{'too few':>20}{len(times):7}"
    p99 = statistics.quantiles(times, n=100)[98] * 1000
    return f"{label:32}{statistics.median(times) * 1000:10.0f}{p99:10.0f}{len(times):7}"


async def load(settings: Settings, parts: RunningParts, conversations: int, seconds: float) -> None:
    """Runs the load and prints what was seen."""
    chat, staff = f"http://127.0.0.1:{settings.public_port}", f"http://127.0.0.1:{settings.staff_port}"
    seen = Seen()
    clients: list[ChatClient] = []
    for _ in range(0, conversations, OPEN_AT_ONCE):
        wanted = min(OPEN_AT_ONCE, conversations - len(clients))
        clients += await asyncio.gather(*(ChatClient.open(chat) for _ in range(wanted)))
    seen.counselled = {each.conversation for each in clients[::WITH_COUNSELLOR]}
    async with httpx.AsyncClient(headers={"X-Requested-With": "repere-console"}, timeout=30) as http:
        await http.get(await sign_in_link(settings))
        cookie = {"Cookie": f"repere_staff={http.cookies['repere_staff']}"}
        address = staff.replace("http", "ws") + "/ws/console"
        socket = await connect(address, additional_headers=cookie, origin=staff, max_size=None)  # type: ignore[arg-type]
        tasks = [asyncio.create_task(Console(staff, http, socket, seen).run())]
        tasks += [asyncio.create_task(read_page(each, seen)) for each in clients]
        for each in clients[::WITH_COUNSELLOR]:
            await each.send({"type": "ask_person", "id": "aide"})
        await asyncio.sleep(5)
        before, own, started = usage(parts), time.process_time(), time.perf_counter()
        until = started + seconds
        await asyncio.gather(*(write_page(each, seen, until, n) for n, each in enumerate(clients)))
        elapsed = time.perf_counter() - started
        after = usage(parts)
        own = time.process_time() - own
        await asyncio.sleep(GRACE_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await socket.close()
    for each in clients:
        await each.socket.close()
    report(seen, conversations, elapsed, before, after, own)


def report(
    seen: Seen,
    conversations: int,
    elapsed: float,
    before: dict[str, tuple[float, float]],
    after: dict[str, tuple[float, float]],
    own: float,
) -> None:
    """What was measured, as a table."""
    counselled = {
        each for each in seen.received if each.partition("-")[0] in seen.counselled and each in seen.sent
    }
    lost = len(counselled - set(seen.to_console)) + len(set(seen.said_by_counsellor) - set(seen.to_page))
    doubled = sum(n > 1 for n in (*seen.to_console.values(), *seen.to_page.values()))
    print(f"{conversations} conversations, {elapsed:.0f} s, {len(seen.sent) / elapsed:.1f} messages a second")
    print(f"{'':32}{'p50 ms':>10}{'p99 ms':>10}{'n':>7}")
    print(
        line("reçu", [seen.received[each] - seen.sent[each] for each in seen.received if each in seen.sent])
    )
    print(line("first reply of the assistant", seen.replies))
    for label, times in seen.delivery.items():
        print(line(label, times))
    print(
        f"sent {len(seen.sent)}, acknowledged {len(seen.sent.keys() & seen.received)}, "
        f"with a counsellor {len(counselled)} + {len(seen.said_by_counsellor)}, "
        f"lost {lost}, doubled {doubled}, without a reply {len(seen.waiting_for_reply)}, "
        f"other {dict(seen.other)}"
    )
    print(f"{'':32}{'CPU, cores':>10}{'MiB':>10}{'KiB a conv.':>12}")
    for name, (cpu, memory) in after.items():
        cores = (cpu - before.get(name, (0.0, 0.0))[0]) / elapsed
        print(f"{name:32}{cores:10.2f}{memory:10.0f}{memory * 1024 / conversations:12.0f}")
    print(f"{'(the writers themselves)':32}{own / elapsed:10.2f}")
    print(f"memory of all parts {sum(memory for _, memory in after.values()):.0f} MiB")


async def main(arguments: list[str]) -> int:
    conversations, seconds = (int(each) for each in (arguments + ["200", "60"][len(arguments) :])[:2])
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        folder = Path(name)
        unlimited = dict.fromkeys(
            ("flood_conversations", "flood_messages", "flood_returns"), "1000000 1000000"
        )
        settings = Settings.load().apart(folder).model_copy(update={"burst_messages": 1000, **unlimited})
        async with RunningParts(settings, log_folder=folder / "log") as parts:
            await load(settings, parts, conversations, float(seconds))
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
