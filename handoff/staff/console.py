"""The console: the page and its socket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Request, WebSocket, status
from fastapi.responses import RedirectResponse, Response

from handoff.conversation import Conversation, Reply
from handoff.records.audit import AuditTrail
from handoff.records.feedback import Feedback
from handoff.records.tables import Account
from handoff.resources.resource import Resource
from handoff.staff.access import Permission, allows, require, same_origin, signed_in
from handoff.staff.console_socket import ConsoleSocket
from handoff.staff.desk import Desk
from handoff.staff.language import language_of, remember_language, texts_of
from handoff.staff.may import shares_words, supervises
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
    def resource_given(self, resource: Resource) -> Reply: ...
    def handed_back(self) -> Reply: ...
    def released(self) -> Reply: ...
    def closed(self) -> Reply: ...
    def transferred(self) -> Reply: ...
    def away(self) -> Reply: ...
    def exit_question(self) -> Reply: ...
    def detail_seen(self) -> Reply: ...
    def refusal_in(self, language: str, code: str) -> str: ...


class OutgoingCheck(Protocol):
    """Finds personal data in what a counsellor is about to send: (kind, words)."""

    def find(self, text: str, own_name: str) -> list[tuple[str, str]]: ...


@dataclass(frozen=True)
class Staff:
    """Everything the staff app's routes use; built once by the wiring."""

    store: ConversationStore
    shared_details: SharedDetails
    feed: Feed
    check: OutgoingCheck
    audit: AuditTrail
    feedback: Feedback
    words: StaffWords
    origin: str
    max_characters: int
    desk: Desk


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
    staff = _staff(request)
    language = language_of(request)
    context = {
        "texts": texts_of(request, "staff"),
        "language": language,
        "name": account.name,
        "root": staff.desk.root,
        "supervises": supervises(account),
        "shares_words": shares_words(account),
        "most_at_once": staff.desk.care.most_at_once,
        "scenarios": staff.desk.trainer.titles(language) if staff.desk.trainer else [],
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
    await while_signed_in(websocket, account, ConsoleSocket(websocket, _staff(websocket), account).run())
