"""The console: the page, and the actions on a conversation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, HTTPException, Request, WebSocket, status
from fastapi.responses import JSONResponse, RedirectResponse, Response

from handoff.conversation import Author, Conversation, Reader, Reply
from handoff.errors import ConversationUnknownError, MoveRefusedError, StoreUnavailableError
from handoff.receive_message import message_of
from handoff.records.audit import AuditTrail
from handoff.records.feedback import Feedback
from handoff.records.tables import Account
from handoff.staff.access import Counsellor, Permission, allows, require, same_origin, signed_in
from handoff.staff.console_socket import ConsoleSocket
from handoff.staff.language import language_of, remember_language, texts_of
from handoff.staff.pages import HEADERS, menu_of, templates
from handoff.staff.session_watch import while_signed_in
from handoff.store.conversations import ConversationStore
from handoff.store.feed import Feed
from handoff.store.shared_details import SharedDetails

UNAUTHORISED_SOCKET = 4401


class StaffWords(Protocol):
    """The sentences the console needs."""

    def of(self, conversation: Conversation) -> StaffWords: ...
    def counsellor_joined(self) -> Reply: ...
    def resource_given(self) -> Reply: ...
    def handed_back(self) -> Reply: ...
    def released(self) -> Reply: ...
    def closed(self) -> Reply: ...
    def detail_seen(self) -> Reply: ...
    def refusal(self, code: str) -> str: ...


class OutgoingCheck(Protocol):
    """Finds personal data in what a counsellor is about to send: (kind, words)."""

    def find(self, text: str, own_name: str) -> list[tuple[str, str]]: ...


@dataclass(frozen=True)
class Staff:
    """Everything the staff app's routes use; built once by app.py."""

    store: ConversationStore
    shared_details: SharedDetails
    feed: Feed
    check: OutgoingCheck
    audit: AuditTrail
    feedback: Feedback
    words: StaffWords
    origin: str
    max_characters: int


router = APIRouter()


def _staff(connection: Request | WebSocket) -> Staff:
    staff: Staff = connection.app.state.staff
    return staff


@router.get("/")
async def front_door() -> Response:
    return RedirectResponse("/console", status.HTTP_303_SEE_OTHER, headers=HEADERS)


@router.get("/console")
async def console_page(
    request: Request, account: Annotated[Account, Depends(require(Permission.USE_CONSOLE))]
) -> Response:
    context = {
        "texts": texts_of(request, "staff"),
        "language": language_of(request),
        "name": account.name,
        "menu": menu_of(request, account),
        "to_set_up": account.password_hash is None and account.oidc_subject is None,
    }
    answer = templates.TemplateResponse(request, "console.html", context, headers=HEADERS)
    remember_language(request, answer)
    return answer


@router.websocket("/ws/console")
async def console_socket(websocket: WebSocket) -> None:
    """The live console (docs/protocol.md)."""
    account = await signed_in(websocket)
    await websocket.accept()
    if account is None or not allows(account, Permission.USE_CONSOLE) or not same_origin(websocket):
        await websocket.close(UNAUTHORISED_SOCKET)
        return
    await while_signed_in(websocket, ConsoleSocket(websocket, _staff(websocket), account).run())


@router.post("/api/conversations/{conversation_id}/claim")
async def claim(request: Request, conversation_id: str, account: Counsellor) -> dict[str, bool]:
    """Takes a waiting conversation. Of several who try, one gets it."""
    staff = _staff(request)
    await _move(staff, conversation_id, Reader.COUNSELLOR, only_from=Reader.WAITING, new_owner=account.id)
    await staff.store.write(conversation_id, counsellor_name=account.name)
    await staff.audit.record("claim", account.id, conversation_id)
    await _tell(staff, conversation_id, lambda words: words.counsellor_joined())
    return {"ok": True}


@router.post("/api/conversations/{conversation_id}/hand-back")
async def hand_back(request: Request, conversation_id: str, account: Counsellor) -> dict[str, bool]:
    """Gives the conversation back to the assistant."""
    return await _leave(request, conversation_id, account.id, Reader.ASSISTANT, "hand_back")


@router.post("/api/conversations/{conversation_id}/release")
async def release(request: Request, conversation_id: str, account: Counsellor) -> dict[str, bool]:
    """Puts the conversation back on the waiting list."""
    return await _leave(request, conversation_id, account.id, Reader.WAITING, "release")


@router.post("/api/conversations/{conversation_id}/close")
async def close(request: Request, conversation_id: str, account: Counsellor) -> dict[str, bool]:
    """Ends the conversation."""
    return await _leave(request, conversation_id, account.id, Reader.CLOSED, "close")


@router.post("/api/conversations/{conversation_id}/shared-detail")
async def shared_detail(request: Request, conversation_id: str, account: Counsellor) -> Response:
    """Shows what the young person gave this counsellor on purpose, once. The trail says so, without it."""
    staff = _staff(request)
    try:
        detail = await staff.shared_details.show(conversation_id, account.id)
    except ConversationUnknownError:
        raise HTTPException(status.HTTP_404_NOT_FOUND, staff.words.refusal("gone")) from None
    if detail is None:
        raise HTTPException(status.HTTP_409_CONFLICT, staff.words.refusal("no_detail"))
    await staff.audit.record("shared_detail_shown", account.id, conversation_id)
    await _tell(staff, conversation_id, lambda words: words.detail_seen())
    return JSONResponse({"detail": detail}, headers=HEADERS)


async def _leave(
    request: Request, conversation_id: str, account_id: int, to: Reader, action: str
) -> dict[str, bool]:
    staff = _staff(request)
    await _move(staff, conversation_id, to, only_from=Reader.COUNSELLOR, owned_by=account_id)
    await staff.audit.record(action, account_id, conversation_id)
    said: dict[Reader, Callable[[StaffWords], Reply]] = {
        Reader.ASSISTANT: lambda words: words.handed_back(),
        Reader.WAITING: lambda words: words.released(),
        Reader.CLOSED: lambda words: words.closed(),
    }
    await _tell(staff, conversation_id, said[to])
    return {"ok": True}


async def _move(
    staff: Staff,
    conversation_id: str,
    wanted: Reader,
    *,
    only_from: Reader,
    owned_by: int | None = None,
    new_owner: int | None = None,
) -> None:
    try:
        await staff.store.move(
            conversation_id, wanted, only_from=[only_from], owned_by=owned_by, new_owner=new_owner
        )
    except ConversationUnknownError:
        raise HTTPException(status.HTTP_404_NOT_FOUND, staff.words.refusal("gone")) from None
    except MoveRefusedError:
        raise HTTPException(status.HTTP_409_CONFLICT, staff.words.refusal("taken")) from None
    except StoreUnavailableError:
        detail = staff.words.refusal("staff_unavailable")
        raise HTTPException(status.HTTP_503_SERVICE_UNAVAILABLE, detail) from None


async def _tell(staff: Staff, conversation_id: str, say: Callable[[StaffWords], Reply]) -> None:
    """Tells the young person. The change itself stands even if they erased everything meanwhile."""
    try:
        reply = say(staff.words.of(await staff.store.get(conversation_id)))
        await staff.store.append(conversation_id, message_of(reply, Author.SERVICE))
    except ConversationUnknownError:
        return
