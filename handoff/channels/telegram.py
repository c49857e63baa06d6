"""Telegram, with python-telegram-bot: the webhook or long polling, messages with inline buttons.

Of what Telegram tells about a person only the number to answer to is read: no name, no username, no picture,
no phone number. Photos, voice messages and files are never asked for.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import ClassVar, Protocol, TypedDict

import telegram
from fastapi import Request, Response, status
from telegram.constants import ChatAction, ChatMemberStatus, ChatType, MessageLimit
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from handoff.channels.channel import (
    Channel,
    Part,
    PartRefusedError,
    Take,
    TryLaterError,
    UnreachableError,
)
from handoff.channels.commands import NAMES
from handoff.channels.parts import length
from handoff.channels.telegram_limiter import WholeBotLimiter
from handoff.channels.telegram_updates import READS, UpdatesRequest, arrival_of, readable

logger = logging.getLogger(__name__)

# python-telegram-bot then gives a timedelta and does not warn about the int it used to give.
os.environ.setdefault("PTB_TIMEDELTA", "1")

POLL_SECONDS = 25
DELETED_AT_ONCE = 100  # the Bot API's limit
LATER_SECONDS = 2.0
WRONG_TOKEN_SECONDS = 60.0


class TelegramWords(Protocol):
    """What Telegram itself is told: the list of commands, and the word to a group."""

    def before(self, channel: str, language: str = "") -> TelegramWords: ...
    def group(self) -> str: ...
    def menu(self, command: str) -> str: ...


class TelegramChannel(Channel):
    """One bot. ``webhook_url`` is empty for long polling; ``secret`` comes with each update of Telegram's."""

    name: ClassVar[str] = "telegram"
    longest_text: ClassVar[int] = MessageLimit.MAX_TEXT_LENGTH
    deletes: ClassVar[bool] = True
    covers: ClassVar[bool] = True
    bare_commands: ClassVar[bool] = False
    answer_within: ClassVar[float] = 30  # without one it may have been taken: patience makes "twice" rare

    def __init__(self, token: str, api: str, webhook_url: str, secret: str, words: TelegramWords) -> None:
        self._webhook_url = webhook_url
        self._secret = secret
        self._words = words
        self._bot: ExtBot[int] = ExtBot(
            token,
            base_url=f"{api}/bot",
            request=HTTPXRequest(64, read_timeout=self.answer_within, connect_timeout=10, pool_timeout=60),
            get_updates_request=UpdatesRequest(read_timeout=10, connect_timeout=10),
            rate_limiter=WholeBotLimiter(),
        )

    async def open(self) -> None:
        async with _faults():
            await self._bot.initialize()
            if self._webhook_url:
                await self._bot.set_webhook(
                    self._webhook_url, secret_token=self._secret, allowed_updates=READS
                )
            else:
                await self._bot.delete_webhook()
            for language, shown_to in (("fr", None), ("en", "en"), ("es", "es")):
                words = self._words.before(self.name, language)
                commands = [telegram.BotCommand(of[language], words.menu(each)) for each, of in NAMES.items()]
                await self._bot.set_my_commands(commands, language_code=shown_to)

    async def close(self) -> None:
        await self._bot.shutdown()

    # -- what comes ------------------------------------------------------------------------

    async def webhook(self, request: Request, take: Take) -> Response:
        """One update. 403: not from Telegram."""
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not self._webhook_url or not hmac.compare_digest(given.encode(), self._secret.encode()):
            return Response(status_code=status.HTTP_403_FORBIDDEN)
        try:
            update = telegram.Update.de_json(readable(await request.json()), self._bot)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            # From Telegram, and not as we know it: delivered again it would be the same.
            logger.warning("an update could not be read: %s", type(error).__name__)
            return Response()
        await self._take(update, take)
        return Response()

    async def fetch(self, take: Take) -> None:
        if self._webhook_url:
            await super().fetch(take)
        offset = None
        while True:
            async with _faults():
                updates = await self._bot.get_updates(offset, timeout=POLL_SECONDS, allowed_updates=READS)
            # Telegram forgets them at the next request only: none of these may be lost before it.
            await asyncio.gather(*(self._take(each, take) for each in updates))
            offset = updates[-1].update_id + 1 if updates else offset

    async def _take(self, update: telegram.Update, take: Take) -> None:
        chat = update.effective_chat
        if chat is None:
            return  # of a kind that we don't know
        if chat.type != ChatType.PRIVATE:
            await self._leave_group(chat.id, update.my_chat_member)
            return
        arrival = arrival_of(update, str(chat.id))
        if arrival is not None:
            await take(arrival)
        if update.callback_query is not None:
            await self._quietly(self._bot.answer_callback_query(update.callback_query.id))

    async def _leave_group(self, group: int, change: telegram.ChatMemberUpdated | None) -> None:
        """Says why, and goes. Nothing of a group is kept."""
        gone = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
        if change is None or change.new_chat_member.status not in gone:
            await self._quietly(self._bot.send_message(group, self._words.before(self.name).group()))
            await self._quietly(self._bot.leave_chat(group))

    # -- what goes -------------------------------------------------------------------------

    async def send(self, to: str, part: Part) -> str:
        async with _faults():
            message = await self._bot.send_message(int(to), disable_notification=part.covered, **_shown(part))
        return str(message.message_id)

    async def rewrite(self, to: str, number: str, part: Part) -> bool:
        async with _faults():
            await self._bot.edit_message_text(chat_id=int(to), message_id=int(number), **_shown(part))
        return True

    async def show_typing(self, to: str) -> None:
        async with _faults():
            await self._bot.send_chat_action(int(to), ChatAction.TYPING)

    async def delete(self, to: str, numbers: Sequence[str]) -> bool:
        """In private chats a bot may delete both sides, for two days."""
        all_gone = True
        for start in range(0, len(numbers), DELETED_AT_ONCE):
            some = [int(number) for number in numbers[start : start + DELETED_AT_ONCE]]
            try:
                async with _faults():
                    await self._bot.delete_messages(int(to), some)
            except PartRefusedError:  # for one of them: the others must not stay with it
                all_gone = all([await self._delete_alone(int(to), number) for number in some]) and all_gone
        return all_gone

    async def _delete_alone(self, to: int, number: int) -> bool:
        try:
            async with _faults():
                await self._bot.delete_message(to, number)
        except PartRefusedError:
            return False
        return True

    async def _quietly(self, call: Awaitable[object]) -> None:
        """What nobody waits for."""
        try:
            await call
        except TelegramError as error:
            logger.info("telegram: %s", type(error).__name__)


class _Shown(TypedDict):
    """What the Bot API wants of a part."""

    text: str
    entities: list[telegram.MessageEntity] | None
    reply_markup: telegram.InlineKeyboardMarkup | None
    link_preview_options: telegram.LinkPreviewOptions


def _shown(part: Part) -> _Shown:
    rows = [[telegram.InlineKeyboardButton(each.label, callback_data=each.payload)] for each in part.buttons]
    # Hidden until touched: neither the locked screen nor the list of chats shows a word.
    cover = telegram.MessageEntity(telegram.MessageEntity.SPOILER, 0, length(part.text))
    return {
        "text": part.text,
        "entities": [cover] if part.covered else None,
        "reply_markup": telegram.InlineKeyboardMarkup(rows) if rows else None,
        "link_preview_options": telegram.LinkPreviewOptions(is_disabled=True),
    }


@asynccontextmanager
async def _faults() -> AsyncIterator[None]:
    """What python-telegram-bot raises, as what every channel raises."""
    try:
        yield
    except RetryAfter as error:
        after = error.retry_after
        raise TryLaterError(after if isinstance(after, int) else after.total_seconds()) from None
    except Forbidden:
        raise UnreachableError from None
    except (InvalidToken, Conflict) as error:
        logger.error("telegram refuses our token, or gives this bot to another: %s", type(error).__name__)
        raise TryLaterError(WRONG_TOKEN_SECONDS) from None
    except BadRequest as error:
        said = error.message.lower()
        if "chat not found" in said:
            raise UnreachableError from None
        # What an edit, or a deletion, that is made twice says.
        if "not modified" not in said and "to delete not found" not in said:
            raise PartRefusedError from None
    except TelegramError:
        raise TryLaterError(LATER_SECONDS) from None
