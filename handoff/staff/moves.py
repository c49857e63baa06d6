"""What staff do with a conversation: claim, hand back, put back, close, pass on, take over."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import APIRouter, Request, status
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from handoff.conversation import Author, AuthoredText, Conversation, Message, Reader, Reply
from handoff.errors import (
    ConversationUnknownError,
    MoveRefusedError,
    NotYourTurnError,
    StoreUnavailableError,
)
from handoff.receive_message import message_of
from handoff.records.tables import Account
from handoff.staff.access import Counsellor
from handoff.staff.care import was_hard, why_not
from handoff.staff.console import Staff, StaffWords
from handoff.staff.desk import refuse, staff_of
from handoff.staff.language import language_of
from handoff.staff.last_look import as_sent, personal_in
from handoff.staff.may import looks_along, supervises
from handoff.staff.pages import HEADERS
from handoff.store.duty import Duty
from handoff.store.notes import NoteKind

LONGEST_NOTE = 1000

router = APIRouter()


class Ending(BaseModel):
    """How a counsellor ends: last words of theirs, and whether to ask if it helped.

    ``checked``: they read what seemed personal in these words, and send them.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    message: str = Field(default="", max_length=LONGEST_NOTE)
    ask: bool = False
    checked: bool = False


class Passing(BaseModel):
    """Who takes over, and a word for them."""

    model_config = ConfigDict(extra="forbid", strict=True)

    to: int
    note: str = Field(default="", max_length=LONGEST_NOTE)


class PuttingBack(BaseModel):
    """A word for whoever takes it next."""

    model_config = ConfigDict(extra="forbid", strict=True)

    note: str = Field(default="", max_length=LONGEST_NOTE)


@router.post("/api/conversations/{conversation_id}/claim")
async def claim(request: Request, conversation_id: str, account: Counsellor) -> dict[str, bool]:
    """Takes a waiting conversation. Of several who try, one gets it."""
    staff = staff_of(request)
    conversation = await find(request, conversation_id)
    async with staff.desk.duty.one_taking(account.id):
        if conversation.reader is Reader.WAITING:
            code = await _why_not(staff, await staff.desk.duty_of(account), conversation)
            if code:
                refuse(request, code)
        await _give(request, conversation, account.id, account.name)
    await staff.audit.record("claim", account.id, conversation_id)
    await tell(staff, conversation_id, lambda words: words.counsellor_joined())
    return {"ok": True}


@router.post("/api/conversations/{conversation_id}/assign")
async def assign(
    request: Request, conversation_id: str, passing: Passing, account: Counsellor
) -> dict[str, bool]:
    """A supervisor gives a waiting conversation to somebody who is on duty."""
    staff = staff_of(request)
    if not supervises(account):
        refuse(request, "forbidden")
    conversation = await find(request, conversation_id)
    async with staff.desk.duty.one_taking(passing.to):
        name = await _require_room(request, staff, passing.to, conversation)
        await _give(request, conversation, passing.to, name)
    await _note(staff, conversation_id, NoteKind.TRANSFER, account, passing.note)
    await staff.audit.record("assign", account.id, conversation_id, f"account {passing.to}")
    await tell(staff, conversation_id, lambda words: words.counsellor_joined())
    return {"ok": True}


@router.post("/api/conversations/{conversation_id}/transfer")
async def transfer(
    request: Request, conversation_id: str, passing: Passing, account: Counsellor
) -> dict[str, bool]:
    """Gives my conversation to a colleague who is on duty and has room; supervisors move anybody's."""
    staff = staff_of(request)
    owned_by = None if supervises(account) else account.id
    if owned_by is None:
        conversation = await find(request, conversation_id)
    else:
        conversation = await require_mine(request, conversation_id, account)
    async with staff.desk.duty.one_taking(passing.to):
        name = await _require_room(request, staff, passing.to, conversation)
        await _pass_on(request, conversation, passing.to, name, owned_by)
    await _note(staff, conversation_id, NoteKind.TRANSFER, account, passing.note)
    await staff.audit.record("transfer", account.id, conversation_id, f"account {passing.to}")
    await tell(staff, conversation_id, lambda words: words.transferred())
    return {"ok": True}


@router.post("/api/conversations/{conversation_id}/take-over")
async def take_over(request: Request, conversation_id: str, account: Counsellor) -> dict[str, bool]:
    """A supervisor takes a conversation that somebody else holds."""
    staff = staff_of(request)
    if not supervises(account):
        refuse(request, "forbidden")
    await _pass_on(request, await find(request, conversation_id), account.id, account.name, None)
    await staff.audit.record("take_over", account.id, conversation_id)
    await tell(staff, conversation_id, lambda words: words.transferred())
    return {"ok": True}


@router.post("/api/conversations/{conversation_id}/hand-back")
async def hand_back(
    request: Request, conversation_id: str, account: Counsellor, ending: Ending | None = None
) -> Response:
    """Gives the conversation back to the assistant."""
    return await _end(request, conversation_id, account, Reader.ASSISTANT, ending or Ending())


@router.post("/api/conversations/{conversation_id}/close")
async def close(
    request: Request, conversation_id: str, account: Counsellor, ending: Ending | None = None
) -> Response:
    """Ends the conversation."""
    return await _end(request, conversation_id, account, Reader.CLOSED, ending or Ending())


@router.post("/api/conversations/{conversation_id}/release")
async def release(
    request: Request, conversation_id: str, account: Counsellor, put: PuttingBack | None = None
) -> dict[str, bool]:
    """Puts the conversation back on the waiting list."""
    staff = staff_of(request)
    await require_mine(request, conversation_id, account)
    if put:
        await _note(staff, conversation_id, NoteKind.TRANSFER, account, put.note)
    await _move(request, conversation_id, Reader.WAITING, only_from=Reader.COUNSELLOR, owned_by=account.id)
    await staff.audit.record("release", account.id, conversation_id)
    await tell(staff, conversation_id, lambda words: words.released())
    return {"ok": True}


@router.post("/api/conversations/{conversation_id}/away")
async def away(request: Request, conversation_id: str, account: Counsellor) -> dict[str, bool]:
    """ "Je reviens": the young person is told that nobody reads for a moment, and whom to call meanwhile."""
    staff = staff_of(request)
    await require_mine(request, conversation_id, account)
    await staff.store.write(conversation_id, away_since=staff.store.now_ms())
    await staff.audit.record("away", account.id, conversation_id)
    await tell(staff, conversation_id, lambda words: words.away())
    return {"ok": True}


async def find(request: Request, conversation_id: str) -> Conversation:
    """A conversation, or the refusal that does not tell whether it ever was."""
    try:
        return await staff_of(request).store.get(conversation_id)
    except ConversationUnknownError:
        refuse(request, "gone")


async def require_mine(request: Request, conversation_id: str, account: Account) -> Conversation:
    """A conversation that this counsellor holds now; refuses any other.

    One that they do not see either answers like one that does not exist.
    """
    conversation = await find(request, conversation_id)
    if conversation.reader is not Reader.COUNSELLOR or conversation.counsellor_id != account.id:
        refuse(request, "taken" if _sees(account, conversation) else "gone")
    return conversation


def _sees(account: Account, conversation: Conversation) -> bool:
    """Whether a conversation that somebody else holds, or nobody, stands on this account's lists."""
    held = conversation.reader is Reader.COUNSELLOR
    return conversation.reader is Reader.WAITING or (held and looks_along(account, conversation))


async def tell(staff: Staff, conversation_id: str, say: Callable[[StaffWords], Reply]) -> None:
    """Tells the young person. The change itself stands even if they erased everything meanwhile."""
    try:
        reply = say(staff.words.of(await staff.store.get(conversation_id)))
        await staff.store.append(conversation_id, message_of(reply, Author.SERVICE))
    except ConversationUnknownError:
        return


async def _end(
    request: Request, conversation_id: str, account: Account, to: Reader, ending: Ending
) -> Response:
    staff = staff_of(request)
    conversation = await require_mine(request, conversation_id, account)
    last_words = as_sent(ending.message)
    found = [] if ending.checked else await personal_in(staff.check, last_words, account.name)
    if found:
        detail = staff.words.refusal_in(language_of(request), "personal")
        return JSONResponse({"detail": detail, "found": found}, status.HTTP_409_CONFLICT, HEADERS)
    if last_words:
        message = Message(Author.COUNSELLOR, AuthoredText(last_words), datetime.now(UTC))
        try:
            await staff.store.append(conversation_id, message, counsellor_id=account.id)
        except NotYourTurnError:
            refuse(request, "taken")
    await _move(request, conversation_id, to, only_from=Reader.COUNSELLOR, owned_by=account.id)
    closed = to is Reader.CLOSED
    await staff.audit.record("close" if closed else "hand_back", account.id, conversation_id)
    await tell(staff, conversation_id, lambda words: words.closed() if closed else words.handed_back())
    if ending.ask:
        await tell(staff, conversation_id, lambda words: words.exit_question())
    if was_hard(conversation.level, await staff.desk.duty_of(account), staff.desk.care):
        await staff.desk.duty.offer_pause(account.id)
    return JSONResponse({"ok": True})


async def _give(request: Request, conversation: Conversation, to: int, name: str) -> None:
    """From the waiting list to a counsellor."""
    staff = staff_of(request)
    since = conversation.waiting_since
    waited = max(0, staff.store.now_ms() - round(since.timestamp() * 1000)) if since else 0
    await _move(
        request,
        conversation.id,
        Reader.COUNSELLOR,
        only_from=Reader.WAITING,
        new_owner=to,
        also={"waited_ms": waited, "counsellor_name": name},
    )
    await staff.desk.duty.took(to, conversation.level)


async def _pass_on(
    request: Request, conversation: Conversation, to: int, name: str, owned_by: int | None
) -> None:
    staff = staff_of(request)
    try:
        await staff.store.pass_on(conversation.id, to, name, owned_by=owned_by)
    except ConversationUnknownError:
        refuse(request, "gone")
    except MoveRefusedError:
        refuse(request, "taken")
    await staff.desk.duty.took(to, conversation.level)


async def _why_not(staff: Staff, duty: Duty, conversation: Conversation) -> str | None:
    """The rules of care for whoever is to get a conversation, whoever decides it (decision 0035)."""
    giver = conversation.counsellor_id  # passes it on: not one who could take it
    others = [each for each in staff.desk.others(duty.counsellor_id) if each[0].counsellor_id != giver]
    # Counted in Redis: the board may not know yet of one that was taken a moment ago.
    held = await staff.store.held_by(duty.counsellor_id)
    return why_not(duty, held, conversation.level, others, staff.desk.care)


async def _require_room(
    request: Request, staff: Staff, counsellor_id: int, conversation: Conversation
) -> str:
    """The name of whoever is to get a conversation, if they take it now; refuses otherwise."""
    there = staff.desk.board.duty(counsellor_id)
    if there is None:
        refuse(request, "not_there")
    duty = await staff.desk.duty.of(counsellor_id, there.name, first=there.state)  # as it is now
    code = await _why_not(staff, duty, conversation)
    if code:
        refuse(request, "hard_in_a_row" if code == "hard_in_a_row" else "not_there")
    return duty.name


async def _note(staff: Staff, conversation_id: str, kind: NoteKind, account: Account, text: str) -> None:
    if text.strip():
        stripped = await staff.desk.strip(text.strip(), conversation_id)
        with contextlib.suppress(ConversationUnknownError):  # erased meanwhile, and its notes with it
            await staff.desk.notes.add(conversation_id, kind, account.name, stripped)


async def _move(
    request: Request,
    conversation_id: str,
    wanted: Reader,
    *,
    only_from: Reader,
    owned_by: int | None = None,
    new_owner: int | None = None,
    also: dict[str, str | int] | None = None,
) -> None:
    store = staff_of(request).store
    try:
        await store.move(
            conversation_id, wanted, only_from=[only_from], owned_by=owned_by, new_owner=new_owner, also=also
        )
    except ConversationUnknownError:
        refuse(request, "gone")
    except MoveRefusedError:
        refuse(request, "taken")
    except StoreUnavailableError:
        refuse(request, "staff_unavailable")
