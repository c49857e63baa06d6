"""Examples that counsellors kept with consent: read them again, then export them for training.

python -m handoff.examples list             what waits to be read
python -m handoff.examples accept|reject ID
python -m handoff.examples export FILE      the accepted ones, in the form of data/distress/messages.jsonl
python -m handoff.examples figures          how often counsellors found another level
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path

from handoff.records import database
from handoff.records.feedback import Feedback
from handoff.settings import Settings

USAGE = "usage: python -m handoff.examples list | accept ID | reject ID | export FILE | figures"


async def run(feedback: Feedback, arguments: list[str]) -> int:
    """The exit status: 0, or 2 when the call makes no sense or names no example."""
    match arguments:
        case ["list"]:
            for each in await feedback.examples(reviewed=False):
                print(f"{each.id}\t{each.level}\t{each.category}\t{each.language}\t{each.text!r}")
        case [("accept" | "reject") as verb, number] if number.isdigit():
            done = await (feedback.accept if verb == "accept" else feedback.reject)(int(number))
            if not done:
                print(f"no example {number}", file=sys.stderr)
                return 2
        case ["export", path]:
            examples = await feedback.examples(reviewed=True)
            with Path(path).open("w", encoding="utf-8") as file:
                for each in examples:
                    row = {
                        "text": each.text,
                        "level": each.level,
                        "category": each.category,
                        "lang": each.language,
                        "group": f"kept_{each.id}",
                    }
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
            print(f"{len(examples)} examples written")
        case ["figures"]:
            counts = Counter((each.found, each.corrected) for each in await feedback.corrections())
            for (found, corrected), count in sorted(counts.items()):
                print(f"{found} -> {corrected}\t{count}")
        case _:
            print(USAGE, file=sys.stderr)
            return 2
    return 0


async def _main(arguments: list[str]) -> int:
    url = Settings.load().effective_database_url
    await asyncio.to_thread(database.migrate, url)
    engine, sessions = database.connect(url)
    try:
        return await run(Feedback(sessions), arguments)
    finally:
        await engine.dispose()


if __name__ == "__main__":
    sys.exit(asyncio.run(_main(sys.argv[1:])))
