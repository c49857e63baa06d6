"""Keeps a process's directory of help at what is shown in the database: an import is seen within seconds."""

from __future__ import annotations

import asyncio
import logging

from handoff.records.resource_imports import ResourceImports
from handoff.resources.index import Index
from handoff.resources.search import HelpSearch

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 2.0


async def follow_directory(imports: ResourceImports, search: HelpSearch) -> None:
    """Runs until it is cancelled. Without a database the national lines and official pages stay."""
    version = 0
    failing = False
    while True:
        try:
            current = await imports.version()
            if current != version:
                rows = await imports.shown_rows()
                # Built beside the old one, which answers meanwhile.
                search.replace(await asyncio.to_thread(Index, rows))
                version = current
                logger.info("directory of help: version %d, %d places", version, len(search.index))
            failing = False
        except Exception as error:
            if not failing:
                logger.warning("the directory of help cannot be read: %s", type(error).__name__)
            failing = True
        await asyncio.sleep(LOOK_EVERY_SECONDS)
