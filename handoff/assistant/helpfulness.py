"""“Ça t'a aidé ?”: when it is asked, and how its answer is read. It feeds figures per topic, without text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from handoff.assistant.rasa import FollowUp, Payload, SmallTalk
from handoff.conversation import Conversation, Reader, RiskLevel

HELPED: Final = "#helped:"
NOT_HELPED: Final = "#not_helped:"

# After the first answer of a conversation, the fourth, the seventh: never after two in a row.
EVERY: Final = 3


class Figures(Protocol):
    """Where answers are counted per topic (``handoff.records.topic_figures``). Waits for nothing."""

    def shown(self, topic: str) -> None: ...
    def helped(self, topic: str, yes: bool) -> None: ...
    def fallback(self, topic: str) -> None: ...


class Uncounted:
    """For whoever counts nothing: predictions."""

    def shown(self, topic: str) -> None:
        """Counts nothing."""

    def helped(self, topic: str, yes: bool) -> None:
        """Counts nothing."""

    def fallback(self, topic: str) -> None:
        """Counts nothing."""


def is_due(conversation: Conversation, level: RiskLevel, card_risk: int) -> bool:
    """Whether to ask after one more answer. Never in danger, nor beside another question or a person."""
    concern_is_next = level is RiskLevel.CONCERN and not conversation.safety_shown
    return (
        conversation.cards_shown % EVERY == 0
        and max(level, card_risk) < RiskLevel.HIGH
        and not concern_is_next
        and conversation.reader is Reader.ASSISTANT
    )


def check_pressed(payload: str) -> tuple[str, bool] | None:
    """The topic and the answer of a pressed button; None when it is another button."""
    for prefix, yes in ((HELPED, True), (NOT_HELPED, False)):
        if payload.startswith(prefix):
            return payload.removeprefix(prefix), yes
    return None


def check_typed(conversation: Conversation, payloads: Sequence[Payload]) -> bool | None:
    """A "oui" or "non" typed right after the question; None when it was something else."""
    if not conversation.checked_topic or conversation.turns != conversation.checked_turn + 1:
        return None
    match list(payloads):
        case [SmallTalk("oui") | FollowUp(about="oui")]:
            return True
        case [SmallTalk("non")]:
            return False
        case _:
            return None
