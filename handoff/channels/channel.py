"""The interface of a messaging app: what it brings, what it takes, and how it says no.

A new app is one class in one file (docs/channels.md): it turns what its webhook brings into ``Arrival``s
and sends ``Part``s. Everything else (whose conversation, the path, order, hours, numbers that must not be
stored, texts) is the same for every app: ``desk.py`` and ``delivery.py``.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from fastapi import Request, Response

from handoff.conversation import Button
from handoff.errors import RepereError


class Kind(StrEnum):
    """What somebody did in the app."""

    WORDS = "words"  # wrote; ``unreadable`` when there was a photo, a voice message … with it
    PRESS = "press"  # a button of ours
    LEFT = "left"  # blocked us
    UNDELIVERED = "undelivered"  # the app took a message of ours, and says later that it did not arrive


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing that an app brought. Raw: it lives in memory only.

    ``id``: the app's own id of this delivery, the same when it delivers twice. ``to``: where to answer.
    ``number``: the app's number of their message, or of ours whose button it is. ``album``: shared by
    pictures that were sent together.
    """

    id: str
    to: str
    kind: Kind = Kind.WORDS
    text: str = ""
    payload: str = ""
    number: str = ""
    album: str = ""
    edited: bool = False
    unreadable: bool = False
    location: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What one message of the app shows. ``covered``: hidden from a locked screen, where the app can.

    ``menu``: the name of the buttons all together, where the app folds them into a list.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    covered: bool = False
    menu: str = ""


class UnreachableError(RepereError):
    """The person blocked us, or is gone from the app."""

    code = "unreachable"


class TryLaterError(RepereError):
    """The app did not take it now. ``seconds``: not before."""

    code = "try_later"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"in {seconds:g} s")
        self.seconds = seconds


class PartRefusedError(RepereError):
    """The app will never take this part as it is."""

    code = "part_refused"


# Raises StoreUnavailableError: not taken, the app must deliver it again.
Take = Callable[[Arrival], Awaitable[None]]


class Channel(ABC):
    """A messaging app. Its methods raise UnreachableError, TryLaterError and PartRefusedError."""

    name: ClassVar[str]
    longest_text: ClassVar[int]  # in UTF-16 units
    longest_payload: ClassVar[int] = 64  # bytes a button may carry
    has_buttons: ClassVar[bool] = True  # without, choices are numbered and a number is an answer
    deletes: ClassVar[bool] = False  # whether it lets us delete messages from the person's phone
    covers: ClassVar[bool] = False  # whether it can hide words from a locked screen
    bare_commands: ClassVar[bool] = True  # "stop" counts like "/stop"
    # How long after their last message a person may be written to freely, where the app sets a limit.
    window: ClassVar[timedelta | None] = None

    async def open(self) -> None:  # noqa: B027
        """Tells the app where to deliver. Called by the one process that sends; again after a failure."""

    async def close(self) -> None:  # noqa: B027
        """Frees connections."""

    @abstractmethod
    async def webhook(self, request: Request, take: Take) -> Response:
        """What the app sends to ``/webhooks/<name>``; answered only when everything in it was taken.

        ``take`` keeps the order of each sender when calls of it are started in that order.
        Raises StoreUnavailableError.
        """

    async def fetch(self, take: Take) -> None:
        """Asks the app for what is new, for ever, where it has no webhook."""
        await asyncio.Event().wait()

    @abstractmethod
    async def send(self, to: str, part: Part) -> str:
        """Sends, and returns the app's number of the message ("" when it has none that we may keep)."""

    async def knock(self, to: str) -> bool:
        """Outside of the window: the neutral message that the app allows, which asks to be answered.

        False where an app allows none.
        """
        return False

    async def show_typing(self, to: str) -> None:  # noqa: B027
        """Shows that somebody is writing."""

    async def rewrite(self, to: str, number: str, part: Part) -> bool:
        """Puts other words in a message that was sent; False where the app has no such thing."""
        return False

    async def delete(self, to: str, numbers: Sequence[str]) -> bool:
        """Deletes messages from the person's phone. False: some stay there, as the app allows no more."""
        return not numbers
