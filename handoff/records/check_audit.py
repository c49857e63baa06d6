"""Checks the audit trail: ``python -m handoff.records.check_audit [HEAD…]``.

Prints the number of entries and the head of the chain. Note the head somewhere else (on paper, in
another system) and give it again next time: then even a whole rewritten trail is found out.
Ends with 1 when something was changed or removed.
"""

from __future__ import annotations

import asyncio
import sys

from handoff.errors import SettingError
from handoff.records import database
from handoff.records.audit import AuditTrail, ChainReport
from handoff.settings import Settings


async def check(url: str, noted_heads: list[str]) -> ChainReport:
    """Checks the trail of a database."""
    engine, sessions = database.connect(url)
    try:
        return await AuditTrail(sessions).check(noted_heads)
    finally:
        await engine.dispose()


def main(arguments: list[str]) -> int:
    try:
        url = Settings.load().effective_database_url
    except SettingError as error:
        print(f"repere: {error}", file=sys.stderr)
        return 2
    report = asyncio.run(check(url, arguments))
    for entry_id in report.backwards:
        print(f"note: entry {entry_id} is dated before the one it follows (the clock was set back)")
    if report.problem is not None:
        print(f"repere: {report.problem}", file=sys.stderr)
        return 1
    print(f"{report.entries} entries, unbroken; head {report.head}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
