"""Serves one of the two apps: ``python -m handoff.serve public`` or ``staff``."""

from __future__ import annotations

import sys

import uvicorn

from handoff.errors import SettingError
from handoff.settings import Settings

LARGEST_FRAME_BYTES = 256 * 1024
DOORS = ("public", "staff")
# How soon a browser that vanished without a word (no power, no network) is noticed: a counsellor's
# conversations must not wait for it. Phones on bad networks get the usual 20 s.
PING_SECONDS = {"public": 20.0, "staff": 10.0}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in DOORS:
        print(f"usage: python -m handoff.serve {'|'.join(DOORS)}", file=sys.stderr)
        return 2
    door = arguments[0]
    try:
        settings = Settings.load()
    except SettingError as error:
        print(f"repere: {error}", file=sys.stderr)
        return 2
    uvicorn.run(
        f"handoff.{door}_app:create_{door}_app",
        factory=True,
        host=settings.public_host if door == "public" else settings.staff_host,
        port=settings.public_port if door == "public" else settings.staff_port,
        # Ours (handoff.logs), set up by the app.
        log_config=None,
        # No access log: it would hold addresses of young people, and sign-in links.
        access_log=False,
        server_header=False,
        # Only our own proxy's word for where somebody writes from: anybody else's could be made up.
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        ws_max_size=LARGEST_FRAME_BYTES,
        ws_ping_interval=PING_SECONDS[door],
        ws_ping_timeout=PING_SECONDS[door],
        # Never DEBUG: the WebSocket's own log would hold every frame, words included.
        log_level="info",
        timeout_graceful_shutdown=5,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
