"""When somebody who said /stop may be written to. They choose; without a choice, never.

Hours are read on one clock, fixed when they are chosen: of where they were known to be then, else of Paris.
On two clocks at once some hours would never come.
"""

from __future__ import annotations

from datetime import datetime

from handoff.resources.local_time import local_time, zone_of

HOURS_PAYLOAD = "#hours:"  # and a window: a button that chooses it
WINDOWS = ("never", "8-18", "18-22", "any")  # hours of the day


def clock_of(window: str, departement: str | None) -> str:
    """Whose clock a window chosen now is read on: the code of a département overseas, "" for Paris."""
    overseas = zone_of(departement) != zone_of(None)
    return departement if departement and overseas and _hours(window) else ""


def is_open(window: str, at: datetime, clock: str = "") -> bool:
    """Whether ``at`` (with a time zone) lies in the window on this clock; one we don't know is closed."""
    hours = _hours(window)
    return window == "any" or (hours is not None and hours[0] <= local_time(clock, at).hour < hours[1])


def _hours(window: str) -> tuple[int, int] | None:
    first, _, last = window.partition("-")
    return (int(first), int(last)) if first.isdigit() and last.isdigit() else None
