"""Small real servers for the page tests: the pages alone, a neutral site, and a wire that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import uvicorn
import yaml
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.async_api import Page, WebSocketRoute

from handoff.answers.page_catalogue import PageCatalogue
from handoff.public_app import add_pages
from handoff.settings import PROJECT_FOLDER, Settings, free_port

TEXTS = PROJECT_FOLDER / "data" / "texts"


@contextlib.contextmanager
def serving(app: FastAPI) -> Iterator[int]:
    """Serves an app from a thread of this process; gives its port."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="warning", access_log=False, log_config=None)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    give_up_at = time.monotonic() + 20
    while not server.started and time.monotonic() < give_up_at:
        time.sleep(0.02)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(10)


def neutral_site() -> FastAPI:
    """Where a quick exit leads in the tests, and a school's site that carries the widget."""
    app = FastAPI()

    @app.get("/")
    def weather() -> HTMLResponse:
        return HTMLResponse("<!doctype html><title>Météo</title><h1>Il fait beau</h1>")

    @app.get("/school")
    def school(widget: str, attributes: str = "", lang: str = "fr") -> HTMLResponse:
        tag = f'<script src="{widget}" {attributes}></script>'
        return HTMLResponse(f"<!doctype html><html lang={lang}><title>Lycée</title><body><h1>Lycée</h1>{tag}")

    @app.get("/framed")
    def framed(widget: str) -> HTMLResponse:
        frame = f'<iframe src="{widget}" title="Tchat" referrerpolicy="no-referrer"></iframe>'
        return HTMLResponse(f"<!doctype html><html lang=fr><title>Mairie</title><body><h1>Mairie</h1>{frame}")

    return app


def pages_alone(exit_address: str, folder: Path) -> FastAPI:
    """The young people's pages without the service behind them: what a page shows when nothing answers.

    Arabic is French words between marks: it shows a missing label and a wrong direction, it is for no reader.
    """
    french = yaml.safe_load((TEXTS / "ui.fr.yml").read_text(encoding="utf-8"))
    for code in ("fr", "en", "es"):
        (folder / f"ui.{code}.yml").write_text(
            (TEXTS / f"ui.{code}.yml").read_text(encoding="utf-8"), "utf-8"
        )
    marked = {key: f"مرحبا {words}" for key, words in french["chat"].items()}
    (folder / "ui.ar.yml").write_text(yaml.safe_dump({"chat": marked}, allow_unicode=True), "utf-8")
    app = FastAPI()
    settings = Settings.load().model_copy(update={"exit_address": exit_address})
    add_pages(app, settings)
    app.state.pages = replace(
        app.state.pages,
        catalogue=PageCatalogue.load(folder, ["fr", "en", "es", "ar"]),
        widget_sites="http://localhost:*",
    )
    return app


@dataclass
class Wire:
    """A TCP relay to the service, that can lose the line, fall silent, or answer like a hotel's Wi-Fi."""

    target_port: int
    port: int = 0
    mode: str = "open"  # open, cut, silent, portal

    def __post_init__(self) -> None:
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Every line breaks, and no new one is taken."""
        self.mode = "cut"
        self.drop()

    def drop(self) -> None:
        """Every line breaks; new ones are taken."""
        for writer in list(self._writers):
            writer.close()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Wire]:
        server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self
            self.cut()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == "cut":
            await _closed(writer)
            return
        if self.mode == "portal":
            await reader.readuntil(b"\r\n\r\n")
            page = b"<!doctype html><title>Wi-Fi</title>Acceptez les conditions"
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n"
            writer.write(head.encode() + b"Connection: close\r\n\r\n" + page)
            await writer.drain()
            await _closed(writer)
            return
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        self._writers |= {writer, there_writer}
        await asyncio.gather(self._pump(reader, there_writer), self._pump(there_reader, writer))
        self._writers -= {writer, there_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if self.mode != "silent":
                    writer.write(data)
                    await writer.drain()
        await _closed(writer)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


@dataclass
class Line:
    """The page's WebSocket: can break for a while, or at the first thing the page says with these words.

    ``stuck_at``: what the page says with these words is answered as when stripping it failed.
    """

    breaks_at: str = ""
    stuck_at: str = ""
    is_down: bool = False
    _open: list[WebSocketRoute] = field(default_factory=list)

    async def carry(self, page: Page) -> None:
        await page.route_web_socket("**/ws/chat", self._opened)

    async def go_down(self) -> None:
        self.is_down = True
        for route in self._open:
            await route.close()

    async def _opened(self, route: WebSocketRoute) -> None:
        if self.is_down:
            await route.close()
            return
        self._open.append(route)
        service = route.connect_to_server()

        async def said(words: str | bytes) -> None:
            if self.breaks_at and self.breaks_at in str(words):
                self.breaks_at = ""
                await route.close()
                await service.close()
            elif self.stuck_at and self.stuck_at in str(words):
                answer = {"type": "unavailable", "id": json.loads(words)["id"], "alone": True}
                route.send(json.dumps(answer | {"text": "Pas encore arrivé.", "resources": []}))
            else:
                service.send(words)

        route.on_message(said)
