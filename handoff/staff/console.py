"""The console: sign-in by one-time link, the page and its socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from fastapi import APIRouter, Request, WebSocket, status
from fastapi.responses import RedirectResponse, Response
from fastapi.templating import Jinja2Templates

from handoff.conversation import Conversation, Reply
from handoff.records.accounts import Accounts
from handoff.records.audit import AuditTrail
from handoff.records.feedback import Feedback
from handoff.staff.access import COOKIE, Counsellor, same_origin, signed_in
from handoff.staff.console_socket import ConsoleSocket
from handoff.staff.desk import LANGUAGE_COOKIE, LANGUAGES, Desk, language_of
from handoff.staff.may import shares_words, supervises
from handoff.store.conversations import ConversationStore
from handoff.store.feed import Feed
from handoff.store.shared_details import SharedDetails

templates = Jinja2Templates(Path(__file__).parent / "templates")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

UNAUTHORISED_SOCKET = 4401
YEAR_SECONDS = 365 * 24 * 3600


class StaffWords(Protocol):
    """The sentences the console needs."""

    def of(self, conversation: Conversation) -> StaffWords: ...
    @property
    def staff_interface(self) -> Mapping[str, str]: ...
    def counsellor_joined(self) -> Reply: ...
    def handed_back(self) -> Reply: ...
    def released(self) -> Reply: ...
    def closed(self) -> Reply: ...
    def transferred(self) -> Reply: ...
    def away(self) -> Reply: ...
    def exit_question(self) -> Reply: ...
    def detail_seen(self) -> Reply: ...
    def refusal(self, code: str) -> str: ...
    def refusal_in(self, language: str, code: str) -> str: ...
    def staff_interface_in(self, language: str) -> Mapping[str, str]: ...


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
    accounts: Accounts
    audit: AuditTrail
    feedback: Feedback
    words: StaffWords
    session_lifetime: timedelta
    secure_cookie: bool
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


@router.get("/signin/{secret}")
async def sign_in(request: Request, secret: str) -> Response:
    """Uses a one-time link up."""
    staff = _staff(request)
    cookie = await staff.accounts.sign_in(secret)
    if cookie is None:
        context = {"texts": staff.words.staff_interface}
        return templates.TemplateResponse(
            request, "signin.html", context, status.HTTP_403_FORBIDDEN, headers=HEADERS
        )
    answer = RedirectResponse("/console", status.HTTP_303_SEE_OTHER, headers=HEADERS)
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=int(staff.session_lifetime.total_seconds()),
        httponly=True,
        secure=staff.secure_cookie,
        samesite="lax",
    )
    return answer


@router.get("/console")
async def console_page(request: Request, lang: str = "") -> Response:
    staff = _staff(request)
    account = await signed_in(request)
    language = lang if lang in LANGUAGES else language_of(request)
    context = {
        "texts": staff.words.staff_interface_in(language),
        "lang": language,
        "name": account.name if account else "",
        "root": staff.desk.root,
        "supervises": account is not None and supervises(account),
        "shares_words": account is not None and shares_words(account),
        "most_at_once": staff.desk.care.most_at_once,
        "scenarios": staff.desk.trainer.titles(language) if staff.desk.trainer else [],
    }
    template, code = ("console.html", 200) if account else ("signin.html", status.HTTP_401_UNAUTHORIZED)
    answer = templates.TemplateResponse(request, template, context, code, headers=HEADERS)
    if lang in LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE,
            lang,
            httponly=True,
            secure=staff.secure_cookie,
            samesite="lax",
            max_age=YEAR_SECONDS,
        )
    return answer


@router.post("/api/sign-out")
async def sign_out(request: Request, account: Counsellor) -> Response:
    staff = _staff(request)
    await staff.accounts.sign_out(request.cookies.get(COOKIE, ""))
    await staff.audit.record("sign_out", account.id)
    answer = Response(status_code=status.HTTP_204_NO_CONTENT, headers=HEADERS)
    answer.delete_cookie(COOKIE)
    return answer


@router.websocket("/ws/console")
async def console_socket(websocket: WebSocket) -> None:
    """The live console (docs/protocol.md)."""
    account = await signed_in(websocket)
    await websocket.accept()
    if account is None or not same_origin(websocket):
        await websocket.close(UNAUTHORISED_SOCKET)
        return
    await ConsoleSocket(websocket, _staff(websocket), account).run()
