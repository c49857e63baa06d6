"""What people ask that nothing answers, grouped by meaning, so that nobody can be found in it.

A group is shown when at least five different conversations are in it, and of its sentences only those made
of words that everybody uses: known from our own examples and cards, or said in five conversations.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist

from handoff.answers.example_files import folded

LEAST_CONVERSATIONS: Final = 5
SHOWN_SENTENCES: Final = 5
# Longer ones tell a story, and a story is somebody's.
SENTENCE_CHARACTERS: Final = 160
# All pairs are compared at once: 32 MB at this many.
MOST_SENTENCES: Final = 2000
# Mean cosine, around the middle of our examples, above which sentences say the same. Of 831 sentences of 82
# topics it made five groups of five or more, 78 % of each about one topic; at 0.3 thirty, and 57 %.
SAME_MEANING: Final = 0.4

_PLACEHOLDER = re.compile(r"\[[^\]]*\]")

Vectors = npt.NDArray[np.float32]


class TextEncoder(Protocol):
    def encode(self, texts: Sequence[str]) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences that mean the same: how many conversations said so, and those that may be shown."""

    conversations: int
    sentences: tuple[str, ...]


def one_line(text: str) -> str:
    """A message as one sentence of a list."""
    return " ".join(text.split())


def words_of(text: str) -> set[str]:
    """The words of a sentence, without what stripping put in place of personal data."""
    return set(folded(_PLACEHOLDER.sub(" ", text)).split())


def known_words(texts: Iterable[str]) -> frozenset[str]:
    """The words of our own texts: nobody is found by one of these."""
    return frozenset(word for text in texts for word in words_of(text))


def groups(
    said: Iterable[tuple[str, str]], known: Collection[str], encoder: TextEncoder, middle: Vectors
) -> list[Group]:
    """The groups that may be shown, largest first. ``said``: (conversation, stripped sentence) pairs.

    ``middle``: the mean vector of our examples. All that is said here is alike; what differs is what counts.
    """
    sentences = list(dict.fromkeys((who, one_line(text)) for who, text in said))
    common = _common_words(sentences) | set(known)
    short = [pair for pair in sentences if 0 < len(pair[1]) <= SENTENCE_CHARACTERS][:MOST_SENTENCES]
    found = []
    for members in _by_meaning(short, encoder, middle):
        conversations = {who for who, _ in members}
        if len(conversations) < LEAST_CONVERSATIONS:
            continue
        shown = _may_be_shown(members, common)
        if shown:
            found.append(Group(len(conversations), shown))
    return sorted(found, key=lambda group: (-group.conversations, group.sentences))


def _common_words(sentences: Iterable[tuple[str, str]]) -> set[str]:
    said_by: defaultdict[str, set[str]] = defaultdict(set)
    for who, text in sentences:
        for word in words_of(text):
            said_by[word].add(who)
    return {word for word, people in said_by.items() if len(people) >= LEAST_CONVERSATIONS}


def _by_meaning(
    sentences: Sequence[tuple[str, str]], encoder: TextEncoder, middle: Vectors
) -> Iterable[list[tuple[str, str]]]:
    if len(sentences) < LEAST_CONVERSATIONS:
        return []
    vectors = encoder.encode([text for _, text in sentences]) - middle
    # SciPy and not scikit-learn: it starts no threads of its own beside those of the encoder.
    merged = linkage(pdist(vectors, "cosine"), "average")
    labels = fcluster(merged, 1 - SAME_MEANING, "distance")
    members: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for label, sentence in zip(labels, sentences, strict=True):
        members[int(label)].append(sentence)
    return members.values()


def _may_be_shown(members: Iterable[tuple[str, str]], common: Set[str]) -> tuple[str, ...]:
    """One sentence a conversation at most, sorted, so that neither order nor number says who."""
    of_conversation: dict[str, str] = {}
    for who, text in members:
        words = words_of(text)
        if words and words <= common:
            of_conversation.setdefault(who, text)
    different = {folded(text): text for text in of_conversation.values()}
    return tuple(sorted(different.values(), key=lambda text: (len(text), text))[:SHOWN_SENTENCES])
