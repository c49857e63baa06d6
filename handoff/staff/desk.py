"""What the console needs beside the conversations themselves, and the words with which it refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, Protocol

from fastapi import HTTPException, Request, WebSocket, status

from handoff.conversation import Conversation, Reply, StrippedText
from handoff.records.canned_replies import CannedReplies
from handoff.records.exit_answers import ExitAnswerCounts
from handoff.records.tables import Account
from handoff.staff.board import Board
from handoff.staff.care import CareRules
from handoff.staff.language import language_of
from handoff.staff.may import starts_on_duty
from handoff.store.duty import Duty, DutyBook, DutyState
from handoff.store.notes import Notes

if TYPE_CHECKING:
    from handoff.staff.console import Staff
    from handoff.staff.trainer import Trainer

CODES: Mapping[str, int] = {
    "gone": status.HTTP_404_NOT_FOUND,
    "resource_gone": status.HTTP_404_NOT_FOUND,
    "report_gone": status.HTTP_404_NOT_FOUND,
    "forbidden": status.HTTP_404_NOT_FOUND,  # what is forbidden and what does not exist answer alike
    "staff_unavailable": status.HTTP_503_SERVICE_UNAVAILABLE,
}


class StripNote(Protocol):
    async def __call__(self, text: str, conversation_id: str) -> StrippedText: ...


class AnswerCards(Protocol):
    """The answer cards, for whoever looks for one."""

    def list(self, language: str) -> Sequence[Mapping[str, str]]: ...
    def reply(self, topic: str, conversation: Conversation) -> Reply | None: ...


@dataclass(frozen=True)
class Desk:
    """Built by the wiring. ``root``: where the console lives, "" or "/training"."""

    board: Board
    duty: DutyBook
    notes: Notes
    canned: CannedReplies
    exit_answers: ExitAnswerCounts
    cards: AnswerCards
    strip: StripNote
    care: CareRules
    root: str = ""
    trainer: Trainer | None = None

    async def duty_of(self, account: Account) -> Duty:
        """Whether this member of staff takes conversations. Who only supervises looks, until they say so."""
        return await self.duty.of(account.id, account.name, first=first_state(account))

    def others(self, account_id: int) -> list[tuple[Duty, int]]:
        """The other counsellors at their consoles, and how many conversations each holds."""
        return [
            (duty, len(self.board.held_by(duty.counsellor_id)))
            for duty in self.board.duties()
            if duty.counsellor_id != account_id
        ]


def first_state(account: Account) -> DutyState:
    return DutyState.ON if starts_on_duty(account) else DutyState.OFF


def staff_of(connection: Request | WebSocket) -> Staff:
    """Everything the routes of this app use."""
    staff: Staff = connection.app.state.staff
    return staff


def refuse(request: Request, code: str) -> NoReturn:
    """Raises the answer to an action that was not done, in the language of the console."""
    staff = staff_of(request)
    said = "gone" if code == "forbidden" else code
    detail = staff.words.refusal_in(language_of(request), said)
    raise HTTPException(CODES.get(code, status.HTTP_409_CONFLICT), detail)
