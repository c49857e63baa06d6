"""Canned replies: personal ones, and those that supervisors share with everybody."""

from __future__ import annotations

from sqlalchemy import Select, delete, or_, select

from handoff.records.database import Sessions
from handoff.records.tables import CannedReply

MOST_OF_ONE_ACCOUNT = 200


class CannedReplies:
    """Words that counsellors use often. They are plain text, whoever wrote them."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def of(self, account_id: int) -> list[CannedReply]:
        """What a counsellor may use: the shared ones and their own, by shortcut; their own first."""
        mine = or_(CannedReply.account_id == account_id, CannedReply.account_id.is_(None))
        async with self._sessions() as session:
            found = list(await session.scalars(select(CannedReply).where(mine)))
        return sorted(found, key=lambda each: (each.shortcut, each.account_id is None))

    async def save(self, account_id: int | None, shortcut: str, text: str) -> bool:
        """Writes a reply; one with the same shortcut is replaced. ``account_id`` None: shared.

        False when there are as many as there may be.
        """
        async with self._sessions.begin() as session:
            same = _owned_by(account_id).where(CannedReply.shortcut == shortcut)
            reply = await session.scalar(same)
            if reply is not None:
                reply.text = text
                return True
            if len(list(await session.scalars(_owned_by(account_id)))) >= MOST_OF_ONE_ACCOUNT:
                return False
            session.add(CannedReply(account_id=account_id, shortcut=shortcut, text=text))
        return True

    async def remove(self, reply_id: int, account_id: int, *, shared: bool) -> bool:
        """Deletes a reply of this account (or a shared one, for whoever may). False when there is none."""
        mine, everybodys = CannedReply.account_id == account_id, CannedReply.account_id.is_(None)
        owners = or_(mine, everybodys) if shared else mine
        query = delete(CannedReply).where(CannedReply.id == reply_id, owners)
        async with self._sessions.begin() as session:
            return bool((await session.execute(query)).rowcount)  # type: ignore[attr-defined]


def _owned_by(account_id: int | None) -> Select[CannedReply]:
    owner = CannedReply.account_id
    return select(CannedReply).where(owner.is_(None) if account_id is None else owner == account_id)
