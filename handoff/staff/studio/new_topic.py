"""A new topic from a form: its card as a draft, and its first examples."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter, Request, status
from fastapi.responses import Response

from handoff.answers.example_files import LEAST_EXAMPLES, lines_of
from handoff.errors import EditConflictError
from handoff.records.tables import Account
from handoff.staff.studio.card_form import AUDIENCES
from handoff.staff.studio.examples_page import refusals
from handoff.staff.studio.studio import Studio, form_of, go_to, page, studio_of, today
from handoff.staff.studio.studio_access import Lead

router = APIRouter()

_ID: Final = re.compile(r"[a-z][a-z0-9_]{2,59}")
RISKS: Final = (0, 1, 2, 3)
READ_AGAIN_AFTER: Final = timedelta(days=180)


@router.get("/studio/new")
async def new_page(request: Request, account: Lead) -> Response:
    """The empty form."""
    return new_topic_page(request, account, {"risk": "0", "audience.jeune": "1"}, [])


@router.post("/studio/new")
async def create(request: Request, account: Lead) -> Response:
    """Opens a draft with what was given, or says what is missing; nothing that was typed is lost."""
    studio = studio_of(request)
    form = await form_of(request)
    topic, examples = form.get("topic", "").strip(), lines_of(form.get("examples", ""))
    audience = [each for each in AUDIENCES if form.get(f"audience.{each}")]
    problems = [studio.labels(f"new.{each}") for each in await _problems(studio, topic, form, audience)]
    problems += await refusals(request, examples, set())
    if problems:
        return new_topic_page(request, account, form, problems)
    card = _first_card(studio, topic, form, audience)
    try:
        # The card last: it makes the topic taken, so that what fails in between can be tried again.
        tried_before = len(await studio.examples.history(topic))
        await studio.examples.save(topic, examples, account.id, "", tried_before)
        await studio.records.save(topic, json.dumps(card, ensure_ascii=False), account.id, "", 0, None)
    except EditConflictError:
        return new_topic_page(request, account, form, [studio.labels("new.taken")])
    await request.app.state.staff.audit.record("topic_added", account.id, about=f"card {topic}")
    return go_to(f"/studio/topics/{topic}")


async def _problems(studio: Studio, topic: str, form: dict[str, str], audience: list[str]) -> list[str]:
    problems = []
    if not _ID.fullmatch(topic):
        problems.append("bad_id")
    elif topic in studio.reserved or topic in await studio.records.states():
        problems.append("taken")
    if form.get("theme") not in {each.theme for each in studio.catalogue.values()}:
        problems.append("bad_theme")
    if not audience:
        problems.append("no_audience")
    return problems


def _first_card(studio: Studio, topic: str, form: dict[str, str], audience: list[str]) -> dict[str, Any]:
    # Whatever is not one of the list is taken for grave: somebody else will read it.
    risk = next((each for each in RISKS if str(each) == form.get("risk")), max(RISKS))
    words = {"short": form.get("short", "").strip()}
    return {
        "topic": topic,
        "theme": form["theme"],
        "title": {"fr": form.get("title", "").strip()},
        "audience": audience,
        "risk": risk,
        "status": "published",
        "author": "équipe Repère",
        "reviewed_on": today().isoformat(),
        "review_by": (today() + READ_AGAIN_AFTER).isoformat(),
        "texts": {"fr": {audience[0]: words}},
        "next_steps": [{"label": studio.labels("new.person"), "kind": "handoff"}],
        "resources": [],
        "sources": [],
        "needs_review": [],
    }


def new_topic_page(request: Request, account: Account, form: dict[str, str], problems: list[str]) -> Response:
    """The form with what was given, and what is wrong with it."""
    themes = sorted({each.theme for each in studio_of(request).catalogue.values()})
    return page(
        request,
        "new.html",
        account,
        status.HTTP_422_UNPROCESSABLE_CONTENT if problems else status.HTTP_200_OK,
        form=form,
        problems=problems,
        themes=themes,
        risks=RISKS,
        audiences=AUDIENCES,
        least=LEAST_EXAMPLES,
    )
