"""What a person sees of us, whatever the channel, and what they can do there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.conftest import eventually

PATIENCE = 40.0  # a net for a loaded machine, not a promise


@dataclass
class PhoneMessage:
    """A message as the person sees it."""

    number: int
    text: str
    mine: bool = False
    buttons: list[tuple[str, str]] = field(default_factory=list)
    covered: bool = False
    silent: bool = False
    edits: int = 0


class Phone(ABC):
    """Somebody at one channel. The script that every channel must pass (``script.py``) drives this."""

    channel: str
    sees_typing: bool = True  # whether the channel can show that somebody writes
    welcomed: bool = True  # whether what there is to know comes as a message (the web page shows it itself)

    async def open(self) -> None:  # noqa: B027
        """Whatever comes before the first word."""

    async def close(self) -> None:  # noqa: B027
        """Whatever comes after the last."""

    @abstractmethod
    async def say(self, text: str) -> None: ...

    @abstractmethod
    async def again(self) -> None:
        """What they did last comes to us a second time."""

    @abstractmethod
    async def press(self, payload: str) -> None: ...

    @abstractmethod
    async def ask_person(self) -> None: ...

    @abstractmethod
    async def forget(self) -> None:
        """Asks for everything to be erased, and waits until it is said to be done."""

    @abstractmethod
    def saw_typing(self) -> bool: ...

    @abstractmethod
    def shown(self) -> list[PhoneMessage]:
        """What we said, as they see it now."""

    async def sees(self, wanted: Callable[[PhoneMessage], bool]) -> PhoneMessage:
        """The first message shown that is wanted."""
        await eventually(lambda: any(map(wanted, self.shown())), PATIENCE)
        return next(filter(wanted, self.shown()))

    async def reads(self, words: str) -> PhoneMessage:
        return await self.sees(lambda message: words in message.text)
