"""When somebody who said /stop may be written to. They choose; without a choice, never."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

HOURS_PAYLOAD = "#hours:"  # and a window: a button that chooses it
WINDOWS = ("never", "8-18", "18-22", "any")  # hours of the day
_MAINLAND = "Europe/Paris"
_OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}


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
    clocks = {_MAINLAND, _OVERSEAS.get(departement or "", _MAINLAND)}
    return all(int(first) <= at.astimezone(ZoneInfo(clock)).hour < int(last) for clock in clocks)
