"""What young people and counsellors say is wrong in the directory: the content lead's list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select, update

from handoff.records.database import Sessions
from handoff.records.resource_tables import ResourceReport

WRONG, CLOSED = "wrong", "closed"
WHAT: Final = (WRONG, CLOSED)
YOUNG_PERSON, STAFF = "young_person", "staff"
# Far more than a directory has faults: beyond it somebody is playing, and the disk is spared.
MOST_OPEN = 5_000


class ResourceReports:
    """The same report twice is one line, counted: nothing says who made it."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def add(self, resource_id: str, name: str, what: str, by: str) -> None:
        now = datetime.now(UTC)
        same = (
            ResourceReport.resource_id == resource_id,
            ResourceReport.what == what,
            ResourceReport.by == by,
            ResourceReport.closed_at.is_(None),
        )
        async with self._sessions.begin() as session:
            again = update(ResourceReport).where(*same)
            done = await session.execute(again.values(times=ResourceReport.times + 1, last_at=now))
            if done.rowcount:  # type: ignore[attr-defined]
                return
            still_open = ResourceReport.closed_at.is_(None)
            count = await session.scalar(select(func.count()).select_from(ResourceReport).where(still_open))
            if (count or 0) >= MOST_OPEN:
                return
            session.add(
                ResourceReport(
                    first_at=now,
                    last_at=now,
                    resource_id=resource_id,
                    name=name[:200],
                    what=what,
                    by=by,
                    times=1,
                )
            )

    async def open_reports(self) -> list[ResourceReport]:
        """Counsellors' first, then the most often said, then the newest."""
        query = select(ResourceReport).where(ResourceReport.closed_at.is_(None))
        order = (ResourceReport.by, ResourceReport.times.desc(), ResourceReport.last_at.desc())
        async with self._sessions() as session:
            return list(await session.scalars(query.order_by(*order)))

    async def close(self, report_id: int, account_id: int | None) -> bool:
        """Takes a report off the list; False when it was not on it."""
        change = (
            update(ResourceReport)
            .where(ResourceReport.id == report_id, ResourceReport.closed_at.is_(None))
            .values(closed_at=datetime.now(UTC), closed_by=account_id)
        )
        async with self._sessions.begin() as session:
            return bool((await session.execute(change)).rowcount)  # type: ignore[attr-defined]
