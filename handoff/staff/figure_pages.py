"""The supervisors' figures: a page with plots and tables, and the same as CSV for research."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import Response

from handoff.conversation import Audience, Category
from handoff.records.figures import CASE_COLUMNS, Figures, Period, today
from handoff.records.tables import Account
from handoff.staff import figure_tables
from handoff.staff.access import Permission, require
from handoff.staff.case_words import LISTS
from handoff.staff.door import door_of
from handoff.staff.figure_tables import Figure, Label
from handoff.staff.language import texts_of
from handoff.staff.pages import HEADERS, show
from handoff.staff.plots import drawings

LONGEST_PERIOD = timedelta(days=366)
SHOWN_BY_DEFAULT = timedelta(days=30)
# No chat can be taken faster: the counsellor has to read it. The 119 counts 5 seconds on the phone.
ABANDON_DELAY_SECONDS = 60
CROSSED = (("theme", "level"), ("theme", "age_band"), ("theme", "outcome"), ("level", "outcome"))

router = APIRouter()
Reader = Annotated[Account, Depends(require(Permission.SEE_FIGURES))]


@router.get("/supervision/figures")
async def figures_page(request: Request, account: Reader) -> Response:
    period, problem = _period(request)
    figures = await _figures(request, period)
    texts = texts_of(request, "figures")
    await door_of(request).audit.record("figures_seen", account.id, about=f"{period.first} {period.last}")
    return show(
        request,
        "figures.html",
        account,
        code=status.HTTP_422_UNPROCESSABLE_CONTENT if problem else status.HTTP_200_OK,
        problem=texts["bad_period"] if problem else "",
        figures=[(figure, drawings(figure, texts["hidden"])) for figure in figures],
        words=texts,
        period=period,
        delay=ABANDON_DELAY_SECONDS,
    )


@router.get("/supervision/figures.csv")
async def figures_export(request: Request, account: Reader) -> Response:
    """UTF-8 with semicolons, as a French spreadsheet expects it."""
    period, problem = _period(request)
    if problem:
        return await figures_page(request, account)
    hidden = texts_of(request, "figures")["hidden"]
    content = figure_tables.as_csv(await _figures(request, period), hidden)
    await door_of(request).audit.record("figures_exported", account.id, about=f"{period.first} {period.last}")
    name = f"repere-{period.first}-{period.last}.csv"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content.encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def _period(request: Request) -> tuple[Period, bool]:
    """The period asked for, or the last 30 days; whether what was asked makes no sense."""
    default = Period(today() - SHOWN_BY_DEFAULT, today())
    first, last = request.query_params.get("from"), request.query_params.get("to")
    if not first and not last:
        return default, False
    try:
        asked = Period(date.fromisoformat(first or ""), date.fromisoformat(last or ""))
    except ValueError:
        return default, True
    wrong = not timedelta(0) <= asked.last - asked.first <= LONGEST_PERIOD or asked.last == date.max
    return (default, True) if wrong else (asked, False)


async def _figures(request: Request, period: Period) -> list[Figure]:
    figures: Figures = request.app.state.figures
    texts = texts_of(request, "figures")
    contacts = await figures.contacts(period)
    level_names = [texts_of(request, "staff")[f"level_{level}"] for level in figure_tables.LEVELS]
    found = {column: await figures.cases(period, column) for column in CASE_COLUMNS}
    found["departement"] = figure_tables.rare_ones_together(found["departement"])
    labels = _labels(texts, level_names, found["departement"])
    return [
        figure_tables.fates(contacts, ABANDON_DELAY_SECONDS, texts),
        figure_tables.hours(contacts, texts),
        figure_tables.waits(contacts, ABANDON_DELAY_SECONDS, level_names, texts),
        *(figure_tables.cases(column, found[column], labels[column], texts) for column in CASE_COLUMNS),
        *[
            figure_tables.crossed(first, second, await figures.cases(period, first, second), labels, texts)
            for first, second in CROSSED
        ],
    ]


def _labels(
    texts: Mapping[str, str], level_names: list[str], departements: Mapping[tuple[str, ...], int]
) -> dict[str, list[Label]]:
    named_otherwise = {"": texts["age_band_unknown"], figure_tables.RARE: texts["departement_rare"]}
    named = {name: [(value, texts[f"{name}_{value}"]) for value in values] for name, values in LISTS.items()}
    return {
        **named,
        "level": [(str(level), name) for level, name in enumerate(level_names)],
        "category": [(each.value, texts[f"category_{each.value}"]) for each in Category],
        "audience": [(each.value, texts[f"audience_{each.value}"]) for each in Audience],
        # Only those that were named.
        "departement": [(code, named_otherwise.get(code, code)) for (code,) in sorted(departements)],
    }
