"""The tables of the figures, masked: what the page draws and the export writes. Pure."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from handoff.records.figures import ContactCount
from handoff.staff.masking import SMALLEST_SHOWN, Cell, mask, mask_table, total
from handoff.store.contacts import Fate

LEVELS = range(4)
FATES = ("pre_handled", "abandoned_early", "abandoned_late", "served")
SERVED_SOON_SECONDS = 300  # the figure that Crisis Text Line publishes is "under 5 minutes"
RISKY_STARTS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula

RARE = "~"  # stands for every value that is too rare to be named; after all others

Label = tuple[str, str]  # the value as it is stored, and what is read


@dataclass(frozen=True)
class Figure:
    """A table: a heading, columns, labelled rows.

    ``plots``: columns of cells worth drawing, those that share a scale together.
    """

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    plots: tuple[tuple[int, ...], ...] = ()
    has_total: bool = False


def fates(contacts: Iterable[ContactCount], delay_seconds: int, texts: Mapping[str, str]) -> Figure:
    """Presented, pre-handled, abandoned before and after the delay, served."""
    found = _by_fate(contacts, delay_seconds)
    labels = [(name, texts[name].format(delay=delay_seconds)) for name in FATES]
    figure = _one_column("contacts", texts["contacts"], found, labels, texts)
    last = (texts["presented"], figure.rows[-1][1])
    return replace(figure, rows=(*figure.rows[:-1], last))


def hours(contacts: Iterable[ContactCount], texts: Mapping[str, str]) -> Figure:
    """Contacts presented, by the hour of the day that they began in (in Paris)."""
    found = Counter[str]()
    for each in contacts:
        found[str(each.hour)] += each.count
    labels = [(str(hour), f"{hour:02d} h") for hour in range(24)]
    return _one_column("hours", texts["hours"], found, labels, texts)


def waits(
    contacts: Iterable[ContactCount], delay_seconds: int, level_names: Sequence[str], texts: Mapping[str, str]
) -> Figure:
    """By level: served, abandoned, the median wait, the share served soon. What ``fates`` hides is hidden."""
    everyone = list(contacts)
    kinds = ("served", "abandoned_early", "abandoned_late")
    by_fate = _by_fate(everyone, delay_seconds)
    hidden = [
        kind
        for kind, cell in zip(FATES, mask([by_fate[each] for each in FATES]), strict=True)
        if cell is None
    ]
    found = Counter[tuple[int, str]]()
    for each in everyone:
        found[each.level, _fate(each, delay_seconds)] += each.count
    counts = [[found[level, kind] for kind in kinds] for level in LEVELS]
    rows = []
    masked = mask_table(counts, _hidden(counts), [kinds.index(kind) for kind in kinds if kind in hidden])
    for level, cells in zip(LEVELS, masked, strict=True):
        taken = [each for each in everyone if each.level == level and each.fate is Fate.SERVED]
        rows.append((level_names[level], (*cells, *_wait_of(taken))))
    columns = [texts[kind].format(delay=delay_seconds) for kind in kinds]
    return Figure(
        "waits",
        texts["waits"],
        (texts["level"], *columns, texts["median_wait"], texts["within"]),
        tuple(rows),
        plots=((0, 1, 2), (3,)),
    )


def cases(
    name: str, found: Mapping[tuple[str, ...], int], labels: Sequence[Label], texts: Mapping[str, str]
) -> Figure:
    """Case records by one column."""
    counts = Counter({key[0]: count for key, count in found.items()})
    return _one_column(name, texts[name], counts, labels, texts)


def rare_ones_together(found: Mapping[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    """Counts by one column, those from 1 to 4 as one row: the total stays that of every other table."""
    kept = {key: count for key, count in found.items() if count >= SMALLEST_SHOWN or not key[0]}
    rare = sum(found.values()) - sum(kept.values())
    return {**kept, (RARE,): rare} if rare else kept


def crossed(
    first: str,
    second: str,
    found: Mapping[tuple[str, ...], int],
    labels: Mapping[str, Sequence[Label]],
    texts: Mapping[str, str],
) -> Figure:
    """Case records by two columns; hidden so that neither rows nor columns give a small count away.

    A row or a column whose total the table of one column hides is hidden whole: it could be added up.
    """
    down, across = labels[first], labels[second]
    counts = [[found.get((row, column), 0) for column, _ in across] for row, _ in down]
    masked = mask_table(counts, _hidden(counts), _hidden([*zip(*counts, strict=True)])) if counts else []
    return Figure(
        f"{first}_{second}",
        f"{texts[first]} × {texts[second]}",
        (texts[first], *(label for _, label in across)),
        tuple((label, tuple(cells)) for (_, label), cells in zip(down, masked, strict=True)),
    )


def as_csv(figures: Iterable[Figure], hidden: str) -> str:
    """One line a cell: table, row, column, value. Nothing in it runs as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(("table", "ligne", "colonne", "valeur"))
    for figure in figures:
        for label, cells in figure.rows:
            for column, cell in zip(figure.columns[1:], cells, strict=True):
                value = hidden if cell is None else cell
                writer.writerow([_safe(str(each)) for each in (figure.title, label, column, value)])
    return out.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(RISKY_STARTS) else cell


def _hidden(lines: Sequence[Sequence[int]]) -> list[int]:
    """The lines whose totals a table of one column hides."""
    return [number for number, cell in enumerate(mask([sum(line) for line in lines])) if cell is None]


def _fate(contact: ContactCount, delay_seconds: int) -> str:
    if contact.fate is not Fate.ABANDONED:
        return contact.fate.value
    return "abandoned_early" if (contact.wait_seconds or 0) < delay_seconds else "abandoned_late"


def _by_fate(contacts: Iterable[ContactCount], delay_seconds: int) -> Counter[str]:
    found = Counter[str]()
    for each in contacts:
        found[_fate(each, delay_seconds)] += each.count
    return found


def _wait_of(taken: Sequence[ContactCount]) -> tuple[Cell, Cell]:
    """The median wait in seconds and the percentage served soon; hidden for fewer than five."""
    every = sorted(wait for each in taken for wait in [each.wait_seconds or 0] * each.count)
    if len(every) < SMALLEST_SHOWN:
        return None, None
    soon = sum(wait < SERVED_SOON_SECONDS for wait in every)
    return every[len(every) // 2], round(100 * soon / len(every))


def _one_column(
    name: str,
    title: str,
    found: Mapping[str, int],
    labels: Sequence[Label],
    texts: Mapping[str, str],
) -> Figure:
    counts = [found.get(value, 0) for value, _ in labels]
    cells = mask(counts)
    rows = [(label, (cell,)) for (_, label), cell in zip(labels, cells, strict=True)]
    rows.append((texts["total"], (total(counts, cells),)))
    return Figure(name, title, (title, texts["count"]), tuple(rows), plots=((0,),), has_total=True)
