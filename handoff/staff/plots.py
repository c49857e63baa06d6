"""Bars as inline SVG: no script, no library; the table beside each plot says the same to a screen reader."""

from __future__ import annotations

from html import escape

from handoff.staff.figure_tables import Figure
from handoff.staff.masking import SMALLEST_SHOWN, Cell

ROW, WIDTH, NUMBER_WIDTH = 26, 640, 56
LABEL_WIDTH, LONG_LABEL_WIDTH = 250, 340  # of one column; of several, each bar with its column's name


def drawings(figure: Figure, hidden: str) -> list[tuple[str, str]]:
    """Each plot of a figure, with its caption where the figure has several."""
    found = []
    for columns in figure.plots:
        names = [figure.columns[column + 1] for column in columns]
        several = len(figure.plots) > 1
        caption = ", ".join(names) if several else ""
        found.append((caption, _bars(figure, columns, caption or figure.title, hidden)))
    return found


def _bars(figure: Figure, columns: tuple[int, ...], title: str, hidden: str) -> str:
    """Horizontal bars, one a row and column, a total left out; hidden counts are outlines."""
    rows = figure.rows[:-1] if figure.has_total else figure.rows
    bars: list[tuple[str, Cell]] = [
        (label if len(columns) == 1 else f"{label} · {figure.columns[column + 1]}", cells[column])
        for label, cells in rows
        for column in columns
    ]
    left = LABEL_WIDTH if len(columns) == 1 else LONG_LABEL_WIDTH
    largest = max([cell for _, cell in bars if cell is not None] + [SMALLEST_SHOWN])
    room = WIDTH - left - NUMBER_WIDTH
    parts = [
        f'<svg class="plot" role="img" aria-label="{escape(title)}" '
        f'viewBox="0 0 {WIDTH} {ROW * len(bars)}" width="{WIDTH}" height="{ROW * len(bars)}">'
    ]
    for number, (label, cell) in enumerate(bars):
        top = number * ROW
        length = round(room * (SMALLEST_SHOWN if cell is None else cell) / largest, 1)
        kind = "bar-hidden" if cell is None else "bar-shown"
        said = hidden if cell is None else str(cell)
        parts.append(
            f'<text x="{left - 8}" y="{top + 17}" text-anchor="end">{escape(label)}</text>'
            f'<rect class="{kind}" x="{left}" y="{top + 4}" '
            f'width="{length}" height="{ROW - 8}" rx="3"/>'
            f'<text x="{left + length + 6}" y="{top + 17}">{escape(said)}</text>'
        )
    return "".join([*parts, "</svg>"])
