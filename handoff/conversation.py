"""The pure types every part speaks: conversation, message, risk level, who speaks now.

Standard library only: anything may import this file, and this file imports nothing of ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final


class RiskLevel(IntEnum):
    """How much danger a message tells of (reference/risk-levels.md)."""

    NONE = 0
    CONCERN = 1
    HIGH = 2
    IMMINENT = 3


FRENCH = "fr"
LANGUAGE_PAYLOAD = "#language:"  # and a language: a button that chooses it
LINK_PAYLOAD = "href:"  # and an address: a link, not an answer


class Audience(StrEnum):
    """Who writes (``handoff.audience``)."""

    YOUNG_PERSON = "jeune"
    RELATIVE = "proche"
    PROFESSIONAL = "pro"


class Category(StrEnum):
    """The main subject of a worrying message; the values are the words of the evaluation sets."""

    SUICIDE = "suicide"
    SELF_HARM = "automutilation"
    VIOLENCE = "violence"
    SEXUAL_VIOLENCE = "violence_sexuelle"
    EXPLOITATION = "exploitation"
    ONLINE = "numerique"
    RUNAWAY = "fugue"
    MEDICAL = "medical"
    BULLYING = "harcelement"
    LOW_MOOD = "mal_etre"
    FAMILY = "famille"
    OTHER = "autre"
    NONE = "aucun"


class Reader(StrEnum):
    """Who reads and answers now: the state of a conversation."""

    ASSISTANT = "assistant"
    WAITING = "waiting"  # on the waiting list; the assistant goes on answering meanwhile
    COUNSELLOR = "counsellor"
    CLOSED = "closed"


# The only moves there are. A closed conversation that gets a new message opens again with the
# assistant: typing into a chat that nobody reads is the one thing that must not happen.
MOVES: Final[dict[Reader, frozenset[Reader]]] = {
    Reader.ASSISTANT: frozenset({Reader.WAITING, Reader.CLOSED}),
    Reader.WAITING: frozenset({Reader.COUNSELLOR, Reader.ASSISTANT, Reader.CLOSED}),
    Reader.COUNSELLOR: frozenset({Reader.ASSISTANT, Reader.WAITING, Reader.CLOSED}),
    Reader.CLOSED: frozenset({Reader.ASSISTANT}),
}


class Author(StrEnum):
    """Who wrote a message."""

    YOUNG_PERSON = "young_person"
    ASSISTANT = "assistant"
    COUNSELLOR = "counsellor"
    SERVICE = "service"  # the service itself: help lines, "a person is here", "closed"


_SEAL: Final = object()


@dataclass(frozen=True, slots=True)
class Mark:
    """What was replaced: its place in the message as it was typed (code points), and what stands there now.

    It holds no word of the young person. Their page, which alone has the typed text, lets them see under it.
    """

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class StrippedText:
    """A young person's words with personal data replaced.

    Built only by ``handoff.privacy`` (``from_privacy``) and read back only by ``handoff.store``
    (``from_log``); tests/contract/test_boundaries.py refuses any other caller. Everything that
    stores, shows, sends or logs a young person's words takes this type and nothing else.

    ``removed`` lists the kinds replaced, e.g. ``("PERSON", "PHONE")``; ``departement`` is the
    code of the département the text names ("69", "2A", "974"), if any. Not stored: ``departements``
    are the codes that it may mean when it may mean several (Saint-Denis, Bretagne), ``marks`` says
    where, ``language`` is "fr", "en" or "es" when the words leave no doubt.
    """

    value: str
    removed: tuple[str, ...] = ()
    departement: str | None = None
    marks: tuple[Mark, ...] = field(default=(), compare=False)
    language: str | None = field(default=None, compare=False)
    departements: tuple[str, ...] = field(default=(), compare=False)
    seal: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise TypeError("StrippedText is built by handoff.privacy only")

    @classmethod
    def from_privacy(
        cls,
        value: str,
        removed: tuple[str, ...] = (),
        departement: str | None = None,
        marks: tuple[Mark, ...] = (),
        language: str | None = None,
        departements: tuple[str, ...] = (),
    ) -> StrippedText:
        """The result of stripping. For ``handoff.privacy`` only."""
        return cls(value, removed, departement, marks, language, departements, _SEAL)

    @classmethod
    def from_log(
        cls, value: str, removed: tuple[str, ...] = (), departement: str | None = None
    ) -> StrippedText:
        """A text that was stripped before it was stored. For ``handoff.store`` only."""
        return cls(value, removed, departement, seal=_SEAL)

    def piece(self, start: int, stop: int) -> StrippedText:
        """Some of these words (by offset), for whoever reads sentence by sentence."""
        return replace(self, value=self.value[start:stop].strip(), marks=())

    def __str__(self) -> str:
        # A log line or an f-string that takes the object by mistake shows no word of it.
        return f"<stripped text, {len(self.value)} characters>"


@dataclass(frozen=True, slots=True)
class AuthoredText:
    """Words of ours: a card, a service sentence, or what a counsellor typed."""

    value: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message tells of danger: level, category, P(level >= 2), reasons in French."""

    level: RiskLevel = RiskLevel.NONE
    category: Category = Category.NONE
    score: float = 0.0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """A quick answer.

    ``payload``: ``/topic_id``, ``/d_autres{…}``, ``/choisir_lieu{…}``, ``#person``, ``#no_person``,
    ``#place``, ``#helped:topic_id``, ``#not_helped:topic_id``, or ``href:`` and an address: a link, not
    an answer.
    """

    label: str
    payload: str


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A resource as a young person sees it, frozen at the moment it was shown."""

    name: str
    phone: str | None = None
    sms: str | None = None
    url: str | None = None
    chat_url: str | None = None
    hours: str | None = None
    cost: str | None = None
    anonymous: str | None = None
    on_bill: str | None = None
    use_when: str | None = None
    # Of a place, found by a search.
    id: str | None = None
    kind: str | None = None
    expect: str | None = None
    address: str | None = None
    map_url: str | None = None
    open_now: bool | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing that the assistant or the service says, ready to be shown on any channel."""

    text: str
    more: str | None = None
    buttons: tuple[Button, ...] = ()
    help_lines: tuple[HelpLine, ...] = ()
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a conversation's log. ``position`` is its place in the log, given by the store."""

    author: Author
    text: StrippedText | AuthoredText
    at: datetime
    position: str = ""
    client_id: str | None = None
    more: str | None = None
    buttons: tuple[Button, ...] = ()
    help_lines: tuple[HelpLine, ...] = ()
    urgent: bool = False
    verdict: Verdict | None = None
    language: str = ""  # of our own words, where it is known: read aloud with the right voice
    edited: bool = False  # the young person wrote an earlier message anew
    pressed: bool = False  # a button of ours: its words are not theirs
    for_staff: bool = (
        False  # a word of the service to whoever reads in the console; never shown to the young person
    )


class Owed(StrEnum):
    """Why a person must be called: written with the message, gone once the conversation waits for one.

    Whatever dies in between, the keeper reads it and calls.
    """

    NOTHING = ""
    DANGER = "danger"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is known of a conversation, without its words."""

    id: str
    reader: Reader
    level: RiskLevel = RiskLevel.NONE
    category: Category = Category.NONE
    channel: str = "web"
    counsellor_id: int | None = None
    counsellor_name: str | None = None  # of whoever took it last, as young people may read it
    created_at: datetime | None = None
    last_message_at: datetime | None = None
    waiting_since: datetime | None = None
    departement: str | None = None
    language: str = FRENCH
    audience: Audience = Audience.YOUNG_PERSON
    asked_for_person: bool = False
    owed: Owed = Owed.NOTHING
    refused_level: RiskLevel = RiskLevel.NONE
    safety_shown: RiskLevel = RiskLevel.NONE
    read_position: str | None = None
    quiet_since: datetime | None = None  # went quiet after a message of level 2 or 3, and was asked about it
    wait_told: datetime | None = None  # the wait (by its start) that the young person was told is long
    unseen_since: datetime | None = None  # waits, and their page is closed
    gone_since: datetime | None = None  # the same for so long that they are taken for gone
    turns: int = 0
    reason: str = ""
    cards_shown: int = 0  # answers given by the assistant so far
    checked_topic: str = ""  # "ça t'a aidé ?" was asked about this one and not answered yet
    checked_turn: int = 0  # by then the young person had written so many messages
    returned: bool = False  # back on the list because its counsellor's console went away
    unread: int = 0  # messages of the young person that no counsellor has seen
    unread_since: datetime | None = None  # of those, the first; or since another counsellor holds it
    young_read: str | None = None  # what the young person's page has shown, as far as they looked at it
    help_since: datetime | None = None  # its counsellor asks for a second pair of eyes
    away_since: datetime | None = None  # its counsellor said "je reviens"
    escalated: bool = False  # supervisors were called: nobody took it, or nobody reads what was written
    notes: int = 0  # how many notes of staff there are
    waited_ms: int = 0  # how long it had waited when a counsellor took it


EXIT_ANSWERS: Final = ("#exit_yes", "#exit_somewhat", "#exit_no")  # did it help? one tap, no words


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a young person's message is stored.

    ``before`` is the conversation as it was before the message; ``duplicate`` says that a message
    with the same client id was stored earlier, so nothing more must happen.
    """

    conversation_id: str
    position: str
    before: Conversation
    duplicate: bool = False


def can_move(current: Reader, wanted: Reader) -> bool:
    """Whether the state machine of ``MOVES`` allows this change."""
    return wanted in MOVES[current]
