"""Training: plays the young person of a script, in a world of its own.

The store it writes to is not the service's (another Redis database), so nothing of it can reach a real
person, the real waiting list or the figures. How far a script has come is read from the log itself:
each scripted line carries its place as the message's id, so a restart goes on where it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from handoff.conversation import (
    Author,
    AuthoredText,
    Message,
    Reader,
    RiskLevel,
    StrippedText,
    Verdict,
)
from handoff.errors import ConversationUnknownError, MoveRefusedError, StoreUnavailableError
from handoff.staff.board import Board
from handoff.staff.desk import StripNote
from handoff.staff.scenarios import Line, Scenario
from handoff.store.conversations import ConversationStore
from handoff.store.duty import Duty, DutyBook, DutyState
from handoff.store.notes import NoteKind, Notes

logger = logging.getLogger(__name__)

COACH = "Repère"
# Somebody to pass a conversation on to. No account has such a number.
COLLEAGUE = Duty(-1, "Collègue (entraînement)", DutyState.ON, capacity=1000)
COLLEAGUE_SEEN_EVERY_SECONDS = 5.0
READING_SECONDS = 1.5
TYPING_SECONDS = 2.0


class Trainer:
    """``run`` for as long as the process lives."""

    def __init__(
        self,
        scenarios: Mapping[str, Scenario],
        store: ConversationStore,
        notes: Notes,
        duty: DutyBook,
        board: Board,
        strip: StripNote,
        pace: float = 1.0,
    ) -> None:
        self._scenarios = scenarios
        self._store = store
        self._notes = notes
        self._duty = duty
        self._board = board
        self._strip = strip
        self._pace = pace
        self._playing: dict[str, asyncio.Task[None]] = {}
        self._colleague_seen_at = -COLLEAGUE_SEEN_EVERY_SECONDS

    def titles(self, language: str) -> list[tuple[str, str]]:
        """(id, title) of every scenario."""
        return [(each.id, each.title.get(language) or each.title["fr"]) for each in self._scenarios.values()]

    async def start(self, scenario_id: str) -> str | None:
        """Puts a scripted young person on the training waiting list; None when there is no such script."""
        scenario = self._scenarios.get(scenario_id)
        if scenario is None:
            return None
        conversation_id, _ = await self._store.open("web")
        fields: dict[str, str | int] = {"audience": scenario.audience.value}
        if scenario.departement:
            fields["departement"] = scenario.departement
        await self._store.write(conversation_id, **fields)
        reasons: list[str] = []
        for number, line in enumerate(scenario.opening):
            await self._say(conversation_id, line, f"{scenario.id}/0/{number}")
            reasons = list(line.reasons) or reasons
        if reasons:
            await self._store.write_reason(conversation_id, " ; ".join(reasons))
        if scenario.coach:
            await self._coach(conversation_id, scenario.coach)
        await self._store.page_open(conversation_id)
        also: dict[str, str | int] = {"asked": 1} if scenario.asks_for_person else {}
        await self._store.move(conversation_id, Reader.WAITING, only_from=[Reader.ASSISTANT], also=also)
        return conversation_id

    async def run(self) -> None:
        """Answers trainees until cancelled."""
        try:
            with self._board.listen(0, sees_everything=True) as listener:
                while True:
                    await self._keep_the_colleague_there()
                    self._look()
                    await listener.changed(1.0)
        finally:
            for task in self._playing.values():
                task.cancel()

    async def _keep_the_colleague_there(self) -> None:
        if time.monotonic() - self._colleague_seen_at < COLLEAGUE_SEEN_EVERY_SECONDS:
            return
        with contextlib.suppress(StoreUnavailableError):
            await self._duty.sign_of_life(COLLEAGUE)
            self._colleague_seen_at = time.monotonic()

    def _look(self) -> None:
        for conversation_id in [name for name, task in self._playing.items() if task.done()]:
            del self._playing[conversation_id]
        for glimpse in self._board.held():
            conversation = glimpse.conversation
            if conversation.id not in self._playing:
                passed_on = conversation.counsellor_id == COLLEAGUE.counsellor_id
                play = self._end(conversation.id) if passed_on else self._play(conversation.id)
                self._playing[conversation.id] = asyncio.create_task(play)

    async def _end(self, conversation_id: str) -> None:
        """Passed on to the colleague, a script is over."""
        with contextlib.suppress(ConversationUnknownError, MoveRefusedError, StoreUnavailableError):
            await self._store.move(
                conversation_id,
                Reader.CLOSED,
                only_from=[Reader.COUNSELLOR],
                owned_by=COLLEAGUE.counsellor_id,
            )

    async def _play(self, conversation_id: str) -> None:
        """One turn, if the trainee has answered since the last one."""
        try:
            await self._store.page_open(conversation_id)
            log = await self._store.read(conversation_id)
            scenario, turn = self._place(log)
            if scenario is None or not _answered(log):
                return
            await asyncio.sleep(READING_SECONDS * self._pace)
            await self._store.mark_read(conversation_id, log[-1].position, by_young_person=True)
            if turn > len(scenario.turns):
                return
            for number, line in enumerate(scenario.turns[turn - 1].say):
                await self._store.announce(conversation_id, "typing:young_person")
                await asyncio.sleep(TYPING_SECONDS * self._pace)
                again = await self._say(conversation_id, line, f"{scenario.id}/{turn}/{number}")
                if again:
                    return  # another process plays this one
            await self._coach_after(conversation_id, scenario, turn)
        except (ConversationUnknownError, MoveRefusedError, StoreUnavailableError):
            logger.info("a training conversation ended while it was played")

    def _place(self, log: list[Message]) -> tuple[Scenario | None, int]:
        """The script of a conversation, and the number of its next turn."""
        scenario, last = None, 0
        for message in log:
            name, _, place = (message.client_id or "").partition("/")
            if message.author is Author.YOUNG_PERSON and name in self._scenarios and place:
                scenario, last = self._scenarios[name], int(place.partition("/")[0])
        return scenario, last + 1

    async def _coach_after(self, conversation_id: str, scenario: Scenario, turn: int) -> None:
        if scenario.turns[turn - 1].coach:
            await self._coach(conversation_id, scenario.turns[turn - 1].coach)
        if turn == len(scenario.turns):
            await self._coach(conversation_id, scenario.debrief)

    async def _coach(self, conversation_id: str, text: str) -> None:
        # Our own words, through the same door as everybody's notes.
        await self._notes.add(
            conversation_id, NoteKind.COACH, COACH, await self._strip(text, conversation_id)
        )

    async def _say(self, conversation_id: str, line: Line, client_id: str) -> bool:
        """Writes a line; True when it was there already."""
        text: StrippedText | AuthoredText = AuthoredText(line.text)
        verdict = None
        also: dict[str, str | int] = {}
        if line.author is Author.YOUNG_PERSON:
            text = await self._strip(line.text, conversation_id)
            verdict = Verdict(RiskLevel(line.level), line.category, line.level / 3, line.reasons)
            also["level"] = line.level
            if line.level:
                also["category"] = line.category.value
            if text.departement:
                also["departement"] = text.departement
        message = Message(line.author, text, datetime.now(UTC), client_id=client_id, verdict=verdict)
        _, again = await self._store.append(conversation_id, message, also=also)
        return again


def _answered(log: list[Message]) -> bool:
    """Whether a counsellor wrote since the young person's last line."""
    for message in reversed(log):
        if message.author is Author.YOUNG_PERSON:
            return False
        if message.author is Author.COUNSELLOR:
            return True
    return False
