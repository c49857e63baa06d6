"""Telegram, with python-telegram-bot: the webhook or long polling, messages with inline buttons.

Of what Telegram tells about a person only the number to answer to is read: no name, no username, no picture,
no phone number. Photos, voice messages and files are never asked for.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import ClassVar, Protocol

from fastapi import Request, Response, status
from telegram import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    Update,
)
from telegram.constants import ChatAction, ChatMemberStatus, ChatType, MessageLimit, UpdateType
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from handoff.channels.channel import (
    Arrival,
    Channel,
    Kind,
    Part,
    PartRefusedError,
    Take,
    TryLaterError,
    UnreachableError,
)
from handoff.channels.commands import NAMES
from handoff.channels.parts import length
from handoff.errors import StoreUnavailableError

logger = logging.getLogger(__name__)

# python-telegram-bot then gives a timedelta and does not warn about the int it used to give.
os.environ.setdefault("PTB_TIMEDELTA", "1")

READS = [UpdateType.MESSAGE, UpdateType.EDITED_MESSAGE, UpdateType.CALLBACK_QUERY, UpdateType.MY_CHAT_MEMBER]
LARGEST_UPDATE_BYTES = 512 * 1024
POLL_SECONDS = 25
# An answer that does not come may still have been taken: waiting long makes "sent twice" rare.
ANSWER_WITHIN_SECONDS = 30
DELETED_AT_ONCE = 100  # the Bot API's limit
ATTEMPTS = 3  # at "too many requests", before the conversation waits its turn again
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

    def __init__(self, token: str, api: str, webhook_url: str, secret: str, words: TelegramWords) -> None:
        self._webhook_url = webhook_url
        self._secret = secret
        self._words = words
        self._bot: ExtBot[int] = ExtBot(
            token,
            base_url=f"{api}/bot",
            request=HTTPXRequest(
                connection_pool_size=64,
                pool_timeout=60,
                read_timeout=ANSWER_WITHIN_SECONDS,
                connect_timeout=10,
            ),
            get_updates_request=HTTPXRequest(read_timeout=10, connect_timeout=10),
            rate_limiter=AIORateLimiter(max_retries=ATTEMPTS),
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
            for language in ("", "en", "es"):
                words = self._words.before(self.name, language)
                commands = [
                    BotCommand(names[language or "fr"], words.menu(command))
                    for command, names in NAMES.items()
                ]
                await self._bot.set_my_commands(commands, language_code=language or None)

    async def close(self) -> None:
        await self._bot.shutdown()

    # -- what comes ------------------------------------------------------------------------

    async def webhook(self, request: Request, take: Take) -> Response:
        """One update. 403: not from Telegram. 503: could not be kept, Telegram delivers it again."""
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not self._webhook_url or not hmac.compare_digest(given.encode(), self._secret.encode()):
            return Response(status_code=status.HTTP_403_FORBIDDEN)
        if int(request.headers.get("Content-Length") or LARGEST_UPDATE_BYTES + 1) > LARGEST_UPDATE_BYTES:
            return Response(status_code=status.HTTP_413_CONTENT_TOO_LARGE)
        try:
            update = Update.de_json(await request.json(), self._bot)
        except Exception as error:
            # From Telegram, and not as we know it: delivered again it would be the same.
            logger.warning("an update could not be read: %s", type(error).__name__)
            return Response()
        try:
            await self._take(update, take)
        except StoreUnavailableError:
            return Response(status_code=status.HTTP_503_SERVICE_UNAVAILABLE)
        return Response()

    async def fetch(self, take: Take) -> None:
        if self._webhook_url:
            await super().fetch(take)
        offset = None
        while True:
            async with _faults():
                updates = await self._bot.get_updates(offset, timeout=POLL_SECONDS, allowed_updates=READS)
            by_chat: dict[int | None, list[Update]] = defaultdict(list)
            for update in updates:
                by_chat[update.effective_chat.id if update.effective_chat else None].append(update)
            # Telegram forgets them at the next request only: none of these may be lost before it.
            await asyncio.gather(*(self._take_in_order(each, take) for each in by_chat.values()))
            offset = updates[-1].update_id + 1 if updates else offset

    async def _take_in_order(self, updates: Iterable[Update], take: Take) -> None:
        for update in updates:
            await self._take(update, take)

    async def _take(self, update: Update, take: Take) -> None:
        chat = update.effective_chat
        if chat is None:
            return  # of a kind that we don't know
        if chat.type != ChatType.PRIVATE:
            await self._leave_group(update)
            return
        arrival = _arrival(update)
        if arrival is not None:
            await take(arrival)
        if update.callback_query is not None:
            await self._quietly(self._bot.answer_callback_query(update.callback_query.id))

    async def _leave_group(self, update: Update) -> None:
        """Says why, and goes. Nothing of a group is kept."""
        member, chat = update.my_chat_member, update.effective_chat
        gone = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
        if chat is None or (member is not None and member.new_chat_member.status in gone):
            return
        await self._quietly(self._bot.send_message(chat.id, self._words.before(self.name).group()))
        await self._quietly(self._bot.leave_chat(chat.id))

    # -- what goes -------------------------------------------------------------------------

    async def send(self, to: str, part: Part) -> str:
        async with _faults():
            message = await self._bot.send_message(
                int(to),
                part.text,
                entities=_cover(part),
                reply_markup=_keyboard(part),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                disable_notification=part.covered,
            )
        return str(message.message_id)

    async def rewrite(self, to: str, number: str, part: Part) -> bool:
        async with _faults():
            await self._bot.edit_message_text(
                part.text,
                chat_id=int(to),
                message_id=int(number),
                entities=_cover(part),
                reply_markup=_keyboard(part),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        return True

    async def show_typing(self, to: str) -> None:
        async with _faults():
            await self._bot.send_chat_action(int(to), ChatAction.TYPING)

    async def delete(self, to: str, numbers: Sequence[str]) -> None:
        """In private chats a bot may delete both sides, for two days."""
        for start in range(0, len(numbers), DELETED_AT_ONCE):
            some = [int(number) for number in numbers[start : start + DELETED_AT_ONCE]]
            await self._quietly(self._bot.delete_messages(int(to), some))

    async def _quietly(self, call: Awaitable[object]) -> None:
        """What nobody waits for."""
        try:
            await call
        except TelegramError as error:
            logger.info("telegram: %s", type(error).__name__)


def _arrival(update: Update) -> Arrival | None:
    """An update of a private chat; None when there is nothing in it for us."""
    chat = update.effective_chat
    if chat is None:
        return None
    once, to = str(update.update_id), str(chat.id)
    if update.callback_query is not None:
        about = update.callback_query.message
        number = str(about.message_id) if about else ""
        return Arrival(once, to, Kind.PRESS, payload=update.callback_query.data or "", number=number)
    if update.my_chat_member is not None:
        blocked = update.my_chat_member.new_chat_member.status == ChatMemberStatus.BANNED
        return Arrival(once, to, Kind.LEFT) if blocked else None
    message = update.message or update.edited_message
    return _words(once, to, message, edited=update.edited_message is not None) if message else None


def _words(once: str, to: str, message: Message, *, edited: bool) -> Arrival | None:
    text = message.text or message.caption or ""
    location = message.location is not None or message.venue is not None
    attached = message.effective_attachment is not None or bool(message.api_kwargs)
    if edited and not text:
        return None  # a location that moves, a picture that was changed: said once already
    if not (text or location or attached):
        return None  # pinned, joined, a timer set
    return Arrival(
        once,
        to,
        text=text,
        number=str(message.message_id),
        album=message.media_group_id or "",
        edited=edited,
        unreadable=attached and not location and not edited,
        location=location and not edited,
    )


def _keyboard(part: Part) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(each.label, callback_data=each.payload)] for each in part.buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def _cover(part: Part) -> list[MessageEntity] | None:
    """Hidden until touched: neither the locked screen nor the list of chats shows a word."""
    return [MessageEntity(MessageEntity.SPOILER, 0, length(part.text))] if part.covered else None


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
    except InvalidToken:
        logger.error("telegram: the token is refused")
        raise TryLaterError(WRONG_TOKEN_SECONDS) from None
    except Conflict:
        logger.error("telegram: somebody else asks for this bot's updates")
        raise TryLaterError(WRONG_TOKEN_SECONDS) from None
    except BadRequest as error:
        if "chat not found" in error.message.lower():
            raise UnreachableError from None
        # "Nothing to change" is what an edit that is made twice says.
        if "not modified" not in error.message.lower():
            raise PartRefusedError from None
    except TelegramError:
        raise TryLaterError(LATER_SECONDS) from None
