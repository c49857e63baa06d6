"""Try a sentence: what the assistant would do with it, and why. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, status
from fastapi.responses import Response

from handoff.errors import InsideUnavailableError, ModelError
from handoff.records.tables import Account
from handoff.staff.studio.card_form import AUDIENCES
from handoff.staff.studio.preview import Preview, preview_of, previews_of
from handoff.staff.studio.studio import Studio, form_of, page, studio_of
from handoff.staff.studio.studio_access import Lead
from handoff.training.versions import waiting_for_its_turn

router = APIRouter()

MOST_CHARACTERS = 4000


@router.get("/studio/try")
async def try_page(request: Request, account: Lead) -> Response:
    """The empty form."""
    return _page(request, account)


@router.post("/studio/try")
async def try_sentence(request: Request, account: Lead) -> Response:
    """The same page, with what would happen: now, with the draft of the card, with the model that waits."""
    studio = studio_of(request)
    form = await form_of(request)
    sentence = form.get("sentence", "").strip()
    audience = form.get("audience", "")
    audience = audience if audience in AUDIENCES else "jeune"
    given: dict[str, Any] = {"sentence": sentence, "audience": audience, "with_waiting": "waiting" in form}
    if not sentence or len(sentence) > MOST_CHARACTERS:
        problem = "try.too_long" if sentence else "try.empty"
        return _page(request, account, status.HTTP_422_UNPROCESSABLE_CONTENT, problem=problem, **given)
    await request.app.state.staff.audit.record("sentence_tried", account.id)
    try:
        found = await studio.inside.try_sentence(sentence, audience)
    except InsideUnavailableError:
        code = status.HTTP_503_SERVICE_UNAVAILABLE
        return _page(request, account, code, problem="try.unavailable", **given)
    waiting = waiting_for_its_turn(studio.models.all()) if given["with_waiting"] else None
    draft = await _draft(studio, found, audience)
    try:
        other = await studio.waiting.sentence(waiting.id, sentence, audience, found) if waiting else None
    except ModelError as error:
        problem = f"try.waiting_{error.code}"
        return _page(request, account, problem=problem, found=found, draft=draft, **given)
    return _page(request, account, found=found, draft=draft, other=other, **given)


async def _draft(studio: Studio, found: Mapping[str, Any], audience: str) -> dict[str, Any] | None:
    """The first topic's card as its draft would be sent; None when nobody is writing one."""
    topic = found["topics"][0]["topic"] if found["topics"] else ""
    state = await studio.records.state(topic)
    content = await studio.content(topic, state.draft) if state.draft else None
    if content is None:
        return None
    return {
        "topic": topic,
        "title": found["topics"][0]["title"],
        "shown": preview_of(studio, content, found["language"] or "fr", audience),
    }


def _previews(studio: Studio, tried: Mapping[str, Any] | None, language: str, audience: str) -> list[Preview]:
    return previews_of(studio, tried["replies"], language, audience) if tried else []


def _page(request: Request, account: Account, code: int = status.HTTP_200_OK, **context: Any) -> Response:
    studio = studio_of(request)
    waiting = waiting_for_its_turn(studio.models.all())
    values = {
        "sentence": "",
        "audience": "jeune",
        "found": None,
        "other": None,
        "waiting": waiting,
        **context,
    }
    language = (values["found"] or {}).get("language") or "fr"
    for name in ("found", "other"):
        values[f"shown_{name}"] = _previews(studio, values[name], language, values["audience"])
    return page(request, "try.html", account, code, audiences=AUDIENCES, **values)
