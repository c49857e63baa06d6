"""The call to people who are not at a console, received by small servers of ours over real HTTP and SMTP."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from handoff.app_parts import load_words
from handoff.assistant.words import ServiceWords
from handoff.conversation import Category, Reader, RiskLevel
from handoff.errors import SettingError
from handoff.settings import Settings
from handoff.staff.alarm import Alarm
from handoff.staff.board import Board
from handoff.staff.escalation import Escalation
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore, now_ms
from handoff.store.duty import DutyBook
from handoff.store.feed import Feed
from handoff.store.overview import Overview
from tests.conftest import MASTER_KEY, eventually, said

Streams = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
WAITED = timedelta(minutes=3)

# apprise looks for a module that Python 3.13 no longer has.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")


@pytest.fixture(scope="module")
def words() -> ServiceWords:
    return load_words(Settings.load())[0]


@contextlib.asynccontextmanager
async def serving(answer: Streams) -> AsyncIterator[int]:
    """A server on a free port of this machine."""
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


class WebhookServer:
    """Takes what is posted, or refuses it."""

    def __init__(self) -> None:
        self.status = "200 OK"
        self.posted: list[dict[str, str]] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].partition("\r\n")[0])
        self.posted.append(json.loads(await reader.readexactly(length)))
        writer.write(f"HTTP/1.1 {self.status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


class MailServer:
    """The little of SMTP that takes a message."""

    def __init__(self) -> None:
        self.mails: list[str] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        while line := (await reader.readline()).decode().strip():
            if line.upper() == "DATA":
                writer.write(b"354 go on\r\n")
                self.mails.append((await reader.readuntil(b"\r\n.\r\n")).decode())
            writer.write(b"221 bye\r\n" if line.upper() == "QUIT" else b"250 ok\r\n")
            if line.upper() == "QUIT":
                break
        await writer.drain()
        writer.close()


async def test_a_webhook_and_an_e_mail_say_that_somebody_waits_and_nothing_else(words: ServiceWords) -> None:
    webhook, mail = WebhookServer(), MailServer()
    async with serving(webhook.answer) as http, serving(mail.answer) as smtp:
        addresses = [
            f"json://127.0.0.1:{http}/alarm",
            f"mailto://127.0.0.1:{smtp}?from=console@exemple.fr&to=garde@exemple.fr&mode=insecure&smtp=127.0.0.1",
        ]
        assert await Alarm(addresses, words).call(WAITED)
    (posted,) = webhook.posted
    assert "niveau 3" in posted["title"]
    assert "3 min" in posted["message"]
    (received,) = mail.mails
    assert "garde@exemple.fr" in received


def test_an_address_that_nobody_knows_stops_the_start_without_showing_it(words: ServiceWords) -> None:
    with pytest.raises(SettingError) as error:
        Alarm(["inconnu://secret"], words)
    assert "REPERE_ALARM_TO" in str(error.value)
    assert "secret" not in str(error.value)


async def test_danger_that_a_counsellor_leaves_unread_calls_like_danger_that_waits(
    redis: Redis, words: ServiceWords
) -> None:
    late = 0
    store = ConversationStore(
        redis,
        MasterKey(MASTER_KEY),
        timedelta(hours=1),
        timedelta(seconds=60),
        clock=lambda: now_ms() + late,
    )
    duty = DutyBook(redis, store, timedelta(seconds=60), 3, timedelta(minutes=10))
    board = Board(Overview(redis, MasterKey(MASTER_KEY), store), duty, Feed(redis))
    webhook = WebhookServer()
    danger, _ = await store.open("web")
    await store.append(danger, said("…"), also={"level": 3, "category": Category.SUICIDE.value})
    await store.move(danger, Reader.WAITING)
    late = 600_000  # it waited for long: whoever takes it now has time to read
    await store.move(danger, Reader.COUNSELLOR, new_owner=1)
    async with serving(webhook.answer) as port:
        alarm = Alarm([f"json://127.0.0.1:{port}/"], words)
        escalation = Escalation(board, store, alarm, timedelta(minutes=1), timedelta(minutes=3))

        async def is_on_the_board() -> bool:
            return [each.conversation for each in board.held()] == [await store.get(danger)]

        async def look() -> bool:
            await eventually(is_on_the_board)
            await escalation.look()
            return (await store.get(danger)).escalated

        running = asyncio.create_task(board.run())
        try:
            assert not await look()
            late += 61_000
            assert await look()
            assert webhook.posted == []
            # Read: over. The next word counts from when it came.
            await store.mark_read(danger, (await store.read(danger))[-1].position)
            late += 600_000
            assert not await look()
            await store.append(danger, said("tu es là ?"))
            assert not await look()
            late += 59_000
            await store.append(danger, said("réponds"))
            late += 2_000
            assert await look()  # from the first one on: who goes on writing is not pushed back
            # With another counsellor, who has time to read as well.
            await store.pass_on(danger, 2, "Driss")
            assert not await look()
            assert webhook.posted == []
            late += 181_000
            assert await look()
            assert len(webhook.posted) == 1
            await escalation.look()
            assert len(webhook.posted) == 1
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_danger_that_waits_calls_supervisors_then_people_outside_once_and_again_if_it_failed(
    redis: Redis, words: ServiceWords
) -> None:
    late = 0
    store = ConversationStore(
        redis,
        MasterKey(MASTER_KEY),
        timedelta(hours=1),
        timedelta(seconds=60),
        clock=lambda: now_ms() + late,
    )
    duty = DutyBook(redis, store, timedelta(seconds=60), 3, timedelta(minutes=10))
    board = Board(Overview(redis, MasterKey(MASTER_KEY), store), duty, Feed(redis))
    webhook = WebhookServer()
    danger, _ = await store.open("web")
    calm, _ = await store.open("web")
    await store.append(danger, said("…"), also={"level": 3, "category": Category.SUICIDE.value})
    for each in (danger, calm):
        await store.move(each, Reader.WAITING)
    async with serving(webhook.answer) as port:
        alarm = Alarm([f"json://127.0.0.1:{port}/"], words)

        def escalation() -> Escalation:
            return Escalation(board, store, alarm, timedelta(minutes=1), timedelta(minutes=3))

        running = asyncio.create_task(board.run())
        try:
            await eventually(lambda: len(board.waiting()) == 2)
            assert board.waiting()[0].conversation.level is RiskLevel.IMMINENT
            await escalation().look()
            assert not (await store.get(danger)).escalated
            late = 61_000
            await escalation().look()
            assert (await store.get(danger)).escalated
            assert not (await store.get(calm)).escalated
            assert webhook.posted == []
            late = 181_000
            # Whoever closed their page could be answered by nobody: nobody outside is called.
            await store.write(danger, gone_since=now_ms())
            await eventually(lambda: board.waiting()[-1].conversation.id == danger)
            await escalation().look()
            assert webhook.posted == []
            await store.write(danger, gone_since="")
            await eventually(lambda: board.waiting()[0].conversation.id == danger)
            webhook.status = "500 no"
            await escalation().look()
            assert len(webhook.posted) >= 1
            refused = len(webhook.posted)
            webhook.status = "200 OK"
            # Several processes look at once: one calls.
            await asyncio.gather(*(escalation().look() for _ in range(5)))
            assert len(webhook.posted) == refused + 1
            await escalation().look()
            assert len(webhook.posted) == refused + 1
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
