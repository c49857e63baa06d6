"""Changes the master key without losing a conversation: ``python -m handoff.rotate_key [--new]``.

1. Put a new key before the old one: in REPERE_MASTER_KEY ("new,old"), or with ``--new`` in the file of
   this machine. Restart the apps: new conversations use it, old ones still open.
2. ``python -m handoff.rotate_key`` wraps every stored data key anew, and seals the staff's secrets anew.
3. Take the old key away. What a thief copied with it opens nothing written since.
"""

from __future__ import annotations

import asyncio
import os
import sys

from handoff.errors import SettingError, StoreUnavailableError
from handoff.records import database
from handoff.records.credentials import Credentials
from handoff.records.seal import Seal, SealError
from handoff.settings import Settings, new_key
from handoff.store import connection
from handoff.store.cipher import MasterKey
from handoff.store.rotation import Rotation, rewrap_all


def add_key(settings: Settings) -> None:
    """Puts a new key before those of this machine's file. Raises SettingError when they are elsewhere."""
    if settings.master_key:
        raise SettingError("the keys are in REPERE_MASTER_KEY: put a new one before them there")
    known = settings.master_keys  # makes the file when there is none, and checks it
    path = settings.master_key_file
    unfinished = path.with_suffix(".new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("\n".join([new_key(), path.read_text(encoding="ascii").strip()]) + "\n")
    unfinished.replace(path)
    print(f"a new key stands before {len(known)} older; restart the apps, then run this again without --new")


async def rotate(settings: Settings) -> Rotation:
    """Conversations' keys and the staff's sealed secrets. Raises StoreUnavailableError, SealError."""
    await asyncio.to_thread(database.migrate, settings.effective_database_url)
    engine, sessions = database.connect(settings.effective_database_url)
    try:
        await Credentials(sessions, Seal(settings.master_keys)).seal_anew()
    finally:
        await engine.dispose()
    redis = connection.connect(settings.effective_redis_url)
    try:
        return await rewrap_all(redis, MasterKey.of(settings.master_keys))
    finally:
        await redis.aclose()


def main(arguments: list[str]) -> int:
    try:
        settings = Settings.load()
        if arguments == ["--new"]:
            add_key(settings)
            return 0
        if arguments:
            print("usage: python -m handoff.rotate_key [--new]", file=sys.stderr)
            return 2
        done = asyncio.run(rotate(settings))
    except SettingError as error:
        print(f"repere: {error}", file=sys.stderr)
        return 2
    except SealError:
        print("repere: a secret of the staff was sealed by a key that is not among ours", file=sys.stderr)
        return 1
    except StoreUnavailableError:
        print("repere: Redis does not answer; nothing was changed that is not safe", file=sys.stderr)
        return 1
    print(f"{done.rewrapped} wrapped anew, {done.current} were already, {done.unreadable} unreadable")
    if done.unreadable:
        print("repere: unreadable ones were wrapped by a key that is not among ours", file=sys.stderr)
    return 1 if done.unreadable else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
