"""Who may use the studio (``handoff.staff.access`` decides), and that a form comes from one of its pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, status

from handoff.records.card_records import record_faults
from handoff.records.tables import Account
from handoff.staff.access import CSRF_HEADER, CSRF_VALUE, READING_METHODS, Permission, allows, signed_in


def _require(permission: Permission) -> Callable[[Request], Awaitable[Account]]:
    """A dependency: the signed-in account, if it may.

    401 without a session, 404 when it may not, 403 for other sites' pages. Large forms are told by where they
    come from, not by a token: whatever somebody wrote is read once, by the page that keeps it.
    """

    async def account_that_may(request: Request) -> Account:
        async with record_faults():
            account = await signed_in(request)
        if account is None:
            raise HTTPException(status.HTTP_401_UNAUTHORIZED, "sign_in")
        if not allows(account, permission):
            raise HTTPException(status.HTTP_404_NOT_FOUND, "Not Found")
        if request.method not in READING_METHODS and not is_our_page(request):
            raise HTTPException(status.HTTP_403_FORBIDDEN, "other_page")
        return account

    return account_that_may


def is_our_page(request: Request) -> bool:
    """Browsers always say where a form comes from; our scripts send a header that other sites cannot."""
    if request.headers.get(CSRF_HEADER) == CSRF_VALUE:
        return True
    allowed = request.app.state.staff.origin or request.headers.get("host", "")
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == (urlsplit(allowed).netloc or allowed)


Lead = Annotated[Account, Depends(_require(Permission.WRITE_CARDS))]
Publisher = Annotated[Account, Depends(_require(Permission.PUBLISH_CARDS))]
