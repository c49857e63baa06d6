"""When somebody who said /stop may be written to. They choose; without a choice, never."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

HOURS_PAYLOAD = "#hours:"  # and a window: a button that chooses it
WINDOWS = ("never", "8-18", "18-22", "any")  # hours of the day
_HERE = ZoneInfo("Europe/Paris")


def is_open(window: str, at: datetime) -> bool:
    """Whether ``at`` (with a time zone) lies in the window; one we don't know is closed."""
    if window == "any":
        return True
    first, _, last = window.partition("-")
    if not (first.isdigit() and last.isdigit()):
        return False
    return int(first) <= at.astimezone(_HERE).hour < int(last)
