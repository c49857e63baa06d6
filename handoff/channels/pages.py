"""The pages a young person opens: the chat, the widget, what is kept, how to leave no trace.

No page holds a word of anybody: a mere visit leaves nothing on either side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from fastapi import APIRouter, HTTPException, Request, status
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from fastapi.templating import Jinja2Templates

from handoff.channels.headers import page_headers
from handoff.channels.one_script import one_script
from handoff.conversation import Audience

HERE = Path(__file__).parent
templates = Jinja2Templates(HERE / "templates")
# In the page itself: on a slow line each further request costs a round trip, and nothing is cached anyway.
CHAT_SCRIPT = one_script(HERE / "static" / "chat", "main")
CHAT_STYLE = (HERE / "static" / "chat.css").read_text(encoding="utf-8")

# Labels that hold a duration, by the setting it comes from.
TIMED_LABELS = {"code_explained": "return_code_lifetime", "share_explained": "shared_detail_lifetime"}

# Where each audience comes in, and the label of the way there.
WAYS_IN: Mapping[Audience, tuple[str, str]] = {
    Audience.YOUNG_PERSON: ("way_young", "/"),
    Audience.RELATIVE: ("way_relative", "/proches"),
    Audience.PROFESSIONAL: ("way_professional", "/pros"),
}


class Language(Protocol):
    """A language the pages are offered in."""

    @property
    def code(self) -> str: ...
    @property
    def direction(self) -> str: ...


class Catalogue(Protocol):
    """The labels of the pages (``handoff.answers.page_catalogue``)."""

    @property
    def languages(self) -> tuple[Any, ...]: ...
    def language(self, code: str) -> Language: ...
    def choose(self, asked: str | None, accepted: str) -> Language: ...
    def labels(self, code: str, audience: Audience) -> dict[str, str]: ...
    def starts(self, code: str, audience: Audience) -> dict[str, str]: ...
    def start_label(self, code: str, topic: str) -> str | None: ...
    def section(self, code: str, name: str) -> dict[str, Any]: ...
    def duration(self, code: str, length: timedelta) -> str: ...


@dataclass(frozen=True)
class Pages:
    """Everything the pages are made of; built once by the wiring.

    ``durations``: by the name that the texts use. ``operator``: what whoever runs the service filled in.
    ``widget_sites``: the origins that may show the widget, as Content-Security-Policy writes them.
    """

    catalogue: Catalogue
    durations: Mapping[str, timedelta]
    operator: Mapping[str, str]
    tab_title: str
    tab_icon: Path
    exit_address: str
    widget_sites: str
    max_characters: int

    def labels(self, language: str, audience: Audience) -> dict[str, str]:
        """Every label of the chat page, starting points and durations filled in."""
        labels = self.catalogue.labels(language, audience)
        starts = self.catalogue.starts(language, audience)
        labels |= {f"start_{topic}": words for topic, words in starts.items()}
        for key, setting in TIMED_LABELS.items():
            length = self.catalogue.duration(language, self.durations[setting])
            labels[key] = labels[key].replace("{length}", length)
        return labels

    def reading(self, language: str, name: str) -> dict[str, Any]:
        """The trust page or the page on traces, with what the software really does."""
        page = self.catalogue.section(language, name)
        blank = page.get("to_fill_in", "")
        facts = {
            **{key: self.catalogue.duration(language, length) for key, length in self.durations.items()},
            **{key: value or blank for key, value in self.operator.items()},
        }
        parts = [
            {**part, "lines": [line.format_map(facts) for line in part["lines"]]} for part in page["parts"]
        ]
        return {**page, "parts": parts}


router = APIRouter()


def pages_of(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages


def language_of(request: Request) -> Language:
    accepted = request.headers.get("accept-language", "")
    return pages_of(request).catalogue.choose(request.query_params.get("langue"), accepted)


def frame(request: Request, language: Language, audience: Audience) -> dict[str, Any]:
    """What every page needs."""
    pages = pages_of(request)
    return {
        "language": language,
        "languages": pages.catalogue.languages,
        "texts": pages.labels(language.code, audience),
        "tab_title": pages.tab_title,
        "exit_address": pages.exit_address,
    }


def _chat(request: Request, audience: Audience, *, embedded: bool = False) -> Response:
    pages = pages_of(request)
    language = language_of(request)
    starts = pages.catalogue.starts(language.code, audience)
    context = {
        **frame(request, language, audience),
        "audience": audience.value,
        "starts": starts,
        "ways_in": [way for each, way in WAYS_IN.items() if each is not audience],
        "embedded": embedded,
        "max_characters": pages.max_characters,
        "script": CHAT_SCRIPT,
        "style": CHAT_STYLE,
    }
    return rendered(request, "chat.html", context, pages.widget_sites if embedded else "")


def _reading(request: Request, name: str) -> Response:
    language = language_of(request)
    page = pages_of(request).reading(language.code, name)
    context = {**frame(request, language, Audience.YOUNG_PERSON), "page": page}
    return rendered(request, "reading.html", context)


def rendered(
    request: Request,
    name: str,
    context: dict[str, Any],
    embedded_by: str = "",
    *,
    sends_forms: bool = False,
    code: int = status.HTTP_200_OK,
) -> Response:
    """A page, with the headers it needs."""
    headers = page_headers(
        request.headers.get("host", ""),
        embedded_by,
        sends_forms=sends_forms,
        script=context.get("script", ""),
        style=context.get("style", ""),
    )
    response: Response = templates.TemplateResponse(request, name, context, code, headers=dict(headers))
    return response


@router.get("/", response_class=HTMLResponse)
async def young_people(request: Request) -> Response:
    """The chat, as a young person finds it."""
    return _chat(request, Audience.YOUNG_PERSON)


@router.get("/proches", response_class=HTMLResponse)
async def relatives(request: Request) -> Response:
    """The chat for parents and relatives."""
    return _chat(request, Audience.RELATIVE)


@router.get("/pros", response_class=HTMLResponse)
async def professionals(request: Request) -> Response:
    """The chat for professionals."""
    return _chat(request, Audience.PROFESSIONAL)


@router.get("/widget", response_class=HTMLResponse)
async def widget(request: Request) -> Response:
    """The chat in a frame of another site (docs/page.md)."""
    return _chat(request, Audience.YOUNG_PERSON, embedded=True)


@router.get("/widget.js")
async def widget_script(request: Request) -> Response:
    """The one script tag that a site adds."""
    catalogue = pages_of(request).catalogue
    codes = [each.code for each in catalogue.languages]
    labels = {code: catalogue.section(code, "widget")["label"] for code in codes}
    headers = {"Cross-Origin-Resource-Policy": "cross-origin"}
    context = {"labels": labels, "first": codes[0]}
    return templates.TemplateResponse(
        request, "widget.js", context, headers=headers, media_type="text/javascript"
    )


@router.get("/confiance", response_class=HTMLResponse)
async def trust(request: Request) -> Response:
    """Who reads, who answers, what is kept, how long, when somebody must be told; legal notices."""
    return _reading(request, "trust")


@router.get("/traces", response_class=HTMLResponse)
async def traces(request: Request) -> Response:
    """How to take this site out of a browser's history."""
    return _reading(request, "traces")


@router.get("/texts/{language}/{audience}.json")
async def texts(request: Request, language: str, audience: str) -> Response:
    """The labels of another language, for a page that is open."""
    pages = pages_of(request)
    if language not in {each.code for each in pages.catalogue.languages} or audience not in set(Audience):
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    chosen = pages.catalogue.language(language)
    labels = pages.labels(chosen.code, Audience(audience))
    return JSONResponse({"language": chosen.code, "direction": chosen.direction, "labels": labels})


@router.get("/icon")
async def icon(request: Request) -> Response:
    """The tab's icon, neutral on purpose."""
    return FileResponse(pages_of(request).tab_icon)
