"""What the console is sent (docs/protocol.md), from what the board knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from handoff.conversation import Message
from handoff.message_frame import message_frame
from handoff.staff.board import Board
from handoff.store.duty import Duty, DutyState
from handoff.store.notes import Note
from handoff.store.overview import Glimpse


def iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def waiting_list(board: Board) -> list[dict[str, Any]]:
    """The waiting list, in order."""
    return board.built("waiting_list", lambda: [waiting_item(each) for each in board.waiting()])


def waiting_item(glimpse: Glimpse) -> dict[str, Any]:
    """A line of the waiting list. Nothing in it names anybody."""
    conversation = glimpse.conversation
    return {
        **_facts(glimpse),
        "waiting_since": iso(conversation.waiting_since),
        "asked": conversation.asked_for_person,
        "reason": conversation.reason,
        "returned": conversation.returned,
        "escalated": conversation.escalated,
        "gone_since": iso(conversation.gone_since),
    }


def held_item(glimpse: Glimpse, counsellor_id: int) -> dict[str, Any]:
    """A conversation as whoever holds it, or looks along, sees it in their list."""
    conversation = glimpse.conversation
    return {
        **_facts(glimpse),
        "last_at": iso(conversation.last_message_at),
        "unread": conversation.unread,
        "escalated": conversation.escalated,
        "detail_kept": glimpse.detail_for == counsellor_id,
        "waited_ms": conversation.waited_ms,
        "reason": conversation.reason,
        "young_read": conversation.young_read,
        "help_since": iso(conversation.help_since),
        "away_since": iso(conversation.away_since),
    }


def _facts(glimpse: Glimpse) -> dict[str, Any]:
    conversation = glimpse.conversation
    return {
        "conversation": conversation.id,
        "level": int(conversation.level),
        "category": conversation.category.value,
        "departement": conversation.departement,
        "language": conversation.language,
        "channel": conversation.channel,
        "audience": conversation.audience.value,
        "quiet_since": iso(conversation.quiet_since),
        "young_person_online": glimpse.page_open,
    }


def duty_item(duty: Duty) -> dict[str, Any]:
    return {
        "state": duty.state.value,
        "capacity": duty.capacity,
        "since": iso(duty.since),
        "severe_in_a_row": duty.severe_in_a_row,
        "offer_pause": duty.offer_pause,
    }


def people(board: Board) -> list[dict[str, Any]]:
    """Everybody at their console, with the room they have."""
    return [
        {
            "id": duty.counsellor_id,
            "name": duty.name,
            "state": duty.state.value,
            "held": len(board.held_by(duty.counsellor_id)),
            "capacity": duty.capacity,
        }
        for duty in board.duties()
    ]


def help_wanted(board: Board, but: int) -> list[dict[str, Any]]:
    """Conversations whose counsellor asks for a second pair of eyes."""
    wanted = board.built(
        "help_wanted",
        lambda: [_supervised(board, each) for each in board.held() if each.conversation.help_since],
    )
    return [each for each in wanted if each["counsellor_id"] != but]


def overview(board: Board) -> dict[str, Any]:
    """The whole floor, for supervisors."""
    return board.built("overview", lambda: _overview(board))


def _overview(board: Board) -> dict[str, Any]:
    waiting = [each for each in board.waiting() if each.conversation.gone_since is None]
    since = [each.conversation.waiting_since for each in waiting if each.conversation.waiting_since]
    return {
        "waiting": len(waiting),
        "oldest_since": iso(min(since, default=None)),
        "on_duty": sum(duty.state is DutyState.ON for duty in board.duties()),
        "people": people(board),
        "held": [_supervised(board, each) for each in board.held()],
    }


def _supervised(board: Board, glimpse: Glimpse) -> dict[str, Any]:
    holder = board.duty(glimpse.conversation.counsellor_id or 0)
    return {
        "conversation": glimpse.conversation.id,
        "level": int(glimpse.conversation.level),
        "category": glimpse.conversation.category.value,
        "counsellor": holder.name if holder else glimpse.conversation.counsellor_name or "",
        "counsellor_id": glimpse.conversation.counsellor_id,
        "last_at": iso(glimpse.conversation.last_message_at),
        "unread": glimpse.conversation.unread,
        "escalated": glimpse.conversation.escalated,
        "help_since": iso(glimpse.conversation.help_since),
    }


def staff_frame(conversation_id: str, message: Message) -> dict[str, Any]:
    """A message with what the detector found in it."""
    frame = {**message_frame(message), "conversation": conversation_id}
    if message.verdict is not None:
        frame["level"] = int(message.verdict.level)
        frame["category"] = message.verdict.category.value
        frame["reasons"] = list(message.verdict.reasons)
    return frame


def notes_frame(conversation_id: str, notes: Sequence[Note]) -> dict[str, Any]:
    """Every note of a conversation."""
    rows = [
        {"kind": note.kind.value, "by": note.by, "text": note.text.value, "at": iso(note.at)}
        for note in notes
    ]
    return {"type": "notes", "conversation": conversation_id, "notes": rows}
