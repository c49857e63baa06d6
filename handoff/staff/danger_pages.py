"""Reporting a child in danger: prepared here, sent by the counsellor, kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, status
from fastapi.responses import Response

from handoff.conversation import Author, Message
from handoff.errors import ConversationUnknownError
from handoff.records.tables import Account
from handoff.staff.access import Permission, require
from handoff.staff.console import Staff
from handoff.staff.danger_form import DangerForm
from handoff.staff.danger_report import DangerReport, ReportRefusedError, write_report
from handoff.staff.door import door_of
from handoff.staff.forms import read_form
from handoff.staff.language import LANGUAGES, language_of
from handoff.staff.pages import HEADERS, show

MOST_WORDS = 100  # messages that can be chosen: the latest ones
WORDS_FIELD = "words"

router = APIRouter()
Reporter = Annotated[Account, Depends(require(Permission.REPORT_DANGER))]


@dataclass(frozen=True)
class DangerPages:
    """What these pages use; at ``app.state.danger``. ``forms``: by language."""

    forms: Mapping[str, DangerForm]


def _form(request: Request) -> DangerForm:
    pages: DangerPages = request.app.state.danger
    return pages.forms[language_of(request)]


def _form_of_the_writing(request: Request) -> DangerForm:
    """Always French: the writing goes to French authorities."""
    pages: DangerPages = request.app.state.danger
    return pages.forms[LANGUAGES[0]]


@router.get("/danger")
async def danger_form(
    request: Request, account: Reporter, conversation: Annotated[str | None, Query(max_length=64)] = None
) -> Response:
    """The form. ``conversation``: one of mine, whose words may then be chosen."""
    words = await _words_of(request, account, conversation) if conversation else []
    if conversation:
        await door_of(request).audit.record("danger_form_opened", account.id, conversation)
    return _show(request, account, {"conversation": conversation or ""}, words)


@router.get("/danger/emergency")
async def emergency_card(request: Request, account: Reporter) -> Response:
    await door_of(request).audit.record("emergency_card_seen", account.id)
    return show(request, "danger_emergency.html", account, form=_form(request))


@router.post("/danger/{kind}")
async def prepare(request: Request, kind: str, account: Reporter) -> Response:
    """``text`` shows it, ``txt`` and ``pdf`` download it."""
    if kind not in ("text", "txt", "pdf"):
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    filled = await read_form(request)
    chosen = [each for each in filled.get(WORDS_FIELD, "").split("\n") if each.strip()]
    try:
        report = write_report(_form_of_the_writing(request), filled, chosen)
    except ReportRefusedError as refused:
        words = await _words_to_choose(request, account, filled, chosen)
        return _show(request, account, filled, words, chosen, problem=refused.said(_form(request)), code=422)
    if kind == "text":
        words = await _words_to_choose(request, account, filled, chosen)
        return _show(request, account, filled, words, chosen, report=report)
    await door_of(request).audit.record("danger_report_made", account.id, about=f"{report.recipient} {kind}")
    name = f"{report.recipient}-{datetime.now(UTC):%Y%m%d-%H%M}.{kind}"
    content = report.as_pdf() if kind == "pdf" else report.as_text().encode()
    media = "application/pdf" if kind == "pdf" else "text/plain; charset=utf-8"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media, headers=headers)


async def _words_to_choose(
    request: Request, account: Account, filled: dict[str, str], chosen: list[str]
) -> list[str]:
    """Those of the conversation again; those chosen before, when it is gone meanwhile."""
    try:
        words = await _words_of(request, account, filled.get("conversation", ""))
    except HTTPException:
        words = []
    return words or chosen


async def _words_of(request: Request, account: Account, conversation_id: str) -> list[str]:
    """What the young person wrote, as stored: stripped. 404 unless the conversation is this counsellor's."""
    staff: Staff = request.app.state.staff
    try:
        conversation = await staff.store.get(conversation_id)
        mine = conversation.counsellor_id == account.id
        messages = await staff.store.read(conversation_id) if mine else []
    except ConversationUnknownError:
        mine = False
    if not mine:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    note = _form_of_the_writing(request).clock_note
    written = [each for each in messages if each.author is Author.YOUNG_PERSON][-MOST_WORDS:]
    return [
        f"{note.format(date=f'{each.at:%d/%m/%Y}', time=f'{each.at:%H:%M}')} : « {_one_line(each)} »"
        for each in written
    ]


def _one_line(message: Message) -> str:
    return " ".join(message.text.value.split())


def _show(
    request: Request,
    account: Account,
    filled: dict[str, str],
    words: list[str],
    chosen: list[str] | None = None,
    *,
    report: DangerReport | None = None,
    problem: str = "",
    code: int = status.HTTP_200_OK,
) -> Response:
    return show(
        request,
        "danger.html",
        account,
        code=code,
        form=_form(request),
        filled=filled,
        words=words,
        chosen=chosen or [],
        report=report.as_text() if report else "",
        problem=problem,
    )
