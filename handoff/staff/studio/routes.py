"""The studio's door into the staff app: its pages, its files, what is said when one cannot be shown."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, HTTPException, Request, status
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles

from handoff.errors import RecordsUnavailableError
from handoff.staff.pages import show_refusal
from handoff.staff.studio import (
    editor,
    examples_page,
    exchange,
    models_page,
    new_topic,
    publication,
    topic_list,
    try_page,
    unanswered_page,
)
from handoff.staff.studio.studio import Studio, page, typed_in

HERE = Path(__file__).parent


def add_studio(app: FastAPI) -> None:
    """Adds the studio to the staff app. ``app.state.studio`` is given when the app starts."""
    for part in (
        topic_list,
        try_page,
        unanswered_page,
        models_page,
        exchange,
        new_topic,
        examples_page,
        publication,
        editor,
    ):
        app.include_router(part.router)
    app.mount("/studio/static", StaticFiles(directory=HERE / "static"), name="studio_static")

    @app.exception_handler(RecordsUnavailableError)
    async def records_unavailable(request: Request, _error: RecordsUnavailableError) -> Response:
        code = status.HTTP_503_SERVICE_UNAVAILABLE
        kept = await typed_in(request)
        if kept:
            return page(request, "not_saved.html", None, code, problem="not_saved", kept=kept)
        return page(request, "problem.html", None, code, problem="unavailable")

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        studio: Studio | None = getattr(request.app.state, "studio", None)
        elsewhere = studio is None or not request.url.path.startswith("/studio")
        signed_out = error.status_code == status.HTTP_401_UNAUTHORIZED
        if signed_out and not elsewhere and (kept := await typed_in(request)):
            # A session ends while somebody writes: their words do not.
            code = error.status_code
            return page(request, "not_saved.html", None, code, problem="signed_out", kept=kept)
        if elsewhere or signed_out:
            return await show_refusal(request, error)
        return page(request, "problem.html", None, error.status_code, problem=str(error.detail))
