"""Who may do what: the one place that decides it, for pages, actions and the console's socket.

A route names the permission it needs (``account: Annotated[Account, Depends(require(Permission.ANSWER))]``);
nothing else compares roles. What is forbidden and what does not exist answer alike: 404.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum, auto
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, WebSocket, status

from handoff.records.sessions import StaffSessions
from handoff.records.tables import Account, Role
from handoff.staff.browser import browser_of
from handoff.staff.door import Door
from handoff.staff.forms import has_form_token
from handoff.staff.language import texts_of

COOKIE = "repere_staff"
CSRF_HEADER = "x-requested-with"
CSRF_VALUE = "repere-console"
READING_METHODS: Final = frozenset({"GET", "HEAD"})


class Permission(StrEnum):
    """What a route may ask for."""

    USE_CONSOLE = auto()  # see the console and one's own account
    ANSWER = auto()  # claim, answer, transfer, close; correct a level
    REPORT_DANGER = auto()  # prepare the facts for the 119, the CRIP or the prosecutor
    SUPERVISE = auto()  # live overview, join, whisper, take over, assign
    SEE_FIGURES = auto()  # statistics and their export
    KEEP_DIRECTORY = auto()  # see what the directory holds, settle what was reported
    SHARE_REPLIES = auto()  # canned replies that everybody sees
    WRITE_CARDS = auto()  # the studio: write and correct answers, resources
    PUBLISH_CARDS = auto()  # the studio: sign off, publish, roll back
    MANAGE_ACCOUNTS = auto()  # invite, change roles, switch off
    READ_AUDIT = auto()  # the audit trail


PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.COUNSELLOR: frozenset(
        {Permission.USE_CONSOLE, Permission.ANSWER, Permission.REPORT_DANGER, Permission.KEEP_DIRECTORY}
    ),
    Role.SUPERVISOR: frozenset(
        {
            Permission.USE_CONSOLE,
            Permission.ANSWER,
            Permission.REPORT_DANGER,
            Permission.SUPERVISE,
            Permission.SEE_FIGURES,
            Permission.KEEP_DIRECTORY,
            Permission.SHARE_REPLIES,
            Permission.READ_AUDIT,
        }
    ),
    # Neither reads a conversation: their work does not need it.
    Role.CONTENT_LEAD: frozenset(
        {
            Permission.WRITE_CARDS,
            Permission.PUBLISH_CARDS,
            Permission.KEEP_DIRECTORY,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {Permission.MANAGE_ACCOUNTS, Permission.READ_AUDIT, Permission.SEE_FIGURES}
    ),
}


def allows(account: Account, permission: Permission) -> bool:
    """Whether one of the account's roles gives this permission."""
    return any(permission in PERMISSIONS[role] for role in account.roles)


async def signed_in(connection: Request | WebSocket) -> Account | None:
    """The account of the browser's session, if any."""
    sessions: StaffSessions = connection.app.state.door.sessions
    secret = connection.cookies.get(COOKIE)
    return await sessions.account_of(secret, browser_of(connection)) if secret else None


async def require_signed_in(request: Request) -> Account:
    """The signed-in account, whatever its roles. 401 without a session; 403 from another site (CSRF)."""
    return await _ours(request, await signed_in(request))


async def require_setting_up(request: Request) -> Account:
    """The same, also for somebody who proved a password only and still has to set a second factor up.

    Once there is a second factor a password alone opens nothing any more: whoever knew the password before
    its owner set one up must not replace it.
    """
    account = await signed_in(request)
    if account is None:
        door: Door = request.app.state.door
        secret = request.cookies.get(COOKIE, "")
        account = await door.sessions.account_of(secret, browser_of(request), complete=False)
        if account is not None and await door.credentials.has_second_factor(account):
            await door.sessions.end(secret)
            account = None
    return await _ours(request, account)


async def _ours(request: Request, account: Account | None) -> Account:
    if account is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, texts_of(request, "account")["sign_in_first"])
    if request.method not in READING_METHODS and not await _is_our_page(request):
        raise HTTPException(status.HTTP_403_FORBIDDEN, texts_of(request, "account")["refused_403"])
    return account


def require(permission: Permission) -> Callable[[Request], Awaitable[Account]]:
    """A dependency: the signed-in account, if it may. 401, 403 as above; 404 when it may not."""

    async def account_that_may(request: Request) -> Account:
        account = await require_signed_in(request)
        if not allows(account, permission):
            raise HTTPException(status.HTTP_404_NOT_FOUND)
        return account

    return account_that_may


SettingUp = Annotated[Account, Depends(require_setting_up)]
SignedIn = Annotated[Account, Depends(require_signed_in)]
Counsellor = Annotated[Account, Depends(require(Permission.ANSWER))]


async def _is_our_page(request: Request) -> bool:
    # A page of another site can send neither this header nor the token hidden in our forms.
    if request.headers.get(CSRF_HEADER) == CSRF_VALUE:
        return True
    return await has_form_token(request, request.cookies.get(COOKIE, ""))


def same_origin(websocket: WebSocket) -> bool:
    """Whether the page that opens the socket is one of this server's own.

    Browsers always send Origin on a WebSocket, and other sites' pages could ride on the cookie.
    """
    origin = websocket.headers.get("origin")
    allowed = websocket.app.state.staff.origin or websocket.headers.get("host", "")
    return origin is not None and urlsplit(origin).netloc == (urlsplit(allowed).netloc or allowed)
