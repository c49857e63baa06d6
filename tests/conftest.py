"""Shared by all tests: a real Redis of our own, a clock's worth of helpers. Nothing is mocked."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from handoff.conversation import Author, Message, StrippedText, Verdict
from handoff.store import connection, embedded
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore

pytest_plugins = ["tests.running_service", "tests.staff_alone"]

MASTER_KEY = bytes(range(32))


class RedisServer:
    """A real redis-server on a Unix socket, that a test may stop and start again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}?db=0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = embedded.command(self.folder, self.socket)
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        give_up_at = time.monotonic() + 10
        while time.monotonic() < give_up_at:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                if client.recv(16).startswith(b"+PONG"):
                    return
            time.sleep(0.02)
        raise RuntimeError("the test's Redis did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    # Not pytest's own folder: its path is too long for a Unix socket on some machines.
    with tempfile.TemporaryDirectory(prefix="repere-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture
async def redis(redis_server: RedisServer) -> AsyncIterator[Redis]:
    """An empty Redis."""
    client = connection.connect(redis_server.url)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
def store(redis: Redis) -> ConversationStore:
    return ConversationStore(redis, MasterKey(MASTER_KEY), timedelta(hours=24), timedelta(seconds=60))


def said(
    text: str, client_id: str | None = None, verdict: Verdict | None = None, *, pressed: bool = False
) -> Message:
    """A young person's message as the path would store it."""
    return Message(
        Author.YOUNG_PERSON,
        StrippedText.from_privacy(text),
        datetime.now(UTC),
        client_id=client_id,
        verdict=verdict or Verdict(),
        pressed=pressed,
    )


async def eventually(condition: object, within_seconds: float = 10.0) -> None:
    """Waits until ``condition()`` (a plain or async function) is true."""
    assert callable(condition)
    give_up_at = time.monotonic() + within_seconds
    while True:
        result = condition()
        if asyncio.iscoroutine(result):
            result = await result
        if result:
            return
        assert time.monotonic() < give_up_at, "it did not happen"
        await asyncio.sleep(0.02)
