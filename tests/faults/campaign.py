"""Parts killed, frozen and cut while conversations go on: ``make faults``.

    make faults ARGS="200 10000"      conversations, messages of young people in all

Half of the conversations are with counsellors, one in five comes by Telegram. Each fault in its turn, then in
pairs. At the end everything that was acknowledged must have been shown to the other end once and in order,
whoever asked for a person must have one or be on the list, and every message must have had an outcome.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, groupby
from pathlib import Path

from handoff.app_parts import load_words
from handoff.channels.parts import help_line, letter, parts_of
from handoff.channels.telegram import TelegramChannel
from handoff.conversation import Author
from handoff.errors import ConversationUnknownError
from handoff.run import RunningParts, sign_in_link
from handoff.settings import Settings
from handoff.store import connection
from handoff.store.addresses import Addresses
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from tests.channels.bot_api import TOKEN, BotApi
from tests.channels.people import Person
from tests.faults.drivers import Counsellor, Outcomes, Page

FROZEN_SECONDS = 10.0
BETWEEN_SECONDS = 4.0
SETTLED_WITHIN_SECONDS = 180.0
SAID = ("salut", "c'est anonyme ?", "je sais pas trop", "et après ?", "merci")
BY_TELEGRAM = 5  # one in so many
PAIRS = tuple(combinations(("public", "staff", "rasa", "redis"), 2))
# Which end notices that a part works again, and how soon it must (issue 11).
RECOVERY_SECONDS = {"public": 10.0, "staff": 10.0, "redis": 10.0, "actions": 10.0, "rasa": 60.0}


@dataclass
class Report:
    """What was counted."""

    written: int = 0
    acknowledged: int = 0
    acknowledged_by_counsellors: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    without_a_person: list[str] = field(default_factory=list)
    without_an_outcome: int = 0
    outcomes: list[float] = field(default_factory=list)
    recovery: dict[str, float] = field(default_factory=dict)

    def print(self) -> None:
        print(f"written {self.written}, acknowledged {self.acknowledged}", end="")
        print(f" and {self.acknowledged_by_counsellors} by counsellors")
        for what in ("lost", "doubled", "out_of_order", "without_a_person"):
            found = getattr(self, what)
            print(f"{what.replace('_', ' '):20} {len(found)} {found[:5] or ''}")
        print(f"without an outcome   {self.without_an_outcome}")
        if len(self.outcomes) > 1:
            p99 = statistics.quantiles(self.outcomes, n=100)[98]
            longest = max(self.outcomes)
            print(f"outcome after        p50 {statistics.median(self.outcomes):.2f} s, ", end="")
            print(f"p99 {p99:.1f} s, at most {longest:.1f} s")
        for fault, seconds in self.recovery.items():
            print(f"{fault:20} works again after {seconds:.1f} s")


class Campaign:
    """Conversations under way in a running service, and what breaks meanwhile."""

    def __init__(self, settings: Settings, parts: RunningParts, api: BotApi, conversations: int) -> None:
        self._settings, self._parts = settings, parts
        chat = f"http://127.0.0.1:{settings.public_port}"
        by_telegram = conversations // BY_TELEGRAM
        self.outcomes = Outcomes()
        self.pages = [
            Page(chat, f"page{number}", self.outcomes, wants_person=number % 2 == 0)
            for number in range(conversations - by_telegram)
        ]
        self.people = [Person(api) for _ in range(by_telegram)]
        self.told = dict.fromkeys(self.people, 0)
        self.written = 0
        self.recovery: dict[str, float] = {}

    async def run(self, faults: Sequence[tuple[str, ...]], messages: int, frozen: float) -> Report:
        """Writes all the time; breaks in turn; settles; counts."""
        address = f"http://127.0.0.1:{self._settings.staff_port}"
        counsellor = Counsellor(address, await sign_in_link(self._settings))
        async with counsellor.signed_in() as http, asyncio.TaskGroup() as group:
            running = [group.create_task(page.run()) for page in self.pages]
            await self._until(lambda: all(page.conversation for page in self.pages), SETTLED_WITHIN_SECONDS)
            counsellor.wanted = {page.conversation for page in self.pages[::2]}
            running.append(group.create_task(counsellor.run(http)))
            await self._until(lambda: counsellor.mine >= counsellor.wanted, SETTLED_WITHIN_SECONDS)
            writing = group.create_task(self._write(messages))  # and goes on while parts break
            for fault in faults:
                await asyncio.sleep(BETWEEN_SECONDS)
                await self._break(fault, frozen)
            await writing
            await self._until(lambda: self._is_quiet(counsellor), SETTLED_WITHIN_SECONDS)
            for task in running:
                task.cancel()
        return await self._count(counsellor)

    async def _write(self, messages: int) -> None:
        """``messages`` in all, by turns, as fast as people are served."""
        writers = [*self.pages, *self.people]
        for number in range(messages):
            writer, text = writers[number % len(writers)], f"{SAID[number % len(SAID)]} ({number})"
            self.written += 1
            if isinstance(writer, Page):
                while writer.waits > 3:
                    await asyncio.sleep(0.05)
                writer.write(text)
            else:
                await writer.write(text)
                self.told[writer] += 1
            await asyncio.sleep(0.02)

    async def _break(self, names: tuple[str, ...], frozen: float) -> None:
        """``names`` of parts to kill; "freeze rasa" or "freeze redis" stops one for a while."""
        started = time.monotonic()
        if names[0].startswith("freeze "):
            process = self._process(names[0].removeprefix("freeze "))
            os.killpg(process.pid, signal.SIGSTOP)
            await asyncio.sleep(frozen)
            os.killpg(process.pid, signal.SIGCONT)
            started = time.monotonic()
            await self._parts.running[names[0].removeprefix("freeze ")].until_healthy()
        else:
            killed = {name: self._process(name) for name in names}
            for process in killed.values():
                os.killpg(process.pid, signal.SIGKILL)
            for name in names:
                part = self._parts.running[name]
                await self._until(lambda part=part, name=name: part.process is not killed[name], 60)
                await part.until_healthy()
        self.recovery[" + ".join(names)] = time.monotonic() - started

    def _process(self, name: str) -> asyncio.subprocess.Process:
        process = self._parts.running[name].process
        assert process is not None
        return process

    def _is_quiet(self, counsellor: Counsellor) -> bool:
        """Nothing waits to be sent at either end, and everything has an outcome."""
        return (
            not any(page.waits for page in self.pages)
            and not counsellor.waits
            and counsellor.mine >= counsellor.wanted
            and not any(self.outcomes.waiting.values())
            and all(
                len(self._counselled_shown(page, counsellor)) == len(page.seen.acknowledged)
                for page in self.pages[::2]
            )
            and all(
                len(page.seen.shown) >= len(counsellor.seen[page.conversation].acknowledged)
                for page in self.pages[::2]
            )
        )

    @staticmethod
    def _counselled_shown(page: Page, counsellor: Counsellor) -> list[str]:
        return counsellor.seen[page.conversation].shown

    async def _count(self, counsellor: Counsellor) -> Report:
        report = Report(written=self.written, outcomes=self.outcomes.after, recovery=self.recovery)
        report.acknowledged = sum(len(page.seen.acknowledged) for page in self.pages)
        report.acknowledged += sum(self.told.values())
        report.without_an_outcome = sum(map(len, self.outcomes.waiting.values()))
        self._count_between_the_ends(counsellor, report)
        await self._count_in_the_logs(report)
        return report

    def _count_between_the_ends(self, counsellor: Counsellor, report: Report) -> None:
        """What was acknowledged at one end, and what the other showed."""
        for page in self.pages[::2]:
            at_console = counsellor.seen[page.conversation]
            report.acknowledged_by_counsellors += len(at_console.acknowledged)
            for sent, shown, seen in (
                (page.seen.acknowledged, at_console.shown, at_console.doubled),
                (at_console.acknowledged, page.seen.shown, page.seen.doubled),
            ):
                report.lost += sorted(set(sent) - set(shown))
                report.doubled += [each for each, times in seen.items() if times > 1]
                if [each for each in shown if each in set(sent)] != sent:
                    report.out_of_order.append(page.name)
            if page.reader not in ("counsellor", "waiting"):
                report.without_a_person.append(page.name)

    async def _count_in_the_logs(self, report: Report) -> None:
        """What was acknowledged stands in the log once; what the log says stands on each phone.

        What was on the wire to Telegram at a kill may stand there twice (docs/decisions/0050), and the help
        lines that are sent while nothing can be kept stand in no log.
        """
        settings = self._settings
        redis = connection.connect(settings.effective_redis_url)
        key, lifetime = MasterKey(settings.master_key_bytes), settings.conversation_lifetime
        store = ConversationStore(redis, key, lifetime, settings.counsellor_lease)
        addresses = Addresses(redis, store, key, lifetime)
        words, _ = load_words(settings)
        channel = TelegramChannel(TOKEN, "http://127.0.0.1:1", "", "", words)
        for page in self.pages:
            log = await store.read(page.conversation)
            kept = [each.client_id for each in log if each.author is Author.YOUNG_PERSON]
            report.lost += sorted(set(page.seen.acknowledged) - set(kept))
            if len(kept) != len(set(kept)) or [each for each in kept if each in page.seen.acknowledged] != (
                page.seen.acknowledged
            ):
                report.out_of_order.append(f"{page.name} in the log")
        for person, told in self.told.items():
            name = f"telegram {person.chat}"
            try:
                found = await addresses.find("telegram", str(person.chat))
                log = await store.read(found.id) if found else []
            except ConversationUnknownError:
                log = []
            if sum(each.author is Author.YOUNG_PERSON for each in log) != told:
                report.lost.append(f"{name}: what it told")
            said = words.of(found) if found else words
            wanted = [part.text for each in log for part in parts_of(each, channel, said)]
            unkept = said.before(channel.name).unavailable()
            text = "\n\n".join([unkept.text, *(help_line(line, said) for line in unkept.help_lines)])
            beside = {part.text for part in letter(text, unkept.buttons, channel, said, False)}
            shown = [each.text for each in person.shown() if each.text not in beside]
            if [text for text, _ in groupby(shown)] != [text for text, _ in groupby(wanted)]:
                report.out_of_order.append(f"{name} on the phone")
        await channel.close()
        await redis.aclose()

    async def _until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Waits, and goes on all the same when it takes too long: what is missing is counted."""
        give_up_at = time.monotonic() + seconds
        while not condition() and time.monotonic() < give_up_at:
            await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def running(folder: Path, api: BotApi) -> AsyncIterator[tuple[Settings, RunningParts]]:
    """A service of the campaign's own, with Telegram; one counsellor has room for everybody."""
    settings = Settings.load().apart(folder)
    many = dict.fromkeys(("flood_conversations", "flood_messages", "flood_returns"), "1000000 1000000")
    changes = {
        "burst_messages": 1000,
        "at_once": 1000,
        "most_at_once": 1000,
        "severe_in_a_row": 100_000,
        "public_origin": f"http://127.0.0.1:{settings.public_port}",
        "telegram_token": TOKEN,
        "telegram_api": api.server.url,
        **many,
    }
    settings = settings.model_copy(update=changes)
    async with RunningParts(settings, log_folder=folder / "log") as parts:
        yield settings, parts


ALONE: tuple[tuple[str, ...], ...] = (
    ("public",),
    ("staff",),
    ("actions",),
    ("redis",),
    ("freeze redis",),
    ("freeze rasa",),
    ("rasa",),
)


async def main(arguments: list[str]) -> int:
    conversations, messages = (int(each) for each in (arguments + ["200", "10000"][len(arguments) :])[:2])
    api = BotApi()
    api.server.start()
    try:
        with tempfile.TemporaryDirectory(prefix="repere-") as name:
            async with running(Path(name), api) as (settings, parts):
                campaign = Campaign(settings, parts, api, conversations)
                report = await campaign.run((*ALONE, *PAIRS), messages, FROZEN_SECONDS)
    finally:
        await api.close()
    report.print()
    late = [
        fault
        for fault, seconds in report.recovery.items()
        if seconds > RECOVERY_SECONDS.get(fault, max(RECOVERY_SECONDS.values()))
    ]
    print(f"too long to work again: {late or 'none'}")
    broken = report.lost or report.doubled or report.out_of_order or report.without_a_person
    return 1 if broken or report.without_an_outcome else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
