"""The directory's upkeep, between the command line and the database: preview, import, roll back.

``python -m handoff.resources`` (docs/resources.md). The service may run meanwhile: it shows what was applied
within seconds.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from handoff.errors import ImportUnknownError
from handoff.records import database
from handoff.records.resource_imports import ResourceImports
from handoff.records.resource_reports import ResourceReports
from handoff.resources.directory import Directory
from handoff.resources.importing.read_file import Read, read_file
from handoff.resources.index import Index
from handoff.resources.kinds import Kinds
from handoff.resources.places import Places
from handoff.resources.resource import Resource
from handoff.resources.search import HelpSearch
from handoff.settings import Settings

# An import that takes away more than this share of a source looks like half a file.
LARGEST_LOSS = 0.5


@dataclass(frozen=True, slots=True)
class Difference:
    """What applying an import changes for its source."""

    added: int
    changed: int
    removed: int
    before: int

    @property
    def is_suspicious(self) -> bool:
        return self.before > 0 and self.removed > self.before * LARGEST_LOSS


class Desk:
    """Everything an operator does to the directory."""

    def __init__(self, search: HelpSearch, imports: ResourceImports, reports: ResourceReports) -> None:
        self.search = search
        self.imports = imports
        self.reports = reports

    def read(self, path: Path, format_name: str | None, source: str | None) -> Read:
        """Raises FileRefusedError."""
        search = self.search
        return read_file(path, format_name, source, search.places, search.kinds, search.topics)

    async def stage(self, read: Read, file_name: str) -> int:
        """Writes what was read aside; nobody sees it yet. Returns the import's number."""
        return await self.imports.stage(read.source, file_name, read.licence, read.rows, read.report.refused)

    async def difference(self, source: str, rows: dict[str, str]) -> Difference:
        """Between what the source shows now and these rows."""
        shown = await self.imports.shown_import(source)
        before = await self.imports.rows_of(shown) if shown is not None else {}
        return Difference(
            added=len(rows.keys() - before.keys()),
            changed=sum(before[key] != rows[key] for key in rows.keys() & before.keys()),
            removed=len(before.keys() - rows.keys()),
            before=len(before),
        )

    async def rows_of(self, import_id: int) -> tuple[str, dict[str, str]]:
        """The source and the rows of an import. Raises ImportUnknownError."""
        for each in await self.imports.summaries():
            if each.id == import_id:
                return each.source, await self.imports.rows_of(import_id)
        raise ImportUnknownError(str(import_id))

    async def load_shown(self) -> None:
        """Fills the search with what is shown."""
        rows = await self.imports.shown_rows()
        self.search.replace(await asyncio.to_thread(Index, rows))

    async def shown(self, source: str | None = None) -> list[Resource]:
        """The whole directory, or what one source shows. Raises ImportUnknownError."""
        if source is None:
            await self.load_shown()
            return [*self.search.directory, *self.search.index]
        import_id = await self.imports.shown_import(source)
        if import_id is None:
            raise ImportUnknownError(source)
        return list(map(Resource.model_validate_json, (await self.imports.rows_of(import_id)).values()))

    def kinds_in(self, read: Read) -> Counter[str]:
        index = Index(row.encode() for _, row in read.rows)
        counts: Counter[str] = Counter()
        for (_, kind), count in index.counts().items():
            counts[kind] += count
        return counts


def load_search(settings: Settings) -> HelpSearch:
    """The search without any imported place. Raises ResourceError on a faulty file."""
    folder = settings.data_folder / "resources"
    return HelpSearch(
        Directory.load(folder), Kinds.load(folder), Places.load(settings.data_folder / "places")
    )


@asynccontextmanager
async def open_desk(settings: Settings) -> AsyncIterator[Desk]:
    """The desk on the database of the settings, whose tables are made where they are missing."""
    await asyncio.to_thread(database.migrate, settings.effective_database_url)
    engine, sessions = database.connect(settings.effective_database_url)
    try:
        yield Desk(load_search(settings), ResourceImports(sessions), ResourceReports(sessions))
    finally:
        await engine.dispose()
