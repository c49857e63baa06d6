"""The directory of help in the console: search, reports of what is wrong, coverage, what is overdue."""

from __future__ import annotations

import asyncio
import itertools
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from handoff.conversation import Author
from handoff.errors import ConversationUnknownError, NotYourTurnError
from handoff.receive_message import message_of
from handoff.records.resource_imports import ResourceImports
from handoff.records.resource_reports import STAFF, ResourceReports
from handoff.records.tables import Account
from handoff.resources.coverage import Coverage, as_map, coverage_of, overdue
from handoff.resources.index import Found, Query
from handoff.resources.places import fold_name
from handoff.resources.resource import Resource, say_ages
from handoff.resources.search import ANY_HELP, HelpSearch
from handoff.staff.access import Counsellor, Permission, require
from handoff.staff.desk import refuse, staff_of
from handoff.staff.language import texts_of
from handoff.staff.pages import show

SHOWN = 20
AGE = "[0-9]{1,2}"
MOST_OVERDUE = 200

router = APIRouter()
DirectoryReader = Annotated[Account, Depends(require(Permission.KEEP_DIRECTORY))]

Short = Annotated[str, StringConstraints(max_length=80)]


@dataclass(frozen=True)
class Resources:
    """What the routes below use; built once by the wiring."""

    search: HelpSearch
    imports: ResourceImports
    reports: ResourceReports


class GivenResource(BaseModel):
    """A resource that a counsellor gives."""

    resource: str = Field(max_length=120)


class Report(BaseModel):
    """A counsellor says that a resource is wrong."""

    resource: str = Field(max_length=120)
    what: Literal["wrong", "closed"]


def _resources(request: Request) -> Resources:
    resources: Resources = request.app.state.resources
    return resources


@router.get("/api/resources")
async def find_resources(
    request: Request,
    account: Counsellor,
    need: Short = "",
    place: Short = "",
    kind: Short = "",
    words: Short = "",
    audience: Short = "",
    age: Short = "",
) -> dict[str, Any]:
    """Resources by need (or topic), place, kind, age, free words; ``choices`` when the place is several."""
    search = _resources(request).search
    places = search.places.find(place) if place.strip() else []
    at = places[0] if places else None
    query = Query(
        topics=search.kinds.topics_of_need(need) if need else (),
        departement=at.departement if at else None,
        position=at.position if at and at.commune else None,
        audience=audience or None,
        age=int(age) if re.fullmatch(AGE, age) else None,
        kinds=(kind,) if kind in search.kinds.by_id else (),
        words=words,
    )
    return {
        "resources": [_item(each, search) for each in _find(search, query)[:SHOWN]],
        "choices": [each.label for each in places] if len(places) > 1 else [],
        "place": at.label if at else None,
        "place_unknown": bool(place.strip()) and not places,
        "needs": {each.id: each.label for each in search.kinds.needs.values()},
        "kinds": {each.id: each.label for each in search.kinds.by_id.values()},
    }


def _find(search: HelpSearch, query: Query) -> list[Found]:
    """Places first, then lines and official pages. Free words are looked for everywhere."""
    if query.topics:
        return [each for each in search.ranked(query) if _has(each, query)]
    if query.words:
        national = (*map(Found, search.directory), *search.index.nationwide(query))
        found = [*search.index.search(query), *(each for each in national if _has(each, query))]
    else:
        places = search.index.search(query) if query.departement or query.kinds else []
        general = search.ranked(replace(query, topics=(ANY_HELP,)))
        found = [*places, *general, *search.index.nationwide(query)]
    return list({each.resource.id: each for each in found}.values())


def _has(found: Found, query: Query) -> bool:
    each = found.resource
    said = fold_name(f"{each.name} {each.commune or ''} {each.postcode or ''} {each.phone or ''}")
    wanted = not query.kinds or each.kind in query.kinds
    return wanted and all(word in said for word in fold_name(query.words).split())


def _item(found: Found, search: HelpSearch) -> dict[str, Any]:
    each = found.resource
    kind = search.kinds.by_id.get(each.kind)
    return {
        "id": each.id,
        "name": each.name,
        "kind": kind.label if kind else each.kind,
        "phone": each.phone,
        "sms": each.sms,
        "url": each.url,
        "address": each.full_address if each.address else None,
        "departement": each.departement,
        "hours": each.hours,
        "open_now": found.open_now,
        "distance_km": None if found.distance_km is None else round(found.distance_km, 1),
        "expect": each.use_when or each.expect,
        "ages": say_ages(each),
        "languages": ", ".join(each.languages),
        "accessibility": each.accessibility,
        "checked": each.as_of,
        "source": each.source,
    }


@router.post("/api/conversations/{conversation_id}/resource")
async def give_resource(
    request: Request, conversation_id: str, given: GivenResource, account: Counsellor
) -> dict[str, bool]:
    """Puts a resource in the conversation as a card, from the counsellor who holds it."""
    staff = staff_of(request)
    resources = _resources(request)
    known = resources.search.get(given.resource)
    if known is None:
        refuse(request, "resource_gone")
    try:
        conversation = await staff.store.get(conversation_id)
        reply = staff.words.of(conversation).resource_given(known)
        message = message_of(reply, Author.COUNSELLOR)
        await staff.store.append(conversation_id, message, counsellor_id=account.id)
    except ConversationUnknownError:
        refuse(request, "gone")
    except NotYourTurnError:
        refuse(request, "taken")
    await staff.audit.record("resource_given", account.id, conversation_id)
    return {"ok": True}


@router.post("/api/resources/reports")
async def report_resource(request: Request, report: Report, account: Counsellor) -> dict[str, bool]:
    """ "C'est faux", "c'est fermé", from a counsellor."""
    resources = _resources(request)
    known = resources.search.get(report.resource)
    if known is None:
        refuse(request, "resource_gone")
    await resources.reports.add(known.id, known.name, report.what, STAFF)
    await staff_of(request).audit.record("resource_reported", account.id, about=f"resource {known.id}"[:80])
    return {"ok": True}


@router.get("/api/resources/reports")
async def open_reports(request: Request, account: Counsellor) -> dict[str, Any]:
    """The content lead's list: what was said to be wrong."""
    found = await _resources(request).reports.open_reports()
    names = ("id", "resource_id", "name", "what", "by", "times")
    return {
        "reports": [
            {**{name: getattr(each, name) for name in names}, "last_at": each.last_at.isoformat()}
            for each in found
        ]
    }


@router.post("/api/resources/reports/{report_id}/close")
async def close_report(request: Request, report_id: int, account: DirectoryReader) -> dict[str, bool]:
    """Takes a report off the list."""
    if not await _resources(request).reports.close(report_id, account.id):
        refuse(request, "report_gone")
    await staff_of(request).audit.record("resource_report_closed", account.id)
    return {"ok": True}


@router.get("/resources")
async def resources_page(request: Request, account: DirectoryReader) -> Response:
    """What the directory holds: the map, the table by kind, what was imported, reported, and is overdue."""
    resources = _resources(request)
    search = resources.search
    # In a thread, places included: each of 100,000 is read from its JSON there.
    covered, drawn, late = await asyncio.to_thread(_looked_over, search)
    held = [each for each in search.kinds.by_id if any(one.places.get(each) for one in covered)]
    return show(
        request,
        "resources.html",
        account,
        words=texts_of(request, "staff"),
        covered=covered,
        kinds=[search.kinds.by_id[each] for each in held],
        map=drawn,
        imports=await resources.imports.summaries(),
        reports=await resources.reports.open_reports(),
        overdue=late[:MOST_OVERDUE],
        overdue_count=len(late),
    )


def _looked_over(search: HelpSearch) -> tuple[list[Coverage], str, list[Resource]]:
    """What is held where, its map, and what is overdue."""
    covered = coverage_of(search)
    late = overdue(itertools.chain(search.directory, search.index), date.today())
    return covered, as_map(covered, search.places), late
