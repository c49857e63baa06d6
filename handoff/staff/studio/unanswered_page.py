"""What people ask that nothing answers, in groups; one click makes an example of one, or a new topic."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, status
from fastapi.responses import Response

from handoff.answers.example_files import lines_of
from handoff.errors import EditConflictError, InsideUnavailableError
from handoff.records.tables import Account
from handoff.staff.studio.editor import topic_state
from handoff.staff.studio.examples_page import examples_of, refusals
from handoff.staff.studio.new_topic import new_topic_page
from handoff.staff.studio.studio import form_of, go_to, page, studio_of
from handoff.staff.studio.studio_access import Lead

router = APIRouter()

TRIES: Final = 3  # somebody else may save the same examples meanwhile


@router.get("/studio/unanswered")
async def unanswered_page(request: Request, account: Lead) -> Response:
    """The groups, as they are now."""
    await request.app.state.staff.audit.record("unanswered_seen", account.id)
    return await _page(request, account)


@router.post("/studio/unanswered/example")
async def make_example(request: Request, account: Lead) -> Response:
    """Adds a sentence to the examples of a topic."""
    studio = studio_of(request)
    form = await form_of(request)
    topic, lines = form.get("topic", ""), lines_of(form.get("sentence", ""))
    await topic_state(studio, topic)
    known, _ = await examples_of(studio, topic)
    refused = await refusals(request, (*known, *lines), set(known))
    refused = [each for each in refused if any(line in each for line in lines)]
    if refused or len(lines) != 1:
        return await _page(request, account, refused)
    for _ in range(TRIES):
        examples, number = await examples_of(studio, topic)
        if lines[0] in examples:
            break
        why = studio.labels("unanswered.why")
        try:
            await studio.examples.save(topic, (*examples, *lines), account.id, why, number)
        except EditConflictError:
            continue
        await request.app.state.staff.audit.record("examples_saved", account.id, about=f"card {topic}")
        break
    return go_to(f"/studio/topics/{topic}/examples?saved=1")


@router.post("/studio/unanswered/topic")
async def make_topic(request: Request, account: Lead) -> Response:
    """The form of a new topic, with these sentences as its first examples."""
    form = await form_of(request)
    first = {"risk": "0", "audience.jeune": "1", "examples": form.get("sentences", "")}
    return new_topic_page(request, account, first, [])


async def _page(request: Request, account: Account, refused: list[str] | None = None) -> Response:
    studio = studio_of(request)
    code = status.HTTP_422_UNPROCESSABLE_CONTENT if refused else status.HTTP_200_OK
    try:
        groups, problem = await studio.inside.unanswered(), ""
    except InsideUnavailableError:
        groups, problem, code = [], "unanswered.unavailable", status.HTTP_503_SERVICE_UNAVAILABLE
    targets = sorted(
        ((card.topic, card.button_title()) for card in studio.library.cards), key=lambda pair: pair[1]
    )
    context = {"groups": groups, "problem": problem, "refused": refused, "targets": targets}
    return page(request, "unanswered.html", account, code, **context)
