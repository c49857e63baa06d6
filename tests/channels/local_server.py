"""A server of ours on a port of its own, in a thread: it goes on while a test waits."""

from __future__ import annotations

import asyncio
import socket
import threading
import time

import uvicorn
from starlette.types import ASGIApp


class LocalServer:
    """Serves an ASGI app over HTTP until ``stop``."""

    def __init__(self, app: ASGIApp) -> None:
        # Taken at once: a port that is only free now may be somebody else's a moment later.
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(app, log_level="error", lifespan="off", ws="none", log_config=None)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._thread.start()
        give_up_at = time.monotonic() + 10
        while not self._server.started:
            assert time.monotonic() < give_up_at, "a local server did not start"
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(10)

    async def serve_here(self) -> None:
        """Serves in the caller's own loop, for an app that shares things with it."""
        await self._server.serve([self._socket])

    async def stop_here(self, serving: asyncio.Task[None]) -> None:
        self._server.should_exit = True
        await serving
