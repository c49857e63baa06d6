"""The pages of help: /aide, and one for each département. Plain HTML: no script, no trace.

A town is sent by POST and never stands in an address: what is left in the browser's history is a département.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Request, Response, status
from fastapi.responses import HTMLResponse

from handoff.channels.report_pace import ReportPace
from handoff.channels.web import HEADERS as CHAT_HEADERS
from handoff.channels.web import templates
from handoff.conversation import HelpLine
from handoff.resources.index import Found, Query
from handoff.resources.kinds import is_finder
from handoff.resources.places import Place
from handoff.resources.search import ANY_HELP, HelpSearch

HEADERS = {
    **CHAT_HEADERS,
    "Content-Security-Policy": CHAT_HEADERS["Content-Security-Policy"].replace(
        "form-action 'none'", "form-action 'self'"
    ),
}
SHOWN = 12
LONGEST_PLACE = 80
LONGEST_FORM_BYTES = 4_096
AUDIENCES_OF_NEED = {"parents": "proche"}

router = APIRouter()


class HelpWords(Protocol):
    """The labels of the pages."""

    @property
    def help_interface(self) -> Mapping[str, str]: ...


@dataclass(frozen=True)
class HelpPages:
    """What the routes below use; built once by app.py. ``report`` takes (resource id, name, what)."""

    search: HelpSearch
    words: HelpWords
    line: Callable[[Found], HelpLine]
    report: Callable[[str, str, str], Awaitable[None]]
    pace: ReportPace


def _pages(request: Request) -> HelpPages:
    pages: HelpPages = request.app.state.help_pages
    return pages


@router.get("/aide")
async def all_help(request: Request, besoin: str = "") -> Response:
    """Where to start: a place to type, a need, every département."""
    return _front(request, besoin)


@router.post("/aide")
async def search_help(request: Request) -> Response:
    """From a place as it was typed; nearest first when it is a town."""
    form = await _form(request)
    lieu, besoin = form.get("lieu", ""), form.get("besoin", "")
    found = _pages(request).search.places.find(lieu[:LONGEST_PLACE])
    if len(found) == 1:
        return _results(request, found[0], besoin, 0)
    return _front(request, besoin, choices=found, not_found=not found and bool(lieu.strip()))


@router.get("/aide/{code}")
async def help_in(request: Request, code: str, besoin: str = "", debut: int = 0) -> Response:
    """Everything for a département; ``besoin`` narrows it down, ``debut`` goes on further down the list."""
    departement = _pages(request).search.places.departements.get(code.upper())
    if departement is None:
        return _front(request, besoin, unknown=True)
    place = Place(departement.label, departement.code)
    return _results(request, place, besoin, min(max(debut, 0), 1_000))


@router.post("/api/resources/report", status_code=status.HTTP_204_NO_CONTENT)
async def report_resource(request: Request) -> Response:
    """ "C'est faux", "c'est fermé": for the content lead. Nothing says who reports."""
    pages = _pages(request)
    form = await _form(request)
    known, what = pages.search.get(form.get("resource", "")), form.get("what")
    if known is None or what not in ("wrong", "closed"):
        return Response(status_code=status.HTTP_404_NOT_FOUND, headers=HEADERS)
    if not pages.pace.may_report():
        return Response(status_code=status.HTTP_429_TOO_MANY_REQUESTS, headers=HEADERS)
    await pages.report(known.id, known.name, what)
    # A page without a script shows the answer; our script only wants to know.
    if "text/html" in request.headers.get("accept", ""):
        return _thanks(request)
    return Response(status_code=status.HTTP_204_NO_CONTENT, headers=HEADERS)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a small form; one that is larger than any of ours is read as empty."""
    body = b""
    async for block in request.stream():
        body += block
        if len(body) > LONGEST_FORM_BYTES:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    return {name: values[0] for name, values in fields.items()}


def _thanks(request: Request) -> Response:
    context = {"texts": _pages(request).words.help_interface}
    return templates.TemplateResponse(request, "aide_merci.html", context, headers=HEADERS)


def _front(
    request: Request,
    need: str,
    *,
    choices: list[Place] | None = None,
    not_found: bool = False,
    unknown: bool = False,
) -> HTMLResponse:
    pages = _pages(request)
    by_region: dict[str, list[object]] = {}
    for each in pages.search.places.departements.values():
        by_region.setdefault(each.region, []).append(each)
    context = {
        "texts": pages.words.help_interface,
        "needs": pages.search.kinds.needs.values(),
        "need": need if need in pages.search.kinds.needs else "",
        "regions": sorted(by_region.items()),
        "choices": choices or [],
        "not_found": not_found,
        "unknown": unknown,
        "always": _always(pages),
        "query": _query(need, 0),
    }
    code = status.HTTP_404_NOT_FOUND if unknown else status.HTTP_200_OK
    return templates.TemplateResponse(request, "aide.html", context, code, headers=HEADERS)


def _results(request: Request, place: Place, need: str, start: int) -> HTMLResponse:
    pages = _pages(request)
    search = pages.search
    need = need if need in search.kinds.needs else ""
    topics = search.kinds.topics_of_need(need) if need else (ANY_HELP,)
    query = Query(
        topics,
        place.departement,
        position=place.position if place.commune else None,
        audience=AUDIENCES_OF_NEED.get(need, "jeune"),
    )
    ranked = search.ranked(query)
    held = [each for each in ranked if each.resource.departement and not is_finder(each.resource)]
    finders = [each for each in ranked if is_finder(each.resource)]
    lines = [each for each in ranked if each.resource.departement is None]
    shown = held[start : start + SHOWN]
    context = {
        "texts": pages.words.help_interface,
        "place": place,
        "needs": search.kinds.needs.values(),
        "need": need,
        "always": _always(pages),
        "held": [(each, pages.line(each)) for each in shown],
        "finders": [(each, pages.line(each)) for each in finders],
        "lines": [(each, pages.line(each)) for each in lines],
        # Further pages are of the département: a town never stands in an address.
        "next": start + SHOWN if len(held) > start + SHOWN and not place.commune else None,
        "start": start,
        "query": _query,
        "sources": sorted({each.resource.licence for each in shown if each.resource.licence}),
    }
    return templates.TemplateResponse(request, "aide_lieu.html", context, headers=HEADERS)


def _always(pages: HelpPages) -> list[tuple[Found, HelpLine]]:
    """The lines that answer whoever calls, day and night."""
    ids = ("allo_119", "num_3114")
    found = [Found(pages.search.directory.get(each)) for each in ids if each in pages.search.directory]
    return [(each, pages.line(each)) for each in found]


def _query(need: str, start: int) -> str:
    values = {name: value for name, value in (("besoin", need), ("debut", start)) if value}
    return f"?{urlencode(values)}" if values else ""
