"""A case record: some choices of a counsellor when a contact ends. No text, no identity, once a contact."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, field_validator
from pydantic_core.core_schema import ValidationInfo

from handoff.errors import ConversationUnknownError
from handoff.records.figures import CaseNote, Figures
from handoff.records.tables import Account
from handoff.staff.access import Counsellor, Permission, require
from handoff.staff.case_words import LISTS
from handoff.staff.desk import refuse, staff_of
from handoff.staff.language import texts_of
from handoff.staff.pages import HEADERS

router = APIRouter()


class Case(BaseModel):
    """What the counsellor chose, from the closed lists."""

    model_config = ConfigDict(extra="forbid", strict=True)

    theme: str
    outcome: str
    age_band: str = "unknown"
    orientation: str = "none"

    @field_validator("theme", "outcome", "age_band", "orientation")
    @classmethod
    def is_listed(cls, value: str, info: ValidationInfo) -> str:
        if value not in LISTS[info.field_name or ""]:
            raise ValueError("not in the list")
        return value


@router.get("/api/case-form")
async def case_form(
    request: Request, _account: Annotated[Account, Depends(require(Permission.ANSWER))]
) -> Response:
    """The lists, with their labels, for the console."""
    texts = texts_of(request, "figures")
    lists = [
        {
            "name": name,
            "label": texts[name],
            "choices": [{"value": value, "label": texts[f"{name}_{value}"]} for value in values],
        }
        for name, values in LISTS.items()
    ]
    help_text, incomplete = texts["case_help"], texts["case_incomplete"]
    return JSONResponse({"lists": lists, "help": help_text, "incomplete": incomplete}, headers=HEADERS)


@router.post("/api/conversations/{conversation_id}/case")
async def keep_case(
    request: Request, conversation_id: str, case: Case, account: Counsellor
) -> dict[str, bool]:
    """Keeps the record of a conversation that is mine, before it is closed. A second one is not counted."""
    staff = staff_of(request)
    try:
        conversation = await staff.store.get(conversation_id)
    except ConversationUnknownError:
        conversation = None
    if conversation is None or conversation.counsellor_id != account.id:
        refuse(request, "gone")
    if await staff.store.contacts.first_case(conversation_id):
        figures: Figures = request.app.state.figures
        await figures.keep_case(
            CaseNote(
                theme=case.theme,
                level=int(conversation.level),
                category=conversation.category.value,
                age_band=case.age_band,
                audience=conversation.audience.value,
                departement=conversation.departement,
                outcome=case.outcome,
                orientation=case.orientation,
                channel=conversation.channel,
            )
        )
        await staff.audit.record("case_recorded", account.id, conversation_id)
    return {"ok": True}
