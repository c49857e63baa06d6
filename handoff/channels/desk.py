"""What a messaging app brings, on its way to the path: whose conversation, which command, which button."""

from __future__ import annotations

import contextlib
import logging
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from handoff.channels.answering import Answering
from handoff.channels.channel import Arrival, Channel, Kind, PartRefusedError, TryLaterError, UnreachableError
from handoff.channels.commands import Command, command_of
from handoff.channels.incoming_text import clean_text
from handoff.channels.lanes import Lanes
from handoff.channels.pace import Pace
from handoff.channels.parts import CHOICE, MORE, PartWords, chosen, help_line, letter, parts_of
from handoff.channels.patience import patiently
from handoff.channels.pressed import ButtonWords, pressed
from handoff.channels.staff_notes import StaffNotes, StaffWords
from handoff.conversation import LANGUAGE_PAYLOAD, Author, Conversation, Reply
from handoff.errors import ConversationUnknownError, MessageRefusedError, StoreUnavailableError, places_of
from handoff.quiet_hours import HOURS_PAYLOAD, WINDOWS, clock_of
from handoff.receive_message import Incoming, MessagePath, message_of
from handoff.store.addresses import Addresses
from handoff.store.arrivals import Arrivals
from handoff.store.conversations import ConversationStore

logger = logging.getLogger(__name__)

LONGEST_HEARD = 8192  # characters: twice what most apps let people write
SAID_AGAIN_AFTER_SECONDS = 60.0  # "we have a problem": not at each of the app's attempts


class AppWords(PartWords, ButtonWords, StaffWords, Protocol):
    """The sentences messaging apps need."""

    def of(self, conversation: Conversation) -> AppWords: ...
    def before(self, channel: str) -> AppWords: ...
    def first_message(self, channel: str, page: str, *, bare: bool, covers: bool) -> Reply: ...
    def help(self) -> Reply: ...
    def left(self) -> Reply: ...
    def hours_noted(self, window: str, clock: str) -> Reply: ...
    def forgotten(self, channel: str, *, still_there: bool) -> Reply: ...
    def nothing_to_forget(self) -> Reply: ...
    def unreadable(self) -> Reply: ...
    def location(self) -> Reply: ...
    def not_read(self) -> Reply: ...
    def unavailable(self) -> Reply: ...
    def refusal(self, code: str) -> str: ...
    def ask_language(self) -> Reply: ...
    def speaks(self, language: str) -> bool: ...
    def language_set(self) -> Reply: ...
    def covered(self, on: bool | None) -> Reply: ...
    def no_more(self) -> Reply: ...


@dataclass(frozen=True)
class Office:
    """What the desks and deliveries of all apps share; built once by ``messaging.py``."""

    path: MessagePath
    store: ConversationStore
    addresses: Addresses
    arrivals: Arrivals
    answering: Answering
    notes: StaffNotes
    words: AppWords
    pace: Pace
    page: str  # the address of the web page, "" when nobody set it


class Desk:
    """Takes the arrivals of one app."""

    def __init__(self, channel: Channel, office: Office) -> None:
        self._channel = channel
        self._office = office
        self._lanes = Lanes()
        self._owned_up: dict[str, float] = {}
        # The app's numbers of what was said while nothing could be kept, until it can be.
        self._unkept: dict[str, list[str]] = {}

    async def take(self, arrival: Arrival) -> None:
        """One arrival, once, after the earlier ones of its sender.

        Raises StoreUnavailableError when nothing could be kept: the app must deliver it again.
        """
        addresses, name = self._office.addresses, self._channel.name
        async with self._lanes.of(arrival.to):
            try:
                if await addresses.was_handled(name, arrival.id):
                    return
                await self._act(arrival)
                await addresses.mark_handled(name, arrival.id)
            except StoreUnavailableError:
                await self._own_up(arrival)
                raise
            except ConversationUnknownError:
                # Erased between two of our steps: as the app delivers it again, it opens a new one.
                raise StoreUnavailableError("erased meanwhile") from None
            except Exception as error:
                # A bug of ours, or what no key of ours opens: delivered again it would fail again, and with
                # it everything that stands behind it.
                self._log_fault(error)
                await addresses.mark_handled(name, arrival.id)
                if arrival.kind in (Kind.WORDS, Kind.PRESS):
                    words = self._office.words.before(name)
                    await self._directly(arrival.to, words, words.not_read())

    async def _act(self, arrival: Arrival) -> None:
        command = self._command(arrival)
        if arrival.kind in (Kind.LEFT, Kind.UNDELIVERED):
            found = await self._office.addresses.find(self._channel.name, arrival.to)
            if found and arrival.kind is Kind.LEFT:
                await self._office.notes.blocked(found.id)
            elif found:
                await self._office.notes.lost(found.id)
        elif command == Command.FORGET:
            await self._forget(arrival)
        else:
            conversation, arrival, is_new = await self._conversation(arrival)
            words = self._office.words.of(conversation)
            try:
                if command == Command.START:
                    await self._start(conversation, arrival, is_new)
                else:
                    await self._serve(conversation, words, arrival)
            except MessageRefusedError as refusal:
                await self._say(conversation, Reply(words.refusal(refusal.code)), arrival)
            except (StoreUnavailableError, ConversationUnknownError):
                raise
            except Exception as error:
                # Stripping failed, or a bug of ours: nothing is stored, and never silence. Delivered
                # again it would fail again, so it counts as handled.
                self._log_fault(error)
                await self._beside_the_log(conversation, arrival.to, words.not_read())

    def _log_fault(self, error: Exception) -> None:
        logger.error("a message could not be taken: %s", places_of(error))

    def _command(self, arrival: Arrival) -> Command | None:
        found = self._typed_command(arrival)
        return found[0] if found else None

    def _typed_command(self, arrival: Arrival) -> tuple[Command, str] | None:
        if arrival.kind is not Kind.WORDS:
            return None
        found = command_of(arrival.text, bare=self._channel.bare_commands)
        # Of edits only what somebody must never have to type twice: "/oublie" made "/oublier".
        wanted = found and (not arrival.edited or found[0] in (Command.STOP, Command.FORGET))
        return found if wanted else None

    async def _conversation(self, arrival: Arrival) -> tuple[Conversation, Arrival, bool]:
        """The sender's conversation, what they chose by a number, and whether it is new.

        In a new one what there is to know comes first.
        """
        addresses, name = self._office.addresses, self._channel.name
        conversation = await addresses.find_or_open(name, arrival.to)
        if not arrival.payload:
            arrival = replace(arrival, payload=await self._numbered(conversation, arrival))
        theirs = arrival.number if self._channel.deletes and arrival.kind is Kind.WORDS else ""
        await addresses.heard(conversation, arrival.to, theirs, stays_away=self._stays_away(arrival))
        for number in self._unkept.pop(arrival.to, ()):
            await addresses.on_phone(conversation.id, number)
        is_new = not conversation.turns and await self._welcome(conversation, "welcome")
        return conversation, arrival, is_new

    def _stays_away(self, arrival: Arrival) -> bool:
        """Whether somebody who left is still away after this: they say so, or only set something."""
        quiet = (Command.STOP, Command.LANGUAGE, Command.DISCREET)
        return self._command(arrival) in quiet or arrival.payload.startswith(
            (HOURS_PAYLOAD, LANGUAGE_PAYLOAD, MORE)
        )

    async def _serve(self, conversation: Conversation, words: AppWords, arrival: Arrival) -> None:
        command = self._command(arrival)
        if command:
            await self._obey(conversation, words, arrival, command)
        elif arrival.payload:
            await self._press(conversation, words, arrival, arrival.payload)
        else:
            await self._read(conversation, words, arrival)

    async def _read(self, conversation: Conversation, words: AppWords, arrival: Arrival) -> None:
        if arrival.text or not (arrival.unreadable or arrival.location):
            text = clean_text(arrival.text, LONGEST_HEARD)
            # With the words in it: an edit that changed nothing is the same message.
            once = self._once(arrival, f"{arrival.number or arrival.id} {text}")
            await self._receive(conversation, Incoming(once, text, edited=arrival.edited))
        if arrival.location:
            await self._say(conversation, words.location(), arrival)
        elif arrival.unreadable:
            await self._say(conversation, words.unreadable(), arrival, f"unreadable {arrival.album}")

    async def _press(
        self, conversation: Conversation, words: AppWords, arrival: Arrival, payload: str
    ) -> None:
        window = payload.removeprefix(HOURS_PAYLOAD)
        language = payload.removeprefix(LANGUAGE_PAYLOAD)
        if payload.startswith(CHOICE):
            found = chosen(payload, await self._office.store.read(conversation.id))
            if found is None:
                await self._beside_the_log(conversation, arrival.to, words.no_more())
            else:
                await self._press(conversation, words, arrival, found)
        elif payload.startswith(MORE):
            await self._show_more(conversation, words, arrival, payload.removeprefix(MORE))
        elif window != payload and window in WINDOWS:
            noted = words.hours_noted(window, clock_of(window, conversation.departement))
            await self._leave(conversation, noted, arrival, window)
        elif language != payload and words.speaks(language):
            await self._office.store.write(conversation.id, language=language)
            conversation = replace(conversation, language=language)
            await self._answer_quietly(conversation, words.of(conversation).language_set(), arrival)
        else:
            once = self._once(arrival, arrival.id)
            await self._receive(conversation, pressed(words.button_label(payload), once, payload))

    async def _obey(
        self, conversation: Conversation, words: AppWords, arrival: Arrival, command: Command
    ) -> None:
        match command:
            case Command.HELP:
                await self._say(conversation, words.help(), arrival)
            case Command.PERSON:
                once = self._once(arrival, arrival.id)
                incoming = pressed(words.button_label("#person"), once, "#person")
                await self._receive(conversation, incoming)
            case Command.STOP:
                await self._leave(conversation, words.left(), arrival, "never")
            case Command.LANGUAGE:
                await self._answer_quietly(conversation, words.ask_language(), arrival)
            case Command.DISCREET:
                await self._toggle_covered(conversation, words, arrival)

    async def _numbered(self, conversation: Conversation, arrival: Arrival) -> str:
        """The button that a number stands for, where the app has none."""
        text = arrival.text.strip().rstrip(".")
        # "01" is a département.
        is_number = text.isascii() and text.isdigit() and len(text) <= 2 and not text.startswith("0")
        if self._channel.has_buttons or not is_number:
            return ""
        try:
            choices = (await self._office.addresses.get(conversation.id)).choices
        except ConversationUnknownError:
            return ""  # their first word to us
        return choices[int(text) - 1] if 1 <= int(text) <= len(choices) else ""

    async def _receive(self, conversation: Conversation, incoming: Incoming) -> None:
        # Kept at once, however fast they write: the app holds everybody's words until these are taken.
        await self._office.answering.take(conversation.id, incoming, self._office.pace)

    # -- what commands do ----------------------------------------------------------------------

    async def _start(self, conversation: Conversation, arrival: Arrival, is_new: bool) -> None:
        """By a link or a button of the app's: the code of the link counts, the welcome is shown (again)."""
        _, code = self._typed_command(arrival) or (Command.START, "")
        await self._office.arrivals.count(code.lower())
        if not is_new:
            await self._welcome(conversation, self._once(arrival, arrival.id))

    async def _welcome(self, conversation: Conversation, once: str) -> bool:
        """Says what there is to know; False when this was said before under the same name."""
        first = self._office.words.of(conversation).first_message(
            self._channel.name,
            self._office.page,
            bare=self._channel.bare_commands,
            covers=self._channel.covers,
        )
        message = replace(message_of(first, Author.SERVICE), client_id=once)
        _, said_before = await self._office.store.append(conversation.id, message)
        return not said_before

    async def _leave(self, conversation: Conversation, reply: Reply, arrival: Arrival, window: str) -> None:
        """Nothing is sent after this reply, but in the hours they chose."""
        addresses = self._office.addresses
        left = "" if window == "any" else window
        clock = clock_of(window, conversation.departement)
        address = await addresses.get(conversation.id)
        if address.left:
            # Away already: what was written to them since then is held back, and in the log this reply would
            # stand behind it. They left when they left first.
            await self._beside_the_log(conversation, arrival.to, reply)
            await addresses.write(conversation.id, left=left, clock=clock)
        else:
            position = await self._say(conversation, reply, arrival)
            await addresses.write(conversation.id, left=left, clock=clock, left_at=position)
        await self._office.notes.left(conversation.id, window, clock, self._once(arrival, arrival.id))

    async def _toggle_covered(self, conversation: Conversation, words: AppWords, arrival: Arrival) -> None:
        if not self._channel.covers:
            await self._answer_quietly(conversation, words.covered(None), arrival)
            return
        on = not (await self._office.addresses.get(conversation.id)).covered
        await self._office.addresses.write(conversation.id, covered=1 if on else "")
        await self._answer_quietly(conversation, words.covered(on), arrival)

    async def _show_more(
        self, conversation: Conversation, words: AppWords, arrival: Arrival, position: str
    ) -> None:
        """The long version of an answer: in its place where the app can, else after it. Not in the log."""
        log = await self._office.store.read(conversation.id)
        message = next((each for each in log if each.position == position and each.more), None)
        if message is None:
            await self._beside_the_log(conversation, arrival.to, words.no_more())
            return
        covered = (await self._office.addresses.get(conversation.id)).covered
        shown = parts_of(replace(message, more=None), self._channel, words, covered)[-1]
        whole = letter(f"{shown.text}\n\n{message.more}", shown.buttons, self._channel, words, covered)
        with contextlib.suppress(UnreachableError, TryLaterError, PartRefusedError):
            if len(whole) == 1 and await self._channel.rewrite(arrival.to, arrival.number, whole[0]):
                return
        reply = Reply(message.more or "", buttons=shown.buttons)
        await self._beside_the_log(conversation, arrival.to, reply)

    async def _forget(self, arrival: Arrival) -> None:
        """Everything of ours goes first, then what the app lets us delete; then what remains is said."""
        name = self._channel.name
        found = await self._office.addresses.find(name, arrival.to)
        words = self._office.words.of(found) if found else self._office.words.before(name)
        numbers = await self._office.path.erase(found.id) if found else []
        numbers += [*self._unkept.pop(arrival.to, ()), *([arrival.number] if arrival.number else [])]
        deleted = False
        with contextlib.suppress(UnreachableError, TryLaterError, PartRefusedError):
            deleted = await patiently(lambda: self._channel.delete(arrival.to, numbers))
        still_there = self._channel.deletes and not deleted
        goodbye = words.forgotten(name, still_there=still_there) if found else words.nothing_to_forget()
        await self._directly(arrival.to, words, goodbye)

    # -- saying --------------------------------------------------------------------------------

    async def _say(self, conversation: Conversation, reply: Reply, arrival: Arrival, about: str = "") -> str:
        """Puts a reply in the log, once an arrival, and returns its position."""
        album = about if arrival.album else arrival.id
        message = replace(message_of(reply, Author.SERVICE), client_id=self._once(arrival, f"said {album}"))
        position, _ = await self._office.store.append(conversation.id, message)
        return position

    def _once(self, arrival: Arrival, what: str) -> str:
        """A name for what came that says nothing of who sent it, nor of what it says."""
        return self._office.addresses.fingerprint(self._channel.name, f"{arrival.to} {what}")

    async def _own_up(self, arrival: Arrival) -> None:
        """Nothing can be kept now: the numbers at once, and not again at each attempt of the app."""
        now = time.monotonic()
        for to in [to for to, at in self._owned_up.items() if now - at > SAID_AGAIN_AFTER_SECONDS]:
            del self._owned_up[to]
        if arrival.kind is Kind.WORDS and arrival.to not in self._owned_up:
            self._owned_up[arrival.to] = now
            words = self._office.words.before(self._channel.name)
            numbers = await self._directly(arrival.to, words, words.unavailable())
            if self._channel.deletes:
                self._unkept[arrival.to] = [*self._unkept.get(arrival.to, ()), *numbers]

    async def _answer_quietly(self, conversation: Conversation, reply: Reply, arrival: Arrival) -> None:
        """Answers what only sets something: also to somebody who left, and releases nothing for them."""
        if (await self._office.addresses.get(conversation.id)).left:
            await self._beside_the_log(conversation, arrival.to, reply)
        else:
            await self._say(conversation, reply, arrival)

    async def _beside_the_log(self, conversation: Conversation, to: str, reply: Reply) -> None:
        """Sends what must not wait behind what the log holds. /oublier deletes it too."""
        addresses, words = self._office.addresses, self._office.words.of(conversation)
        covered = (await addresses.get(conversation.id)).covered
        for number in await self._directly(to, words, reply, covered):
            if self._channel.deletes:
                await addresses.on_phone(conversation.id, number)
        if reply.buttons and not self._channel.has_buttons:
            await addresses.offer(conversation.id, tuple(each.payload for each in reply.buttons))

    async def _directly(self, to: str, words: AppWords, reply: Reply, covered: bool = False) -> list[str]:
        """Sends past the log: about a conversation that is gone, or that cannot be reached now.

        Returns the app's numbers of what it took.
        """
        text = "\n\n".join([reply.text, *(help_line(line, words) for line in reply.help_lines)])
        numbers = []
        for part in letter(text, reply.buttons, self._channel, words, covered):
            with contextlib.suppress(UnreachableError, TryLaterError, PartRefusedError):
                numbers.append(await patiently(partial(self._channel.send, to, part)))
        return [number for number in numbers if number]
