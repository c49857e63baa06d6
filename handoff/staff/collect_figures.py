"""Empties the stream of ended contacts into the figures, in the background of each staff app."""

from __future__ import annotations

import asyncio
import logging

from handoff.records.figures import Figures
from handoff.store.contacts import Contacts

EVERY_SECONDS = 20.0

logger = logging.getLogger(__name__)


async def collect_once(contacts: Contacts, figures: Figures) -> int:
    """Counts the oldest contacts. Written, then removed: a crash in between counts nothing twice."""
    ended = await contacts.ended()
    if ended and await figures.keep_contacts([contact for _, contact in ended]):
        await contacts.counted([place for place, _ in ended])
    return len(ended)


async def collect_for_ever(contacts: Contacts, figures: Figures) -> None:
    """Until cancelled. What cannot be written now stays in the stream."""
    while True:
        try:
            await collect_once(contacts, figures)
        except Exception as error:
            logger.warning("the figures could not be written: %s", type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)
