"""What the directory holds where: a table by kind, a map drawn from our own data, what is overdue."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape

from handoff.resources.index import Query
from handoff.resources.places import COLLECTIVITIES, Departement, Places
from handoff.resources.resource import Resource
from handoff.resources.search import HelpSearch

OVERDUE_MONTHS = 12

# The map: a square for each tenth of a degree of land, coloured as the département it lies in.
STEP = 0.1
FARTHEST_TOWN = 0.25  # degrees; beyond it is sea, or another country
PIXEL = 6
_SHADES = ("#d9d9d9", "#c6dbef", "#9ecae1", "#6baed6", "#3182bd", "#08519c")
_BOUNDS = (0, 1, 5, 10, 25, 50)
_OVERSEAS = ("971", "972", "973", "974", "976")


@dataclass(frozen=True, slots=True)
class Coverage:
    """One département: places held by kind, and what a search returns there without any import."""

    departement: Departement
    places: dict[str, int]
    lines_and_finders: int

    @property
    def total(self) -> int:
        return sum(self.places.values())


def coverage_of(search: HelpSearch) -> list[Coverage]:
    """The 101 départements, in order."""
    counts = search.index.counts()
    return [
        Coverage(
            each,
            {kind: count for (code, kind), count in counts.items() if code == each.code},
            _reachable(search, each.code),
        )
        for each in search.places.departements.values()
        if each.code not in COLLECTIVITIES
    ]


def _reachable(search: HelpSearch, code: str) -> int:
    """How many lines and official pages the page of a département lists: the page's own search is asked."""
    listing = search.listing(Query(departement=code), 0, 0)
    return len(listing.finders) + len(listing.lines)


def as_table(covered: list[Coverage], search: HelpSearch) -> str:
    """Markdown: a row a département, a column a kind that has places."""
    kinds = [kind for kind in search.kinds.by_id if any(each.places.get(kind) for each in covered)]
    labels = [search.kinds.by_id[kind].label for kind in kinds]
    head = ["Département", "Lieux", *labels, "Lignes et annuaires officiels"]
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    for each in covered:
        cells = [each.departement.label, str(each.total)]
        cells += [str(each.places.get(kind, 0)) for kind in kinds] + [str(each.lines_and_finders)]
        lines.append("| " + " | ".join(cells) + " |")
    total = ["**Total**", str(sum(each.total for each in covered))]
    total += [str(sum(each.places.get(kind, 0) for each in covered)) for kind in kinds] + [""]
    return "\n".join([*lines, "| " + " | ".join(total) + " |"]) + "\n"


def as_map(covered: list[Coverage], places: Places) -> str:
    """An SVG of France, one shade a number of places; no tile, no font, nothing from elsewhere."""
    totals = {each.departement.code: each.total for each in covered}
    cells = _cells(places)
    parts: list[str] = []
    for code in sorted(totals):
        squares = "".join(f"M{x} {y}h{PIXEL}v{PIXEL}h-{PIXEL}z" for x, y in sorted(cells.get(code, ())))
        name = escape(places.departements[code].label)
        count = totals[code]
        title = f"{name} : {count} lieu{'x' if count > 1 else ''}"
        parts.append(f'<path fill="{shade(count)}" d="{squares}"><title>{title}</title></path>')
    wide = max((x for found in cells.values() for x, _ in found), default=0) + 2 * PIXEL
    high = max((y for found in cells.values() for _, y in found), default=0) + 2 * PIXEL
    legend = "".join(
        f'<rect x="{10 + number * 62}" y="{high + 8}" width="14" height="14" fill="{colour}"/>'
        f'<text x="{28 + number * 62}" y="{high + 20}">{_BOUNDS[number]}{"+" if number else ""}</text>'
        for number, colour in enumerate(_SHADES)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high + 32}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>Lieux d\'aide par département</title>'
        f"{''.join(parts)}{legend}</svg>\n"
    )


def shade(count: int) -> str:
    return _SHADES[sum(count >= bound for bound in _BOUNDS[1:])]


def _cells(places: Places) -> dict[str, set[tuple[int, int]]]:
    """The squares of each département, in pixels; overseas in a column beside the mainland."""
    towns: dict[tuple[int, int], list[tuple[float, float, str]]] = {}
    for latitude, longitude, code in places.positions():
        key = (math.floor(latitude / FARTHEST_TOWN), math.floor(longitude / FARTHEST_TOWN))
        towns.setdefault(key, []).append((latitude, longitude, code))
    found: dict[str, set[tuple[int, int]]] = {}
    for row in range(int((51.3 - 41.2) / STEP)):
        for column in range(int((9.8 + 5.4) / STEP)):
            latitude, longitude = 51.3 - row * STEP, -5.4 + column * STEP
            here = _land(latitude, longitude, towns)
            if here and len(here) == 2:
                # A degree of longitude is shorter than one of latitude: at 46.5° N, by about 0.69.
                square = (round(column * PIXEL * 0.72), row * PIXEL)
                found.setdefault(here, set()).add(square)
    for number, code in enumerate(_OVERSEAS):
        left, top = 670, 90 + number * 60
        found[code] = {(left + x * PIXEL, top + y * PIXEL) for x in range(5) for y in range(5)}
    return found


def _land(
    latitude: float, longitude: float, towns: dict[tuple[int, int], list[tuple[float, float, str]]]
) -> str | None:
    row, column = math.floor(latitude / FARTHEST_TOWN), math.floor(longitude / FARTHEST_TOWN)
    near = (
        town
        for step in (-1, 0, 1)
        for side in (-1, 0, 1)
        for town in towns.get((row + step, column + side), ())
    )
    best = min(
        ((math.hypot(town[0] - latitude, (town[1] - longitude) * 0.7), town[2]) for town in near),
        default=None,
    )
    return best[1] if best and best[0] <= FARTHEST_TOWN * 0.7 else None


def overdue(resources: Iterable[Resource], today: date, months: int = OVERDUE_MONTHS) -> list[Resource]:
    """What nobody has checked for so many months, or at an unknown date: the oldest first."""
    limit = today.year * 12 + today.month - months
    late = [each for each in resources if each.as_of is None or _month(each.as_of) < limit]
    return sorted(late, key=lambda each: (each.as_of or "", each.id))


def _month(as_of: str) -> int:
    """Months since year 0; a date without a month counts as its January."""
    return int(as_of[:4]) * 12 + int(as_of[5:7] or 1)
