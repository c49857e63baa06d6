"""THE path of a message: strip → weigh → log → who reads now? → answer.

Nothing here knows of Presidio, Redis, Rasa or FastAPI: it speaks to small protocols, and public_app.py
brings the real things. Two halves: ``receive`` ends when the message is safe in the log (the young
person sees "reçu"), ``respond`` gives it its outcome: an answer, a person, or the help lines.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import count
from typing import Protocol

from handoff.audience import audience_of, is_about_somebody_else
from handoff.conversation import (
    EXIT_ANSWERS,
    Author,
    AuthoredText,
    Category,
    Conversation,
    Message,
    Owed,
    Reader,
    Receipt,
    Reply,
    RiskLevel,
    StrippedText,
    Verdict,
)
from handoff.errors import ConversationUnknownError, MoveRefusedError, NotYourTurnError

logger = logging.getLogger(__name__)

NO_PERSON = "#no_person"

# When the detector itself fails, a person looks: the error falls towards a counsellor.
UNWEIGHED = Verdict(RiskLevel.HIGH, Category.OTHER, 1.0, ("détection indisponible : à lire",))


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a channel hands in. ``text`` is raw and lives in memory only; ``payload`` is a pressed button."""

    client_id: str
    text: str
    payload: str = ""
    asks_for_person: bool = False
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """A message that is stored and still needs its outcome. ``replies``: the number of the next one to it."""

    receipt: Receipt
    text: StrippedText
    verdict: Verdict
    payload: str = ""
    asks_for_person: bool = False
    replies: Iterator[int] = field(default_factory=count)


class Missed(StrEnum):
    """Which message got no good answer."""

    THIS = "this"  # it was not understood
    BEFORE = "before"  # the answer to an earlier one did not help


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says, whether it asks something back, whether a person was asked for.

    ``remember``: fields of the conversation to write (ids and counts, never words).
    """

    replies: tuple[Reply, ...] = ()
    wants_person: bool = False
    asks_back: bool = False
    remember: dict[str, str | int] = field(default_factory=dict)
    missed: Missed | None = None


class Strip(Protocol):
    async def __call__(self, text: str, conversation_id: str) -> StrippedText: ...


class Forget(Protocol):
    def __call__(self, conversation_id: str) -> None: ...


class Weigh(Protocol):
    async def __call__(self, text: StrippedText, before: Sequence[StrippedText]) -> Verdict: ...


class Assistant(Protocol):
    async def answer(
        self, conversation: Conversation, text: StrippedText, payload: str, level: RiskLevel
    ) -> Answer: ...


class Words(Protocol):
    """The sentences of the service itself (data/texts), for whoever writes in a conversation."""

    def of(self, conversation: Conversation) -> Words: ...
    def safety(self, verdict: Verdict, on_duty: int, for_a_friend: bool) -> Reply: ...
    def concern(self) -> Reply: ...
    def person_asked(self, on_duty: int) -> Reply: ...
    def person_refused(self) -> Reply: ...
    def exit_thanks(self) -> Reply: ...


class Conversations(Protocol):
    async def get(self, conversation_id: str) -> Conversation: ...
    async def last_words(self, conversation_id: str) -> list[StrippedText]: ...
    async def append(
        self,
        conversation_id: str,
        message: Message,
        *,
        answers: str = "",
        only_if_pending: str = "",
        also: dict[str, str | int] | None = None,
    ) -> tuple[str, bool]: ...
    async def move(
        self,
        conversation_id: str,
        wanted: Reader,
        *,
        only_from: Sequence[Reader] | None = None,
        also: dict[str, str | int] | None = None,
    ) -> Reader: ...
    async def reindex(self, conversation_id: str) -> None: ...
    async def write(self, conversation_id: str, **fields: str | int) -> None: ...
    async def note_missed(self, conversation_id: str, position: str, missed: str) -> None: ...
    async def write_reason(self, conversation_id: str, reason: str) -> None: ...
    async def forget_tracker(self, conversation_id: str) -> None: ...
    async def erase(self, conversation_id: str) -> list[str]: ...
    async def counsellors_on_duty(self) -> int: ...
    async def count_exit_answer(self, conversation_id: str, answer: str) -> bool: ...


class MessagePath:
    """The path. One instance a process; safe to call from many tasks."""

    def __init__(
        self,
        strip: Strip,
        forget: Forget,
        weigh: Weigh,
        conversations: Conversations,
        assistant: Assistant,
        words: Words,
    ) -> None:
        self._strip = strip
        self._forget = forget
        self._weigh = weigh
        self._conversations = conversations
        self._assistant = assistant
        self._words = words

    async def receive(self, conversation_id: str, incoming: Incoming) -> Received:
        """Strips, weighs and stores. Raises ConversationUnknownError, StoreUnavailableError."""
        before = await self._conversations.get(conversation_id)
        text = await self._strip(incoming.text, conversation_id)
        # A pressed button is our own sentence: it tells of a subject, not of danger.
        verdict = Verdict() if incoming.payload else await self._weigh_or_hand_over(conversation_id, text)
        message = Message(
            Author.YOUNG_PERSON,
            text,
            datetime.now(UTC),
            client_id=incoming.client_id,
            verdict=verdict,
            edited=incoming.edited,
            pressed=bool(incoming.payload),
        )
        also: dict[str, str | int] = {"level": int(verdict.level)}
        if verdict.level and verdict.level >= before.level:
            also["category"] = verdict.category.value
        if text.language and text.language != before.language:
            also["language"] = text.language
        audience = None if incoming.payload else audience_of(text.value)
        if audience and audience is not before.audience:
            also["audience"] = audience.value
        if before.quiet_since:
            also["quiet_since"] = ""
        if incoming.asks_for_person:
            also["owed"] = Owed.ASKED
        elif verdict.level >= RiskLevel.HIGH and not _refused(before, verdict):
            also["owed"] = Owed.DANGER
        if text.departement:
            also["departement"] = text.departement
        position, duplicate = await self._conversations.append(conversation_id, message, also=also)
        receipt = Receipt(conversation_id, position, before, duplicate)
        return Received(receipt, text, verdict, incoming.payload, incoming.asks_for_person)

    async def respond(self, received: Received) -> None:
        """Gives a stored message its outcome. A conversation erased meanwhile is left alone."""
        if received.receipt.duplicate:
            return
        conversation_id = received.receipt.conversation_id
        try:
            conversation = await self._conversations.get(conversation_id)
            if received.payload == NO_PERSON:
                await self._refuse_person(conversation, received)
                return
            if received.payload in EXIT_ANSWERS:
                await self._count_exit_answer(conversation, received)
                return
            await self._keep_safe(conversation, received)
            if received.asks_for_person:
                await self._bring_person(conversation, received)
            elif conversation.reader is not Reader.COUNSELLOR:
                await self._let_assistant_answer(conversation, received)
        except ConversationUnknownError:
            await self._conversations.forget_tracker(conversation_id)
        except NotYourTurnError:
            logger.info("a person took over while the assistant was answering")

    async def erase(self, conversation_id: str) -> list[str]:
        """Deletes everything about a conversation, here and in the store. Raises StoreUnavailableError.

        Returns the app's numbers of the messages on their phone, where they write from an app.
        """
        on_phone = await self._conversations.erase(conversation_id)
        self._forget(conversation_id)
        return on_phone

    async def _weigh_or_hand_over(self, conversation_id: str, text: StrippedText) -> Verdict:
        before = await self._conversations.last_words(conversation_id)
        try:
            return await self._weigh(text, before)
        except Exception as error:
            logger.error("weighing failed: %s", type(error).__name__)
            return UNWEIGHED

    async def _keep_safe(self, conversation: Conversation, received: Received) -> None:
        """Levels 2 and 3: the numbers, and a person at once, whatever the assistant says later.

        The list first: a process that dies before the words leaves a message without an outcome, which the
        keeper sees; one that died after them would leave somebody who waits for nobody.
        """
        verdict = received.verdict
        if verdict.level < RiskLevel.HIGH:
            return
        if not _refused(conversation, verdict):
            await self._hand_over(conversation, " ; ".join(verdict.reasons), asked=False)
        if verdict.level > conversation.safety_shown and conversation.reader is not Reader.COUNSELLOR:
            on_duty = await self._conversations.counsellors_on_duty()
            words = self._words.of(conversation)
            for_a_friend = is_about_somebody_else(received.text.value)
            await self._say(received, words.safety(verdict, on_duty, for_a_friend), Author.SERVICE)
            await self._conversations.write(conversation.id, safety_shown=int(verdict.level))

    async def _bring_person(self, conversation: Conversation, received: Received) -> None:
        await self._hand_over(conversation, "", asked=True)
        await self._say_who_comes(conversation, received)

    async def _say_who_comes(self, conversation: Conversation, received: Received) -> None:
        on_duty = await self._conversations.counsellors_on_duty()
        if conversation.reader is not Reader.COUNSELLOR:
            await self._say(received, self._words.of(conversation).person_asked(on_duty), Author.SERVICE)

    async def _let_assistant_answer(self, conversation: Conversation, received: Received) -> None:
        level = max(received.verdict.level, conversation.level)
        # Of messages sent together each counts as its own turn: wordings take turns by it.
        conversation = replace(conversation, turns=received.receipt.before.turns + 1)
        answer = await self._assistant.answer(conversation, received.text, received.payload, level)
        if answer.remember:
            await self._conversations.write(conversation.id, **answer.remember)
        if answer.missed:
            position = received.receipt.position
            await self._conversations.note_missed(conversation.id, position, answer.missed)
        if answer.wants_person:
            await self._hand_over(conversation, "", asked=True)
        for reply in answer.replies:
            await self._say(received, reply, Author.ASSISTANT)
        if answer.wants_person:
            await self._say_who_comes(conversation, received)
        elif not answer.asks_back:
            await self._ask_how_it_is(conversation, received)

    async def _ask_how_it_is(self, conversation: Conversation, received: Received) -> None:
        """Level 1: after the answer an open question and the offer of a person, once a conversation."""
        if received.verdict.level is not RiskLevel.CONCERN or conversation.safety_shown:
            return
        await self._say(received, self._words.of(conversation).concern(), Author.SERVICE)
        await self._conversations.write(conversation.id, safety_shown=int(RiskLevel.CONCERN))

    async def _hand_over(self, conversation: Conversation, reason: str, *, asked: bool) -> None:
        """Puts the conversation on the waiting list, or moves it up there. Twice does no harm."""
        if reason:
            await self._conversations.write_reason(conversation.id, reason)
        also: dict[str, str | int] = {"asked": 1} if asked else {}
        try:
            only_from = [Reader.ASSISTANT]
            await self._conversations.move(conversation.id, Reader.WAITING, only_from=only_from, also=also)
        except MoveRefusedError:
            if also:
                await self._conversations.write(conversation.id, **also)
            await self._conversations.reindex(conversation.id)

    async def _refuse_person(self, conversation: Conversation, received: Received) -> None:
        """ "Non merci" to a person. Not at level 3: somebody looks all the same, and the page says so."""
        if conversation.level < RiskLevel.IMMINENT:
            also: dict[str, str | int] = {"refused_level": int(conversation.level), "asked": 0}
            try:
                await self._conversations.move(
                    conversation.id, Reader.ASSISTANT, only_from=[Reader.WAITING], also=also
                )
            except MoveRefusedError:
                logger.info("a person was refused when none was waited for")
            await self._say(received, self._words.of(conversation).person_refused(), Author.SERVICE)
        else:
            on_duty = await self._conversations.counsellors_on_duty()
            await self._say(received, self._words.of(conversation).person_asked(on_duty), Author.SERVICE)

    async def _count_exit_answer(self, conversation: Conversation, received: Received) -> None:
        """ "Did it help?": counted, thanked for, and what was closed stays closed."""
        await self._conversations.count_exit_answer(conversation.id, received.payload)
        await self._say(received, self._words.of(conversation).exit_thanks(), Author.SERVICE)
        if received.receipt.before.reader is Reader.CLOSED:
            try:
                only_from = [Reader.ASSISTANT]
                await self._conversations.move(conversation.id, Reader.CLOSED, only_from=only_from)
            except MoveRefusedError:
                logger.info("the conversation went on after the exit question")

    async def _say(self, received: Received, reply: Reply, author: Author) -> None:
        receipt = received.receipt
        language = received.text.language or receipt.before.language
        message = message_of(reply, author, language)
        # A name of its own: Redis may have stored what it was too slow to say so, and is asked again.
        message = replace(message, client_id=f"{receipt.position}/{next(received.replies)}")
        await self._conversations.append(receipt.conversation_id, message, answers=receipt.position)


def _refused(conversation: Conversation, verdict: Verdict) -> bool:
    """Whether a person was refused at this level before. Not at level 3: somebody looks all the same."""
    return verdict.level <= conversation.refused_level and verdict.level < RiskLevel.IMMINENT


def message_of(reply: Reply, author: Author, language: str = "") -> Message:
    """A reply as an entry of the log."""
    return Message(
        author,
        AuthoredText(reply.text),
        datetime.now(UTC),
        more=reply.more,
        buttons=reply.buttons,
        help_lines=reply.help_lines,
        urgent=reply.urgent,
        language=language,
    )
