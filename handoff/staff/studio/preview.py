"""A reply as the page shows it and as Telegram does, for whoever writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from handoff.answers.cards import Card
from handoff.conversation import Button, HelpLine, Reply
from handoff.resources.directory import ResourceError
from handoff.staff.studio.card_form import AUDIENCES, LANGUAGES
from handoff.staff.studio.studio import AppPart, Studio


@dataclass(frozen=True)
class Preview:
    """``telegram``: the messages it makes there, cut and worded by what sends them."""

    reply: Reply
    telegram: Sequence[AppPart]


def preview_of(studio: Studio, content: Mapping[str, Any], language: str, audience: str) -> Preview | None:
    """The card as it is sent, or None while it is not one."""
    if language not in LANGUAGES or audience not in AUDIENCES:
        return None
    try:
        card = Card.model_validate(content)
        reply = studio.preview(card, audience, language)
    except (ValidationError, LookupError, StopIteration, ResourceError):
        return None  # not a card yet
    return Preview(reply, studio.telegram(reply, audience, language))


def previews_of(
    studio: Studio, replies: Sequence[Mapping[str, Any]], language: str, audience: str
) -> list[Preview]:
    """Replies that came as JSON, as they are sent."""
    found = [_reply(each) for each in replies]
    return [Preview(each, studio.telegram(each, audience, language)) for each in found]


def _reply(row: Mapping[str, Any]) -> Reply:
    buttons = tuple(Button(**each) for each in row["buttons"])
    lines = tuple(HelpLine(**each) for each in row["help_lines"])
    return Reply(**{**row, "buttons": buttons, "help_lines": lines})
