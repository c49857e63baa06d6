"""In and out: the whole set as files for git, a table for translators and lawyers, and back as drafts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from anyio import to_thread
from fastapi import APIRouter, HTTPException, Request, status
from fastapi.responses import Response
from pydantic import ValidationError

from handoff.answers.cards import Card
from handoff.answers.compare import Difference, content_of, differences
from handoff.answers.folder import FolderError, WholeSet, as_zip, files_of, from_zip, read_set
from handoff.answers.spreadsheet import (
    Line,
    TableError,
    as_csv,
    as_xlsx,
    fresh_and_stale,
    lines_of_cards,
    read_table,
    sources_of_cards,
    with_table,
)
from handoff.errors import EditConflictError
from handoff.records.card_state import NOTHING_OUT, TopicState
from handoff.staff.studio.editor import faults_for_page
from handoff.staff.studio.examples_page import examples_of, refusals
from handoff.staff.studio.studio import HEADERS, Studio, page, studio_of, today
from handoff.staff.studio.studio_access import Lead
from handoff.staff.studio.whole_set import live_set

router = APIRouter()

LARGEST_UPLOAD_BYTES: Final = 8 * 1024 * 1024
WHY_LEAST_CHARACTERS: Final = 3
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Change:
    """A card that a file would change, and why it may not. ``state``: the topic's, as the file was read.

    ``stale``: the cells of a table whose French text is no longer the card's; their lines are left out.
    """

    topic: str
    title: str
    content: Mapping[str, Any]
    differences: Sequence[Difference]
    faults: Sequence[Mapping[str, Any]]
    refused: str = ""
    expected: int = 0
    outlook: str = NOTHING_OUT
    stale: Sequence[str] = ()


@dataclass(frozen=True)
class ExampleChange:
    """Examples that a file would add and take away."""

    topic: str
    examples: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    expected: int
    refused: Sequence[str] = ()


@router.get("/studio/exchange")
async def exchange_page(request: Request, account: Lead) -> Response:
    """What can be taken out and brought in."""
    return page(request, "exchange.html", account)


@router.get("/studio/exchange/repere-contenus.zip")
async def export_folder(request: Request, account: Lead) -> Response:
    """The files of the repository, with everything that was published."""
    studio = studio_of(request)
    whole = await live_set(studio.records, studio.examples, studio.library)
    await request.app.state.staff.audit.record("contents_exported", account.id, about="zip")
    files = await to_thread.run_sync(files_of, whole, studio.data_folder, studio.catalogue)
    return _download(as_zip(files), "application/zip", "repere-contenus.zip")


@router.get("/studio/exchange/repere-textes.{kind}")
async def export_table(request: Request, kind: str, account: Lead) -> Response:
    """One line a text, with the French one beside it."""
    if kind not in ("xlsx", "csv"):
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Not Found")
    studio = studio_of(request)
    whole = await live_set(studio.records, studio.examples, studio.library)
    await request.app.state.staff.audit.record("contents_exported", account.id, about=kind)
    lines = list(lines_of_cards(whole.cards.values()))
    if kind == "xlsx":
        sources = list(sources_of_cards(whole.cards.values(), studio.labels))
        return _download(await to_thread.run_sync(as_xlsx, lines, sources), XLSX, "repere-textes.xlsx")
    return _download(as_csv(lines), "text/csv; charset=utf-8", "repere-textes.csv")


@router.post("/studio/exchange/import")
async def bring_in(request: Request, account: Lead, apply: str = "", why: str = "") -> Response:
    """What a file would change; with ``apply`` the same as drafts, which are then read and published."""
    studio = studio_of(request)
    content = await _upload(request)
    applying, why = apply == "1", why.strip()[:300]
    try:
        cards, examples = await _changes(request, content)
    except (TableError, FolderError) as error:
        kind = "table" if isinstance(error, TableError) else "folder"
        problem = studio.labels(f"exchange.{kind}_{error.code}", where=error.where)
        return page(request, "import.html", account, status.HTTP_422_UNPROCESSABLE_CONTENT, problem=problem)
    if applying and len(why) < WHY_LEAST_CHARACTERS:
        problem = studio.labels("refused.why_needed")
        return page(request, "import.html", account, status.HTTP_422_UNPROCESSABLE_CONTENT, problem=problem)
    done: list[str] = []
    if applying:
        done = await _apply(studio, account.id, why, cards, examples)
        await request.app.state.staff.audit.record("cards_imported", account.id)
    return page(request, "import.html", account, cards=cards, examples=examples, applied=applying, done=done)


async def _upload(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_UPLOAD_BYTES:
            raise HTTPException(status.HTTP_413_CONTENT_TOO_LARGE, "too_large")
    return bytes(body)


async def _changes(request: Request, content: bytes) -> tuple[list[Change], list[ExampleChange]]:
    """Raises TableError or FolderError."""
    studio = studio_of(request)
    states = await studio.records.states()
    files = await to_thread.run_sync(_files, content)
    stale: dict[str, list[str]] = {}
    if files is not None:
        whole = await to_thread.run_sync(read_set, files)
        examples = [
            change for topic in whole.examples if (change := await _example_change(request, topic, whole))
        ]
        wanted = dict(whole.cards)
    else:
        lines = await to_thread.run_sync(read_table, content)
        wanted, stale = await _of_table(studio, states, lines)
        examples = []
    found = [
        await _change(studio, states, topic, card, stale.get(topic, ())) for topic, card in wanted.items()
    ]
    return [change for change in found if change is not None], examples


def _files(content: bytes) -> dict[str, str] | None:
    """The YAML files of a zip; None for a table (an XLSX file is a zip too)."""
    if content[:2] != b"PK":
        return None
    files = from_zip(content)
    return files or None


async def _of_table(
    studio: Studio, states: Mapping[str, TopicState], lines: Mapping[int, Line]
) -> tuple[dict[str, Mapping[str, Any]], dict[str, list[str]]]:
    """The cards of a table's lines, and the cells of stale ones. Raises TableError for an unknown topic."""
    by_topic: dict[str, dict[int, Line]] = {}
    for number, line in lines.items():
        by_topic.setdefault(line[0], {})[number] = line
    wanted: dict[str, Mapping[str, Any]] = {}
    stale: dict[str, list[str]] = {}
    for topic, its_lines in by_topic.items():
        current = await studio.edited_content(states.get(topic) or await studio.records.state(topic))
        if current is None:
            raise TableError("no_topic", topic)
        fresh, stale[topic] = fresh_and_stale(current, its_lines)
        wanted[topic] = with_table(current, fresh)
    return wanted, stale


async def _change(
    studio: Studio,
    states: Mapping[str, TopicState],
    topic: str,
    card: Mapping[str, Any],
    stale: Sequence[str],
) -> Change | None:
    state = states.get(topic) or await studio.records.state(topic)
    current = await studio.edited_content(state)
    if current is None and topic in studio.reserved:
        return Change(topic, topic, card, (), (), "reserved")
    try:
        content = content_of(Card.model_validate(card))
    except ValidationError:
        _, faults = studio.checker(states).check(card, today())
        return Change(topic, topic, card, (), faults_for_page(studio, faults), "not_a_card")
    found = differences(current, content)
    if not found:
        title = content["title"].get("fr", topic)
        return Change(topic, title, content, (), (), "nothing_left", stale=stale) if stale else None
    _, faults = studio.checker(states).check(content, today())
    unsafe = any(fault.code in ("markup", "hidden") for fault in faults)
    return Change(
        topic,
        content["title"].get("fr", topic),
        content,
        found,
        faults_for_page(studio, faults),
        "unsafe" if unsafe else "",
        state.last_number,
        state.outlook,
        stale,
    )


async def _example_change(request: Request, topic: str, whole: WholeSet) -> ExampleChange | None:
    studio = studio_of(request)
    current, number = await examples_of(studio, topic)
    examples = tuple(dict.fromkeys(whole.examples[topic]))
    added = tuple(each for each in examples if each not in set(current))
    removed = tuple(each for each in current if each not in set(examples))
    if not added and not removed:
        return None
    refused = await refusals(request, examples, set(current))
    return ExampleChange(topic, examples, added, removed, number, refused)


async def _apply(
    studio: Studio, account_id: int, why: str, cards: Sequence[Change], examples: Sequence[ExampleChange]
) -> list[str]:
    """Saves the drafts one by one; done again after a break, it goes on where it stopped."""
    done = []
    for change in (each for each in cards if not each.refused):
        first = studio.content_of_file(change.topic)
        try:
            await studio.records.save(
                change.topic,
                json.dumps(change.content, ensure_ascii=False),
                account_id,
                why,
                change.expected,
                json.dumps(first, ensure_ascii=False) if first else None,
                change.outlook,
            )
            done.append(change.topic)
        except EditConflictError:
            continue  # somebody saved in this very moment: their words stand, the import can be made again
    for each in (each for each in examples if not each.refused):
        try:
            await studio.examples.save(each.topic, each.examples, account_id, why, each.expected)
            done.append(each.topic)
        except EditConflictError:
            continue
    return done


def _download(content: bytes, kind: str, name: str) -> Response:
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
