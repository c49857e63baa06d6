"""The same person keeps the same number: "Kévin", "kevin" and "Kev" are one ``[PERSONNE_1]``.

Across the messages of a conversation only keyed hashes are kept, under a key that this process
draws at start and never writes: they tell whether a name was seen, never which.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from hashlib import blake2b
from threading import Lock

from handoff.place_names.normalise import fold, normalise
from handoff.place_names.word_lists import word_set
from handoff.privacy.words import split_words

# Conversations remembered at once; the one not heard from for longest is forgotten first.
MOST_CONVERSATIONS = 10_000
MOST_PERSONS = 200
SHORTEST_NICKNAME = 3
_TITLES = word_set(
    """
    m mr mme mlle melle monsieur madame mademoiselle dr docteur maitre mister mrs ms miss sir professeur
    """
)


class Conversation:
    """Numbers given so far, by hash of the name."""

    def __init__(self) -> None:
        self.numbers: dict[bytes, int] = {}
        self.highest = 0


class Pseudonyms:
    """Thread-safe."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._conversations: OrderedDict[bytes, Conversation] = OrderedDict()
        self._lock = Lock()

    def number(self, names: list[str], session: bytes, floor: int) -> dict[str, int]:
        """A number for every name as typed. ``floor``: the highest number already in the text.

        Without a session, numbers hold within these names only.
        """
        with self._lock:
            conversation = self._conversation(session)
            conversation.highest = max(conversation.highest, floor)
            return {name: self._number_of(name, session, conversation) for name in names}

    def forget(self, session: bytes) -> None:
        """The conversation was erased."""
        with self._lock:
            self._conversations.pop(self._hash("", session), None)

    def _conversation(self, session: bytes) -> Conversation:
        if not session:
            return Conversation()
        key = self._hash("", session)
        conversation = self._conversations.setdefault(key, Conversation())
        self._conversations.move_to_end(key)
        if len(self._conversations) > MOST_CONVERSATIONS:
            self._conversations.popitem(last=False)
        return conversation

    def _number_of(self, name: str, session: bytes, conversation: Conversation) -> int:
        key = name_key(name)
        known = conversation.numbers.get(self._hash(key, session))
        if known is None:
            known = self._known_by_short_form(key, session, conversation)
        if known is None:
            conversation.highest += 1
            known = conversation.highest
        if len(conversation.numbers) < MOST_PERSONS:
            conversation.numbers.setdefault(self._hash(key, session), known)
            for length in range(SHORTEST_NICKNAME, len(key)):
                conversation.numbers.setdefault(self._hash("short:" + key[:length], session), known)
        return known

    def _known_by_short_form(self, key: str, session: bytes, conversation: Conversation) -> int | None:
        """ "kev" after "kevin": its own hash is among the beginnings kept; "kevin" after "kev" as well."""
        known = conversation.numbers.get(self._hash("short:" + key, session))
        for length in range(SHORTEST_NICKNAME, min(len(key), 5)):
            known = known or conversation.numbers.get(self._hash(key[:length], session))
        return known

    def _hash(self, text: str, session: bytes) -> bytes:
        return blake2b(
            session + b"\0" + text.encode("utf-8", "replace"), key=self._key, digest_size=12
        ).digest()


def name_key(name: str) -> str:
    """What two ways to write a person share: the first word that is no title, folded."""
    clean = normalise(name).clean
    words = [word.text for word in split_words(clean, fold(clean))]
    return next((word for word in words if word not in _TITLES), words[0] if words else "")
