"""What the studio's pages use, and how a page is answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from fastapi import HTTPException, Request, status
from fastapi.responses import RedirectResponse, Response
from fastapi.templating import Jinja2Templates

from handoff.answers.cards import Card, CardLibrary, CatalogueTopic
from handoff.answers.checks import CardChecker
from handoff.answers.compare import content_of
from handoff.conversation import Button, Reply
from handoff.records.card_records import CardRecords
from handoff.records.card_state import TopicState
from handoff.records.example_records import ExampleRecords
from handoff.records.tables import Account
from handoff.resources.directory import Directory
from handoff.staff.studio.labels import Labels
from handoff.staff.studio.studio_access import is_our_page
from handoff.training.versions import Version, WentLive

PARIS: Final = ZoneInfo("Europe/Paris")
LARGEST_FORM_BYTES: Final = 512 * 1024

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    # Not "no-referrer": a form would then come from nowhere ("Origin: null"), and be refused.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class TopicFigures(Protocol):
    """What is counted of a topic over a period."""

    @property
    def topic(self) -> str: ...
    @property
    def shown(self) -> int: ...
    @property
    def helped(self) -> int: ...
    @property
    def not_helped(self) -> int: ...
    @property
    def fallback(self) -> int: ...
    @property
    def helped_share(self) -> float | None: ...


class Figures(Protocol):
    """Where the counts are read, both days included (``handoff.records.topic_figures``)."""

    async def read(self, first_day: date, last_day: date) -> Sequence[TopicFigures]: ...


class AppPart(Protocol):
    """One message of a messaging app (``handoff.channels.channel``)."""

    @property
    def text(self) -> str: ...
    @property
    def buttons(self) -> tuple[Button, ...]: ...


class Inside(Protocol):
    """The public app's understanding, asked over HTTP. Raises InsideUnavailableError."""

    async def try_sentence(self, text: str, audience: str) -> Mapping[str, Any]: ...

    async def neighbours(
        self, examples: Sequence[str], also: Mapping[str, Sequence[str]]
    ) -> Sequence[Sequence[Mapping[str, Any]]]: ...

    async def unanswered(self) -> Sequence[Mapping[str, Any]]: ...

    async def close(self) -> None: ...


class Models(Protocol):
    """The assistant's models (``handoff.training.models``). Raises ModelError."""

    @property
    def margin(self) -> float: ...

    def all(self) -> list[Version]: ...

    def history(self) -> list[WentLive]: ...

    def log(self, version: str) -> str: ...

    def percent(self, version: Version) -> int: ...

    async def start(
        self, examples: Mapping[str, Sequence[str]], published: Sequence[str], by: str, why: str
    ) -> str: ...

    async def publish(self, version: str, by: str, why: str) -> None: ...


class Waiting(Protocol):
    """A model that is not live, to try sentences on (``handoff.waiting_model``). Raises ModelError."""

    async def sentence(
        self, version: str, text: str, audience: str, found: Mapping[str, Any]
    ) -> Mapping[str, Any]: ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Studio:
    """Everything the studio's routes use; built once by the wiring."""

    records: CardRecords
    examples: ExampleRecords
    library: CardLibrary
    directory: Directory
    catalogue: Mapping[str, CatalogueTopic]
    labels: Labels
    preview: Callable[[Card, str, str], Reply]  # for an audience, in a language
    telegram: Callable[[Reply, str, str], Sequence[AppPart]]
    inside: Inside
    data_folder: Path
    models: Models
    waiting: Waiting
    file_examples: Mapping[str, tuple[str, ...]]  # those of data/nlu, by topic
    figures: Figures | None = None

    @property
    def reserved(self) -> frozenset[str]:
        """Ids that a new topic may not take."""
        return frozenset({*self.catalogue, *self.file_examples})

    def checker(self, states: Mapping[str, TopicState]) -> CardChecker:
        """Checks cards; a button may lead to any topic that young people can read now."""
        live = {topic for topic, state in states.items() if state.live}
        return CardChecker(self.directory, self.catalogue, {*self.library.topics, *live})

    def content_of_file(self, topic: str) -> dict[str, Any] | None:
        """The card that came with the service."""
        card = self.library.of_file(topic)
        return content_of(card) if card else None

    async def content(self, topic: str, number: int | None) -> dict[str, Any] | None:
        """A revision's card; that of the file for None."""
        if number is None:
            return self.content_of_file(topic)
        card = await self.records.card(topic, number)
        return json.loads(card) if card else None

    async def live_content(self, state: TopicState) -> dict[str, Any] | None:
        """What young people read now."""
        return await self.content(state.topic, state.live.number if state.live else None)

    async def close(self) -> None:
        """When the app ends."""
        await self.waiting.close()
        await self.inside.close()

    async def edited_content(self, state: TopicState) -> dict[str, Any] | None:
        """What an editor goes on from: the draft, else what is live.

        Not what is planned: a correction in a hurry would take it along, before its time. Only a new topic
        that nobody reads yet has nothing else.
        """
        if state.draft:
            return await self.content(state.topic, state.draft)
        live = await self.live_content(state)
        if live is None and state.scheduled:
            return await self.content(state.topic, state.scheduled.number)
        return live


templates = Jinja2Templates(Path(__file__).parent / "templates")


def _moment(at: datetime) -> str:
    return at.astimezone(PARIS).strftime("%d/%m/%Y %H:%M")


def _day(day: date | str | None) -> str:
    if not day:
        return "–"
    try:
        return (date.fromisoformat(day) if isinstance(day, str) else day).strftime("%d/%m/%Y")
    except ValueError:
        return str(day)


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f} %".replace(".", ",")


def _iso_moment(at: str) -> str:
    return _moment(datetime.fromisoformat(at)) if at else "–"


templates.env.filters.update(moment=_moment, day=_day, share=_share, percent=_percent, iso_moment=_iso_moment)


def studio_of(request: Request) -> Studio:
    studio: Studio = request.app.state.studio
    return studio


def page(
    request: Request, template: str, account: Account | None, code: int = 200, **context: Any
) -> Response:
    """A page of the studio, never kept by the browser."""
    labels = studio_of(request).labels
    values = {"t": labels, "name": account.name if account else "", **context}
    return templates.TemplateResponse(request, template, values, code, headers=HEADERS)


def go_to(path: str) -> Response:
    """Sends the browser to another page of the studio, after a change."""
    return RedirectResponse(path, status.HTTP_303_SEE_OTHER, headers=HEADERS)


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a posted form; of fields with the same name the last one. 413 when it is too large."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_FORM_BYTES:
            raise HTTPException(status.HTTP_413_CONTENT_TOO_LARGE, "too_large")
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=2000)
    except ValueError:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, "bad_form") from None
    form = {name: value.replace("\r\n", "\n") for name, value in pairs}
    request.state.form = form
    return form


async def typed_in(request: Request) -> dict[str, str]:
    """What somebody typed in the form that this request posts; empty when it posts none of ours."""
    kind = request.headers.get("content-type", "")
    if request.method != "POST" or not kind.startswith("application/x-www-form-urlencoded"):
        return {}
    if not is_our_page(request):
        return {}
    form: dict[str, str] | None = getattr(request.state, "form", None)
    form = await form_of(request) if form is None else form
    return {name: value for name, value in form.items() if value.strip()}


def today() -> date:
    """The day in France."""
    return datetime.now(UTC).astimezone(PARIS).date()


def whole(value: str | None) -> int:
    """A number of a form; -1, which no row has, for anything else."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else -1
