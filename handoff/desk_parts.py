"""Builds what the console stands on, in the service and in the training room. Wiring, like staff_app.py."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from fastapi import APIRouter
from starlette.datastructures import State

from handoff.answers.cards import CardLibrary
from handoff.answers.for_staff import card_list
from handoff.assistant.rasa import AnswerTopic
from handoff.assistant.render import Renderer
from handoff.assistant.words import ServiceWords
from handoff.conversation import Conversation, Reply, StrippedText
from handoff.errors import StoreUnavailableError
from handoff.keep_promises import Keeper
from handoff.privacy.stripper import Stripper
from handoff.records.audit import AuditTrail
from handoff.records.canned_replies import CannedReplies
from handoff.records.database import Sessions
from handoff.records.exit_answers import ExitAnswerCounts
from handoff.records.feedback import Feedback
from handoff.records.figures import Figures
from handoff.records.in_memory import in_memory
from handoff.records.resource_reports import ResourceReports
from handoff.settings import Settings
from handoff.staff import (
    beside,
    case_record,
    console,
    danger_pages,
    feedback,
    moves,
    own_desk,
    resources,
    training,
)
from handoff.staff.alarm import Alarm
from handoff.staff.board import Board
from handoff.staff.care import CareRules
from handoff.staff.desk import Desk
from handoff.staff.escalation import Escalation
from handoff.staff.scenarios import load_scenarios
from handoff.staff.trainer import Trainer
from handoff.store.cipher import MasterKey
from handoff.store.connection import RedisClient
from handoff.store.conversations import ConversationStore
from handoff.store.duty import DutyBook
from handoff.store.exit_answers import ExitAnswers
from handoff.store.feed import Feed
from handoff.store.notes import Notes
from handoff.store.overview import Overview
from handoff.store.shared_details import SharedDetails
from handoff.together import running_beside

logger = logging.getLogger(__name__)

COUNT_EVERY_SECONDS = 2.0


class Stored(Protocol):
    """The connections of app_parts.py."""

    @property
    def redis(self) -> RedisClient: ...
    @property
    def store(self) -> ConversationStore: ...
    @property
    def shared_details(self) -> SharedDetails: ...
    @property
    def feed(self) -> Feed: ...


class StaffCards:
    """The answer cards, as the assistant would show them, without its buttons."""

    def __init__(self, library: CardLibrary, renderer: Renderer) -> None:
        self._library = library
        self._renderer = renderer

    def list(self, language: str) -> Sequence[Mapping[str, str]]:
        return card_list(self._library, language, date.today())

    def reply(self, topic: str, conversation: Conversation) -> Reply | None:
        if not self._renderer.has_card(topic):
            return None
        shown = self._renderer.of(conversation).reply(AnswerTopic(topic), conversation)
        return replace(shown, buttons=())  # they lead to the assistant, who is silent now


class NoteStripper:
    """What staff note is stripped like everything else that is kept."""

    def __init__(self, stripper: Stripper) -> None:
        self._stripper = stripper

    async def __call__(self, text: str, conversation_id: str) -> StrippedText:
        return await asyncio.to_thread(self._stripper.strip, text, session=conversation_id.encode())


def console_routers() -> tuple[APIRouter, ...]:
    """Every route of the console; the training room has the same."""
    return (
        console.router,
        moves.router,
        beside.router,
        own_desk.router,
        case_record.router,
        danger_pages.router,
        feedback.router,
        resources.router,
        training.router,
    )


@contextlib.asynccontextmanager
async def open_desk(
    settings: Settings,
    stored: Stored,
    sessions: Sessions,
    words: ServiceWords,
    renderer: Renderer,
    stripper: Stripper,
) -> AsyncIterator[Desk]:
    """The service's own desk, with what runs beside it. Raises SettingError on a faulty alarm address."""
    exit_answers = ExitAnswerCounts(sessions)
    desk = Desk(
        board=_board(settings, stored),
        duty=_duty_book(settings, stored),
        notes=Notes(stored.redis, stored.store, settings.conversation_lifetime),
        canned=CannedReplies(sessions),
        exit_answers=exit_answers,
        cards=StaffCards(renderer.library, renderer),
        strip=NoteStripper(stripper),
        care=CareRules(settings.most_at_once, settings.severe_in_a_row),
    )
    escalation = Escalation(
        desk.board,
        stored.store,
        Alarm(settings.alarm_to.split(), words),
        settings.call_supervisors_after,
        settings.alarm_after,
    )
    counting = _count_for_good(ExitAnswers(stored.redis), exit_answers)
    async with running_beside(desk.board.run(), escalation.run(), counting):
        yield desk


@contextlib.asynccontextmanager
async def open_training(
    settings: Settings, practice: Stored, real: State, words: ServiceWords
) -> AsyncIterator[State]:
    """The training room: the same console on a store, an audit trail and figures that nobody else has.

    ``real`` and what is yielded are the states of the two apps.
    """
    engine, sessions = await in_memory()
    staff: console.Staff = real.staff
    audit = AuditTrail(sessions)
    board = _board(settings, practice)
    notes = Notes(practice.redis, practice.store, settings.conversation_lifetime)
    scenarios = load_scenarios(settings.data_folder / "training")
    duty = _duty_book(settings, practice)
    trainer = Trainer(scenarios, practice.store, notes, duty, board, staff.desk.strip, settings.training_pace)
    desk = replace(
        staff.desk,
        board=board,
        duty=duty,
        notes=notes,
        # A colleague who is always free must keep nobody from a hard script.
        care=replace(staff.desk.care, severe_in_a_row=sys.maxsize),
        exit_answers=ExitAnswerCounts(sessions),
        root="/training",
        trainer=trainer,
    )
    keeper = Keeper(
        practice.store,
        words,
        settings.answer_deadline,
        settings.idle_end,
        settings.gone_quiet,
        settings.long_wait,
    )
    async with running_beside(board.run(), trainer.run(), keeper.run()):
        yield State(
            {
                "staff": replace(
                    staff,
                    store=practice.store,
                    shared_details=practice.shared_details,
                    feed=practice.feed,
                    audit=audit,
                    feedback=Feedback(sessions),
                    desk=desk,
                ),
                "door": replace(real.door, audit=audit),  # who signs in is real; what they practise is not
                "figures": Figures(sessions),
                "danger": real.danger,
                "resources": replace(real.resources, reports=ResourceReports(sessions)),
            }
        )
    await engine.dispose()


def _board(settings: Settings, stored: Stored) -> Board:
    overview = Overview(stored.redis, MasterKey.of(settings.master_keys), stored.store)
    return Board(overview, _duty_book(settings, stored), stored.feed)


def _duty_book(settings: Settings, stored: Stored) -> DutyBook:
    capacity = min(settings.at_once, settings.most_at_once)
    return DutyBook(stored.redis, stored.store, settings.counsellor_lease, capacity, settings.care_pause)


async def _count_for_good(waiting: ExitAnswers, counts: ExitAnswerCounts) -> None:
    """Moves the answers to the exit question into SQL, until cancelled."""
    while True:
        await asyncio.sleep(COUNT_EVERY_SECONDS)
        try:
            counted = await waiting.take()
            try:
                if counted:
                    await counts.add(date.today(), counted)
            except Exception as error:
                logger.error("exit answers could not be counted: %s", type(error).__name__)
                await waiting.put_back(counted)
        except StoreUnavailableError:
            logger.warning("exit answers: Redis is away")
