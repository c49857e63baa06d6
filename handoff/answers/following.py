"""Keeps a process's cards those that are published: no restart, no training.

Every two seconds the process asks whether something was published since. When nobody answers it goes on
with the cards it has; a process that starts meanwhile finds the last ones in a file beside its data.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from pydantic import ValidationError

from handoff.answers.cards import Card, CardLibrary
from handoff.errors import RecordsUnavailableError

logger = logging.getLogger(__name__)

# A published text is read within five seconds.
LOOK_AGAIN_SECONDS: Final = 2.0


class PublishedCards(Protocol):
    """Where the published cards are kept (``handoff.records.card_records``)."""

    async def stamp(self) -> str: ...

    async def live(self) -> Mapping[str, str]: ...


class LibraryFollower:
    """Follows what is published. ``start`` once, then ``run`` for as long as the process lives."""

    def __init__(self, library: CardLibrary, published: PublishedCards, last_known: Path) -> None:
        self._library = library
        self._published = published
        self._last_known = last_known
        self._stamp = ""
        self._away = False

    async def start(self) -> None:
        """Takes the published cards, or the last known ones when the database is away."""
        await self.look()
        if not self._stamp:
            self._take_last_known()

    async def run(self) -> None:
        """Looks again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Takes over what was published since the last look. Never raises: the cards it has go on."""
        try:
            stamp = await self._published.stamp()
            if stamp != self._stamp:
                cards = dict(await self._published.live())
                self._show(cards)
                self._stamp = stamp
                self._keep(cards)
        except RecordsUnavailableError as error:
            if not self._away:
                logger.warning("cards: the database is away (%s), going on with those we have", error)
            self._away = True
        else:
            self._away = False

    def _show(self, cards: Mapping[str, str]) -> None:
        found: list[Card] = []
        for topic, content in cards.items():
            try:
                found.append(Card.model_validate_json(content))
            except ValidationError:
                # Written by another version of the service: the one of the files is better than none.
                logger.error("cards: the published card of %s is not readable here", topic)
        self._library.publish(found)

    def _keep(self, cards: Mapping[str, str]) -> None:
        unfinished = self._last_known.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._last_known.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(json.dumps(cards, ensure_ascii=False), encoding="utf-8")
            unfinished.replace(self._last_known)
        except OSError as error:
            logger.warning("cards: the last known ones could not be kept (%s)", type(error).__name__)

    def _take_last_known(self) -> None:
        try:
            cards = json.loads(self._last_known.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return  # nothing was ever published from here
        except (OSError, ValueError) as error:
            logger.warning("cards: the last known ones are not readable (%s)", type(error).__name__)
            return
        if isinstance(cards, dict):
            self._show(cards)
