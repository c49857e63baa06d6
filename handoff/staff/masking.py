"""Small counts are hidden, and cannot be found by subtraction either."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

SMALLEST_SHOWN = 5

Cell = int | None  # None: hidden
Place = tuple[int, int]  # row, column


def mask(counts: Sequence[int]) -> list[Cell]:
    """One row of counts whose total is shown too: see ``mask_table``."""
    return mask_table([counts])[0]


def mask_table(
    rows: Sequence[Sequence[int]],
    hidden_rows: Collection[int] = (),
    hidden_columns: Collection[int] = (),
) -> list[list[Cell]]:
    """Hides every count from 1 to 4, and as many more as needed.

    In each row and each column, the hidden counts are none, or at least two that add up to 5 or
    more: so the totals beside them give none away, nor do all totals together. Where a line has no
    other count to hide, it is hidden whole (its total is to be hidden as well: ``total``); where one count
    is its total, a zero is hidden beside it.

    ``hidden_rows``, ``hidden_columns``: lines whose totals another table hides. They are hidden whole, zeros
    too: what is shown of such a line could be added up.
    """
    hidden = {
        (row, column)
        for row, counts in enumerate(rows)
        for column, count in enumerate(counts)
        if 0 < count < SMALLEST_SHOWN or row in hidden_rows or column in hidden_columns
    }
    lines = [[(row, column) for column in range(len(counts))] for row, counts in enumerate(rows)]
    if len(rows) > 1:
        lines += [[(row, column) for row in range(len(rows))] for column in range(len(rows[0]))]
    hidden_totals = {*hidden_rows}, {~column for column in hidden_columns}
    while True:
        more = next(filter(None, (_one_more(line, rows, hidden) for line in lines)), None)
        if more is None and len(rows) > 1:
            more = _one_more_elsewhere(rows, hidden, hidden_totals)
        if more is None:
            break
        hidden.add(more)
    return [
        [None if (row, column) in hidden else count for column, count in enumerate(counts)]
        for row, counts in enumerate(rows)
    ]


def _one_more(
    line: Sequence[Place], rows: Sequence[Sequence[int]], hidden: Collection[Place]
) -> Place | None:
    """A place of a line to hide as well, because its total would give away what is hidden; or none."""
    away = [rows[row][column] for row, column in line if (row, column) in hidden]
    alone = len(away) == 1
    if not alone and not 0 < sum(away) < SMALLEST_SHOWN:
        return None
    left = [(rows[row][column], (row, column)) for row, column in line if (row, column) not in hidden]
    counts = sorted(each for each in left if each[0])
    if counts:
        return counts[0][1]
    if not left or sum(away) < SMALLEST_SHOWN:
        return None
    # It is the line's total. A zero beside it, in a line where something is, makes two that it may be.
    return max((_most_across(line, rows, place), place) for _, place in left)[1]


def _one_more_elsewhere(
    rows: Sequence[Sequence[int]], hidden: Collection[Place], hidden_totals: Iterable[set[int]]
) -> Place | None:
    """A place to hide as well, because all totals together give a small hidden count away; or none."""
    small = (place for place in sorted(hidden) if 0 < rows[place[0]][place[1]] < SMALLEST_SHOWN)
    alone = next((place for place in small if not _in_a_ring(place, hidden, hidden_totals)), None)
    if alone is None:
        return None
    left = [
        (row != alone[0] and column != alone[1], not count, count, (row, column))
        for row, counts in enumerate(rows)
        for column, count in enumerate(counts)
        if (row, column) not in hidden
    ]
    return min(left)[-1] if left else None


def _in_a_ring(place: Place, hidden: Collection[Place], hidden_totals: Iterable[set[int]]) -> bool:
    """Whether a hidden count may be one more and others of its row and column one less, all totals the same.

    That is so where its row leads to its column by other hidden counts, from line to line. A row has its
    number, a column the number's complement; lines whose totals are hidden lead to one another.
    """
    ties = [{row, ~column} for row, column in hidden if (row, column) != place]
    ties += [each for each in hidden_totals if each]
    reached = {place[0]}
    while more := set[int]().union(*(tie for tie in ties if tie & reached)) - reached:
        reached |= more
    return ~place[1] in reached


def _most_across(line: Sequence[Place], rows: Sequence[Sequence[int]], place: Place) -> int:
    """The largest count of the line that crosses this one at a place."""
    row, column = place
    is_row = all(each[0] == row for each in line)
    return max(counts[column] for counts in rows) if is_row else max(rows[row])


def total(counts: Sequence[int], masked: Sequence[Cell]) -> Cell:
    """The total of a line, hidden when it would give a hidden count away."""
    away = [count for count, cell in zip(counts, masked, strict=True) if cell is None]
    gives_away = bool(away) and (len(away) == 1 or sum(away) < SMALLEST_SHOWN)
    return None if gives_away else sum(counts)
