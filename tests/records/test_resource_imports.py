"""Imports are versions: shown in one step, taken back in one step, and never by half."""

from __future__ import annotations

import pytest

from handoff.errors import ImportUnknownError
from handoff.records.database import Sessions
from handoff.records.resource_imports import KEPT, ROWS_AT_ONCE, ResourceImports
from handoff.records.resource_reports import STAFF, YOUNG_PERSON, ResourceReports
from handoff.records.resource_tables import ResourceImport


def rows(*names: str) -> list[tuple[str, str]]:
    return [(name, f'"{name}"') for name in names]


async def shown(imports: ResourceImports) -> list[str]:
    return sorted(row.decode().strip('"') for row in await imports.shown_rows())


async def test_an_import_is_shown_when_it_is_applied_and_not_before(sessions: Sessions) -> None:
    imports = ResourceImports(sessions)
    assert await imports.version() == 0
    first = await imports.stage("dila", "a.json", None, rows("a", "b"), 0)
    assert await shown(imports) == [] and await imports.version() == 0
    await imports.apply(first)
    assert await shown(imports) == ["a", "b"] and await imports.version() > 0


async def test_sources_stand_side_by_side_and_replace_only_themselves(sessions: Sessions) -> None:
    imports = ResourceImports(sessions)
    await imports.apply(await imports.stage("dila", "a", None, rows("a"), 0))
    await imports.apply(await imports.stage("csv:essai", "b", None, rows("b"), 0))
    await imports.apply(await imports.stage("dila", "c", None, rows("c", "d"), 1))
    assert await shown(imports) == ["b", "c", "d"]


async def test_an_import_is_rolled_back_to_the_one_before_then_to_nothing(sessions: Sessions) -> None:
    imports = ResourceImports(sessions)
    first = await imports.stage("dila", "a", None, rows("a"), 0)
    await imports.apply(first)
    await imports.stage("dila", "never applied", None, rows("x"), 0)
    await imports.apply(await imports.stage("dila", "b", None, rows("b"), 0))
    before = await imports.version()
    assert await imports.roll_back("dila") == first
    assert await shown(imports) == ["a"] and await imports.version() > before
    assert await imports.roll_back("dila") is None
    assert await shown(imports) == []
    with pytest.raises(ImportUnknownError):
        await imports.roll_back("dila")
    with pytest.raises(ImportUnknownError):
        await imports.roll_back("inconnue")


async def test_what_was_cut_short_never_counts(sessions: Sessions) -> None:
    imports = ResourceImports(sessions)
    half = await imports.stage("dila", "half", None, rows("a"), 0)
    async with sessions.begin() as session:
        made = await session.get(ResourceImport, half)
        assert made is not None
        made.complete = False
    with pytest.raises(ImportUnknownError):
        await imports.apply(half)
    assert await imports.summaries() == []
    whole = await imports.stage("dila", "whole", None, rows("b"), 0)
    # The half is cleared away, and its rows with it, even where its number is used again.
    assert [each.id for each in await imports.summaries()] == [whole]
    assert list(await imports.rows_of(whole)) == ["b"]


async def test_going_back_follows_the_order_of_showing_and_not_the_numbers(sessions: Sessions) -> None:
    imports = ResourceImports(sessions)
    early = await imports.stage("dila", "previewed first, shown last", None, rows("early"), 0)
    late = await imports.stage("dila", "previewed last, shown first", None, rows("late"), 0)
    await imports.apply(late)
    await imports.apply(early)
    assert await imports.roll_back("dila") == late
    assert await shown(imports) == ["late"]
    await imports.apply(early)
    await imports.apply(early)
    assert await imports.roll_back("dila") == late, "shown twice is shown once"
    assert await imports.roll_back("dila") is None


async def test_previews_do_not_push_out_what_can_be_gone_back_to(sessions: Sessions) -> None:
    imports = ResourceImports(sessions)
    first = await imports.stage("dila", "first", None, rows("first"), 0)
    await imports.apply(first)
    for number in range(KEPT + 2):
        await imports.stage("dila", f"preview {number}", None, rows(str(number)), 0)
    await imports.apply(await imports.stage("dila", "last", None, rows("last"), 0))
    assert len(await imports.summaries()) == 2 + KEPT
    assert await imports.roll_back("dila") == first
    assert await shown(imports) == ["first"]


async def test_old_imports_are_forgotten_and_the_one_shown_is_kept(sessions: Sessions) -> None:
    imports = ResourceImports(sessions)
    for number in range(2 * KEPT + 2):
        await imports.apply(await imports.stage("dila", str(number), None, rows(str(number)), 0))
    summaries = await imports.summaries()
    # The last that were shown, and as many more.
    assert [each.file_name for each in summaries] == [str(number) for number in range(7, 1, -1)]
    assert [each.shown for each in summaries] == [True, *[False] * (2 * KEPT - 1)]
    assert await imports.roll_back("dila") is not None


async def test_many_rows_are_written_in_short_steps(sessions: Sessions) -> None:
    imports = ResourceImports(sessions)
    names = [f"n{number}" for number in range(ROWS_AT_ONCE + 3)]
    await imports.apply(await imports.stage("dila", "a", None, rows(*names), 0))
    assert len(await imports.shown_rows()) == len(names)


async def test_the_same_report_is_one_line_counted(sessions: Sessions) -> None:
    reports = ResourceReports(sessions)
    for _ in range(3):
        await reports.add("dila:a", "Lieu A", "closed", YOUNG_PERSON)
    await reports.add("dila:b", "Lieu B", "wrong", STAFF)
    found = await reports.open_reports()
    assert [(each.resource_id, each.by, each.times) for each in found] == [
        ("dila:b", STAFF, 1),
        ("dila:a", YOUNG_PERSON, 3),
    ]
    assert await reports.close(found[0].id, None)
    assert not await reports.close(found[0].id, None)
    assert [each.resource_id for each in await reports.open_reports()] == ["dila:a"]
    await reports.add("dila:b", "Lieu B", "wrong", STAFF)
    assert len(await reports.open_reports()) == 2, "said again after it was closed"
