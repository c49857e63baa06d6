"""A counsellor corrects the detector: the level in one click; the text only with its writer's consent."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from handoff.conversation import Author, Category, RiskLevel, StrippedText
from handoff.errors import ConversationUnknownError, NotYourTurnError, StoreUnavailableError
from handoff.staff.access import Counsellor
from handoff.staff.desk import refuse, staff_of

router = APIRouter()


class CorrectedLevel(BaseModel):
    """What a counsellor found."""

    model_config = ConfigDict(extra="forbid", strict=True)

    level: int = Field(ge=0, le=3)


class KeptExample(BaseModel):
    """A message to keep, by its position in the log, with the level the counsellor gave it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    position: str = Field(pattern=r"^\d+-\d+$")
    level: int = Field(ge=0, le=3)
    agreed: bool


@router.post("/api/conversations/{conversation_id}/level")
async def correct_level(
    request: Request, conversation_id: str, corrected: CorrectedLevel, account: Counsellor
) -> dict[str, bool]:
    """Sets the conversation's level, up or down."""
    staff = staff_of(request)
    level = RiskLevel(corrected.level)
    try:
        before = await staff.store.correct_level(conversation_id, level, account.id)
    except (ConversationUnknownError, NotYourTurnError):
        refuse(request, "gone")
    except StoreUnavailableError:
        refuse(request, "staff_unavailable")
    await staff.audit.record("level_corrected", account.id, conversation_id)
    if level is not before.level:
        await staff.feedback.level_corrected(
            account.id, before.level, level, before.category, before.language
        )
    return {"ok": True}


@router.post("/api/conversations/{conversation_id}/training-example")
async def keep_example(
    request: Request, conversation_id: str, kept: KeptExample, account: Counsellor
) -> dict[str, bool]:
    """Keeps one message of the young person for training, when they agreed to it."""
    staff = staff_of(request)
    if not kept.agreed:
        refuse(request, "not_agreed")
    try:
        conversation = await staff.store.get(conversation_id)
        messages = await staff.store.read(conversation_id) if conversation.counsellor_id == account.id else []
    except ConversationUnknownError:
        messages = []
    message = next((each for each in messages if each.position == kept.position), None)
    if message is None or message.author is not Author.YOUNG_PERSON:
        refuse(request, "gone")
    category = message.verdict.category if message.verdict else Category.OTHER
    if category is Category.NONE:
        category = Category.OTHER
    if isinstance(message.text, StrippedText):
        level = RiskLevel(kept.level)
        await staff.feedback.keep(account.id, message.text, level, category, conversation.language)
        await staff.audit.record("example_kept", account.id, conversation_id)
    return {"ok": True}
