"""The sentences that messaging apps need (data/texts/app.*.yml)."""

from __future__ import annotations

from handoff.assistant.words import ServiceWords
from handoff.conversation import LANGUAGE_PAYLOAD, Button, Conversation, HelpLine, Reader, Reply
from handoff.quiet_hours import HOURS_PAYLOAD, WINDOWS

LANGUAGE_NAMES = {"fr": "Français", "en": "English", "es": "Español"}


class ChannelWords(ServiceWords):
    """Every sentence of the service, and those that only messaging apps say."""

    def of(self, conversation: Conversation) -> ChannelWords:
        """The same, in the language and for the audience of a conversation."""
        texts = self._voices.of(conversation)
        return ChannelWords(self._voices, self._directory, self._library, self._help, texts)

    def before(self, channel: str, language: str = "") -> ChannelWords:
        """The same for somebody of whom no conversation is known."""
        everybody = Conversation("", Reader.ASSISTANT, channel=channel, language=language or self._first)
        return self.of(everybody)

    def first_message(self, channel: str, page: str, *, bare: bool, covers: bool) -> Reply:
        """What there is to know before writing: the service, what the app knows, a more private way."""
        blocks = [self._texts.get("welcome"), self._say(f"knows.{channel}")]
        if page:
            blocks.append(self._texts.get("messaging.page", page=page))
        commands = [self._say("commands_bare" if bare else "commands")]
        if covers:
            commands.append(self._say("discreet"))
        return Reply("\n\n".join([*blocks, " ".join(commands)]))

    def help(self) -> Reply:
        return self._reply("messaging.help", buttons=(self._talk_to_person(), self._find_help()))

    def left(self) -> Reply:
        """Asks when they may be written to, after /stop."""
        buttons = tuple(Button(self._say(f"hours.{each}"), f"{HOURS_PAYLOAD}{each}") for each in WINDOWS)
        return Reply(self._say("stop"), buttons=buttons)

    def hours_noted(self, window: str, clock: str) -> Reply:
        return Reply(self._texts.get("messaging.hours_noted", hours=self.hours_on(window, clock)))

    def hours_on(self, window: str, clock: str) -> str:
        """The hours they chose, and on whose clock when it is not that of Paris."""
        hours = self._say(f"hours.{window}").lower()
        return f"{hours} ({self._say(f'clock.{clock}')})" if clock else hours

    def forgotten(self, channel: str, *, still_there: bool) -> Reply:
        """What is erased, and what nobody of us can erase. ``still_there``: the app did not delete it all."""
        return Reply(self._say("forgotten_still_there" if still_there else f"forgotten.{channel}"))

    def nothing_to_forget(self) -> Reply:
        return Reply(self._say("forgotten_nothing"))

    def unreadable(self) -> Reply:
        return self._reply("messaging.unreadable")

    def location(self) -> Reply:
        return Reply(self._say("location"), buttons=(self._find_help(),))

    def not_read(self) -> Reply:
        return self._reply("messaging.not_read")

    def ask_language(self) -> Reply:
        spoken = [texts.language for texts in self._voices.all()]
        buttons = (Button(LANGUAGE_NAMES.get(each, each), f"{LANGUAGE_PAYLOAD}{each}") for each in spoken)
        return Reply(self._say("language"), buttons=tuple(buttons))

    def speaks(self, language: str) -> bool:
        return language in (texts.language for texts in self._voices.all())

    def language_set(self) -> Reply:
        return Reply(self._say("language_set"))

    def covered(self, on: bool | None) -> Reply:
        """Whether messages are hidden from the locked screen from now on; None: this app cannot."""
        return Reply(self._say({True: "covered_on", False: "covered_off", None: "covered_no"}[on]))

    def group(self) -> str:
        return self._say("group")

    def menu(self, command: str) -> str:
        """A word about a command, for the list that an app shows."""
        return self._say(f"menu_{command}")

    # -- around a message (``handoff.channels.parts``) ------------------------------------------

    def from_team(self, text: str) -> str:
        # Not through format(): what a counsellor types may hold braces.
        return self._say("from_team").replace("{text}", text)

    def more(self) -> str:
        return self._say("more")

    def no_more(self) -> Reply:
        return Reply(self._say("no_more"))

    def choose(self) -> str:
        return self._say("choose")

    def choices(self) -> str:
        return self._say("menu")

    def link(self, label: str, address: str) -> str:
        """A page of ours as words, in the language of the conversation."""
        language = self._texts.language
        asked = "" if language == self._first else f"?langue={language}"
        return self._texts.get("messaging.link", label=label, address=f"{address}{asked}")

    def facts(self, line: HelpLine) -> list[str]:
        """What it is, whether it is open, how to reach it, and what it costs to."""
        facts = [line.kind]
        if line.open_now is not None:
            facts.append(self._say("open_now" if line.open_now else "closed_now"))
        if line.sms:
            facts.append(self._texts.get("messaging.sms", number=line.sms))
        if line.phone:
            facts.append(self._texts.get("messaging.call", number=line.phone))
        facts += [line.hours, line.cost]
        if line.anonymous == "yes":
            facts.append(self._say("anonymous"))
        if line.on_bill == "no":
            facts.append(self._say("not_on_bill"))
        return [fact for fact in facts if fact]

    # -- for the console ------------------------------------------------------------------------

    def for_staff(self, what: str, **placeholders: str) -> str:
        """A word to the counsellor (``blocked``, ``left``, ``not_delivered``), in the first language."""
        text = self._voices.default.interface("staff")[what]
        return text.format(**placeholders) if placeholders else text

    def _find_help(self) -> Button:
        return Button(self._texts.get("buttons.find_help"), "#place")

    def _say(self, key: str) -> str:
        return self._texts.get(f"messaging.{key}")

    @property
    def _first(self) -> str:
        return self._voices.default.language
