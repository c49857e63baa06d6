"""Predictions for the evaluation, by exactly the code that serves messages.

    python -m handoff.predict privacy|distress|topics|conversations IN.jsonl OUT.jsonl

One JSON object a line in both files; the formats are those of docs/evaluation.md. ``topics`` and
``conversations`` start the trained Rasa for the time it takes, with a Redis of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

from handoff.app_parts import load_words
from handoff.assistant.assistant import Assistant
from handoff.assistant.questions import rank_questions
from handoff.assistant.rasa import RasaClient
from handoff.conversation import Reader
from handoff.receive_message import Incoming, MessagePath
from handoff.run import RunningParts
from handoff.settings import Settings
from handoff.store import connection
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from handoff.understanding import Understanding

Row = dict[str, Any]

OUT_OF_SCOPE = "hors_sujet"
ADULT_SEEKING_MINORS = "attirance_mineurs"

RASA_TIMEOUT_SECONDS = 30.0  # here nobody waits for the answer


def predict_privacy(understanding: Understanding, rows: Iterable[Row]) -> list[Row]:
    """Spans in code points of the original text, and the stripped text."""
    predictions = []
    for row in rows:
        spans = [
            {"start": span.start, "end": span.end, "type": span.kind}
            for span in understanding.stripper.spans(row["text"])
        ]
        stripped = understanding.stripper.strip(row["text"]).value
        predictions.append({"id": row["id"], "spans": spans, "stripped": stripped})
    return predictions


def predict_distress(understanding: Understanding, rows: Iterable[Row]) -> list[Row]:
    """Level, category and score of each message alone."""
    predictions = []
    for row in rows:
        verdict = understanding.detector.weigh(understanding.stripper.strip(row["text"]))
        predictions.append(
            {
                "id": row["id"],
                "level": int(verdict.level),
                "category": verdict.category.value,
                "score": verdict.score,
                "reasons": list(verdict.reasons),
            }
        )
    return predictions


def as_labelled(topic: str) -> str:
    """Evaluation sets label whatever the service refuses as out of scope, also what we refuse with a card."""
    return OUT_OF_SCOPE if topic == ADULT_SEEKING_MINORS else topic


async def predict_topics(understanding: Understanding, rows: Iterable[Row]) -> list[Row]:
    """Topics best first, and the département of a place that is named."""
    predictions = []
    async with _rasa() as settings:
        rasa = RasaClient(settings.effective_rasa_url, RASA_TIMEOUT_SECONDS)
        for row in rows:
            text = understanding.stripper.strip(row["text"])
            ranking = await rank_questions(rasa.rank, text)
            topics = list(dict.fromkeys(as_labelled(ranked.topic) for ranked in ranking))
            predictions.append({"id": row["id"], "topics": topics, "place": text.departement})
        await rasa.close()
    return predictions


async def predict_conversations(understanding: Understanding, rows: Iterable[Row]) -> list[Row]:
    """Plays the young person's turns through the whole path, on a real Redis and the real Rasa."""
    predictions = []
    async with _rasa() as settings:
        words, renderer = load_words(settings)
        rasa = RasaClient(settings.effective_rasa_url, RASA_TIMEOUT_SECONDS)
        redis = connection.connect(settings.effective_redis_url)
        store = ConversationStore(
            redis,
            MasterKey.of(settings.master_keys),
            settings.conversation_lifetime,
            settings.counsellor_lease,
        )
        assistant = Assistant(rasa, renderer, understanding.nearest, RASA_TIMEOUT_SECONDS)
        path = MessagePath(
            understanding.strip, understanding.forget, understanding.weigh, store, assistant, words
        )
        for row in rows:
            turns = [turn["text"] for turn in row["turns"] if turn["who"] == "jeune"]
            predictions.append({"id": row["id"], **await _play(path, store, turns)})
        await rasa.close()
        await redis.aclose()
    return predictions


async def _play(path: MessagePath, store: ConversationStore, turns: Iterable[str]) -> Row:
    conversation_id, _ = await store.open("evaluation")
    levels: list[int] = []
    handoff_turn = None
    for number, text in enumerate(turns, start=1):
        await path.respond(await path.receive(conversation_id, Incoming(uuid.uuid4().hex, text)))
        conversation = await store.get(conversation_id)
        levels.append(int(conversation.level))
        if handoff_turn is None and conversation.reader is Reader.WAITING:
            handoff_turn = number
    await store.erase(conversation_id)
    return {"levels": levels, "handoff_turn": handoff_turn}


@contextlib.asynccontextmanager
async def _rasa() -> AsyncIterator[Settings]:
    """Settings that reach a Rasa and a Redis of its own, started for this run."""
    with tempfile.TemporaryDirectory(prefix="repere-") as folder:
        settings = Settings.load().apart(Path(folder))
        async with RunningParts(settings, ("redis", "actions", "rasa"), Path(folder) / "log"):
            yield settings


def main(arguments: list[str]) -> int:
    tasks = ("privacy", "distress", "topics", "conversations")
    if len(arguments) != 3 or arguments[0] not in tasks:
        print(f"usage: python -m handoff.predict {'|'.join(tasks)} IN.jsonl OUT.jsonl", file=sys.stderr)
        return 2
    task, source, target = arguments[0], Path(arguments[1]), Path(arguments[2])
    logging.basicConfig(level=logging.WARNING)
    with source.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    understanding = Understanding.load(Settings.load())
    if task == "privacy":
        predictions = predict_privacy(understanding, rows)
    elif task == "distress":
        predictions = predict_distress(understanding, rows)
    elif task == "topics":
        predictions = asyncio.run(predict_topics(understanding, rows))
    else:
        predictions = asyncio.run(predict_conversations(understanding, rows))
    with target.open("w", encoding="utf-8") as file:
        for prediction in predictions:
            file.write(json.dumps(prediction, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
