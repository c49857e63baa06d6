"""What a counsellor typed, looked at once more before it leaves."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handoff.staff.console import OutgoingCheck

logger = logging.getLogger(__name__)


def as_sent(text: str) -> str:
    """A lone surrogate cannot be stored; everything else a counsellor types is theirs to say."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").strip()


async def personal_in(check: OutgoingCheck, words: str, own_name: str) -> list[dict[str, str]]:
    """What seems personal in a counsellor's words, for them and nobody else."""
    try:
        found = await asyncio.to_thread(check.find, words, own_name)
    except Exception as error:
        # A young person waits for these words: a check that breaks must not hold them back.
        logger.error("a counsellor's words could not be checked: %s", type(error).__name__)
        return []
    return [{"kind": kind, "text": text} for kind, text in found]
