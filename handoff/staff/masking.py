"""Small counts are hidden, and cannot be found by subtraction either."""

from __future__ import annotations

from collections.abc import Sequence

SMALLEST_SHOWN = 5

Cell = int | None  # None: hidden


def mask(counts: Sequence[int]) -> list[Cell]:
    """One row of counts whose total is shown too: see ``mask_table``."""
    return mask_table([counts])[0]


def mask_table(rows: Sequence[Sequence[int]]) -> list[list[Cell]]:
    """Hides every count from 1 to 4, and as many more as needed.

    In each row and each column, the hidden counts are none, or at least two that add up to 5 or
    more: so the totals beside them give none away. Where a line has nothing more to hide, it is
    hidden whole (and its total is to be hidden as well: ``total``).
    """
    hidden = {
        (row, column)
        for row, counts in enumerate(rows)
        for column, count in enumerate(counts)
        if 0 < count < SMALLEST_SHOWN
    }
    lines = [[(row, column) for column in range(len(counts))] for row, counts in enumerate(rows)]
    if len(rows) > 1:
        lines += [[(row, column) for row in range(len(rows))] for column in range(len(rows[0]))]
    changed = True
    while changed:
        changed = False
        for line in lines:
            away = [place for place in line if place in hidden]
            left = sorted((rows[r][c], (r, c)) for r, c in line if (r, c) not in hidden and rows[r][c])
            small = sum(rows[r][c] for r, c in away) < SMALLEST_SHOWN
            if away and left and (len(away) == 1 or small):
                hidden.add(left[0][1])
                changed = True
    return [
        [None if (row, column) in hidden else count for column, count in enumerate(counts)]
        for row, counts in enumerate(rows)
    ]


def total(counts: Sequence[int], masked: Sequence[Cell]) -> Cell:
    """The total of a line, hidden when it would give a hidden count away."""
    away = [count for count, cell in zip(counts, masked, strict=True) if cell is None]
    gives_away = bool(away) and (len(away) == 1 or sum(away) < SMALLEST_SHOWN)
    return None if gives_away else sum(counts)
