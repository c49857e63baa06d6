"""What the consoles of this process show, kept in memory: one reading of Redis for all of them.

A change reloads the conversation it names, and everything is read again now and then, so that a
notice that was lost mends itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from handoff.conversation import Reader
from handoff.errors import StoreUnavailableError
from handoff.store.duty import Duty, DutyBook
from handoff.store.feed import Feed, Listener
from handoff.store.overview import Glimpse, Overview, in_order

EVERYTHING_AGAIN_SECONDS = 5.0
RETRY_SECONDS = 0.5

Built = TypeVar("Built")


class ConsoleListener(Listener):
    """One console. It is woken for what it shows, so that two hundred of them do not all look each time."""

    def __init__(self, counsellor_id: int, sees_everything: bool) -> None:
        super().__init__()
        self.counsellor_id = counsellor_id
        self.sees_everything = sees_everything
        self.along: set[str] = set()  # conversations of others that this console reads


class Board:
    """``run`` for as long as the process lives."""

    def __init__(self, overview: Overview, duty: DutyBook, feed: Feed) -> None:
        self._overview = overview
        self._duty = duty
        self._feed = feed
        self._glimpses: dict[str, Glimpse] = {}
        self._held: defaultdict[int, dict[str, Glimpse]] = defaultdict(dict)
        self._duties: dict[int, Duty] = {}
        self._built: dict[str, Any] = {}
        self._listeners: set[ConsoleListener] = set()

    # -- what there is --------------------------------------------------------------------

    def find(self, conversation_id: str) -> Glimpse | None:
        """A conversation that waits or is held."""
        return self._glimpses.get(conversation_id)

    def waiting(self) -> list[Glimpse]:
        """The waiting list, in order."""
        return self.built("waiting", lambda: in_order(self._glimpses.values()))

    def held(self) -> list[Glimpse]:
        """Every conversation that a counsellor holds, oldest first."""
        return self.built("held", lambda: _oldest_first(self._glimpses))

    def held_by(self, counsellor_id: int) -> list[Glimpse]:
        """The conversations of one counsellor, oldest first."""
        return _oldest_first(self._held.get(counsellor_id, {}))

    def built(self, name: str, build: Callable[[], Built]) -> Built:
        """Something made of the whole board, once for all consoles, until the board changes."""
        if name not in self._built:
            self._built[name] = build()
        found: Built = self._built[name]
        return found

    def duties(self) -> list[Duty]:
        """Everybody at their console, by name."""
        return sorted(self._duties.values(), key=lambda each: (each.name, each.counsellor_id))

    def duty(self, counsellor_id: int) -> Duty | None:
        return self._duties.get(counsellor_id)

    @contextlib.contextmanager
    def listen(self, counsellor_id: int, *, sees_everything: bool) -> Iterator[ConsoleListener]:
        """Woken with ``<conversation> <what>`` once what it says is on the board."""
        listener = ConsoleListener(counsellor_id, sees_everything)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def is_at_a_console(self, counsellor_id: int) -> bool:
        """Whether a console of this member of staff is open in this process."""
        return any(each.counsellor_id == counsellor_id for each in self._listeners)

    # -- keeping it true ------------------------------------------------------------------

    async def run(self) -> None:
        """Follows the feed until cancelled; an outage of Redis is waited for."""
        with self._feed.listen() as listener:
            hints: set[str] = set()
            again_at = 0.0
            while True:
                try:
                    if time.monotonic() >= again_at or "changed" in hints:
                        await self._load_everything()
                        again_at = time.monotonic() + EVERYTHING_AGAIN_SECONDS
                        self._wake_all()
                    else:
                        await self._load(hints)
                except StoreUnavailableError:
                    again_at = 0.0
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                hints = await listener.changed(max(0.0, again_at - time.monotonic()))

    async def _load(self, hints: set[str]) -> None:
        changed = [(hint, *hint.partition(" ")[::2]) for hint in hints]
        ids = {name for _, name, what in changed if name and not what.startswith("typing")}
        concerned = {name: self._concerned(name) for _, name, _ in changed}
        if ids:
            found = await self._overview.load(ids)
            for each in ids:
                self._place(each, found.get(each))
        if any(what == "duty" for _, _, what in changed):
            await self._load_duties()
        self._built.clear()
        for hint, name, _ in changed:
            for listener in concerned[name] | self._concerned(name):
                listener.wake(hint)

    def _concerned(self, conversation_id: str) -> set[ConsoleListener]:
        """Whose screen a conversation is on; everybody's when it waits or its counsellor asks for help."""
        glimpse = self._glimpses.get(conversation_id)
        if glimpse is None:
            return set() if conversation_id else set(self._listeners)
        conversation = glimpse.conversation
        if conversation.reader is Reader.WAITING or conversation.help_since:
            return set(self._listeners)
        return {
            each
            for each in self._listeners
            if each.sees_everything
            or each.counsellor_id == conversation.counsellor_id
            or conversation_id in each.along
        }

    def _place(self, conversation_id: str, glimpse: Glimpse | None) -> None:
        before = self._glimpses.pop(conversation_id, None)
        if before is not None:
            self._held[before.conversation.counsellor_id or 0].pop(conversation_id, None)
        if glimpse is not None:
            self._glimpses[conversation_id] = glimpse
            if glimpse.conversation.counsellor_id:
                self._held[glimpse.conversation.counsellor_id][conversation_id] = glimpse

    async def _load_everything(self) -> None:
        found = await self._overview.load(await self._overview.all_ids())
        self._glimpses.clear()
        self._held.clear()
        for each, glimpse in found.items():
            self._place(each, glimpse)
        await self._load_duties()
        self._built.clear()

    async def _load_duties(self) -> None:
        self._duties = {each.counsellor_id: each for each in await self._duty.at_their_console()}

    def _wake_all(self) -> None:
        for listener in tuple(self._listeners):
            listener.wake("changed")


def _oldest_first(glimpses: dict[str, Glimpse]) -> list[Glimpse]:
    held = (each for each in glimpses.values() if each.conversation.reader is Reader.COUNSELLOR)
    return sorted(held, key=_age)


def _age(glimpse: Glimpse) -> tuple[float, str]:
    created = glimpse.conversation.created_at
    return (created.timestamp() if created else 0.0, glimpse.conversation.id)
