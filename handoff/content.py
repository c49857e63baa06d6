"""Writes what the studio published as files, for git: ``python -m handoff.content export FOLDER``.

FOLDER is a clone of the project (or any folder): ``data/answers`` and ``data/nlu`` are written in it.
``git diff`` then shows what changed; ``make build`` trains on it.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from handoff.answers.cards import CardLibrary, load_catalogue
from handoff.answers.folder import files_of
from handoff.errors import RecordsUnavailableError
from handoff.records import database
from handoff.records.card_records import CardRecords
from handoff.records.example_records import ExampleRecords
from handoff.resources.directory import Directory
from handoff.settings import Settings
from handoff.staff.studio.whole_set import live_set

USAGE = "usage: python -m handoff.content export FOLDER"


async def export(settings: Settings, folder: Path) -> int:
    """Writes the files that differ; returns how many. Raises RecordsUnavailableError, OSError."""
    data = settings.data_folder
    library = CardLibrary.load(data / "answers", Directory.load(data / "resources"))
    await asyncio.to_thread(database.migrate, settings.effective_database_url)
    engine, sessions = database.connect(settings.effective_database_url)
    try:
        whole = await live_set(CardRecords(sessions), ExampleRecords(sessions), library)
    finally:
        await engine.dispose()
    written = 0
    for name, text in files_of(whole, data, load_catalogue(data / "answers")).items():
        path = folder / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".tmp")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
        written += 1
    return written


def main(arguments: list[str]) -> int:
    if len(arguments) != 2 or arguments[0] != "export":
        print(USAGE, file=sys.stderr)
        return 2
    try:
        written = asyncio.run(export(Settings.load(), Path(arguments[1])))
    except (RecordsUnavailableError, OSError) as error:
        print(f"repere: nothing more was written: {error}", file=sys.stderr)
        return 1
    print(f"{written} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
