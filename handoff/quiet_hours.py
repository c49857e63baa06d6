"""When somebody who said /stop may be written to. They choose; without a choice, never."""

from __future__ import annotations

from datetime import datetime

from handoff.resources.local_time import local_time

HOURS_PAYLOAD = "#hours:"  # and a window: a button that chooses it
WINDOWS = ("never", "8-18", "18-22", "any")  # hours of the day


def is_open(window: str, at: datetime, departement: str | None = None) -> bool:
    """Whether ``at`` (with a time zone) lies in the window; one we don't know is closed.

    ``departement``: the code of the one they spoke of last. Overseas it must be the hour there and in Paris:
    a place that was named is not always where the phone lies.
    """
    if window == "any":
        return True
    first, _, last = window.partition("-")
    if not (first.isdigit() and last.isdigit()):
        return False
    return all(int(first) <= local_time(each, at).hour < int(last) for each in (None, departement))
