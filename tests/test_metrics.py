"""Figures for operators, on a real Redis: they count what happened, and hold nobody's words."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from handoff.conversation import Category, Reader, RiskLevel, StrippedText, Verdict
from handoff.metrics import Metrics
from handoff.settings import PROJECT_FOLDER, free_port
from handoff.store import connection
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from tests.conftest import MASTER_KEY, RedisServer, said


def values(text: bytes) -> dict[str, float]:
    """``name{label=value}`` → figure."""
    return {
        sample.name
        + "".join(f"{{{name}={value}}}" for name, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


async def test_the_waiting_list_by_level_and_the_longest_wait(store: ConversationStore) -> None:
    metrics = Metrics()
    for level in (3, 3, 1):
        conversation_id, _ = await store.open("web")
        await store.append(conversation_id, said("à l'aide"), also={"level": level})
        await store.move(conversation_id, Reader.WAITING)
    await store.indexes.console_open(7, store.now_ms(), on_duty=True)
    await metrics.refresh(store, {})
    found = values(metrics.text())
    waiting = [found[f"repere_waiting{{level={level}}}"] for level in range(4)]
    assert waiting == [0, 1, 0, 2]
    assert found["repere_longest_wait_seconds"] > 0
    assert found["repere_counsellors_on_duty"] == 1
    assert found["repere_conversations_open"] == 3
    assert found["repere_unanswered"] == 0
    assert await store.unanswered(timedelta(0)) == 3


async def test_the_time_to_a_counsellor_is_counted_where_it_happens(store: ConversationStore) -> None:
    metrics = Metrics()
    store.waits.observe = metrics.claimed_after
    conversation_id, _ = await store.open("web")
    await store.move(conversation_id, Reader.WAITING)
    await store.move(conversation_id, Reader.COUNSELLOR, new_owner=1)
    assert values(metrics.text())["repere_claim_seconds_count"] == 1


async def test_messages_redactions_erasures_and_rasa_are_counted() -> None:
    metrics = Metrics()

    async def strip(text: str, conversation_id: str) -> StrippedText:
        return StrippedText.from_privacy(text, ("PERSON", "PHONE", text))

    async def weigh(text: StrippedText, before: Sequence[StrippedText]) -> Verdict:
        return Verdict(RiskLevel.HIGH, Category.VIOLENCE, 0.9, ("frappe",))

    stripped = await metrics.stripping(strip)("un mot rare", "conversation-1")
    await metrics.weighing(weigh)(stripped, [])
    metrics.erasing(lambda _id: None)("conversation-1")
    with metrics.rasa_call("turn"):
        pass
    text = metrics.text()
    found = values(text)
    assert found["repere_messages_total{level=2}"] == 1
    assert found["repere_messages_total{level=3}"] == 0
    assert found["repere_distress_total{category=violence}"] == 1
    assert found["repere_redactions_total{kind=PHONE}"] == 1
    assert found["repere_redactions_total{kind=other}"] == 1
    assert found["repere_erasures_total"] == 1
    assert found["repere_rasa_seconds_count{call=turn}{outcome=ok}"] == 1
    for word in (b"rare", b"conversation-1", b"frappe"):
        assert word not in text


async def test_redis_away_is_said_and_the_figures_go_on() -> None:
    redis = connection.connect("unix:///nowhere/redis.sock")
    nowhere = ConversationStore(redis, MasterKey(MASTER_KEY), timedelta(hours=1), timedelta(seconds=60))
    metrics = Metrics()
    port = free_port()

    async def rasa_is_down() -> bool:
        return False

    async with metrics.served("127.0.0.1", port, nowhere, {"rasa": rasa_is_down}):
        await metrics.refresh(nowhere, {"rasa": rasa_is_down})
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{port}/metrics")
    await redis.aclose()
    found = values(answer.content)
    assert found["repere_part_up{part=redis}"] == 0
    assert found["repere_part_up{part=rasa}"] == 0


async def test_a_port_that_is_taken_costs_the_figures_and_not_the_chat(
    redis_server: RedisServer, store: ConversationStore
) -> None:
    port = free_port()
    async with Metrics().served("127.0.0.1", port, store, {}), Metrics().served("127.0.0.1", port, store, {}):
        pass


def test_several_workers_behind_one_port_add_up(tmp_path: Path) -> None:
    count = "from handoff.metrics import Metrics; m = Metrics(); m.rescue('late'); m.outcome_after(0.2)"
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", count], check=True, env=environment, cwd=PROJECT_FOLDER)
    shown = subprocess.run(
        [sys.executable, "-c", f"{count}; print(m.text().decode())"],
        check=True,
        env=environment,
        cwd=PROJECT_FOLDER,
        capture_output=True,
    ).stdout
    found = values(shown)
    assert found["repere_rescued_total{why=late}"] == 3
    assert found["repere_outcome_seconds_count"] == 3
