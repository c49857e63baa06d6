"""Calls people who are not at a console: a webhook, an e-mail, a phone, whatever apprise knows.

The message says that somebody waits, at which level and since when. Nothing else ever leaves.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from apprise import Apprise, AppriseAsset

from handoff.errors import SettingError

logger = logging.getLogger(__name__)


class AlarmWords(Protocol):
    """The sentences of the alarm."""

    def alarm(self, minutes: int) -> tuple[str, str]: ...


class Alarm:
    """``addresses``: apprise's (json://, mailtos://, …). None: nobody is called."""

    def __init__(self, addresses: Sequence[str], words: AlarmWords) -> None:
        self._words = words
        # Without a look at remote pictures and without a plugin folder: what is sent is ours alone.
        self._apprise = Apprise(asset=AppriseAsset(app_id="Repere", image_url_mask="", image_url_logo=""))
        for number, address in enumerate(addresses, start=1):
            if not self._apprise.add(address):
                # The address may hold a password: it is not shown.
                raise SettingError(f"REPERE_ALARM_TO: apprise does not know address {number}")
        self.calls_anybody = bool(addresses)

    async def call(self, waited: timedelta) -> bool:
        """Sends to every address; False when one of them did not take it."""
        title, body = self._words.alarm(int(waited.total_seconds() // 60))
        sent = await self._apprise.async_notify(body=body, title=title)
        if not sent:
            logger.error("alarm: at least one address did not take the message")
        return bool(sent)
