"""Which messaging apps are turned on, from the settings. Part of the wiring, like public_app.py.

python -m handoff.messaging_apps    prints the verify token that Meta's console asks for
"""

from __future__ import annotations

from typing import Protocol

from handoff.assistant.channel_words import ChannelWords
from handoff.channels.answering import Answering
from handoff.channels.channel import Channel
from handoff.channels.desk import Office
from handoff.channels.messaging import Messaging
from handoff.channels.messenger import MessengerChannel
from handoff.channels.pace import Pace
from handoff.channels.sms import SmsChannel
from handoff.channels.staff_notes import StaffNotes
from handoff.channels.telegram import TelegramChannel
from handoff.channels.whatsapp import WhatsAppChannel
from handoff.errors import SettingError
from handoff.receive_message import MessagePath
from handoff.settings import Settings
from handoff.store.addresses import Addresses
from handoff.store.arrivals import Arrivals
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from handoff.store.feed import Feed


class Stored(Protocol):
    """The connections of the public app."""

    @property
    def store(self) -> ConversationStore: ...
    @property
    def feed(self) -> Feed: ...
    @property
    def addresses(self) -> Addresses: ...
    @property
    def arrivals(self) -> Arrivals: ...


def open_messaging(
    settings: Settings,
    stored: Stored,
    path: MessagePath,
    answering: Answering,
    words: ChannelWords,
    pace: Pace,
) -> Messaging:
    """Every app that has its token. Raises SettingError when another setting that it needs is missing."""
    notes = StaffNotes(stored.store, stored.addresses, words)
    office = Office(
        path,
        stored.store,
        stored.addresses,
        stored.arrivals,
        answering,
        notes,
        words,
        pace,
        settings.public_origin,
    )
    return Messaging(channels_of(settings, words), office, stored.feed)


def channels_of(settings: Settings, words: ChannelWords) -> list[Channel]:
    """The apps that are on. Raises SettingError."""
    found: list[Channel] = []
    if settings.telegram_token:
        if not settings.telegram_polling and not settings.public_origin:
            raise SettingError("REPERE_TELEGRAM_TOKEN needs REPERE_PUBLIC_ORIGIN or REPERE_TELEGRAM_POLLING")
        url = "" if settings.telegram_polling else f"{settings.public_origin}/webhooks/telegram"
        # Made from the master key: every process knows it, and nobody has to set it.
        secret = MasterKey(settings.master_key_bytes).keyed_hashes("telegram", "webhook secret")[0]
        found.append(TelegramChannel(settings.telegram_token, settings.telegram_api, url, secret, words))
    if settings.whatsapp_token:
        found.append(_whatsapp(settings))
    if settings.messenger_token:
        if not (settings.messenger_page and settings.messenger_secret):
            raise SettingError(
                "REPERE_MESSENGER_TOKEN needs REPERE_MESSENGER_PAGE and REPERE_MESSENGER_SECRET"
            )
        found.append(
            MessengerChannel(
                settings.graph_api,
                settings.messenger_page,
                settings.messenger_token,
                settings.messenger_secret,
                verify_token(settings),
            )
        )
    if settings.sms_url:
        if not settings.sms_secret:
            raise SettingError("REPERE_SMS_URL needs REPERE_SMS_SECRET")
        found.append(SmsChannel(settings.sms_url, settings.sms_token, settings.sms_secret))
    return found


def _whatsapp(settings: Settings) -> WhatsAppChannel:
    if not (settings.whatsapp_number and settings.whatsapp_secret):
        raise SettingError("REPERE_WHATSAPP_TOKEN needs REPERE_WHATSAPP_NUMBER and REPERE_WHATSAPP_SECRET")
    return WhatsAppChannel(
        settings.graph_api,
        settings.whatsapp_number,
        settings.whatsapp_token,
        settings.whatsapp_secret,
        verify_token(settings),
        settings.whatsapp_template,
        settings.whatsapp_template_language,
    )


def verify_token(settings: Settings) -> str:
    """What Meta must say when a webhook is set up: made from the master key. Raises SettingError."""
    return MasterKey(settings.master_key_bytes).keyed_hashes("meta", "verify token")[0]


if __name__ == "__main__":
    print(verify_token(Settings.load()))
