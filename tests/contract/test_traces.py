"""What operators trace: how long each step took; never whose it was or what was said."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from handoff.traces import KEPT, NOT_TRACED, tracing
from tests.chat_client import ChatClient
from tests.collector import Collector
from tests.conftest import eventually
from tests.running_service import Service

STEPS = ("message.receive", "message.strip", "message.weigh", "message.respond")


async def test_each_message_is_a_trace_of_its_steps_and_tells_nothing(
    service: Service, collector: Collector
) -> None:
    collector.spans.clear()
    collector.raw = b""
    async with await ChatClient.open(service.chat) as young:
        for words in ("c koi le consentement", "moi c Zbigniewa, snap zbigniewa.trace"):
            await young.write(words)
            await young.until(lambda frame: frame["type"] == "message" and frame["author"] == "assistant")
    async with httpx.AsyncClient(base_url=service.chat, headers={"User-Agent": "Zbigniewaphone"}) as browser:
        await browser.get("/aide/93", params={"langue": "zbigniewish"})
    await eventually(
        lambda: (
            all(len(collector.named(step)) >= 2 for step in STEPS)
            and bool(collector.named("GET /aide/{code}"))
        ),
        20,
    )
    received = collector.named("message.receive")
    assert len({span.trace_id for span in received}) == len(received)
    assert all(not span.parent_span_id for span in received)
    for name in ("message.strip", "message.weigh"):
        assert {span.parent_span_id for span in collector.named(name)} <= {span.span_id for span in received}
    assert any(span.name.startswith("rasa.") for span in collector.spans)
    assert {each.key for span in collector.spans for each in span.attributes} <= set(KEPT)
    for told in ("zbigniewa", "consentement", young.conversation, "127.0.0.1"):
        assert told.encode() not in collector.raw.lower()


def test_nothing_is_traced_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    assert tracing("", "public") == NOT_TRACED
    assert FastAPI(telemetry=NOT_TRACED)._telemetry["auto_configure"] is False
