"""Drafts, reviews, publications on a real database of each kind: nothing is lost, nobody approves theirs."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update

from handoff.errors import EditConflictError, RecordsUnavailableError
from handoff.records import database
from handoff.records.card_records import CardRecords
from handoff.records.card_state import Revision, TopicState
from handoff.records.card_tables import CardPublication, CardReview
from handoff.records.database import Sessions
from handoff.records.tables import Account, Role

TOPIC = "numeros_utiles"


async def two_leads(sessions: Sessions) -> tuple[int, int]:
    async with sessions.begin() as session:
        leads = [
            Account(
                name=name,
                login=f"{name}@exemple.fr",
                roles=frozenset({Role.CONTENT_LEAD}),
                created_at=datetime.now(UTC),
            )
            for name in ("Camille", "Sacha")
        ]
        session.add_all(leads)
        await session.flush()
        return leads[0].id, leads[1].id


async def test_the_first_change_keeps_the_text_that_came_with_the_service(sessions: Sessions) -> None:
    records = CardRecords(sessions)
    camille, _ = await two_leads(sessions)
    assert (await records.state(TOPIC)).last_number == 0
    number = await records.save(TOPIC, '{"mien": 1}', camille, "un numéro", 0, '{"livré": 1}')
    assert number == 2
    assert await records.card(TOPIC, 1) == '{"livré": 1}'
    state = await records.state(TOPIC)
    assert (state.draft, state.live, state.writers) == (2, None, {camille})
    assert await records.live() == {}


async def test_the_second_of_two_writers_is_told_and_the_first_ones_text_stands(sessions: Sessions) -> None:
    records = CardRecords(sessions)
    camille, sacha = await two_leads(sessions)
    await records.save(TOPIC, "{}", camille, "", 0, "{}")
    await records.save(TOPIC, '{"camille": 1}', camille, "", 2, None)
    with pytest.raises(EditConflictError):
        await records.save(TOPIC, '{"sacha": 1}', sacha, "", 2, None)
    assert await records.card(TOPIC, 3) == '{"camille": 1}'


async def test_two_first_changes_at_once_make_one_draft(sessions: Sessions) -> None:
    records = CardRecords(sessions)
    camille, sacha = await two_leads(sessions)
    done = await asyncio.gather(
        records.save(TOPIC, '{"camille": 1}', camille, "", 0, "{}"),
        records.save(TOPIC, '{"sacha": 1}', sacha, "", 0, "{}"),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in done) == ["EditConflictError", "int"]
    assert (await records.state(TOPIC)).last_number == 2


async def test_what_is_published_is_live_and_rolls_back(sessions: Sessions) -> None:
    records = CardRecords(sessions)
    camille, _ = await two_leads(sessions)
    before = await records.stamp()
    await records.save(TOPIC, '{"deux": 1}', camille, "", 0, '{"un": 1}')
    assert await records.stamp() == before
    await records.publish(TOPIC, 2, camille, "numéro changé")
    assert await records.stamp() != before
    assert await records.live() == {TOPIC: '{"deux": 1}'}
    assert (await records.state(TOPIC)).draft is None
    out = (await records.state(TOPIC)).outlook
    await records.publish(TOPIC, 1, camille, "c'était mieux avant", outlook=out)
    assert await records.live() == {TOPIC: '{"un": 1}'}
    state = await records.state(TOPIC)
    assert state.live is not None
    assert (state.live.number, state.live.why, state.draft) == (1, "c'était mieux avant", None)
    with pytest.raises(EditConflictError):
        await records.publish(TOPIC, 9, camille, "")


async def test_a_planned_text_waits_for_its_moment_and_can_be_called_off(sessions: Sessions) -> None:
    records = CardRecords(sessions)
    camille, _ = await two_leads(sessions)
    await records.save(TOPIC, '{"deux": 1}', camille, "", 0, '{"un": 1}')
    await records.publish(TOPIC, 2, camille, "", datetime.now(UTC) + timedelta(hours=1))
    before = await records.stamp()
    assert await records.live() == {}
    planned = (await records.state(TOPIC)).scheduled
    assert planned is not None
    # Its moment comes.
    async with sessions.begin() as session:
        then = datetime.now(UTC) - timedelta(seconds=1)
        await session.execute(update(CardPublication).values(effective_at=then))
    assert await records.live() == {TOPIC: '{"deux": 1}'}
    assert await records.stamp() != before
    assert await records.cancel(TOPIC, planned.id) is False  # too late
    out = (await records.state(TOPIC)).outlook
    await records.publish(TOPIC, 1, camille, "", datetime.now(UTC) + timedelta(hours=1), out)
    second = (await records.state(TOPIC)).scheduled
    assert second is not None
    assert await records.cancel(TOPIC, second.id) is True
    assert (await records.state(TOPIC)).scheduled is None


async def test_a_planned_text_does_not_undo_what_is_published_before_its_moment(sessions: Sessions) -> None:
    records = CardRecords(sessions)
    camille, sacha = await two_leads(sessions)
    await records.save(TOPIC, '{"la loi": "de demain"}', camille, "", 0, '{"un": 1}')
    assert not await records.publish(TOPIC, 2, camille, "", datetime.now(UTC) + timedelta(days=1))
    out = (await records.state(TOPIC)).outlook
    await records.save(TOPIC, '{"numéro": "corrigé"}', sacha, "", 2, None, out)
    with pytest.raises(EditConflictError):
        await records.publish(TOPIC, 3, sacha, "urgent")  # whoever does it did not see the plan
    assert await records.publish(TOPIC, 3, sacha, "urgent", outlook=out)
    state = await records.state(TOPIC)
    assert state.scheduled is None
    in_two_days = replace(state, now=state.now + timedelta(days=2)).live
    assert in_two_days is not None
    assert in_two_days.number == 3


async def test_who_began_before_a_roll_back_is_told_so(sessions: Sessions) -> None:
    records = CardRecords(sessions)
    camille, sacha = await two_leads(sessions)
    await records.save(TOPIC, '{"faux": 1}', camille, "", 0, '{"juste": 1}')
    await records.publish(TOPIC, 2, camille, "")
    opened = await records.state(TOPIC)
    await records.publish(TOPIC, 1, camille, "c'était faux", outlook=opened.outlook)
    with pytest.raises(EditConflictError):
        await records.save(TOPIC, '{"faux": 2}', sacha, "", opened.last_number, None, opened.outlook)
    assert (await records.state(TOPIC)).draft is None


async def test_of_two_who_publish_at_once_the_second_is_told(sessions: Sessions) -> None:
    records = CardRecords(sessions)
    camille, sacha = await two_leads(sessions)
    await records.save(TOPIC, '{"deux": 1}', camille, "", 0, '{"un": 1}')
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    done = await asyncio.gather(
        records.publish(TOPIC, 2, camille, ""),
        records.publish(TOPIC, 2, sacha, "", tomorrow),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in done) == ["EditConflictError", "bool"]


async def test_a_dropped_draft_stays_in_the_history(sessions: Sessions) -> None:
    records = CardRecords(sessions)
    camille, _ = await two_leads(sessions)
    await records.save(TOPIC, '{"essai": 1}', camille, "", 0, "{}")
    await records.drop(TOPIC, camille, 2)
    state = await records.state(TOPIC)
    assert (state.draft, state.writers, state.last_number) == (None, frozenset(), 3)
    assert await records.card(TOPIC, 2) == '{"essai": 1}'
    with pytest.raises(EditConflictError):
        await records.publish(TOPIC, 3, camille, "")


async def test_an_approval_is_of_the_text_that_was_read(sessions: Sessions) -> None:
    records = CardRecords(sessions)
    camille, sacha = await two_leads(sessions)
    await records.save(TOPIC, "{}", camille, "", 0, "{}")
    await records.review(TOPIC, 2, camille, True, "c'est bon, c'est moi")
    assert not (await records.state(TOPIC)).is_approved  # who wrote cannot approve
    await records.review(TOPIC, 2, sacha, True, "relu")
    assert (await records.state(TOPIC)).is_approved
    await records.save(TOPIC, '{"encore": 1}', camille, "", 2, None)
    assert not (await records.state(TOPIC)).is_approved  # other words, another reading
    with pytest.raises(EditConflictError):
        await records.review(TOPIC, 2, sacha, True, "")


async def test_a_full_disk_loses_nothing_and_says_so(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'full.sqlite'}"
    await asyncio.to_thread(database.migrate, url)
    engine, sessions = database.connect(url)
    records = CardRecords(sessions)
    camille, _ = await two_leads(sessions)
    await records.save(TOPIC, '{"court": 1}', camille, "", 0, "{}")
    await engine.dispose()

    @event.listens_for(engine.sync_engine, "connect")
    def _full(connection: object, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # type: ignore[attr-defined]

    with pytest.raises(RecordsUnavailableError):
        await records.save(TOPIC, "long " * 10_000, camille, "", 2, None)
    assert (await records.state(TOPIC)).last_number == 2
    await engine.dispose()


async def test_a_database_that_is_away_is_said_in_one_error(tmp_path: Path) -> None:
    engine, sessions = database.connect(f"sqlite+aiosqlite:///{tmp_path / 'nowhere' / 'x.sqlite'}")
    with pytest.raises(RecordsUnavailableError):
        await CardRecords(sessions).stamp()
    await engine.dispose()


NOW = datetime(2026, 11, 25, tzinfo=UTC)
WRITERS = st.integers(1, 3)
STEPS = st.lists(st.tuples(st.sampled_from(["save", "drop", "publish", "approve"]), WRITERS), max_size=25)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_happened_no_writer_of_a_draft_counts_as_its_second_person(
    steps: list[tuple[str, int]],
) -> None:
    revisions = [Revision(1, NOW, None, "livré")]
    publications: list[CardPublication] = []
    reviews: list[CardReview] = []
    wrote: set[int] = set()
    for what, who in steps:
        last = revisions[-1].number
        if what in ("save", "drop"):
            revisions.append(Revision(last + 1, NOW, who, "", dropped=what == "drop"))
            wrote = {*wrote, who} if what == "save" else set()
        elif what == "publish":
            publications.append(
                CardPublication(id=len(publications), topic=TOPIC, number=last, at=NOW, effective_at=NOW)
            )
            wrote = set()
        else:
            reviews.append(CardReview(topic=TOPIC, number=last, at=NOW, account_id=who, approved=True))
        state = TopicState(TOPIC, tuple(revisions), tuple(publications), tuple(reviews), now=NOW)
        if state.draft is not None:
            assert state.writers == wrote
            assert state.review is None or state.review.account_id not in wrote
        else:
            assert not state.is_approved
