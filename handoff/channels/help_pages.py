"""The pages of help: /aide, and one for each département. Plain HTML: no script, no trace.

A town and a need are sent by POST and never stand in an address: what is left in the browser's history is a
département.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response, status

from handoff.channels.pages import frame, language_of, pages_of, rendered
from handoff.channels.report_pace import ReportPace
from handoff.conversation import Audience, HelpLine
from handoff.resources.index import Found, Query
from handoff.resources.places import Place, is_here
from handoff.resources.search import HelpSearch

SHOWN = 12
LONGEST_PLACE = 80
LONGEST_FORM_BYTES = 4_096
LONGEST_START = 6  # digits
AUDIENCES_OF_NEED = {"parents": "proche"}

router = APIRouter()


@dataclass(frozen=True)
class HelpPages:
    """What the routes below use; built once by the wiring. ``report`` takes (resource id, name, what)."""

    search: HelpSearch
    line: Callable[[Found], HelpLine]
    report: Callable[[str, str, str], Awaitable[None]]
    pace: ReportPace


def _pages(request: Request) -> HelpPages:
    pages: HelpPages = request.app.state.help_pages
    return pages


@router.get("/aide")
async def all_help(request: Request) -> Response:
    """Where to start: a place to type, every département."""
    return _front(request, "")


@router.post("/aide")
async def search_help(request: Request) -> Response:
    """From a place as it was typed; nearest first when it is a town. ``debut`` goes on further down."""
    form = await _form(request)
    place, need = form.get("lieu", ""), form.get("besoin", "")
    found = _pages(request).search.places.find(place)
    if len(found) == 1:
        return _results(request, found[0], need, _start(form), typed=place[:LONGEST_PLACE])
    if is_here(place):
        return _front(request, need, problem="near_me")
    return _front(request, need, choices=found, problem="not_found" if not found and place.strip() else "")


@router.get("/aide/{code}")
async def help_in(request: Request, code: str) -> Response:
    """Everything for a département."""
    return _departement(request, code, "", 0)


@router.post("/aide/{code}")
async def more_help_in(request: Request, code: str) -> Response:
    """``besoin`` narrows it down to a need, ``debut`` goes on further down the list."""
    form = await _form(request)
    return _departement(request, code, form.get("besoin", ""), _start(form))


def _start(form: dict[str, str]) -> int:
    start = form.get("debut", "")
    known = start.isascii() and start.isdigit() and len(start) <= LONGEST_START
    return int(start) if known else 0


def _departement(request: Request, code: str, need: str, start: int) -> Response:
    departement = _pages(request).search.places.departements.get(code.upper())
    if departement is None:
        return _front(request, need, problem="unknown")
    return _results(request, Place(departement.label, departement.code), need, start)


@router.post("/api/resources/report", status_code=status.HTTP_204_NO_CONTENT)
async def report_resource(request: Request) -> Response:
    """ "C'est faux", "c'est fermé": for the content lead. Nothing says who reports."""
    pages = _pages(request)
    form = await _form(request)
    known, what = pages.search.get(form.get("resource", "")), form.get("what")
    if known is None or what not in ("wrong", "closed"):
        return Response(status_code=status.HTTP_404_NOT_FOUND)
    if not pages.pace.may_report():
        return Response(status_code=status.HTTP_429_TOO_MANY_REQUESTS)
    await pages.report(known.id, known.name, what)
    # A page without a script shows the answer; our script only wants to know.
    if "text/html" in request.headers.get("accept", ""):
        return _thanks(request)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


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
    return _page(request, "aide_merci.html", {})


def _page(request: Request, name: str, context: dict[str, Any], code: int = status.HTTP_200_OK) -> Response:
    """In the language asked for, which every link of the page keeps."""
    language = language_of(request)
    asked = language.code if request.query_params.get("langue") == language.code else ""
    around = frame(request, language, Audience.YOUNG_PERSON)
    words = pages_of(request).catalogue.section(language.code, "aide")
    # "help" and not "texts": the frame's own labels are the chat's.
    whole = {**around, "help": words, "asked": f"?langue={asked}" if asked else "", **context}
    return rendered(request, name, whole, sends_forms=True, code=code)


def _front(
    request: Request,
    need: str,
    *,
    choices: list[Place] | None = None,
    problem: str = "",
) -> Response:
    """``problem``: the key of what there is to say first."""
    pages = _pages(request)
    by_region: dict[str, list[object]] = {}
    for each in pages.search.places.departements.values():
        by_region.setdefault(each.region, []).append(each)
    context = {
        "needs": pages.search.kinds.needs.values(),
        "need": need if need in pages.search.kinds.needs else "",
        "regions": sorted(by_region.items()),
        "choices": choices or [],
        "problem": problem,
        "always": _always(pages),
    }
    code = status.HTTP_404_NOT_FOUND if problem == "unknown" else status.HTTP_200_OK
    return _page(request, "aide.html", context, code)


def _results(request: Request, place: Place, need: str, start: int, typed: str = "") -> Response:
    """``typed``: the place as it was typed, which the forms of the page send again; never an address."""
    pages = _pages(request)
    search = pages.search
    need = need if need in search.kinds.needs else ""
    query = Query(
        search.kinds.topics_of_need(need) if need else (),
        place.departement,
        position=place.position if place.commune else None,
        # Without a need, everything: what is for relatives and professionals too.
        audience=AUDIENCES_OF_NEED.get(need, "jeune") if need else None,
    )
    found = search.listing(query, start, SHOWN)
    context = {
        "place": place,
        "typed": typed,
        "needs": search.kinds.needs.values(),
        "need": need,
        "chosen": search.kinds.needs[need].label if need else "",
        "always": _always(pages),
        "held": [(each, pages.line(each)) for each in found.places],
        "finders": [(each, pages.line(each)) for each in found.finders],
        "lines": [(each, pages.line(each)) for each in found.lines],
        "next": start + SHOWN if found.total > start + SHOWN else None,
        "start": start,
        "sources": sorted({each.resource.licence for each in found.places if each.resource.licence}),
    }
    return _page(request, "aide_lieu.html", context)


def _always(pages: HelpPages) -> list[tuple[Found, HelpLine]]:
    """The lines that answer whoever calls, day and night."""
    ids = ("allo_119", "num_3114")
    found = [Found(pages.search.directory.get(each)) for each in ids if each in pages.search.directory]
    return [(each, pages.line(each)) for each in found]
