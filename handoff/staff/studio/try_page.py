"""Try a sentence: what the assistant would do with it, and why. Nothing is kept."""

from __future__ import annotations

from fastapi import APIRouter, Request, status
from fastapi.responses import Response

from handoff.errors import InsideUnavailableError
from handoff.staff.studio.card_form import AUDIENCES
from handoff.staff.studio.studio import form_of, page, studio_of
from handoff.staff.studio.studio_access import Lead

router = APIRouter()

MOST_CHARACTERS = 4000


@router.get("/studio/try")
async def try_page(request: Request, account: Lead) -> Response:
    """The empty form."""
    return page(request, "try.html", account, sentence="", audience="jeune", audiences=AUDIENCES, found=None)


@router.post("/studio/try")
async def try_sentence(request: Request, account: Lead) -> Response:
    """The same page, with what would happen."""
    form = await form_of(request)
    sentence = form.get("sentence", "").strip()
    audience = form.get("audience", "")
    audience = audience if audience in AUDIENCES else "jeune"
    problem, found, code = "", None, status.HTTP_200_OK
    if not sentence or len(sentence) > MOST_CHARACTERS:
        problem = "try.too_long" if sentence else "try.empty"
        code = status.HTTP_422_UNPROCESSABLE_CONTENT
    else:
        try:
            found = await studio_of(request).inside.try_sentence(sentence, audience)
        except InsideUnavailableError:
            problem, code = "try.unavailable", status.HTTP_503_SERVICE_UNAVAILABLE
    return page(
        request,
        "try.html",
        account,
        code,
        sentence=sentence,
        audience=audience,
        audiences=AUDIENCES,
        found=found,
        problem=problem,
    )
