"""The list of topics: where each stands, what changed last, how young people find it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from handoff.answers.publishing import needs_second_person, risk_of_change
from handoff.records.card_state import TopicState
from handoff.staff.masking import SMALLEST_SHOWN
from handoff.staff.studio.studio import Studio, TopicFigures, page, studio_of, today
from handoff.staff.studio.studio_access import Lead

router = APIRouter()

FIGURES_OVER_DAYS: Final = 30
REVIEW_SOON: Final = timedelta(days=30)
STATES: Final = (
    *("published", "draft", "to_read", "approved", "planned", "expired", "overdue", "soon", "new"),
)


@dataclass(frozen=True)
class Row:
    """A line of the list. ``states``: one or more of STATES."""

    topic: str
    title: str
    theme: str
    risk: int
    states: tuple[str, ...]
    review_by: str
    changed_at: datetime | None
    changed_by: str
    owner: str
    figures: TopicFigures | None

    @property
    def hides_shown(self) -> bool:
        """Counts from 1 to 4 are hidden, as everywhere in the staff app; so is what would give one away."""
        return self.figures is not None and _is_small(self.figures.shown)

    @property
    def hides_helped(self) -> bool:
        return self.figures is not None and _is_small(self.figures.helped + self.figures.not_helped)

    @property
    def hides_fallback(self) -> bool:
        return self.hides_shown or (self.figures is not None and _is_small(self.figures.fallback))

    @property
    def fallback_share(self) -> float | None:
        """Of the times the topic was nearest, how often nobody understood enough to show it."""
        if self.figures is None or not self.figures.shown + self.figures.fallback:
            return None
        return self.figures.fallback / (self.figures.shown + self.figures.fallback)


def _is_small(count: int) -> bool:
    return 0 < count < SMALLEST_SHOWN


@router.get("/studio")
async def list_page(request: Request, account: Lead) -> Response:
    """The topics that pass the filters."""
    studio = studio_of(request)
    wanted = {name: request.query_params.get(name, "").strip() for name in ("q", "theme", "state")}
    found = [
        row
        for row, content in await _rows(studio)
        if (not wanted["theme"] or row.theme == wanted["theme"])
        and (not wanted["state"] or wanted["state"] in row.states)
        and _folded(wanted["q"]) in _folded(f"{row.topic} {row.title} {_words_of(content)}")
    ]
    return page(
        request,
        "topics.html",
        account,
        rows=found,
        wanted=wanted,
        themes=sorted({topic.theme for topic in studio.catalogue.values()}),
        states=STATES,
        days=FIGURES_OVER_DAYS,
    )


async def _rows(studio: Studio) -> list[tuple[Row, Mapping[str, Any]]]:
    states = await studio.records.states()
    names, owners = await studio.records.names(), await studio.records.owners()
    figures = await _figures(studio)
    latest = {topic: json.loads(card) for topic, card in (await studio.records.latest_cards()).items()}
    live = {topic: json.loads(card) for topic, card in (await studio.records.live()).items()}
    rows = []
    for topic in dict.fromkeys([*studio.catalogue, *states]):
        content = live.get(topic) or studio.content_of_file(topic)
        state = states.get(topic)
        is_draft = state is not None and state.draft is not None
        # A new topic that is planned is no draft any more, and nobody reads it yet.
        shown = latest.get(topic) if is_draft or content is None else content
        if shown is None:
            continue
        last = state.revisions[-1] if state else None
        moments = [each.at for each in state.revisions[1:]] if state else []
        moments += [each.at for each in state.publications] if state else []
        row = Row(
            topic,
            shown.get("title", {}).get("fr") or topic,
            shown["theme"],
            shown["risk"],
            _states(content, shown, state, today()),
            (content or shown).get("review_by", ""),
            max(moments, default=None),
            names.get(last.account_id or 0, "") if last else "",
            names.get(owners.get(topic, 0), ""),
            figures.get(topic),
        )
        rows.append((row, shown))
    return rows


async def _figures(studio: Studio) -> dict[str, TopicFigures]:
    if studio.figures is None:
        return {}
    first_day = today() - timedelta(days=FIGURES_OVER_DAYS)
    return {each.topic: each for each in await studio.figures.read(first_day, today())}


def _states(
    live: Mapping[str, Any] | None, shown: Mapping[str, Any], state: TopicState | None, day: date
) -> tuple[str, ...]:
    found = []
    if live is None:
        found.append("new")
    elif live.get("expires_on", "9999") < day.isoformat():
        found.append("expired")
    else:
        found.append("published")
    if state and state.draft:
        waits = needs_second_person(risk_of_change(shown, live))
        found.append("approved" if state.is_approved else "to_read" if waits else "draft")
    if state and state.scheduled:
        found.append("planned")
    if live and live["review_by"] < day.isoformat():
        found.append("overdue")
    elif live and live["review_by"] < (day + REVIEW_SOON).isoformat():
        found.append("soon")
    return tuple(found)


def _words_of(content: Mapping[str, Any]) -> str:
    """Everything somebody reads of a card, to search in."""
    texts = content.get("texts", {})
    return " ".join(
        str(text) for audiences in texts.values() for words in audiences.values() for text in words.values()
    )


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return "".join(char for char in plain if not unicodedata.combining(char))
