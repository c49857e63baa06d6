"""What people ask that nothing answers, for content leads. Wiring: nothing of it is stored."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from anyio import to_thread

from handoff.answers.cards import CardLibrary
from handoff.answers.nearest import NearestTopic
from handoff.answers.unanswered import Group, groups, known_words, one_line
from handoff.conversation import StrippedText

MissedWords = Callable[[], Awaitable[Sequence[tuple[str, StrippedText]]]]


class Unanswered:
    """Reads what was missed each time it is asked, and groups it."""

    def __init__(self, missed_words: MissedWords, nearest: NearestTopic, library: CardLibrary) -> None:
        self._missed_words = missed_words
        self._nearest = nearest
        self._library = library

    async def groups(self) -> list[dict[str, Any]]:
        """Each group: how many conversations, what they said, and the topics that come nearest."""
        return await to_thread.run_sync(self._groups, await self._missed_words())

    def _groups(self, missed: Sequence[tuple[str, StrippedText]]) -> list[dict[str, Any]]:
        cards = (text for card in self._library.cards for _, text in card.passages())
        known = known_words([*(example for _, example in self._nearest.pairs), *cards])
        said = {one_line(text.value): text for _, text in missed}
        found = groups(
            [(who, text.value) for who, text in missed], known, self._nearest.encoder, self._nearest.middle
        )
        return [self._described(group, said[group.sentences[0]]) for group in found]

    def _described(self, group: Group, first: StrippedText) -> dict[str, Any]:
        nearest = [topic for topic, _ in self._nearest.rank(first) if self._library.find(topic)]
        return {
            "conversations": group.conversations,
            "sentences": list(group.sentences),
            "nearest": nearest[:3],
        }
