"""Another messaging app is a small file: what the interface promises to whoever writes one."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from handoff.channels.channel import Channel
from handoff.channels.graph import GraphChannel
from handoff.channels.messenger import MessengerChannel
from handoff.channels.sms import SmsChannel
from handoff.channels.telegram import TelegramChannel
from handoff.channels.whatsapp import WhatsAppChannel

LONGEST = 250  # lines, what it shares with another app of the same company counted in
CHANNELS = (TelegramChannel, WhatsAppChannel, MessengerChannel, SmsChannel)


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_a_channel_is_under_250_lines(channel: type[Channel]) -> None:
    files = {inspect.getfile(each) for each in channel.__mro__ if issubclass(each, Channel)}
    files.discard(inspect.getfile(Channel))
    lines = sum(len(Path(file).read_text(encoding="utf-8").splitlines()) for file in files)
    assert 0 < lines < LONGEST


def test_no_channel_is_forgotten_here() -> None:
    written = {each for each in Channel.__subclasses__() if each.__module__.startswith("handoff.")}
    meta = set(GraphChannel.__subclasses__())
    assert (written | meta) - {GraphChannel} == set(CHANNELS)
