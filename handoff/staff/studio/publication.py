"""From a draft to what young people read: second reading, publishing now or later, rolling back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, status
from fastapi.responses import Response

from handoff.answers.compare import differences
from handoff.answers.publishing import may_review, needs_second_person, refusal, risk_of_change
from handoff.errors import EditConflictError
from handoff.records.card_state import TopicState
from handoff.records.tables import Account
from handoff.staff.studio.editor import faults_for_page, topic_state
from handoff.staff.studio.studio import PARIS, Studio, form_of, go_to, page, studio_of, today, whole
from handoff.staff.studio.studio_access import Lead, Publisher

router = APIRouter()

WHY_LEAST_CHARACTERS = 3


@router.get("/studio/topics/{topic}/publish")
async def publish_page(request: Request, topic: str, account: Lead) -> Response:
    """What would change for young people, who read it again, and the button."""
    return await _publish_page(request, account, topic)


@router.post("/studio/topics/{topic}/publish")
async def publish(request: Request, topic: str, account: Publisher) -> Response:
    """Publishes the draft that was shown, now or from a moment on."""
    studio = studio_of(request)
    form = await form_of(request)
    number, why = whole(form.get("number")), form.get("why", "").strip()[:300]
    state, content = await topic_state(studio, topic)
    try:
        at = _moment(form.get("when", ""))
    except ValueError:
        return await _publish_page(request, account, topic, "bad_moment", why)
    if len(why) < WHY_LEAST_CHARACTERS:
        return await _publish_page(request, account, topic, "why_needed", why)
    if state.draft != number:
        return await _publish_page(request, account, topic, "changed_meanwhile", why)
    _, faults = studio.checker(await studio.records.states()).check(content, today())
    refused = refusal(risk_of_change(content, await studio.live_content(state)), state.is_approved, faults)
    if refused:
        return await _publish_page(request, account, topic, refused, why)
    if not await _publish(request, account, topic, form, "card_published", at):
        return await _publish_page(request, account, topic, "published_meanwhile", why)
    return go_to(f"/studio/topics/{topic}/history?done={'planned' if at else 'published'}")


@router.post("/studio/topics/{topic}/review")
async def review(request: Request, topic: str, account: Publisher) -> Response:
    """A second person approves the draft that was shown, or asks for changes."""
    studio = studio_of(request)
    form = await form_of(request)
    state, _ = await topic_state(studio, topic)
    number, approved = whole(form.get("number")), form.get("verdict") == "approve"
    if state.draft is None or state.draft != number:
        return await _publish_page(request, account, topic, "changed_meanwhile")
    if not may_review(account.id, state.writers):
        return await _publish_page(request, account, topic, "own_words")
    try:
        await studio.records.review(topic, number, account.id, approved, form.get("text", "")[:2000])
    except EditConflictError:
        return await _publish_page(request, account, topic, "changed_meanwhile")
    await request.app.state.staff.audit.record(
        "card_approved" if approved else "card_refused", account.id, about=f"card {topic}"
    )
    return go_to(f"/studio/topics/{topic}/publish")


@router.post("/studio/topics/{topic}/cancel")
async def cancel(request: Request, topic: str, account: Publisher) -> Response:
    """Takes a planned publication back."""
    publication = whole((await form_of(request)).get("publication"))
    if not await studio_of(request).records.cancel(topic, publication):
        raise HTTPException(status.HTTP_409_CONFLICT, "too_late")
    await request.app.state.staff.audit.record("card_unplanned", account.id, about=f"card {topic}")
    return go_to(f"/studio/topics/{topic}/history")


@router.get("/studio/topics/{topic}/history")
async def history_page(request: Request, topic: str, account: Lead) -> Response:
    """Who did what and why, newest first."""
    return await _history(request, account, topic)


@router.get("/studio/topics/{topic}/versions/{number}")
async def version_page(request: Request, topic: str, number: int, account: Lead) -> Response:
    """One version beside what young people read now."""
    studio = studio_of(request)
    state, _ = await topic_state(studio, topic)
    content = await studio.content(topic, number)
    if content is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no_version")
    live = await studio.live_content(state)
    return page(
        request,
        "version.html",
        account,
        topic=topic,
        number=number,
        content=content,
        differences=differences(live, content),
        may_come_back=_may_come_back(state, number),
        state=state,
        revision=next(each for each in state.revisions if each.number == number),
        names=await studio.records.names(),
    )


@router.post("/studio/topics/{topic}/rollback")
async def roll_back(request: Request, topic: str, account: Publisher) -> Response:
    """Brings a version back that young people have read before. In a hurry: one person is enough."""
    studio = studio_of(request)
    form = await form_of(request)
    number, why = whole(form.get("number")), form.get("why", "").strip()[:300]
    state, _ = await topic_state(studio, topic)
    content = await studio.content(topic, number) if number > 0 else None
    if content is None or not _may_come_back(state, number):
        raise HTTPException(status.HTTP_409_CONFLICT, "never_live")
    if len(why) < WHY_LEAST_CHARACTERS:
        return await _history(request, account, topic, "why_needed")
    _, faults = studio.checker(await studio.records.states()).check(content, today())
    if refusal(content["risk"], True, faults):
        return await _history(request, account, topic, "faults", faults_for_page(studio, faults))
    if not await _publish(request, account, topic, form, "card_rolled_back"):
        return await _history(request, account, topic, "published_meanwhile")
    return go_to(f"/studio/topics/{topic}/history?done=rolled_back")


async def _publish(
    request: Request,
    account: Account,
    topic: str,
    form: Mapping[str, str],
    action: str,
    at: datetime | None = None,
) -> bool:
    """Publishes what the form says and notes it down; False when what is live or planned has changed."""
    number, why, outlook = whole(form["number"]), form["why"].strip()[:300], form.get("outlook", "")
    try:
        called_off = await studio_of(request).records.publish(topic, number, account.id, why, at, outlook)
    except EditConflictError:
        return False
    audit = request.app.state.staff.audit
    await audit.record(action, account.id, about=f"card {topic}")
    if called_off:
        await audit.record("card_unplanned", account.id, about=f"card {topic}")
    return True


def _may_come_back(state: TopicState, number: int) -> bool:
    """Versions that were live, and the one that came with the service; not the one that is live."""
    is_live = state.live is not None and state.live.number == number
    return not is_live and state.live is not None and (number == 1 or state.was_live(number))


def _moment(local: str) -> datetime | None:
    """A moment of a form (French time), or None for "now". Raises ValueError."""
    if not local:
        return None
    at = datetime.fromisoformat(local)
    if at.tzinfo is None:
        at = at.replace(tzinfo=PARIS)
    if at <= datetime.now(UTC):
        raise ValueError("in the past")
    return at


async def _publish_page(
    request: Request, account: Account, topic: str, refused: str = "", why: str = ""
) -> Response:
    studio: Studio = studio_of(request)
    state, content = await topic_state(studio, topic)
    if state.draft is None:
        return go_to(f"/studio/topics/{topic}")
    live = await studio.live_content(state)
    _, faults = studio.checker(await studio.records.states()).check(content, today())
    return page(
        request,
        "publish.html",
        account,
        status.HTTP_409_CONFLICT if refused else status.HTTP_200_OK,
        topic=topic,
        state=state,
        content=content,
        live=live,
        differences=differences(live, content),
        faults=faults_for_page(studio, faults),
        blocked=any(fault.blocks for fault in faults),
        needs_review=needs_second_person(risk_of_change(content, live)),
        may_review=may_review(account.id, state.writers),
        writers=state.writers,
        names=await studio.records.names(),
        refused=refused,
        why=why,
    )


async def _history(
    request: Request,
    account: Account,
    topic: str,
    refused: str = "",
    faults: list[dict[str, Any]] | None = None,
) -> Response:
    studio = studio_of(request)
    state, content = await topic_state(studio, topic)
    return page(
        request,
        "history.html",
        account,
        status.HTTP_409_CONFLICT if refused else status.HTTP_200_OK,
        topic=topic,
        state=state,
        content=content,
        names=await studio.records.names(),
        may_come_back=_may_come_back,
        refused=refused,
        faults=faults or [],
        done=request.query_params.get("done", ""),
    )
