"""What got no answer is noted for the content leads: not understood, and out of scope as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from handoff.app_parts import load_words
from handoff.assistant.assistant import Assistant
from handoff.assistant.rasa import RasaClient
from handoff.conversation import Conversation, Reader, RiskLevel, StrippedText
from handoff.receive_message import Missed
from handoff.settings import Settings
from tests.channels.local_server import LocalServer

CONVERSATION = Conversation("c" * 32, Reader.ASSISTANT)


class NothingNear:
    """For an assistant whose Rasa answers."""

    def rank(self, text: StrippedText) -> Sequence[tuple[str, float]]:
        return ()

    def is_sure(self, ranking: Sequence[tuple[str, float]]) -> bool:
        return False


@pytest.fixture
def rasa() -> Iterator[LocalServer]:
    """Takes the message for what it says: {"custom": …} of that name."""
    customs: dict[str, object] = {
        "hors sujet": {"out_of_scope": True},
        "pas compris": {"fallback": {"stage": 1, "topics": ["lgbt", "ivg", "fugue_que_faire"]}},
        "bonjour": {"small_talk": "salut"},
    }

    async def turn(request: Request) -> JSONResponse:
        return JSONResponse([{"custom": customs[(await request.json())["message"]]}])

    server = LocalServer(Starlette(routes=[Route("/webhooks/rest/webhook", turn, methods=["POST"])]))
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("words", "missed"), [("hors sujet", Missed.THIS), ("pas compris", Missed.THIS), ("bonjour", None)]
)
async def test_what_got_no_answer_is_noted(rasa: LocalServer, words: str, missed: Missed | None) -> None:
    _, renderer = load_words(Settings.load())
    client = RasaClient(rasa.url, 10)
    assistant = Assistant(client, renderer, NothingNear(), 10)
    try:
        answer = await assistant.answer(CONVERSATION, StrippedText.from_privacy(words), "", RiskLevel.NONE)
    finally:
        await client.close()
    assert answer.replies
    assert answer.missed is missed
