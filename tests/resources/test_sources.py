"""The official files are fetched whole or not at all, from a server of the test's own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from handoff.resources.sources import SOURCES, FetchError, Source, fetch, file_name

CONTENT = b'{"service": []}' * 1_000


class _Files(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/whole")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path in ("/whole", "/cut"):
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT if self.path == "/whole" else CONTENT[:500])
            self.close_connection = True
        elif self.path == "/dataset":
            host = self.headers["Host"]
            files = [
                {"title": "structures-inclusion-2026-01-01.json", "last_modified": "2026-01-01", "url": ""},
                {"title": "structures-inclusion-2026-02-01.json", "last_modified": "2026-02-01",
                 "url": f"http://{host}/whole"},
                {"title": "structures-inclusion-2026-02-01.csv", "last_modified": "2026-03-01", "url": "csv"},
                {"title": "services-inclusion-2026-02-01.json", "last_modified": "2026-02-01",
                 "url": f"http://{host}/cut"},
            ]  # fmt: skip
            body = json.dumps({"resources": files}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        else:
            self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Files) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def at(address: str, source: str = "dila") -> Source:
    return replace(SOURCES[source], url=address)


@pytest.mark.parametrize("path", ["/whole", "/moved"])
def test_a_file_is_fetched(server: str, tmp_path: Path, path: str) -> None:
    written: list[int] = []
    target = fetch(at(server + path), tmp_path / "dila.tar.bz2", written.append)
    assert target.read_bytes() == CONTENT and written[-1] == len(CONTENT)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("path", ["/cut", "/gone"])
def test_what_cannot_be_fetched_whole_leaves_the_old_file_and_no_part(
    server: str, tmp_path: Path, path: str
) -> None:
    target = tmp_path / "dila.tar.bz2"
    target.write_bytes(b"old")
    with pytest.raises(FetchError, match="dila"):
        fetch(at(server + path), target)
    assert target.read_bytes() == b"old" and list(tmp_path.iterdir()) == [target]


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(FetchError):
        fetch(at("http://127.0.0.1:1/"), tmp_path / "dila.tar.bz2")
    assert list(tmp_path.iterdir()) == []


def test_the_newest_file_of_a_dataset_is_picked(server: str, tmp_path: Path) -> None:
    structures = at(f"{server}/dataset", "data_inclusion")
    assert fetch(structures, tmp_path / file_name(structures)).read_bytes() == CONTENT
    with pytest.raises(FetchError):  # the services' file of this server is cut
        fetch(at(f"{server}/dataset", "data_inclusion_services"), tmp_path / "services.json")
    with pytest.raises(FetchError, match="no file"):
        fetch(replace(structures, pick="nothing-.*"), tmp_path / "nothing.json")
    assert [each.name for each in tmp_path.iterdir()] == ["data_inclusion.json"]


def test_each_source_has_a_file_of_its_own() -> None:
    names = [file_name(source) for source in SOURCES.values()]
    assert len(set(names)) == len(names)
    assert {"dila.tar.bz2", "education.csv", "data_inclusion_services.json"} <= set(names)
