"""An open socket lives no longer than the session and the roles that opened it.

It keeps the session from going idle.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine

from fastapi import WebSocket

from handoff.records.tables import Account
from handoff.staff.access import Permission, allows, signed_in
from handoff.together import end

logger = logging.getLogger(__name__)

# A signed-out, switched-off or copied session loses its console within this time.
LOOK_EVERY_SECONDS = 10.0
SESSION_ENDED = 4401


async def while_signed_in(websocket: WebSocket, account: Account, work: Coroutine[None, None, None]) -> None:
    """Does the work until it ends, or the session, or the account's roles change: then it closes with 4401.

    A console that may more or less than before is opened anew by its page, which loads again: nobody goes
    on seeing the floor that they saw as a supervisor.
    """
    working = asyncio.create_task(work)
    watching = asyncio.create_task(_until_session_ends(websocket, account))
    try:
        await asyncio.wait([working, watching], return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
            return
        watching.result()
        with contextlib.suppress(RuntimeError):  # Starlette's word for "already closed"
            await websocket.close(SESSION_ENDED)
    finally:
        await end((working, watching))


async def _until_session_ends(websocket: WebSocket, opened_by: Account) -> None:
    while True:
        try:
            account = await signed_in(websocket)
        except Exception as error:
            # A database that stumbles must not cut a counsellor off in the middle of a sentence.
            logger.error("a session could not be looked at: %s", type(error).__name__)
        else:
            if account is None or not allows(account, Permission.USE_CONSOLE):
                return
            if account.roles != opened_by.roles:
                return
        await asyncio.sleep(LOOK_EVERY_SECONDS)
