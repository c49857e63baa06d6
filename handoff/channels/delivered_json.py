"""What an app delivers as JSON, looked into without trust: whatever is not as it should be is not there."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from handoff.channels.channel import Arrival

logger = logging.getLogger(__name__)

Json = dict[str, Any]
# One thing that a delivery holds, and what makes an arrival of it (None: nothing in it for us). May raise
# ValueError, TypeError, KeyError, AttributeError.
Item = tuple[Callable[[Json], Arrival | None], Json]


def held(holder: object, name: str) -> object:
    """What a part of a delivery holds under a name, if it is what it should be."""
    return holder.get(name) if isinstance(holder, dict) else None


def listed(holder: object, name: str) -> list[Json]:
    """The same where it is a list: what can be read of it."""
    found = held(holder, name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def arrivals_of(body: bytes, items: Callable[[Json], Iterable[Item]], app: str) -> Iterator[Arrival]:
    """What a delivery brings. One odd thing in it does not take the others' words with it.

    ``items``: what an entry of it holds for us.
    """
    try:
        delivery = json.loads(body)
    except (ValueError, RecursionError) as error:
        _warn(app, error)
        return
    for entry in listed(delivery, "entry"):
        for read, item in items(entry):
            try:
                arrival = read(item)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                _warn(app, error)
            else:
                yield from (arrival,) if arrival else ()


def _warn(app: str, error: Exception) -> None:
    """From the company, and not as we know it: delivered again it would be the same."""
    logger.warning("something of %s could not be read: %s", app, type(error).__name__)
