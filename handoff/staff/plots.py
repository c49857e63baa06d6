"""Bars as inline SVG: no script, no library; the table beside each plot says the same to a screen reader."""

from __future__ import annotations

from html import escape

from handoff.staff.figure_tables import Figure
from handoff.staff.masking import SMALLEST_SHOWN

ROW, LABEL_WIDTH, WIDTH, NUMBER_WIDTH = 26, 250, 640, 56


def bars(figure: Figure, hidden: str) -> str:
    """Horizontal bars, one a row, the last row (the total) left out; hidden counts are outlines."""
    rows = [(label, cells[0]) for label, cells in figure.rows[:-1]]
    largest = max([cell for _, cell in rows if cell is not None] + [SMALLEST_SHOWN])
    room = WIDTH - LABEL_WIDTH - NUMBER_WIDTH
    parts = [
        f'<svg class="plot" role="img" aria-label="{escape(figure.title)}" '
        f'viewBox="0 0 {WIDTH} {ROW * len(rows)}" width="{WIDTH}" height="{ROW * len(rows)}">'
    ]
    for number, (label, cell) in enumerate(rows):
        top = number * ROW
        length = round(room * (SMALLEST_SHOWN if cell is None else cell) / largest, 1)
        kind = "bar-hidden" if cell is None else "bar-shown"
        said = hidden if cell is None else str(cell)
        parts.append(
            f'<text x="{LABEL_WIDTH - 8}" y="{top + 17}" text-anchor="end">{escape(label)}</text>'
            f'<rect class="{kind}" x="{LABEL_WIDTH}" y="{top + 4}" '
            f'width="{length}" height="{ROW - 8}" rx="3"/>'
            f'<text x="{LABEL_WIDTH + length + 6}" y="{top + 17}">{escape(said)}</text>'
        )
    return "".join([*parts, "</svg>"])
