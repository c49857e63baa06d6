"""Codes of posters and links: how many came by each, and nothing else.

python -m handoff.campaigns list        every code and its count
python -m handoff.campaigns new CODE    starts to count; prints the links
python -m handoff.campaigns drop CODE   forgets a code and its count
"""

from __future__ import annotations

import asyncio
import sys

from handoff.errors import SettingError, StoreUnavailableError
from handoff.settings import Settings
from handoff.store import connection
from handoff.store.arrivals import Arrivals

USAGE = "usage: python -m handoff.campaigns list | new CODE | drop CODE"


async def run(settings: Settings, arguments: list[str]) -> int:
    """The exit status: 0, or 2 when the call makes no sense. Raises StoreUnavailableError."""
    redis = connection.connect(settings.effective_redis_url)
    arrivals = Arrivals(redis)
    try:
        match arguments:
            case ["list"]:
                for code, count in (await arrivals.all()).items():
                    print(f"{count}\t{code}")
            case ["new", code]:
                await arrivals.make(code)
                origin = settings.public_origin or f"http://{settings.public_host}:{settings.public_port}"
                print(f"{origin}/c/{code}\nhttps://t.me/NAME_OF_YOUR_BOT?start={code}")
            case ["drop", code]:
                if not await arrivals.drop(code):
                    print(f"repere: no code {code}", file=sys.stderr)
                    return 2
            case _:
                print(USAGE, file=sys.stderr)
                return 2
    except ValueError as error:
        print(f"repere: {error}", file=sys.stderr)
        return 2
    finally:
        await redis.aclose()
    return 0


def main(arguments: list[str]) -> int:
    try:
        return asyncio.run(run(Settings.load(), arguments))
    except (SettingError, StoreUnavailableError) as error:
        print(f"repere: {error}; is Redis running?", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
