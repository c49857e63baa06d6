"""Who is signed in: the one place that decides it, for pages, actions and the console's socket."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, WebSocket, status

from handoff.records.accounts import Accounts
from handoff.records.tables import Account

COOKIE = "repere_staff"
CSRF_HEADER = "x-requested-with"
CSRF_VALUE = "repere-console"


async def signed_in(connection: Request | WebSocket) -> Account | None:
    """The account of the browser's session, if any."""
    accounts: Accounts = connection.app.state.staff.accounts
    secret = connection.cookies.get(COOKIE)
    return await accounts.signed_in(secret) if secret else None


async def require_counsellor(request: Request) -> Account:
    """The signed-in account of an action. 401 without a session; 403 when the page is not ours (CSRF)."""
    account = await signed_in(request)
    if account is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "Connecte-toi d'abord.")
    if request.headers.get(CSRF_HEADER) != CSRF_VALUE:
        raise HTTPException(status.HTTP_403_FORBIDDEN, "Action refusée.")
    return account


Counsellor = Annotated[Account, Depends(require_counsellor)]


def same_origin(websocket: WebSocket) -> bool:
    """Whether the page that opens the socket is one of this server's own.

    Browsers always send Origin on a WebSocket, and other sites' pages could ride on the cookie.
    """
    origin = websocket.headers.get("origin")
    allowed = websocket.app.state.staff.origin or websocket.headers.get("host", "")
    return origin is not None and urlsplit(origin).netloc == (urlsplit(allowed).netloc or allowed)
