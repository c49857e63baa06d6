"""The training room's one door of its own: choosing a script. The rest is the console's routes."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from handoff.staff.access import Counsellor
from handoff.staff.desk import refuse, staff_of

router = APIRouter()


class Script(BaseModel):
    """Which one to practise."""

    model_config = ConfigDict(extra="forbid", strict=True)

    scenario: str = Field(max_length=40)


@router.post("/api/training")
async def start(request: Request, script: Script, account: Counsellor) -> dict[str, str]:
    """Puts a scripted young person on the training waiting list."""
    trainer = staff_of(request).desk.trainer
    conversation_id = await trainer.start(script.scenario) if trainer else None
    if conversation_id is None:
        refuse(request, "gone")
    return {"conversation": conversation_id}
