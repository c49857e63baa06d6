"""Rasa's payloads as replies: the words of cards and of data/texts, the help lines of the directory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handoff.answers.cards import Card, CardLibrary, NextStep
from handoff.answers.texts import Texts, Voices
from handoff.assistant import helpfulness
from handoff.assistant.follow_up import look_up
from handoff.assistant.help_reply import HelpReplies, HelpWanted, help_line
from handoff.assistant.rasa import (
    AnswerTopic,
    AskPlace,
    Choose,
    FollowUp,
    NotUnderstood,
    OutOfScope,
    Payload,
    PersonRequested,
    ShowResources,
    SmallTalk,
)
from handoff.conversation import Audience, Button, Conversation, HelpLine, Reply
from handoff.resources.directory import Directory

OFFERED_TOPICS = 3
STEPS_SHOWN = 4

# Asked about parents or an age: where more is said about it.
RELATED = {"parents": ("limites_secret", "plainte_sans_parents"), "age": ("age_loi",)}


class Renderer:
    """Turns payloads into replies. Knows all the words, makes none up."""

    def __init__(
        self,
        library: CardLibrary,
        directory: Directory,
        voices: Voices,
        help_replies: HelpReplies,
        texts: Texts | None = None,
    ) -> None:
        self._library = library
        self._directory = directory
        self._help = help_replies
        self._voices = voices
        self._texts = texts or voices.default

    def of(self, conversation: Conversation) -> Renderer:
        """The same, in the language and for the audience of a conversation."""
        texts = self._voices.of(conversation)
        return Renderer(self._library, self._directory, self._voices, self._help, texts)

    @property
    def library(self) -> CardLibrary:
        """The cards it shows."""
        return self._library

    def has_card(self, topic: str) -> bool:
        return self._library.find(topic) is not None

    def risk_of(self, topic: str) -> int:
        """The risk level of a topic's card; 0 when there is none."""
        card = self._library.find(topic)
        return card.risk if card else 0

    def reply(self, payload: Payload, conversation: Conversation) -> Reply:
        """What to show for one payload. An unknown topic falls back to "not understood"."""
        match payload:
            case AnswerTopic(topic):
                card = self._library.find(topic)
                return (
                    self._card(card, conversation.audience)
                    if card
                    else self._not_understood(1, (), conversation)
                )
            case SmallTalk(kind):
                return self._small_talk(kind, conversation)
            case AskPlace(choices):
                return self._help.ask_place(choices, self._texts)
            case ShowResources(departement, topic, page):
                wanted = HelpWanted(departement, topic, page)
                return self._help.found(wanted, conversation.audience.value, self._texts, self._person())
            case NotUnderstood(stage, topics):
                return self._not_understood(stage, topics, conversation)
            case OutOfScope():
                return Reply(self._variant("out_of_scope", conversation), buttons=(self._person(),))
            case FollowUp():
                return self._follow_up(payload, conversation)
            case Choose(topics):
                buttons = (*self._choices(topics), self._person())
                return Reply(self._variant("follow_up.choix", conversation), buttons=buttons)
            case PersonRequested():
                return self.hold(conversation)

    def preview(self, card: Card, conversation: Conversation) -> Reply:
        """A card as it would be sent, published or not."""
        return self._card(card, conversation.audience)

    def hold(self, conversation: Conversation) -> Reply:
        """What the assistant says to somebody in danger whose words it did not understand."""
        return Reply(self._variant("hold", conversation))

    def help_lines(self, nearest_topics: Sequence[str], conversation: Conversation) -> Reply:
        """The lines to call, when there is nothing surer to say; the nearest cards are one tap away."""
        lines = self._lines(self._texts.resources("help_lines"))
        choices = self._choices(nearest_topics)[:OFFERED_TOPICS]
        text = self._variant("help_lines", conversation)
        return Reply(text, buttons=(self._person(), *choices), help_lines=lines)

    def check(self, topic: str, conversation: Conversation) -> Reply:
        """ "Ça t'a aidé ?", after the answer of a topic."""
        yes = Button(self._texts.get("buttons.helped"), helpfulness.HELPED + topic)
        no = Button(self._texts.get("buttons.not_helped"), helpfulness.NOT_HELPED + topic)
        return Reply(self._variant("check.ask", conversation), buttons=(yes, no))

    def checked(self, topic: str, yes: bool, conversation: Conversation) -> Reply:
        """Thanks for saying so; if it did not help, what else there is."""
        if yes:
            return Reply(self._variant("check.helped", conversation))
        card = self._library.find(topic)
        steps = tuple(map(self._button, card.next_steps)) if card else ()
        return Reply(
            self._variant("check.not_helped", conversation), buttons=_each_once((self._person(), *steps))
        )

    def _card(self, card: Card, audience: Audience) -> Reply:
        words = card.words(audience.value, self._texts.language)
        buttons = tuple(map(self._button, card.next_steps))
        if card.is_expired(date.today()):
            return self._expired(card, words.safe, buttons)
        instead = self._texts.instead_of_card(card.topic)
        if instead:
            return Reply(instead, buttons=buttons, help_lines=self._lines(card.resources))
        return Reply(
            words.short,
            more=words.more,
            buttons=buttons,
            help_lines=self._lines(card.resources),
            urgent=card.risk >= 3,
        )

    def _follow_up(self, asked: FollowUp, conversation: Conversation) -> Reply:
        card = self._library.find(asked.topic)
        if card is None:
            return self._not_understood(1, (), conversation)
        words = card.words(conversation.audience.value, self._texts.language)
        if card.is_expired(date.today()):
            return self._expired(card, words.safe, tuple(map(self._button, card.next_steps)))
        resources = [self._directory.get(each) for each in card.resources]
        found = look_up(words, resources, asked.about, asked.again)
        related = [topic for topic in RELATED.get(asked.about, ()) if topic != asked.topic]
        steps = (*self._choices(related), *map(self._button, card.next_steps))[:STEPS_SHOWN]
        intro = self._variant(f"follow_up.{found.key}", conversation)
        return Reply(
            f"{intro}\n\n{found.excerpt}" if found.excerpt else intro,
            buttons=_each_once((*steps, self._person())),
            help_lines=tuple(map(help_line, found.lines)),
        )

    def _expired(self, card: Card, safe: str | None, buttons: tuple[Button, ...]) -> Reply:
        """In place of words too old to be trusted: a sentence that stays true, lines to call, a person."""
        person = () if any(button.payload == "#person" for button in buttons) else (self._person(),)
        lines = card.resources or self._texts.resources("help_lines")
        text = safe or self._texts.get("expired_card")
        return Reply(text, buttons=person + buttons, help_lines=self._lines(lines), urgent=card.risk >= 3)

    def _button(self, step: NextStep) -> Button:
        payload = {"handoff": "#person", "find_help": "#place"}.get(step.kind, f"/{step.topic}")
        if self._texts.language == self._voices.default.language:
            return Button(step.label, payload)
        # Labels are written in the first language; elsewhere a button says where it leads.
        named = {"#person": "talk_to_person", "#place": "find_help"}.get(payload)
        card = self._library.find(step.topic) if step.topic else None
        title = card.button_title(self._texts.language) if card else step.label
        return Button(self._texts.get(f"buttons.{named}") if named else title, payload)

    def _small_talk(self, kind: str, conversation: Conversation) -> Reply:
        buttons = (self._person(),) if kind in ("tristesse_vague", "insulte", "je_ne_sais_pas") else ()
        return Reply(self._variant(f"small_talk.{kind}", conversation), buttons=buttons)

    def _not_understood(self, stage: int, topics: tuple[str, ...], conversation: Conversation) -> Reply:
        choices = self._choices(topics)
        person = (self._person(),)
        # The second time in a row a person comes first.
        buttons = choices + person if stage == 1 else person + choices
        return Reply(self._variant(f"fallback.stage{stage}", conversation), buttons=buttons)

    def _choices(self, topics: Sequence[str]) -> tuple[Button, ...]:
        cards = [card for card in map(self._library.find, topics) if card is not None]
        return tuple(Button(card.button_title(self._texts.language), f"/{card.topic}") for card in cards)

    def _person(self) -> Button:
        return Button(self._texts.get("buttons.talk_to_person"), "#person")

    def _variant(self, key: str, conversation: Conversation) -> str:
        # By the turn, so that the same words never come twice running, with nothing to remember.
        variants = self._texts.variants(key)
        return variants[conversation.turns % len(variants)]

    def _lines(self, ids: list[str] | tuple[str, ...]) -> tuple[HelpLine, ...]:
        return tuple(help_line(self._directory.get(each)) for each in ids)


def _each_once(buttons: Sequence[Button]) -> tuple[Button, ...]:
    """The first button of each payload."""
    kept: dict[str, Button] = {}
    for button in buttons:
        kept.setdefault(button.payload, button)
    return tuple(kept.values())
