"""The audit trail: who saw or did what, when. Append-only, each entry chained to the one before by a hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select, update

from handoff.records.database import Sessions
from handoff.records.tables import AuditEntry, AuditHead

FIRST_HASH = "0" * 64  # what the first entry is chained to
HEAD_ID = 1
PAGE = 1000  # entries read at a time, so that checking a long trail needs little memory


def chained_hash(
    before: str,
    entry_id: int,
    at: datetime,
    account_id: int | None,
    action: str,
    conversation_id: str | None,
    about: str | None,
) -> str:
    """SHA-256 over the entry and the hash before it."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    content = json.dumps([before, entry_id, moment, account_id, action, conversation_id, about])
    return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True)
class ChainReport:
    """What a check found. ``problem`` is None when every entry is as it was written.

    ``backwards`` lists entries dated before the one they follow: the clock was set back.
    """

    entries: int
    head: str
    problem: str | None = None
    backwards: tuple[int, ...] = ()


class AuditTrail:
    """Writes who did what. Never a word of a message."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def record(
        self,
        action: str,
        account_id: int | None,
        conversation_id: str | None = None,
        about: str | None = None,
    ) -> None:
        """Adds an entry. ``action`` is a word of ours, e.g. ``claim``; ``about``, e.g. ``account 7``."""
        async with self._sessions.begin() as session:
            # Writing first takes the lock: of two who add an entry, the second waits and then
            # reads the head that the first one left. So there is one chain, whoever writes.
            head = await session.scalar(
                update(AuditHead)
                .where(AuditHead.id == HEAD_ID)
                .values(entries=AuditHead.entries + 1)
                .returning(AuditHead)
            )
            assert head is not None, "the migration makes the head"
            at = datetime.now(UTC)
            made = chained_hash(head.hash, head.entries, at, account_id, action, conversation_id, about)
            session.add(
                AuditEntry(
                    id=head.entries,
                    at=at,
                    account_id=account_id,
                    action=action,
                    conversation_id=conversation_id,
                    about=about,
                    hash=made,
                )
            )
            head.hash = made

    async def entries(self, conversation_id: str) -> list[AuditEntry]:
        """The entries about a conversation, oldest first."""
        query = select(AuditEntry).where(AuditEntry.conversation_id == conversation_id)
        async with self._sessions() as session:
            return list(await session.scalars(query.order_by(AuditEntry.id)))

    async def latest(self, count: int, before_id: int | None = None) -> list[AuditEntry]:
        """The newest entries first; ``before_id`` turns the page."""
        query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(count)
        if before_id is not None:
            query = query.where(AuditEntry.id < before_id)
        async with self._sessions() as session:
            return list(await session.scalars(query))

    async def check(self, noted_heads: Iterable[str] = ()) -> ChainReport:
        """Reads the whole trail again. ``noted_heads``: heads written down earlier, that must still be in it.

        Without them, somebody who rewrites every entry and the head as well would not be told.
        """
        before, last_id, last_at = FIRST_HASH, 0, None
        backwards: list[int] = []
        missing = set(noted_heads)
        async with self._sessions() as session:
            while entries := await self._page(session, last_id):
                for entry in entries:
                    if entry.id != last_id + 1:
                        return ChainReport(last_id, before, f"entry {last_id + 1} is missing")
                    if entry.hash != _hash_of(entry, before):
                        return ChainReport(last_id, before, f"entry {entry.id} was changed")
                    if last_at is not None and entry.at < last_at:
                        backwards.append(entry.id)
                    before, last_id, last_at = entry.hash, entry.id, entry.at
                    missing.discard(before)
            head = await session.get(AuditHead, HEAD_ID)
        problem = None
        if head is None or (head.entries, head.hash) != (last_id, before):
            problem = f"the trail ends at entry {last_id}, not at its head: entries were removed or added"
        elif missing:
            problem = f"{len(missing)} head(s) noted earlier are not in the trail: it was rewritten"
        return ChainReport(last_id, before, problem, tuple(backwards))

    async def _page(self, session: object, after_id: int) -> Sequence[AuditEntry]:
        query = select(AuditEntry).where(AuditEntry.id > after_id).order_by(AuditEntry.id).limit(PAGE)
        return list(await session.scalars(query))  # type: ignore[attr-defined]


def _hash_of(entry: AuditEntry, before: str) -> str:
    return chained_hash(
        before, entry.id, entry.at, entry.account_id, entry.action, entry.conversation_id, entry.about
    )
