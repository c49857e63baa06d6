"""The sentences of the service itself, for the path, the keeper, the page and the console."""

from __future__ import annotations

from dataclasses import replace

from handoff.answers.cards import CardLibrary
from handoff.answers.texts import Texts, Voices
from handoff.assistant import helpfulness
from handoff.assistant.help_reply import HelpReplies, help_line
from handoff.conversation import EXIT_ANSWERS, Button, Conversation, Reader, Reply, RiskLevel, Verdict
from handoff.resources.directory import Directory
from handoff.resources.resource import Resource

NO_PERSON = "#no_person"
EXIT_BUTTONS = {answer: answer.removeprefix("#") for answer in EXIT_ANSWERS}


class ServiceWords:
    """Looks sentences up in data/texts; the help lines they name come from the directory."""

    def __init__(
        self,
        voices: Voices,
        directory: Directory,
        library: CardLibrary,
        help_replies: HelpReplies,
        texts: Texts | None = None,
    ) -> None:
        self._help = help_replies
        self._voices = voices
        self._directory = directory
        self._library = library
        self._texts = texts or voices.default

    def of(self, conversation: Conversation) -> ServiceWords:
        """The same, in the language and for the audience of a conversation."""
        texts = self._voices.of(conversation)
        return ServiceWords(self._voices, self._directory, self._library, self._help, texts)

    @property
    def library(self) -> CardLibrary:
        """The cards that all of these words, and the renderer's, come from."""
        return self._library

    # -- for the path --------------------------------------------------------------------

    def safety(self, verdict: Verdict, on_duty: int, for_a_friend: bool = False) -> Reply:
        """Levels 2 and 3: the right numbers, and that a person is being called (or that nobody is there).

        ``for_a_friend``: a young person writes about somebody else, and is spoken to as the one who helps.
        """
        level = "level3" if verdict.level is RiskLevel.IMMINENT else "level2"
        key = f"{level}.{verdict.category.value}"
        reply = self._reply(key, urgent=verdict.level is RiskLevel.IMMINENT)
        if for_a_friend and not self._texts.formal:
            reply = replace(reply, text=self._texts.get(f"ami.{key}"))
        person = self._texts.get("person_called" if on_duty else "person_called_nobody_on_duty")
        refuse = (Button(self._texts.get("buttons.no_thanks"), NO_PERSON),) if level == "level2" else ()
        return Reply(
            f"{reply.text}\n\n{person}", buttons=refuse, help_lines=reply.help_lines, urgent=reply.urgent
        )

    def concern(self) -> Reply:
        """Level 1: an open question, and a person one tap away."""
        return self._reply("level1", buttons=(self._talk_to_person(),))

    def person_asked(self, on_duty: int) -> Reply:
        """A person was asked for: honest about whether somebody is there."""
        return self._reply("handoff_requested" if on_duty else "handoff_requested_nobody_on_duty")

    def person_refused(self) -> Reply:
        return self._reply("person_refused", buttons=(self._talk_to_person(),))

    def exit_thanks(self) -> Reply:
        return self._reply("exit_thanks")

    # -- for the keeper ------------------------------------------------------------------

    def help_lines(self) -> Reply:
        return self._reply("help_lines", buttons=(self._talk_to_person(),))

    def counsellor_lost(self) -> Reply:
        return self._reply("counsellor_lost")

    def still_waiting(self) -> Reply:
        return self._reply("still_waiting")

    def left_the_list(self) -> Reply:
        """Their page stayed closed while they waited; where to ask again."""
        return self._reply("left_the_list", buttons=(self._talk_to_person(),))

    def gone_quiet(self) -> Reply:
        return self._reply("gone_quiet")

    def ended_idle(self) -> Reply:
        return self._reply("idle_closed")

    # -- for the page --------------------------------------------------------------------

    def status_line(self, conversation: Conversation, on_duty: int, minutes_left: int | None = None) -> str:
        """Who reads now, in a sentence that is always true; with the wait when it can be told."""
        key = conversation.reader.value
        if conversation.reader is Reader.WAITING and not on_duty:
            key = "waiting_nobody_on_duty"
        elif conversation.reader is Reader.WAITING and minutes_left is not None:
            return self._texts.get("status.waiting_minutes", minutes=str(minutes_left))
        elif conversation.reader is Reader.COUNSELLOR and conversation.counsellor_name:
            return self._texts.get("status.counsellor_named", name=conversation.counsellor_name)
        return self._texts.get(f"status.{key}")

    def refusal(self, code: str) -> str:
        return self._texts.get(f"refusals.{code}")

    def refusal_in(self, language: str, code: str) -> str:
        """A refusal in the language that a member of staff reads the console in."""
        return self._voices.in_language(language).get(f"refusals.{code}")

    def unavailable(self) -> Reply:
        return self._reply("unavailable")

    def flooded(self) -> Reply:
        """Too much came from one place: wait, and whom to call meanwhile."""
        return self._reply("flooded")

    def detail_shared(self) -> Reply:
        return self._reply("detail_shared")

    def detail_taken_back(self) -> Reply:
        return self._reply("detail_taken_back")

    def button_label(self, payload: str) -> str | None:
        """Our own words for a button, or None when there is no such button."""
        named = {"#person": "talk_to_person", "#place": "find_help", NO_PERSON: "no_thanks", **EXIT_BUTTONS}
        if payload in named:
            return self._texts.get(f"buttons.{named[payload]}")
        check = helpfulness.check_pressed(payload)
        if check is not None:
            topic, yes = check
            key = "buttons.helped" if yes else "buttons.not_helped"
            return self._texts.get(key) if self._library.find(topic) else None
        place = self._help.label_of(payload, self._texts)
        if place is not None:
            return place
        card = self._library.find(payload.removeprefix("/")) if payload.startswith("/") else None
        return card.button_title(self._texts.language) if card else None

    # -- for the console -----------------------------------------------------------------

    def counsellor_joined(self) -> Reply:
        return self._reply("counsellor_joined")

    def resource_given(self, resource: Resource) -> Reply:
        """A place of help from a counsellor, as its card."""
        return replace(self._reply("resource_given"), help_lines=(self._help.card(resource, self._texts),))

    def handed_back(self) -> Reply:
        return self._reply("handed_back")

    def released(self) -> Reply:
        return self._reply("released")

    def closed(self) -> Reply:
        return self._reply("closed")

    def detail_seen(self) -> Reply:
        return self._reply("detail_seen")

    def transferred(self) -> Reply:
        return self._reply("transferred")

    def away(self) -> Reply:
        return self._reply("away")

    def alarm(self, minutes: int) -> tuple[str, str]:
        """Title and words of the call to people who are not at a console."""
        return self._texts.get("alarm.title"), self._texts.get("alarm.text", minutes=str(minutes))

    def exit_question(self) -> Reply:
        """One tap, no text."""
        buttons = (
            Button(self._texts.get(f"buttons.{name}"), answer) for answer, name in EXIT_BUTTONS.items()
        )
        return self._reply("exit_question", buttons=tuple(buttons))

    def _reply(self, key: str, *, buttons: tuple[Button, ...] = (), urgent: bool = False) -> Reply:
        lines = tuple(help_line(self._directory.get(each)) for each in self._texts.resources(key))
        return Reply(self._texts.get(key), buttons=buttons, help_lines=lines, urgent=urgent)

    def _talk_to_person(self) -> Button:
        return Button(self._texts.get("buttons.talk_to_person"), "#person")
