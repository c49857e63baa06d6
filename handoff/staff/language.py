"""The language of the staff's pages: the one somebody chose, else the one their browser likes best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import Request, WebSocket
from fastapi.responses import Response

from handoff.staff.door import door_of

LANGUAGES: Final = ("fr", "en")
LANGUAGE_COOKIE: Final = "repere_console_language"
ASKED: Final = "lang"  # "?lang=en" on any page chooses, and is remembered
YEAR_SECONDS: Final = 365 * 24 * 3600


def language_of(connection: Request | WebSocket) -> str:
    """One of ``LANGUAGES``, whatever was asked for."""
    asked = connection.query_params.get(ASKED, "")
    chosen = asked if asked in LANGUAGES else connection.cookies.get(LANGUAGE_COOKIE)
    return door_of(connection).texts.choose(chosen, connection.headers.get("accept-language", "")).code


def texts_of(connection: Request | WebSocket, page: str) -> Mapping[str, str]:
    """The labels of a page, in that language."""
    return door_of(connection).texts.section(language_of(connection), page)


def remember_language(request: Request, answer: Response) -> None:
    """Keeps the language that was just asked for."""
    asked = request.query_params.get(ASKED)
    if asked in LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE,
            asked,
            max_age=YEAR_SECONDS,
            httponly=True,
            secure=door_of(request).secure_cookie,
            samesite="lax",
        )
