"""Which theme a model takes for which, as inline SVG: no script, no library. The numbers are in its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

CELL, LABEL, HEAD = 46, 170, 120
# Darker where more questions fall; on the diagonal they are right, elsewhere wrong.
SHADES = 4


def confusion_plot(counts: Iterable[tuple[str, str, int]], name: Callable[[str], str], title: str) -> str:
    """Rows: what was asked. Columns: what it was taken for. Cells: how many questions."""
    cells = {(right, first): count for right, first, count in counts}
    themes = sorted({theme for pair in cells for theme in pair})
    asked = {row: sum(count for (right, _), count in cells.items() if right == row) for row in themes}
    width, height = LABEL + CELL * len(themes) + HEAD // 2, HEAD + CELL * len(themes)
    parts = [
        f'<svg class="confusion" role="img" aria-label="{escape(title)}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" data-testid="confusion">'
    ]
    for place, theme in enumerate(themes):
        middle = LABEL + CELL * place + CELL // 2
        parts.append(
            f'<text x="{LABEL - 8}" y="{HEAD + CELL * place + CELL // 2 + 5}" text-anchor="end">'
            f"{escape(name(theme))}</text>"
            f'<text transform="translate({middle + 4} {HEAD - 8}) rotate(-60)">{escape(name(theme))}</text>'
        )
    for down, row in enumerate(themes):
        for across, column in enumerate(themes):
            count = cells.get((row, column), 0)
            shade = min(SHADES, -(-SHADES * count // max(1, asked[row])))
            kind = "right" if row == column else "wrong"
            x, y = LABEL + CELL * across, HEAD + CELL * down
            parts.append(
                f'<rect class="{kind} shade-{shade}" x="{x}" y="{y}" width="{CELL - 2}" height="{CELL - 2}"/>'
            )
            if count:
                spot = f'x="{x + CELL // 2 - 1}" y="{y + CELL // 2 + 5}"'
                parts.append(f'<text {spot} text-anchor="middle">{count}</text>')
    return "".join([*parts, "</svg>"])
