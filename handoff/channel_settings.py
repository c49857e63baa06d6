"""The settings of the messaging apps (docs/channels.md). An app is off until its token is set."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class ChannelSettings(BaseSettings):
    """Part of ``Settings``."""

    telegram_token: str = Field(default="", validation_alias="REPERE_TELEGRAM_TOKEN")
    telegram_polling: bool = Field(default=False, validation_alias="REPERE_TELEGRAM_POLLING")
    telegram_bot: str = Field(default="", validation_alias="REPERE_TELEGRAM_BOT")
    telegram_api: str = Field(default="https://api.telegram.org", validation_alias="REPERE_TELEGRAM_API")

    whatsapp_token: str = Field(default="", validation_alias="REPERE_WHATSAPP_TOKEN")
    whatsapp_number: str = Field(default="", validation_alias="REPERE_WHATSAPP_NUMBER")
    whatsapp_secret: str = Field(default="", validation_alias="REPERE_WHATSAPP_SECRET")
    whatsapp_template: str = Field(default="reprise", validation_alias="REPERE_WHATSAPP_TEMPLATE")
    whatsapp_template_language: str = Field(
        default="fr", validation_alias="REPERE_WHATSAPP_TEMPLATE_LANGUAGE"
    )

    messenger_token: str = Field(default="", validation_alias="REPERE_MESSENGER_TOKEN")
    messenger_page: str = Field(default="", validation_alias="REPERE_MESSENGER_PAGE")
    messenger_secret: str = Field(default="", validation_alias="REPERE_MESSENGER_SECRET")

    graph_api: str = Field(default="https://graph.facebook.com/v23.0", validation_alias="REPERE_GRAPH_API")

    sms_url: str = Field(default="", validation_alias="REPERE_SMS_URL")
    sms_token: str = Field(default="", validation_alias="REPERE_SMS_TOKEN")
    sms_secret: str = Field(default="", validation_alias="REPERE_SMS_SECRET")
