"""The campaign of ``make faults`` in a short form: parts die while people write, and nothing is lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.channels.bot_api import BotApi
from tests.faults.campaign import Campaign, running

CONVERSATIONS, MESSAGES, FROZEN_SECONDS = 10, 150, 2.0
FAULTS = (("public",), ("redis",), ("staff",), ("freeze redis",))


async def test_nothing_that_was_acknowledged_is_lost_while_parts_die() -> None:
    api = BotApi()
    api.server.start()
    try:
        with tempfile.TemporaryDirectory(prefix="repere-") as name:
            async with running(Path(name), api) as (settings, parts):
                report = await Campaign(settings, parts, api, CONVERSATIONS).run(
                    FAULTS, MESSAGES, FROZEN_SECONDS
                )
    finally:
        await api.close()
    report.print()
    assert report.written == MESSAGES
    assert report.acknowledged >= MESSAGES  # and whoever asks for a person does so by a button
    assert report.acknowledged_by_counsellors
    assert set(report.recovery) == {" + ".join(fault) for fault in FAULTS}
    assert report.lost == report.doubled == report.out_of_order == report.without_a_person == []
    assert report.without_an_outcome == 0
