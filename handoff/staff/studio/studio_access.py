"""Who may use the studio. One small place, so that the service's own rules of access can take it over."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, status

from handoff.records.tables import Account, Role
from handoff.staff.access import CSRF_HEADER, CSRF_VALUE, signed_in

LEADS: Final = frozenset({Role.CONTENT_LEAD, Role.ADMINISTRATOR})


async def require_lead(request: Request) -> Account:
    """The signed-in content lead. 401 without a session, 403 for other roles and for other sites' pages."""
    account = await signed_in(request)
    if account is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "sign_in")
    if account.role not in LEADS:
        raise HTTPException(status.HTTP_403_FORBIDDEN, "not_a_lead")
    if request.method != "GET" and not _is_our_page(request):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "other_page")
    return account


def _is_our_page(request: Request) -> bool:
    """Browsers always say where a form comes from; our scripts send a header that other sites cannot."""
    if request.headers.get(CSRF_HEADER) == CSRF_VALUE:
        return True
    allowed = request.app.state.staff.origin or request.headers.get("host", "")
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == (urlsplit(allowed).netloc or allowed)


Lead = Annotated[Account, Depends(require_lead)]
