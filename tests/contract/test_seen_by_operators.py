"""What operators see of the running service: enough to act, and nothing of anybody."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.asyncio.client import connect

from handoff.conversation import Category
from handoff.privacy.kinds import PRIORITY
from handoff.store.flood import Counted
from tests.chat_client import ChatClient
from tests.running_service import Service

ADDRESS = "203.0.113.77"
WORDS = ("ouistitine", "0639984472", "06 39 98 44 72", "Zébuline")

# Every label there may be, with every value it may have.
LABELS = {
    "level": {"0", "1", "2", "3"},
    "category": {each.value for each in Category},
    "kind": {*PRIORITY, "other"},
    "call": {"turn", "rank"},
    "outcome": {"ok", "failed"},
    "why": {"late", "missed"},
    "what": {each.value for each in Counted},
    "part": {"redis", "rasa"},
}


@dataclass
class Seen:
    """What operators have after somebody wrote."""

    conversation: str
    token: str
    logs: str
    public: str
    staff: str


@pytest.fixture(scope="module")
async def seen(service: Service) -> Seen:
    headers = {"X-Forwarded-For": ADDRESS}
    async with httpx.AsyncClient(base_url=service.chat, headers=headers) as http:
        opened = (await http.post("/api/conversations")).json()
    socket = await connect(service.chat.replace("http", "ws") + "/ws/chat", additional_headers=headers)
    async with ChatClient(socket, opened["conversation"], opened["token"]) as client:
        await client.send({"type": "hello", "token": opened["token"], "after": None})
        await client.write("moi c'est Zébuline ouistitine, mon num 06 39 98 44 72, il me frappe")
        await client.answer()
        await client.send({"type": "ask_person", "id": "aide"})
        await client.status("waiting")
        await client.send({"type": "erase"})
        await client.until(lambda frame: frame["type"] == "erased")
    async with httpx.AsyncClient() as http:
        figures = [
            (await http.get(f"http://127.0.0.1:{port}/metrics")).text
            for port in (service.settings.public_metrics_port, service.settings.staff_metrics_port)
        ]
    return Seen(opened["conversation"], opened["token"], service.logs(), *figures)


def test_neither_logs_nor_metrics_hold_a_word_an_address_or_an_id(seen: Seen) -> None:
    for text in (seen.logs, seen.public, seen.staff):
        for secret in (*WORDS, ADDRESS, seen.conversation, seen.token):
            assert secret.lower() not in text.lower()


def test_the_addresses_of_whoever_opens_a_socket_are_in_no_log(seen: Seen) -> None:
    assert "WebSocket" not in seen.logs
    assert "127.0.0.1:" not in "\n".join(line for line in seen.logs.splitlines() if '"door"' in line)


def test_labels_are_words_of_ours(seen: Seen) -> None:
    for text in (seen.public, seen.staff):
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                for name, value in sample.labels.items():
                    assert name == "le" or value in LABELS[name], sample


def test_what_happened_is_counted(seen: Seen) -> None:
    figures: Counter[str] = Counter()
    for family in text_string_to_metric_families(seen.public):
        for sample in family.samples:
            figures[sample.name] += sample.value  # type: ignore[assignment]
    for name in (
        "repere_messages_total",
        "repere_redactions_total",
        "repere_erasures_total",
        "repere_rasa_seconds_count",
        "repere_outcome_seconds_count",
        "repere_keeper_looks_total",
    ):
        assert figures[name] >= 1, name


def test_every_line_of_our_logs_is_json_with_our_fields_alone(service: Service) -> None:
    for door in ("public", "staff"):
        lines = (service.log_folder / f"{door}.log").read_text(encoding="utf-8").splitlines()
        assert lines
        for line in lines:
            assert set(json.loads(line)) <= {"at", "level", "logger", "event", "door", "error", "where"}


async def test_strangers_get_no_figures(service: Service) -> None:
    for address in (service.chat, service.console):
        async with httpx.AsyncClient(base_url=address) as http:
            assert (await http.get("/metrics")).status_code == httpx.codes.NOT_FOUND
            assert (await http.get("/health")).json() == {"status": "ok"}
            assert (await http.get("/ready")).json() == {"status": "ready"}
