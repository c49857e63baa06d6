"""Calls people who are not at a console: a webhook, an e-mail, a phone, whatever apprise knows.

The message says that somebody waits, at which level and since when. Nothing else ever leaves.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from handoff.errors import SettingError

if TYPE_CHECKING:
    from apprise import Apprise

logger = logging.getLogger(__name__)


class AlarmWords(Protocol):
    """The sentences of the alarm."""

    def alarm(self, minutes: int) -> tuple[str, str]: ...


class Alarm:
    """``addresses``: apprise's (json://, mailtos://, …). None: nobody is called."""

    def __init__(self, addresses: Sequence[str], words: AlarmWords) -> None:
        """Raises SettingError on an address that apprise does not know."""
        self._words = words
        self._apprise = _reached_at(addresses) if addresses else None

    @property
    def calls_anybody(self) -> bool:
        return self._apprise is not None

    async def call(self, waited: timedelta) -> bool:
        """Sends to every address; False when one of them did not take it."""
        if self._apprise is None:
            return False
        title, body = self._words.alarm(int(waited.total_seconds() // 60))
        sent = await self._apprise.async_notify(body=body, title=title)
        if not sent:
            logger.error("alarm: at least one address did not take the message")
        return bool(sent)


def _reached_at(addresses: Sequence[str]) -> Apprise:
    # Here and not at the top: its many plugins take seconds that most installations need not wait for.
    from apprise import Apprise, AppriseAsset

    # Without its pictures, which are links to elsewhere: what is sent is ours alone.
    reached = Apprise(asset=AppriseAsset(app_id="Repere", image_url_mask="", image_url_logo=""))
    for number, address in enumerate(addresses, start=1):
        if not reached.add(address):
            # The address may hold a password: it is not shown.
            raise SettingError(f"REPERE_ALARM_TO: apprise does not know address {number}")
    return reached
