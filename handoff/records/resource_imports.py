"""Imports of the directory as versions: written aside, applied in one step, rolled back in one step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from handoff.errors import ImportUnknownError
from handoff.records.database import Sessions
from handoff.records.resource_tables import ResourceChange, ResourceImport, ResourceRow

# Short transactions: the staff app writes to the same SQLite file.
ROWS_AT_ONCE = 5_000
# Of each source: imports that were shown, to roll back to, and others (previews, what was rolled back).
KEPT = 3
APPLY, ROLL_BACK = "apply", "roll back"


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """An import and whether it is the one that is shown."""

    id: int
    at: datetime
    source: str
    file_name: str
    licence: str | None
    kept: int
    refused: int
    shown: bool


class ResourceImports:
    """The only writer of the imported places. Rows are (id, JSON)."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def stage(
        self, source: str, file_name: str, licence: str | None, rows: Sequence[tuple[str, str]], refused: int
    ) -> int:
        """Writes an import aside, shown to nobody. Returns its number."""
        async with self._sessions.begin() as session:
            # Left by a run that was cut short.
            await session.execute(
                delete(ResourceImport).where(
                    ResourceImport.source == source, ResourceImport.complete.is_(False)
                )
            )
            made = ResourceImport(
                at=datetime.now(UTC),
                source=source,
                file_name=file_name[:200],
                licence=licence,
                kept=len(rows),
                refused=refused,
            )
            session.add(made)
            await session.flush()
            import_id = made.id
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            async with self._sessions.begin() as session:
                values = [{"import_id": import_id, "resource_id": key, "content": row} for key, row in some]
                await session.execute(insert(ResourceRow), values)
        async with self._sessions.begin() as session:
            done = update(ResourceImport).where(ResourceImport.id == import_id).values(complete=True)
            await session.execute(done)
        return import_id

    async def apply(self, import_id: int) -> None:
        """Shows an import in place of the one of its source. Raises ImportUnknownError."""
        async with self._sessions.begin() as session:
            made = await session.get(ResourceImport, import_id)
            if made is None or not made.complete:
                raise ImportUnknownError(str(import_id))
            self._change(session, made.source, import_id, APPLY)
        await self._forget_old(made.source)

    async def roll_back(self, source: str) -> int | None:
        """Shows what the source showed before; None: nothing. Raises ImportUnknownError."""
        async with self._sessions.begin() as session:
            shown = (await self._shown(session)).get(source)
            if shown is None:
                raise ImportUnknownError(source)
            behind = (await self._applied(session, source))[:-1]
            earlier = behind[-1] if behind else None
            self._change(session, source, earlier, ROLL_BACK)
        return earlier

    async def version(self) -> int:
        """Rises with each change of what is shown; 0 before the first."""
        async with self._sessions() as session:
            return int(await session.scalar(select(func.max(ResourceChange.id))) or 0)

    async def shown_rows(self) -> list[bytes]:
        """Every place that is shown, as JSON."""
        async with self._sessions() as session:
            shown = [each for each in (await self._shown(session)).values() if each is not None]
            rows: Iterable[str] = await session.scalars(
                select(ResourceRow.content).where(ResourceRow.import_id.in_(shown))
            )
            return [row.encode() for row in rows]

    async def rows_of(self, import_id: int) -> dict[str, str]:
        """The places of one import, by id."""
        async with self._sessions() as session:
            rows = await session.execute(
                select(ResourceRow.resource_id, ResourceRow.content).where(ResourceRow.import_id == import_id)
            )
            return {resource_id: content for resource_id, content in rows}

    async def shown_import(self, source: str) -> int | None:
        async with self._sessions() as session:
            return (await self._shown(session)).get(source)

    async def summaries(self) -> list[ImportSummary]:
        """Every complete import, the newest first."""
        async with self._sessions() as session:
            shown = set((await self._shown(session)).values())
            query = select(ResourceImport).where(ResourceImport.complete).order_by(ResourceImport.id.desc())
            return [
                ImportSummary(
                    each.id,
                    each.at,
                    each.source,
                    each.file_name,
                    each.licence,
                    each.kept,
                    each.refused,
                    each.id in shown,
                )
                for each in await session.scalars(query)
            ]

    async def _shown(self, session: AsyncSession) -> dict[str, int | None]:
        newest = select(func.max(ResourceChange.id)).group_by(ResourceChange.source)
        rows = await session.execute(
            select(ResourceChange.source, ResourceChange.import_id).where(ResourceChange.id.in_(newest))
        )
        return {source: import_id for source, import_id in rows}

    async def _applied(self, session: AsyncSession, source: str) -> list[int]:
        """The imports a source showed one over the other, the one that is shown last.

        By the order in which they were applied, whatever their numbers: a preview may be applied late.
        """
        changes = await session.execute(
            select(ResourceChange.action, ResourceChange.import_id)
            .where(ResourceChange.source == source)
            .order_by(ResourceChange.id)
        )
        applied: list[int] = []
        for action, import_id in changes:
            if action == ROLL_BACK:
                del applied[-1:]
            elif import_id is not None and applied[-1:] != [import_id]:  # None: forgotten since
                applied.append(import_id)
        return applied

    def _change(self, session: AsyncSession, source: str, import_id: int | None, action: str) -> None:
        session.add(ResourceChange(at=datetime.now(UTC), source=source, import_id=import_id, action=action))

    async def _forget_old(self, source: str) -> None:
        async with self._sessions.begin() as session:
            kept = set((await self._applied(session, source))[-KEPT:])
            query = select(ResourceImport.id).where(ResourceImport.source == source)
            ids = await session.scalars(query.order_by(ResourceImport.id.desc()))
            old = [each for each in ids if each not in kept][KEPT:]
            if old:
                await session.execute(delete(ResourceImport).where(ResourceImport.id.in_(old)))
