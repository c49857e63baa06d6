"""The campaign of faults in its short form; ``make faults`` runs it in full."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.channels.bot_api import BotApi
from tests.faults.campaign import Campaign, running

CONVERSATIONS = 20
MESSAGES = 400
FROZEN_SECONDS = 4.0
FAULTS = (("public",), ("staff",), ("redis",), ("freeze rasa",), ("public", "redis"))


async def test_what_was_acknowledged_is_shown_once_and_in_order_whatever_dies() -> None:
    api = BotApi()
    api.server.start()
    try:
        with tempfile.TemporaryDirectory(prefix="repere-") as name:
            async with running(Path(name), api) as (settings, parts):
                campaign = Campaign(settings, parts, api, CONVERSATIONS)
                report = await campaign.run(FAULTS, MESSAGES, FROZEN_SECONDS)
    finally:
        await api.close()
    report.print()
    assert report.acknowledged == report.written + CONVERSATIONS * 2 // 5  # and those who asked for a person
    assert report.acknowledged_by_counsellors > 0
    assert (report.lost, report.doubled, report.out_of_order) == ([], [], [])
    assert report.without_a_person == []
    assert report.without_an_outcome == 0
