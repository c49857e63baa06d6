"""Editing a card: the form, what is wrong with it and how a phone shows it while it is typed, saving."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, HTTPException, Request, status
from fastapi.responses import JSONResponse, Response

from handoff.answers.cards import MORE_CHARACTERS, SAFE_CHARACTERS, SHORT_CHARACTERS, Fault
from handoff.answers.compare import differences
from handoff.answers.publishing import may_review, needs_second_person, risk_of_change
from handoff.answers.readability import LEAST_EASE, ease
from handoff.errors import EditConflictError
from handoff.records.card_state import TopicState
from handoff.records.tables import Account
from handoff.staff.studio.card_form import (
    RESOURCES,
    SPARE_SOURCES,
    STEPS,
    content_of_form,
    target_of,
    variants,
)
from handoff.staff.studio.preview import preview_of
from handoff.staff.studio.studio import (
    HEADERS,
    Studio,
    form_of,
    go_to,
    page,
    studio_of,
    templates,
    today,
    whole,
)
from handoff.staff.studio.studio_access import Lead

router = APIRouter()

KNOWN = ("law", "url", "fact")
MOST_CHARACTERS = {"short": SHORT_CHARACTERS, "more": MORE_CHARACTERS, "safe": SAFE_CHARACTERS}


async def topic_state(studio: Studio, topic: str) -> tuple[TopicState, dict[str, Any]]:
    """A topic and the card to go on from. 404 when there is no such topic."""
    state = await studio.records.state(topic)
    content = await studio.edited_content(state)
    if content is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no_topic")
    return state, content


@router.get("/studio/topics/{topic}")
async def editor_page(request: Request, topic: str, account: Lead) -> Response:
    """The editor, with the draft if there is one."""
    studio = studio_of(request)
    state, content = await topic_state(studio, topic)
    return await _editor(request, account, state, content, saved=request.query_params.get("saved", ""))


@router.post("/studio/topics/{topic}")
async def save(request: Request, topic: str, account: Lead) -> Response:
    """Saves the draft, whatever is wrong with it: only publishing asks for a sound card."""
    studio = studio_of(request)
    form = await form_of(request)
    try:
        state, base = await topic_state(studio, topic)
        content = content_of_form(form, base)
        expected = whole(form.get("expected"))
        outlook = form.get("outlook", "")
        if content == base and (expected, outlook) == (state.last_number, state.outlook):
            number = state.last_number  # nothing new: no revision for it
        else:
            first = studio.content_of_file(topic)
            number = await studio.records.save(
                topic,
                json.dumps(content, ensure_ascii=False),
                account.id,
                form.get("why", "")[:300],
                expected,
                json.dumps(first, ensure_ascii=False) if first else None,
                outlook,
            )
    except EditConflictError:
        return await _conflict(request, account, topic, form)
    await request.app.state.staff.audit.record("card_saved", account.id, about=f"card {topic}")
    if form.get("then") == "publish":
        return go_to(f"/studio/topics/{topic}/publish")
    return go_to(f"/studio/topics/{topic}?saved={number}")


@router.post("/studio/topics/{topic}/check")
async def check(request: Request, topic: str, account: Lead) -> Response:
    """What is wrong with the card as it is typed, how hard it is to read, and how it looks."""
    studio = studio_of(request)
    form = await form_of(request)
    states = await studio.records.states()
    base = await studio.edited_content(states.get(topic) or await studio.records.state(topic))
    if base is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no_topic")
    content = content_of_form(form, base)
    _, faults = studio.checker(states).check(content, today())
    language, _, audience = form.get("variant", "fr.jeune").partition(".")
    shown = preview_of(studio, content, language, audience)
    preview = templates.get_template("preview.html").render(shown=shown, t=studio.labels)
    return JSONResponse(
        {
            "faults": faults_for_page(studio, faults),
            "measures": _measures(content),
            "preview": preview,
        },
        headers=HEADERS,
    )


@router.post("/studio/topics/{topic}/drop")
async def drop(request: Request, topic: str, account: Lead) -> Response:
    """Gives the draft up; it stays in the history."""
    studio = studio_of(request)
    expected = whole((await form_of(request)).get("expected"))
    state, _ = await topic_state(studio, topic)
    try:
        if state.draft is None:
            raise EditConflictError
        await studio.records.drop(topic, account.id, expected)
    except EditConflictError:
        raise HTTPException(status.HTTP_409_CONFLICT, "changed_meanwhile") from None
    await request.app.state.staff.audit.record("card_dropped", account.id, about=f"card {topic}")
    return go_to(f"/studio/topics/{topic}")


@router.post("/studio/topics/{topic}/comment")
async def comment(request: Request, topic: str, account: Lead) -> Response:
    """Adds a remark for the other leads."""
    studio = studio_of(request)
    await topic_state(studio, topic)
    text = (await form_of(request)).get("text", "").strip()[:2000]
    if text:
        await studio.records.comment(topic, account.id, text)
        await request.app.state.staff.audit.record("card_commented", account.id, about=f"card {topic}")
    return go_to(f"/studio/topics/{topic}#remarks")


@router.post("/studio/topics/{topic}/owner")
async def set_owner(request: Request, topic: str, account: Lead) -> Response:
    """Names who answers for the topic."""
    studio = studio_of(request)
    await topic_state(studio, topic)
    owner = whole((await form_of(request)).get("owner"))
    leads = await studio.records.leads()
    await studio.records.set_owner(topic, owner if owner in leads else None)
    await request.app.state.staff.audit.record("card_owner_set", account.id, about=f"card {topic}")
    return go_to(f"/studio/topics/{topic}#remarks")


def faults_for_page(studio: Studio, faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Faults as a page shows them: which field, in words."""
    return [
        {
            "field": fault.field,
            "where": studio.labels.field(fault.field) if fault.field else "",
            "text": studio.labels.fault(fault),
            "blocks": fault.blocks,
        }
        for fault in faults
    ]


def _measures(content: Mapping[str, Any]) -> dict[str, dict[str, int | None]]:
    """For each text: how easy it is to read (French only), and the least it should be."""
    return {
        f"texts.{each['key']}.{part}": {
            "ease": ease(text) if text and each["language"] == "fr" else None,
            "least": LEAST_EASE[each["audience"]],
        }
        for each in variants(content)
        for part, text in each["parts"].items()
    }


async def _editor(
    request: Request,
    account: Account,
    state: TopicState,
    content: Mapping[str, Any],
    code: int = 200,
    **context: Any,
) -> Response:
    studio = studio_of(request)
    states = await studio.records.states()
    _, faults = studio.checker(states).check(content, today())
    owners = await studio.records.owners()
    names = await studio.records.names()
    audience = content["audience"][0]
    live = await studio.live_content(state)
    values = {
        "topic": state.topic,
        "state": state,
        "content": content,
        "live": live,
        "variants": variants(content),
        "targets": sorted(
            ((card.topic, card.button_title()) for card in studio.library.cards), key=lambda pair: pair[1]
        ),
        "resources": [(each.id, each.name) for each in studio.directory],
        "target_of": target_of,
        "steps": STEPS,
        "most_resources": RESOURCES,
        "sources": [*content.get("sources", []), *({} for _ in range(SPARE_SOURCES))],
        "most": MOST_CHARACTERS,
        "faults": faults_for_page(studio, faults),
        "measures": _measures(content),
        "shown": preview_of(studio, content, "fr", audience),
        "comments": await studio.records.comments(state.topic),
        "names": names,
        "leads": await studio.records.leads(),
        "known": _known_sources(studio),
        "owner": owners.get(state.topic),
        "needs_review": needs_second_person(risk_of_change(content, live)),
        "may_review": may_review(account.id, state.writers),
        "expected": state.last_number,
        "changed": differences(live, content) if state.draft else [],
        **context,
    }
    return page(request, "editor.html", account, code, **values)


async def _conflict(request: Request, account: Account, topic: str, form: Mapping[str, str]) -> Response:
    """Somebody saved or published meanwhile: shows what changed, keeps every word that was typed here."""
    studio = studio_of(request)
    state, theirs = await topic_state(studio, topic)
    mine = content_of_form(form, theirs)
    names = await studio.records.names()
    nobody_saved = not state.revisions or whole(form.get("expected")) == state.last_number
    last = None if nobody_saved else state.revisions[-1]
    if last is None:
        theirs = await studio.live_content(state) or theirs
    return await _editor(
        request,
        account,
        state,
        mine,
        status.HTTP_409_CONFLICT,
        conflict={
            "who": names.get(last.account_id or 0, "") if last else "",
            "at": last.at if last else None,
            "differences": differences(mine, theirs),
        },
    )


def _known_sources(studio: Studio) -> dict[str, list[str]]:
    """What other cards rest on, to pick from."""
    sources = [source for card in studio.library.cards for source in card.sources]
    return {
        name: sorted({str(each) for source in sources if (each := getattr(source, name))}) for name in KNOWN
    }
