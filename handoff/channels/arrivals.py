"""Links with a code, for posters and campaigns: the arrival is counted, and the code leaves the address."""

from __future__ import annotations

import contextlib

from fastapi import APIRouter, Request, status
from fastapi.responses import RedirectResponse, Response

from handoff.errors import StoreUnavailableError
from handoff.store.arrivals import Arrivals

router = APIRouter()


@router.get("/c/{code}")
async def arrive(code: str, request: Request) -> Response:
    """Counts, then shows the chat page. A wrong code shows it too: nobody stays outside for a mistake."""
    arrivals: Arrivals = request.app.state.arrivals
    with contextlib.suppress(StoreUnavailableError):
        await arrivals.count(code.lower())
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return RedirectResponse("/", status.HTTP_303_SEE_OTHER, headers=headers)
