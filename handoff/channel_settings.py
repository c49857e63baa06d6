"""The settings of the messaging apps (docs/channels.md). An app is off until its token is set."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class ChannelSettings(BaseSettings):
    """Part of ``Settings``."""

    telegram_token: str = Field(default="", validation_alias="REPERE_TELEGRAM_TOKEN")
    telegram_polling: bool = Field(default=False, validation_alias="REPERE_TELEGRAM_POLLING")
    telegram_api: str = Field(default="https://api.telegram.org", validation_alias="REPERE_TELEGRAM_API")
