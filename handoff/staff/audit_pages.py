"""The audit trail on a page: who saw or did what, newest first."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from handoff.records.tables import Account
from handoff.staff.access import Permission, require
from handoff.staff.door import door_of
from handoff.staff.pages import show

ENTRIES_A_PAGE = 100

router = APIRouter()


@router.get("/audit")
async def audit(
    request: Request,
    account: Annotated[Account, Depends(require(Permission.READ_AUDIT))],
    before: Annotated[int | None, Query(ge=1, le=2**31)] = None,
) -> Response:
    door = door_of(request)
    await door.audit.record("audit_seen", account.id)
    entries = await door.audit.latest(ENTRIES_A_PAGE, before)
    names = {each.id: each.name for each in await door.accounts.all()}
    older = entries[-1].id if len(entries) == ENTRIES_A_PAGE else None
    return show(request, "audit.html", account, entries=entries, names=names, older=older)
