"""A counsellor's own desk: their duty, their pause, their canned replies."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from handoff.staff import console_frames
from handoff.staff.access import Counsellor
from handoff.staff.desk import first_state, refuse, staff_of
from handoff.staff.masking import SMALLEST_SHOWN
from handoff.staff.may import shares_words, supervises
from handoff.store.duty import DutyState

FIGURES_OF = timedelta(days=30)

router = APIRouter()


class SetDuty(BaseModel):
    """What a counsellor says of themselves."""

    model_config = ConfigDict(extra="forbid")

    state: DutyState
    capacity: int = Field(ge=1)


class Canned(BaseModel):
    """Words used often. ``shortcut`` is typed after a slash."""

    model_config = ConfigDict(extra="forbid", strict=True)

    shortcut: str = Field(pattern=r"^[\w-]{1,24}$")
    text: str = Field(min_length=1, max_length=2000)
    shared: bool = False


@router.post("/api/duty")
async def set_duty(request: Request, wanted: SetDuty, account: Counsellor) -> dict[str, bool]:
    """On duty, on a pause, off; and how many conversations at once."""
    desk = staff_of(request).desk
    capacity = min(wanted.capacity, desk.care.most_at_once)
    await desk.duty.set(account.id, account.name, wanted.state, capacity, first=first_state(account))
    await staff_of(request).audit.record(f"duty_{wanted.state.value}", account.id)
    return {"ok": True}


@router.post("/api/duty/no-pause")
async def decline_pause(request: Request, account: Counsellor) -> dict[str, bool]:
    """The pause that was offered is not wanted now."""
    await staff_of(request).desk.duty.offer_pause(account.id, offer=False)
    return {"ok": True}


@router.get("/api/colleagues")
async def colleagues(request: Request, account: Counsellor) -> list[dict[str, Any]]:
    """Who could take a conversation over, with the room they have."""
    there = console_frames.people(staff_of(request).desk.board)
    return [each for each in there if each["id"] != account.id]


@router.get("/api/canned-replies")
async def canned_replies(request: Request, account: Counsellor) -> list[dict[str, Any]]:
    """The shared ones and mine."""
    return [
        {"id": each.id, "shortcut": each.shortcut, "text": each.text, "shared": each.account_id is None}
        for each in await staff_of(request).desk.canned.of(account.id)
    ]


@router.post("/api/canned-replies")
async def save_canned_reply(request: Request, canned: Canned, account: Counsellor) -> dict[str, bool]:
    """Keeps a reply under its shortcut."""
    _require_real_desk(request)
    if canned.shared and not shares_words(account):
        refuse(request, "forbidden")
    owner = None if canned.shared else account.id
    if not await staff_of(request).desk.canned.save(owner, canned.shortcut.lower(), canned.text):
        refuse(request, "too_many")
    if canned.shared:
        await staff_of(request).audit.record("shared_reply_saved", account.id)
    return {"ok": True}


@router.post("/api/canned-replies/{reply_id}/remove")
async def remove_canned_reply(request: Request, reply_id: int, account: Counsellor) -> dict[str, bool]:
    """Deletes a reply of mine; a shared one, for whoever writes those."""
    _require_real_desk(request)
    canned = staff_of(request).desk.canned
    shared = reply_id in [each.id for each in await canned.of(account.id) if each.account_id is None]
    if not await canned.remove(reply_id, account.id, shared=shares_words(account)):
        refuse(request, "gone")
    if shared:
        await staff_of(request).audit.record("shared_reply_removed", account.id)
    return {"ok": True}


def _require_real_desk(request: Request) -> None:
    """The training room shows the team's own replies: they are changed where the trail says who did it."""
    if staff_of(request).desk.trainer is not None:
        refuse(request, "forbidden")


@router.get("/api/exit-answers")
async def exit_answers(request: Request, account: Counsellor) -> dict[str, int | None]:
    """How young people answered "did it help?" in the last 30 days, for supervisors; null: 1 to 4 of them."""
    if not supervises(account):
        refuse(request, "forbidden")
    counted = await staff_of(request).desk.exit_answers.since(date.today() - FIGURES_OF)
    # No total stands beside them that could give one away.
    return {answer: None if 0 < count < SMALLEST_SHOWN else count for answer, count in counted.items()}
