"""``make bench``: how long each step of a message takes, on this machine, in one run.

Times are milliseconds. "whole reply" is measured at the chat page's own WebSocket, on the running
service: from sending a message to its first answer. The baseline of the ratios is a bare round trip
on the same socket (ping → pong), in the same run.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from handoff.assistant.rasa import RasaClient
from handoff.run import RunningParts
from handoff.settings import Settings
from handoff.understanding import Understanding
from tests.chat_client import ChatClient

MESSAGES = (
    "salut, jsais pas trop par ou commencer",
    "est-ce que c'est anonyme ici ?",
    "un mec sur snap me demande des photos et il dit qu'il paye",
    "ma pote Inès fait des trucs bizarres le soir à Lyon, je m'inquiète pour elle",
    "comment porter plainte quand on est mineur",
    "mon numero c'est le 06 39 98 12 34 rappelez moi",
    "où dormir ce soir, je suis parti de chez moi",
    "c koi la pilule du lendemain et c gratuit ou pas",
)
ROUNDS = 12
CONVERSATIONS_AT_ONCE = 50


def percentiles(times: list[float]) -> tuple[float, float]:
    """p50 and p99, in milliseconds."""
    return statistics.median(times) * 1000, statistics.quantiles(times, n=100)[98] * 1000


async def timed(action: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = await action()
    return time.perf_counter() - started, result


async def ping(client: ChatClient) -> None:
    await client.send({"type": "ping"})
    await client.until(lambda frame: frame["type"] == "pong")


async def ask(client: ChatClient, text: str) -> tuple[float, float]:
    """Seconds until "reçu", and until the first answer."""
    started = time.perf_counter()
    message_id = await client.write(text)
    await client.until(lambda frame: frame["type"] == "received" and frame["id"] == message_id)
    received = time.perf_counter() - started
    await client.answer(60)
    return received, time.perf_counter() - started


async def whole_replies(address: str, conversations: int, rounds: int) -> tuple[list[float], list[float]]:
    """Times to "reçu" and to the first answer, with so many conversations writing at the same moment."""
    clients = [await ChatClient.open(address) for _ in range(conversations)]
    received: list[float] = []
    answered: list[float] = []
    for number in range(rounds):
        text = MESSAGES[number % len(MESSAGES)]
        for times in await asyncio.gather(*(ask(client, text) for client in clients)):
            received.append(times[0])
            answered.append(times[1])
        await asyncio.sleep(0.5)
    for client in clients:
        await client.send({"type": "erase"})
        await client.socket.close()
    return received, answered


async def main() -> int:
    rows: list[tuple[str, list[float]]] = []
    with tempfile.TemporaryDirectory(prefix="repere-") as name:
        folder = Path(name)
        settings = Settings.load().apart(folder).model_copy(update={"burst_messages": 1000})
        understanding = Understanding.load(settings)
        stripped = [await understanding.strip(text, "x") for text in MESSAGES]
        async with RunningParts(settings, log_folder=folder / "log"):
            rasa = RasaClient(settings.effective_rasa_url, 30)
            strip, weigh, turn = [], [], []
            for _ in range(ROUNDS):
                for text, clean in zip(MESSAGES, stripped, strict=True):
                    strip.append((await timed(lambda text=text: understanding.strip(text, "x")))[0])
                    weigh.append((await timed(lambda clean=clean: understanding.weigh(clean)))[0])
                    sender = uuid.uuid4().hex
                    turn.append((await timed(lambda s=sender, c=clean: rasa.turn(s, c)))[0])
            await rasa.close()
            address = f"http://127.0.0.1:{settings.public_port}"
            probe = await ChatClient.open(address)
            pings = [(await timed(lambda: ping(probe)))[0] for _ in range(200)]
            one = await whole_replies(address, 1, len(MESSAGES) * ROUNDS)
            many = await whole_replies(address, CONVERSATIONS_AT_ONCE, len(MESSAGES))
    rows = [
        ("ping (baseline)", pings),
        ("strip", strip),
        ("weigh", weigh),
        ("Rasa turn", turn),
        ("one at a time: reçu", one[0]),
        ("one at a time: whole reply", one[1]),
        (f"{CONVERSATIONS_AT_ONCE} at once: reçu", many[0]),
        (f"{CONVERSATIONS_AT_ONCE} at once: whole reply", many[1]),
    ]
    baseline = percentiles(pings)[0]
    print(f"{'':32}{'p50 ms':>10}{'p99 ms':>10}{'p50 / ping':>12}{'n':>7}")
    for label, times in rows:
        p50, p99 = percentiles(times)
        print(f"{label:32}{p50:10.1f}{p99:10.1f}{p50 / baseline:12.1f}{len(times):7}")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
