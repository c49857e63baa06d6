"""What an operator does at the command line: preview, import, go back; what is covered, overdue, broken."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from handoff.resources import __main__ as command_line
from handoff.resources.kinds import Kinds
from handoff.resources.links import Link, check_links
from handoff.resources.search import HelpSearch
from tests.resources.conftest import FILES, place

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], search: HelpSearch
) -> Run:
    # The tables are read once for all tests.
    monkeypatch.setattr("handoff.resource_desk.load_search", lambda _: search)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'records.db'}")

    def run(*words: object) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["handoff.resources", *map(str, words)])
        code = command_line.main()
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_a_file_is_previewed_shown_and_taken_back(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    code, said = run("preview", FILES / "dila.json", "--report", report)
    assert code == 0 and "montré à personne" in said
    assert report.exists()
    assert " montré " not in run("list")[1]
    code, said = run("import", "1")
    assert code == 0 and "appliqué" in said
    code, said = run("coverage", "--to", tmp_path / "docs")
    assert code == 0
    page = (tmp_path / "docs" / "coverage.md").read_text("utf-8")
    assert "Mission locale" in page and page.count("\n| ") == 1 + 101 + 1
    assert (tmp_path / "docs" / "images" / "coverage.svg").read_text("utf-8").startswith("<svg")
    code, said = run("overdue")
    assert code == 0 and "à vérifier" in said and "dila:" in said
    code, said = run("export", "csv", tmp_path / "all.csv")
    assert code == 0 and "Mission locale" in (tmp_path / "all.csv").read_text("utf-8")
    code, said = run("rollback", "dila")
    assert code == 0 and "rien" in said
    assert run("rollback", "dila")[0] == 1
    assert run("reports") == (0, "")


def test_half_a_file_does_not_take_the_place_of_a_whole_one(run: Run, tmp_path: Path) -> None:
    rows = [f"Lieu {number};paej;04 72 00 00 {number:02d};69" for number in range(10)]
    whole, half = tmp_path / "whole.csv", tmp_path / "half.csv"
    whole.write_text("\n".join(["nom;type;telephone;departement", *rows]), encoding="utf-8")
    half.write_text("\n".join(["nom;type;telephone;departement", *rows[:3]]), encoding="utf-8")
    assert run("import", whole)[0] == 0
    code, said = run("import", half)
    assert code == 1 and "disparaîtrait" in said
    assert run("import", half, "--force")[0] == 0


def test_a_source_is_exported_corrected_and_imported_again(run: Run, tmp_path: Path) -> None:
    first, out = tmp_path / "first.csv", tmp_path / "out.csv"
    first.write_text(
        "nom;type;telephone;departement;horaires;anonyme\n"
        "Lieu A;paej;04 72 00 00 01;69;Mo-Fr 09:00-17:00;oui\nLieu B;maison_ados;04 72 00 00 02;69;;\n",
        encoding="utf-8",
    )
    assert run("import", first, "--source", "csv:rhone")[0] == 0
    assert run("import", FILES / "dila.json")[0] == 0
    code, said = run("export", "csv", out, "--source", "csv:rhone")
    assert code == 0 and "2 ressources" in said
    code, said = run("preview", out, "--source", "csv:rhone")
    assert code == 0 and "0 nouveaux, 0 changés, 0 retirés (avant : 2)" in said
    out.write_text(out.read_text("utf-8").replace("04 72 00 00 02", "04 72 00 00 03"), encoding="utf-8")
    code, said = run("import", out, "--source", "csv:rhone")
    assert code == 0 and "0 nouveaux, 1 changés, 0 retirés (avant : 2)" in said
    code, said = run("export", "csv", out, "--source", "inconnue")
    assert code == 1 and "inconnue" in said


@pytest.mark.parametrize("words", [["import", "99"], ["preview", "nowhere.csv"], ["rollback", "inconnue"]])
def test_what_does_not_exist_is_said_in_a_line(run: Run, words: list[str]) -> None:
    code, said = run(*words)
    assert code == 1 and said.startswith("repere: ") and said.count("\n") == 1


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response({"/there": 200, "/gone": 404, "/robots": 403}[self.path])
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


async def test_each_link_is_opened_once_and_what_is_broken_is_told(kinds: Kinds, site: str) -> None:
    paths = ("/there", "/there", "/gone", "/robots")
    held = [place(kinds, str(number), "paej", url=site + path) for number, path in enumerate(paths)]
    held.append(place(kinds, "nobody", "paej", url="http://127.0.0.1:1/"))
    found: dict[str, Link] = {link.url: link async for link in check_links(held)}
    assert len(found) == 4
    assert found[f"{site}/there"].problem is None
    assert found[f"{site}/there"].resource_ids == ("essai:0", "essai:1")
    assert found[f"{site}/gone"].problem and found[f"{site}/gone"].sure
    assert found[f"{site}/robots"].problem and not found[f"{site}/robots"].sure
    assert found["http://127.0.0.1:1/"].problem
