"""Beside the conversation: notes and whispers, a second pair of eyes, answer cards, a detail given."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from handoff.conversation import Author, Reader
from handoff.errors import ConversationUnknownError, NotYourTurnError
from handoff.receive_message import message_of
from handoff.staff.access import Counsellor
from handoff.staff.console import Staff
from handoff.staff.desk import refuse, staff_of
from handoff.staff.language import language_of
from handoff.staff.may import looks_along
from handoff.staff.moves import LONGEST_NOTE, find, require_mine, tell
from handoff.store.notes import NoteKind

router = APIRouter()


class Words(BaseModel):
    """What a member of staff notes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str = Field(min_length=1, max_length=LONGEST_NOTE)


class Help(BaseModel):
    """Whether a second pair of eyes is wanted."""

    model_config = ConfigDict(extra="forbid", strict=True)

    wanted: bool


class Card(BaseModel):
    """An answer card to show, as it is. ``text``: its words as the counsellor read them in the list."""

    model_config = ConfigDict(extra="forbid", strict=True)

    topic: str = Field(max_length=80)
    text: str | None = Field(default=None, max_length=2000)


@router.post("/api/conversations/{conversation_id}/notes")
async def add_note(
    request: Request, conversation_id: str, words: Words, account: Counsellor
) -> dict[str, bool]:
    """A private note of whoever holds the conversation; a whisper to them from whoever looks along."""
    staff = staff_of(request)
    conversation = await find(request, conversation_id)
    if conversation.reader is not Reader.COUNSELLOR:
        refuse(request, "gone")
    mine = conversation.counsellor_id == account.id
    if not mine and not looks_along(account, conversation):
        refuse(request, "forbidden")
    kind = NoteKind.PRIVATE if mine else NoteKind.WHISPER
    try:
        text = await staff.desk.strip(words.text.strip(), conversation_id)
        await staff.desk.notes.add(conversation_id, kind, account.name, text)
    except ConversationUnknownError:
        refuse(request, "gone")
    await staff.audit.record("note" if mine else "whisper", account.id, conversation_id)
    return {"ok": True}


@router.post("/api/conversations/{conversation_id}/help")
async def ask_for_help(
    request: Request, conversation_id: str, help_: Help, account: Counsellor
) -> dict[str, bool]:
    """ "J'ai besoin d'aide": supervisors are called, and colleagues may look along until it is over."""
    staff = staff_of(request)
    await require_mine(request, conversation_id, account)
    await staff.store.write(conversation_id, help_since=staff.store.now_ms() if help_.wanted else "")
    action = "help_asked" if help_.wanted else "help_over"
    await staff.audit.record(action, account.id, conversation_id)
    return {"ok": True}


@router.get("/api/answers")
async def answer_cards(request: Request, account: Counsellor) -> list[dict[str, Any]]:
    """Every published card, to look through."""
    return [dict(each) for each in staff_of(request).desk.cards.list(language_of(request))]


@router.post("/api/conversations/{conversation_id}/answer-card")
async def send_card(
    request: Request, conversation_id: str, card: Card, account: Counsellor
) -> dict[str, bool]:
    """Shows an answer card to the young person exactly as it was published, with its help lines."""
    staff = staff_of(request)
    conversation = await require_mine(request, conversation_id, account)
    reply = staff.desk.cards.reply(card.topic, conversation)
    if reply is None:
        refuse(request, "gone")
    if card.text is not None and card.text != _words_of(staff, card.topic, language_of(request)):
        refuse(request, "card_changed")  # nobody sends words that they did not read
    try:
        message = message_of(reply, Author.COUNSELLOR)
        await staff.store.append(conversation_id, message, counsellor_id=account.id)
    except ConversationUnknownError:
        refuse(request, "gone")
    except NotYourTurnError:
        refuse(request, "taken")
    await staff.audit.record("card_sent", account.id, conversation_id, about=f"card {card.topic}")
    return {"ok": True}


def _words_of(staff: Staff, topic: str, language: str) -> str | None:
    """A card's words as the list shows them now."""
    return next((each["text"] for each in staff.desk.cards.list(language) if each["topic"] == topic), None)


@router.post("/api/conversations/{conversation_id}/shared-detail")
async def shared_detail(request: Request, conversation_id: str, account: Counsellor) -> Response:
    """Shows what the young person gave this counsellor on purpose, once. The trail says so, without it."""
    staff = staff_of(request)
    await require_mine(request, conversation_id, account)
    try:
        detail = await staff.shared_details.show(conversation_id, account.id)
    except ConversationUnknownError:
        refuse(request, "gone")
    if detail is None:
        refuse(request, "no_detail")
    await staff.audit.record("shared_detail_shown", account.id, conversation_id)
    await tell(staff, conversation_id, lambda words: words.detail_seen())
    return JSONResponse({"detail": detail}, headers={"Cache-Control": "no-store"})
