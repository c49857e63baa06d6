"""What a try shows of an assistant, whichever model answers in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handoff.answers.cards import CardLibrary
from handoff.assistant.assistant import Assistant
from handoff.assistant.words import ServiceWords
from handoff.conversation import Conversation, Reply, RiskLevel, StrippedText, Verdict

SHOWN_TOPICS = 5


def topics_shown(library: CardLibrary, ranking: Sequence[tuple[str, float]]) -> list[dict[str, Any]]:
    """The first topics of a ranking, with their titles."""
    return [
        {
            "topic": topic,
            "title": title_of(library, topic),
            "has_card": library.find(topic) is not None,
            "confidence": confidence,
        }
        for topic, confidence in ranking[:SHOWN_TOPICS]
    ]


def title_of(library: CardLibrary, topic: str) -> str:
    """A topic as a button names it; its id when nothing is published of it."""
    card = library.find(topic)
    return card.button_title() if card else topic


async def replies_to(
    assistant: Assistant,
    words: ServiceWords,
    conversation: Conversation,
    text: StrippedText,
    verdict: Verdict,
) -> list[Reply]:
    """All that would be said to a first message."""
    words = words.of(conversation)
    answer = await assistant.answer(conversation, text, "", verdict.level)
    replies = list(answer.replies)
    if answer.wants_person:
        replies.append(words.person_asked(1))
    elif verdict.level is RiskLevel.CONCERN and not answer.asks_back:
        replies.append(words.concern())
    if verdict.level >= RiskLevel.HIGH:
        replies.insert(0, words.safety(verdict, on_duty=1))
    return replies
