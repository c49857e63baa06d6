"""The young people's pages over HTTP: what they say to a browser, what they weigh, what they promise."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape

import httpx
import pytest

from handoff.settings import PROJECT_FOLDER
from tests.chat_client import ChatClient
from tests.running_service import Service

PAGES = ("/", "/proches", "/pros", "/confiance", "/traces", "/aide", "/aide/69")
FIRST_VISIT_BYTES = 60_000


@pytest.mark.parametrize("path", [*PAGES, "/widget", "/widget.js", "/icon", "/static/chat.css", "/nothing"])
async def test_nothing_is_kept_by_the_browser(service: Service, path: str) -> None:
    async with httpx.AsyncClient(base_url=service.chat) as public:
        answer = await public.get(path)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_loads_nothing_from_elsewhere_and_stands_in_no_frame(
    service: Service, path: str
) -> None:
    async with httpx.AsyncClient(base_url=service.chat) as public:
        answer = await public.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    # What stands in the page itself is allowed by what it is, and by nothing else.
    for tag, source in (("script", "script-src"), ("style", "style-src")):
        inside = re.findall(rf"<{tag}(?: type=.module.)?>(.*?)</{tag}>", answer.text, re.DOTALL)
        hashes = [b64encode(sha256(text.encode()).digest()).decode() for text in inside]
        allowed = " ".join(["'self'", *(f"'sha256-{each}'" for each in hashes)])
        assert f"{source} {allowed};" in policy
    assert re.search(r"\son\w+=|\sstyle=", answer.text) is None


async def test_without_a_list_of_sites_the_widget_stands_in_no_frame_either(service: Service) -> None:
    async with httpx.AsyncClient(base_url=service.chat) as public:
        answer = await public.get("/widget")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_a_host_that_is_no_host_stands_in_no_header(service: Service) -> None:
    async with httpx.AsyncClient(base_url=service.chat) as public:
        answer = await public.get("/", headers={"Host": "x; script-src *"})
    assert "script-src *" not in answer.headers["content-security-policy"]


async def test_a_first_visit_weighs_little(service: Service) -> None:
    """All that the page can ever fetch, compressed as a browser gets it; there are no fonts, no pictures."""
    static = PROJECT_FOLDER / "handoff" / "channels" / "static"
    files = [f"/static/{path.relative_to(static)}" for path in static.rglob("*") if path.is_file()]
    weight = 0
    async with httpx.AsyncClient(base_url=service.chat, headers={"Accept-Encoding": "gzip"}) as public:
        for path in ("/", "/icon", *files):
            async with public.stream("GET", path) as answer:
                weight += sum([len(part) async for part in answer.aiter_raw()])
                weight += sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
    print(f"all of the page: {weight / 1000:.1f} kB over the wire")
    assert weight <= FIRST_VISIT_BYTES


async def test_the_trust_page_says_what_the_settings_say(service: Service) -> None:
    async with httpx.AsyncClient(base_url=service.chat) as public:
        french = (await public.get("/confiance", headers={"Accept-Language": "fr"})).text.replace("\xa0", " ")
        english = (await public.get("/confiance?langue=en")).text
    for said in ("30 minutes", "24 heures et 30 minutes", "2 heures", "à compléter par la structure"):
        assert said in french
    for said in ("30 minutes", "24 hours and 30 minutes", "2 hours", "to be filled in"):
        assert said in english
    assert "{" not in french


@pytest.mark.parametrize(
    ("path", "language", "said"),
    [
        ("/confiance", "fr", ("une tranche d'âge", "au bout d'une heure", "rouvrir un onglet fermé")),
        ("/confiance", "en", ("an age band", "after an hour", "open a closed tab again")),
        ("/confiance", "es", ("una franja de edad", "de una hora", "volver a abrir una pestaña cerrada")),
        ("/traces", "fr", ("Rouvrir l'onglet fermé", "ton département")),
        ("/traces", "en", ("Reopen closed tab", "your département")),
        ("/traces", "es", ("Volver a abrir la pestaña cerrada", "tu departamento")),
    ],
)
async def test_what_stays_is_said_where_it_is_looked_for(
    service: Service, path: str, language: str, said: tuple[str, ...]
) -> None:
    """Case records, the count against abuse; what a tab that is only closed, and the history, still hold."""
    async with httpx.AsyncClient(base_url=service.chat) as public:
        page = unescape((await public.get(path, params={"langue": language})).text)
    assert [words for words in said if words not in page] == []


@pytest.mark.parametrize("path", ["/texts/fr/jeune.json", "/texts/es/pro.json"])
async def test_labels_of_another_language(service: Service, path: str) -> None:
    async with httpx.AsyncClient(base_url=service.chat) as public:
        body = (await public.get(path)).json()
    assert body["labels"]["send"]
    assert body["direction"] == "ltr"


@pytest.mark.parametrize("path", ["/texts/xx/jeune.json", "/texts/fr/staff.json", "/texts/../fr/jeune.json"])
async def test_a_language_or_an_audience_there_is_not(service: Service, path: str) -> None:
    async with httpx.AsyncClient(base_url=service.chat) as public:
        assert (await public.get(path)).status_code == httpx.codes.NOT_FOUND


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"pas du json",
        b"[1]",
        b"\xff\xfe",
        b'{"language": 7, "audience": ["jeune"], "departement": {"a": 1}}',
        b'{"language": "xx", "audience": "admin", "departement": "<b>"}',
        b"[" * 5000,
        b'{"departement": "' + b"9" * 5000 + b'"}',
    ],
)
async def test_whatever_the_page_says_of_itself_a_conversation_opens(service: Service, body: bytes) -> None:
    async with httpx.AsyncClient(base_url=service.chat) as public:
        answer = await public.post("/api/conversations", content=body)
    assert answer.status_code == httpx.codes.CREATED
    assert answer.json()["token"]


async def test_the_page_s_language_and_audience_are_the_conversation_s(service: Service) -> None:
    async with httpx.AsyncClient(base_url=service.chat) as public:
        wishes = {"language": "fr", "audience": "proche", "departement": "2A"}
        opened = (await public.post("/api/conversations", json=wishes)).json()
    async with await ChatClient.resume(service.chat, opened["conversation"], opened["token"]) as client:
        status = await client.status("assistant")
        assert "vous répond" in status["line"]
        await client.send({"type": "language", "language": "en"})
        status = await client.status("assistant")
        assert "A robot is answering" in status["line"]
        for unknown in ("xx", None, ["en"], {"en": 1}):
            await client.send({"type": "language", "language": unknown})
            refusal = await client.until(lambda frame: frame["type"] in ("refused", "unavailable"))
            assert refusal.get("code") == "bad_frame"


@pytest.mark.parametrize("body", [b"", b"{}", b'{"code": 7}', b'{"code": "bbbbb-bbbbb"}', b"\xff"])
async def test_a_code_that_opens_nothing_is_a_kind_word(service: Service, body: bytes) -> None:
    async with httpx.AsyncClient(base_url=service.chat) as public:
        answer = await public.post("/api/return", content=body)
    assert answer.status_code == httpx.codes.NOT_FOUND
    assert "code" in answer.json()["text"]
