"""Where a topic stands, worked out from its rows: what is live, what waits, who may say what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from handoff.records.card_tables import CardPublication, CardReview, CardRevision

NOTHING_OUT: Final = "0"  # the outlook of a topic of which nothing was published from the studio


@dataclass(frozen=True, slots=True)
class Revision:
    """A saved card, without its text. ``dropped``: the draft ended here, nothing came of it."""

    number: int
    at: datetime
    account_id: int | None
    why: str
    dropped: bool = False


@dataclass(frozen=True)
class TopicState:
    """A topic that was edited. Lists are oldest first; times in UTC."""

    topic: str
    revisions: tuple[Revision, ...] = ()
    publications: tuple[CardPublication, ...] = ()
    reviews: tuple[CardReview, ...] = ()
    now: datetime = field(kw_only=True)

    @property
    def last_number(self) -> int:
        """The revision that the next one follows; 0 before the first."""
        return self.revisions[-1].number if self.revisions else 0

    @property
    def live(self) -> CardPublication | None:
        """What young people read; None while it is still the file of data/answers."""
        due = [each for each in self._standing if each.effective_at <= self.now]
        return max(due, key=lambda each: (each.effective_at, each.id), default=None)

    @property
    def scheduled(self) -> CardPublication | None:
        """The next publication, if one is planned."""
        return min(self._planned, key=lambda each: (each.effective_at, each.id), default=None)

    @property
    def outlook(self) -> str:
        """What is live and what is planned, in short: so a form says what its reader saw of it."""
        live = self.live
        return "-".join(str(each) for each in (live.id if live else 0, *(each.id for each in self._planned)))

    @property
    def draft(self) -> int | None:
        """The revision that nobody published yet."""
        # Revision 1 is the file itself (or, for a new topic, nothing yet).
        if self.last_number <= 1 or self.revisions[-1].dropped or self._was_published(self.last_number):
            return None
        return self.last_number

    @property
    def writers(self) -> frozenset[int]:
        """Who wrote the open draft, whatever of their words is left in it."""
        found: set[int] = set()
        for revision in reversed(self.revisions):
            if revision.dropped or self._was_published(revision.number):
                break
            if revision.account_id is not None:
                found.add(revision.account_id)
        return frozenset(found)

    @property
    def review(self) -> CardReview | None:
        """The last word of a second person on the draft as it stands."""
        said = [
            each
            for each in self.reviews
            if each.number == self.draft and each.account_id not in self.writers and each.account_id
        ]
        return said[-1] if said else None

    @property
    def is_approved(self) -> bool:
        return self.review is not None and self.review.approved

    def was_live(self, number: int) -> bool:
        """Whether young people have read this revision, so that it may come back without another review."""
        return any(each.number == number and each.effective_at <= self.now for each in self._standing)

    @property
    def _standing(self) -> Sequence[CardPublication]:
        return [each for each in self.publications if each.cancelled_at is None]

    @property
    def _planned(self) -> Sequence[CardPublication]:
        return [each for each in self._standing if each.effective_at > self.now]

    def _was_published(self, number: int) -> bool:
        return any(each.number == number for each in self._standing)


def revision_of(row: CardRevision) -> Revision:
    """A row without its text."""
    return Revision(row.number, row.at, row.account_id, row.why, row.card is None)
