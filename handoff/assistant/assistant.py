"""The assistant: Rasa understands, cards answer; without Rasa it answers by itself."""

from __future__ import annotations

import asyncio
import logging
import unicodedata
from collections.abc import Sequence
from typing import Protocol

from handoff.assistant.help_reply import wanted_by
from handoff.assistant.helpfulness import Figures, Uncounted, check_pressed, check_typed, is_due
from handoff.assistant.person_request import asks_for_person
from handoff.assistant.questions import SURE, questions_of
from handoff.assistant.rasa import (
    AnswerTopic,
    Choose,
    FollowUp,
    NotUnderstood,
    OutOfScope,
    Payload,
    PersonRequested,
    RasaClient,
    ShowResources,
    SmallTalk,
)
from handoff.assistant.render import Renderer
from handoff.conversation import Conversation, Reply, RiskLevel, StrippedText
from handoff.errors import RasaUnavailableError
from handoff.receive_message import Answer, Missed

logger = logging.getLogger(__name__)

PERSON_TOPIC = "parler_humain"
HELP_TOPIC = "trouver_aide_proche"


def folded(text: str) -> str:
    """Lower case, no accents, plain apostrophes."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).lower()
    return "".join(char for char in plain if not unicodedata.combining(char))


class Nearest(Protocol):
    """The nearest topics of a text (``handoff.answers.nearest``)."""

    def rank(self, text: StrippedText) -> Sequence[tuple[str, float]]: ...

    def is_sure(self, ranking: Sequence[tuple[str, float]]) -> bool: ...


class Assistant:
    """Answers one message. Never raises for a fault of Rasa: there is always something to say."""

    def __init__(
        self,
        rasa: RasaClient,
        renderer: Renderer,
        nearest: Nearest,
        timeout_seconds: float,
        figures: Figures | None = None,
    ) -> None:
        self._rasa = rasa
        self._renderer = renderer
        self._nearest = nearest
        self._timeout_seconds = timeout_seconds
        self._figures = figures or Uncounted()

    async def answer(
        self, conversation: Conversation, text: StrippedText, payload: str, level: RiskLevel
    ) -> Answer:
        """What to say to ``text`` (or to the pressed button ``payload``)."""
        if not payload and asks_for_person(folded(text.value)):
            return Answer(wants_person=True)
        pressed = check_pressed(payload)
        if pressed is not None:
            return self._checked(*pressed, conversation)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                payloads = await self._rasa.turn(conversation.id, text, payload)
                if not payload:
                    payloads += await self._also_asked(text, payloads)
            yes = None if payload else check_typed(conversation, payloads)
            if yes is not None:
                return self._checked(conversation.checked_topic, yes, conversation)
            return self._said(payloads, conversation, level)
        except (RasaUnavailableError, TimeoutError) as error:
            logger.warning("answering without Rasa: %s", error or type(error).__name__)
            return await self._answer_alone(conversation, text, payload)

    async def _also_asked(self, text: StrippedText, payloads: Sequence[Payload]) -> tuple[Payload, ...]:
        """The answer to a second question of the same message."""
        answered = [each.topic for each in payloads if isinstance(each, AnswerTopic)]
        if not answered:
            return ()
        for part in questions_of(text):
            best = (await self._rasa.rank(part))[0]
            second = best.confidence >= SURE and best.topic not in answered
            if second and self._renderer.has_card(best.topic) and best.topic != PERSON_TOPIC:
                return (AnswerTopic(best.topic),)
        return ()

    def _said(self, payloads: Sequence[Payload], conversation: Conversation, level: RiskLevel) -> Answer:
        wants_person = any(isinstance(payload, PersonRequested) for payload in payloads)
        replies = [
            self._reply(payload, conversation, level)
            for payload in payloads
            if not isinstance(payload, PersonRequested)
        ]
        asks_back = any(_asks_back(payload) for payload in payloads)
        for payload in payloads:
            if isinstance(payload, NotUnderstood) and payload.topics:
                self._figures.fallback(payload.topics[0])
        topics = [payload.topic for payload in payloads if isinstance(payload, AnswerTopic)]
        check, remember = self._after_cards(topics, conversation, level)
        # What is out of scope got no answer either: content leads may find that it should have one.
        lost = any(isinstance(payload, NotUnderstood | OutOfScope) for payload in payloads)
        missed = Missed.THIS if lost else None
        return Answer((*replies, *check), wants_person, asks_back, remember, missed)

    def _after_cards(
        self, topics: Sequence[str], conversation: Conversation, level: RiskLevel
    ) -> tuple[tuple[Reply, ...], dict[str, str | int]]:
        """Counts the cards shown; now and then asks whether one helped."""
        shown = [topic for topic in topics if self._renderer.has_card(topic)]
        if not shown:
            return (), {}
        for topic in shown:
            self._figures.shown(topic)
        remember: dict[str, str | int] = {"cards_shown": conversation.cards_shown + len(shown)}
        only = shown[0] if len(shown) == len(topics) == 1 else None
        if only is None or not is_due(conversation, level, self._renderer.risk_of(only)):
            return (), remember
        remember |= {"checked_topic": only, "checked_turn": conversation.turns}
        return (self._renderer.of(conversation).check(only, conversation),), remember

    def _checked(self, topic: str, yes: bool, conversation: Conversation) -> Answer:
        # A button pressed again, or out of another conversation, is answered and not counted.
        if topic == conversation.checked_topic:
            self._figures.helped(topic, yes)
        reply = self._renderer.of(conversation).checked(topic, yes, conversation)
        missed = None if yes else Missed.BEFORE
        return Answer((reply,), asks_back=True, remember={"checked_topic": ""}, missed=missed)

    def _reply(self, payload: Payload, conversation: Conversation, level: RiskLevel) -> Reply:
        # To somebody in danger the assistant makes no small talk and never says "I don't understand".
        if level >= RiskLevel.HIGH and _says_little(payload):
            return self._renderer.of(conversation).hold(conversation)
        return self._renderer.of(conversation).reply(payload, conversation)

    async def _answer_alone(self, conversation: Conversation, text: StrippedText, payload: str) -> Answer:
        renderer = self._renderer.of(conversation)
        wanted = wanted_by(payload)
        if wanted is not None:
            search = ShowResources(wanted.departement, wanted.topic, wanted.page)
            return Answer((renderer.reply(search, conversation),))
        if payload:
            topics, sure = [payload.removeprefix("/")], True
        else:
            ranking = await asyncio.to_thread(self._nearest.rank, text)
            topics, sure = [topic for topic, _ in ranking], self._nearest.is_sure(ranking)
        if sure and topics[0] == HELP_TOPIC and text.departement and not payload:
            return Answer((renderer.reply(ShowResources(text.departement), conversation),))
        if sure and topics[0] == PERSON_TOPIC:
            return Answer(wants_person=True)
        if sure and renderer.has_card(topics[0]):
            self._figures.shown(topics[0])
            return Answer((renderer.reply(AnswerTopic(topics[0]), conversation),))
        return Answer((renderer.help_lines(topics, conversation),), missed=Missed.THIS)


def _says_little(payload: Payload) -> bool:
    """Whether the reply would be small talk or "which one?": nothing for somebody in danger."""
    vague = isinstance(payload, FollowUp) and payload.about == "oui"
    return vague or isinstance(payload, SmallTalk | NotUnderstood | OutOfScope | Choose)


def _asks_back(payload: Payload) -> bool:
    """Whether the reply is a question, or no answer at all: no other question comes after it."""
    return _says_little(payload) or not isinstance(payload, AnswerTopic | ShowResources | FollowUp)
