"""The examples of a topic: what people type. Near-duplicates and strays are shown while typing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from handoff.answers.example_files import (
    EXAMPLE_CHARACTERS,
    LEAST_EXAMPLES,
    MOST_EXAMPLES,
    faults_of_examples,
    folded,
    lines_of,
)
from handoff.errors import EditConflictError, InsideUnavailableError
from handoff.records.tables import Account
from handoff.staff.language import texts_of
from handoff.staff.studio.editor import topic_state
from handoff.staff.studio.studio import HEADERS, Studio, form_of, go_to, page, studio_of, whole
from handoff.staff.studio.studio_access import Lead

router = APIRouter()

# Two examples nearer than this (cosine of e5) say the same in the same words, give or take one.
NEAR_DUPLICATE: Final = 0.97
CHECKED_AT_ONCE: Final = 20


async def examples_of(studio: Studio, topic: str) -> tuple[tuple[str, ...], int]:
    """The examples as they now are, and the number of their last revision (0: those of the file)."""
    latest = (await studio.examples.latest()).get(topic)
    if latest:
        return latest.examples, latest.number
    return studio.file_examples.get(topic, ()), 0


@router.get("/studio/topics/{topic}/examples")
async def examples_page(request: Request, topic: str, account: Lead) -> Response:
    """The examples, one a line."""
    examples, number = await examples_of(studio_of(request), topic)
    saved = "saved" in request.query_params
    return await _page(request, account, topic, "\n".join(examples), number, saved=saved)


@router.post("/studio/topics/{topic}/examples")
async def save(request: Request, topic: str, account: Lead) -> Response:
    """Keeps the examples for the next training."""
    studio = studio_of(request)
    form = await form_of(request)
    text, expected = form.get("examples", ""), whole(form.get("expected"))
    examples = lines_of(text)
    known, _ = await examples_of(studio, topic)
    refused = await refusals(request, examples, set(known))
    if refused:
        return await _page(request, account, topic, text, expected, status_code=422, refused=refused)
    try:
        await studio.examples.save(topic, examples, account.id, form.get("why", "")[:300], expected)
    except EditConflictError:
        conflict = await _conflict(studio, topic, examples, expected)
        _, number = await examples_of(studio, topic)
        return await _page(request, account, topic, text, number, status_code=409, conflict=conflict)
    await request.app.state.staff.audit.record("examples_saved", account.id, about=f"card {topic}")
    return go_to(f"/studio/topics/{topic}/examples?saved=1")


async def _conflict(studio: Studio, topic: str, mine: Sequence[str], expected: int) -> dict[str, Any]:
    """What somebody else added and took away since revision ``expected``, and who did last."""
    history = await studio.examples.history(topic)
    edited = {each.number: each.examples for each in history}
    before = set(edited.get(expected, studio.file_examples.get(topic, ())))
    now = history[-1].examples if history else ()
    names = await studio.records.names()
    return {
        "who": names.get(history[-1].account_id or 0, "–") if history else "–",
        "added": [each for each in now if each not in before and each not in mine],
        "removed": [each for each in mine if each in before and each not in now],
    }


@router.post("/studio/topics/{topic}/examples/check")
async def check(request: Request, topic: str, account: Lead) -> Response:
    """What is to be said of each new line: there already, nearly the same, nearer to another topic."""
    studio = studio_of(request)
    lines = lines_of((await form_of(request)).get("lines", ""))[:CHECKED_AT_ONCE]
    lines = tuple(line[:EXAMPLE_CHARACTERS] for line in lines)
    if not lines:
        return JSONResponse({"lines": []}, headers=HEADERS)
    known, _ = await examples_of(studio, topic)
    said = {folded(each) for each in known}
    edited = {name: each.examples for name, each in (await studio.examples.latest()).items()}
    try:
        neighbours = await studio.inside.neighbours(lines, _added(edited, studio.file_examples))
    except InsideUnavailableError:
        return JSONResponse({"unavailable": studio.labels("examples.unavailable")}, headers=HEADERS)
    found = [
        {"line": line, **_remark(studio, topic, folded(line) in said, _still_there(near, edited))}
        for line, near in zip(lines, neighbours, strict=True)
    ]
    return JSONResponse({"lines": found}, headers=HEADERS)


def _added(
    edited: Mapping[str, Sequence[str]], in_files: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """The examples of each topic that were saved here and are in no file yet."""
    known = {topic: set(in_files.get(topic, ())) for topic in edited}
    return {
        topic: new
        for topic, examples in edited.items()
        if (new := [each for each in examples if each not in known[topic]])
    }


def _still_there(
    near: Sequence[Mapping[str, Any]], edited: Mapping[str, Sequence[str]]
) -> list[Mapping[str, Any]]:
    """Without the examples that were taken away here: the public app knows the files only."""
    return [each for each in near if each["topic"] not in edited or each["example"] in edited[each["topic"]]]


def _remark(studio: Studio, topic: str, is_said: bool, near: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    if is_said:
        return {"kind": "duplicate", "text": studio.labels("examples.duplicate")}
    nearest = near[0] if near else None
    if nearest and nearest["topic"] != topic:
        text = studio.labels("examples.other_topic", title=nearest["title"], example=nearest["example"])
        return {"kind": "other_topic", "topic": nearest["topic"], "text": text}
    if nearest and nearest["similarity"] >= NEAR_DUPLICATE:
        return {
            "kind": "near_duplicate",
            "text": studio.labels("examples.near_duplicate", example=nearest["example"]),
        }
    return {"kind": "fine", "text": studio.labels("examples.fine")}


async def refusals(request: Request, examples: Sequence[str], known: set[str]) -> list[str]:
    """Why the examples cannot be kept, in words. Personal data is looked for in what is new."""
    labels = studio_of(request).labels
    limits = {"least": LEAST_EXAMPLES, "most": MOST_EXAMPLES}
    refused = []
    for fault in faults_of_examples(examples):
        words = {**limits, "line": fault.line}
        if fault.code == "long":
            words["most"] = EXAMPLE_CHARACTERS
        refused.append(labels(f"examples.refused_{fault.code}", **words))
    # Every new line; of a list that is too long, and so refused already, as many as one may have.
    new = [line for line in examples if line not in known][:MOST_EXAMPLES]
    kinds = texts_of(request, "staff")
    for line in new:
        personal = await to_thread.run_sync(request.app.state.staff.check.find, line, "")
        if personal:
            kind = kinds.get(f"kind_{personal[0][0]}", personal[0][0])
            refused.append(labels("examples.refused_personal", kind=kind, line=line))
    return refused


async def _page(
    request: Request,
    account: Account,
    topic: str,
    text: str,
    expected: int,
    status_code: int = 200,
    **context: Any,
) -> Response:
    studio = studio_of(request)
    _, content = await topic_state(studio, topic)
    return page(
        request,
        "examples.html",
        account,
        status_code,
        topic=topic,
        content=content,
        text=text,
        count=len(lines_of(text)),
        expected=expected,
        history=(await studio.examples.history(topic))[::-1],
        names=await studio.records.names(),
        **context,
    )
