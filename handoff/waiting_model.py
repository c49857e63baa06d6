"""Tries a sentence on a model that is not live. Wired like staff_app.py.

The model is served by a Rasa and a Redis of its own, as when it is measured: what serves young people is not
touched. They start at the first try and end a while after the last one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from handoff.assistant.assistant import Assistant
from handoff.assistant.questions import rank_questions
from handoff.assistant.rasa import RasaClient
from handoff.assistant.render import Renderer
from handoff.assistant.words import ServiceWords
from handoff.conversation import Audience, Category, Conversation, Reader, RiskLevel, StrippedText, Verdict
from handoff.errors import ModelError, RasaUnavailableError, StoreUnavailableError
from handoff.privacy.stripper import Stripper
from handoff.run import RunningParts, StartError
from handoff.settings import Settings
from handoff.store import connection, keys
from handoff.training.versions import Versions
from handoff.tried import replies_to, topics_shown

logger = logging.getLogger(__name__)

PARTS: Final = ("redis", "actions", "rasa")
# A page waits so long for a Rasa that starts; then it says so, and the next try finds it further.
START_PATIENCE_SECONDS: Final = 40.0
KEPT_SECONDS: Final = 600.0  # after the last try
RASA_SECONDS: Final = 10.0


@dataclass
class _Served:
    """A model that answers, and what ends it."""

    rasa: RasaClient
    redis: connection.RedisClient
    parts: contextlib.AsyncExitStack


class WaitingModel:
    """One instance a staff app; one model at a time."""

    def __init__(
        self, settings: Settings, stripper: Stripper, renderer: Renderer, words: ServiceWords
    ) -> None:
        self._settings = settings
        self._stripper = stripper
        self._renderer = renderer
        self._words = words
        self._version = ""
        self._starting: asyncio.Task[_Served] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._changing = asyncio.Lock()  # one model is ended and another started at a time

    async def sentence(
        self, version: str, text: str, audience: str, found: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What it ranks and what would be said. ``found``: the same try on the model that is live.

        Raises ModelError: "starting" while its Rasa starts, "rasa" when that does not answer.
        """
        served = await self._served(version)
        rasa = served.rasa
        trial = uuid.uuid4().hex
        try:
            stripped = await asyncio.to_thread(self._stripper.strip, text, session=trial.encode())
        finally:
            self._stripper.forget(trial.encode())
        verdict = Verdict(
            RiskLevel(found["level"]), Category(found["category"]), found["score"], tuple(found["reasons"])
        )
        conversation = Conversation(
            trial,
            Reader.ASSISTANT,
            level=verdict.level,
            language=stripped.language or "fr",
            audience=Audience(audience),
        )
        assistant = Assistant(rasa, self._renderer, _NothingNear(), RASA_SECONDS)
        try:
            ranking = await rank_questions(rasa.rank, stripped)
            replies = await replies_to(assistant, self._words, conversation, stripped, verdict)
        except RasaUnavailableError as error:
            raise ModelError("rasa") from error
        finally:
            with contextlib.suppress(StoreUnavailableError):
                async with connection.redis_faults():
                    await served.redis.delete(keys.RASA_TRACKER_PREFIX + trial)
        topics = [(each.topic, each.confidence) for each in ranking]
        return {
            "topics": topics_shown(self._words.library, topics),
            "replies": [asdict(reply) for reply in replies],
        }

    async def close(self) -> None:
        """Ends what was started."""
        starting, self._starting, self._version = self._starting, None, ""
        if self._ending is not None and self._ending is not asyncio.current_task():
            self._ending.cancel()
        self._ending = None
        if starting is None:
            return
        starting.cancel()
        with contextlib.suppress(asyncio.CancelledError, StartError, OSError):
            await (await starting).parts.aclose()

    async def _served(self, version: str) -> _Served:
        async with self._changing:
            if self._starting is None or self._version != version:
                await self.close()
                self._version = version
                self._starting = asyncio.create_task(self._start(version))
            starting = self._starting
            self._end_later()
        done, _ = await asyncio.wait({starting}, timeout=START_PATIENCE_SECONDS)
        if not done or starting.cancelled():  # somebody tries another model meanwhile
            raise ModelError("starting")
        try:
            return starting.result()
        except (StartError, OSError, LookupError) as error:
            logger.error("a model could not be tried: %s", error)
            if self._starting is starting:
                self._starting = None
            raise ModelError("rasa") from error

    async def _start(self, version: str) -> _Served:
        model = Versions(self._settings.models_folder).model(version).resolve()
        async with contextlib.AsyncExitStack() as parts:
            folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="repere-")))
            apart = self._settings.apart(folder).model_copy(update={"served_model": str(model)})
            await parts.enter_async_context(RunningParts(apart, PARTS, folder / "log"))
            rasa = RasaClient(apart.effective_rasa_url, RASA_SECONDS)
            parts.push_async_callback(rasa.close)
            redis = connection.connect(apart.effective_redis_url)
            parts.push_async_callback(redis.aclose)
            return _Served(rasa, redis, parts.pop_all())

    def _end_later(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        self._ending = asyncio.create_task(self._end_when_unused())

    async def _end_when_unused(self) -> None:
        await asyncio.sleep(KEPT_SECONDS)
        await self.close()


class _NothingNear:
    """The staff app has no encoder: when this Rasa does not answer, nothing is sure."""

    def rank(self, text: StrippedText) -> Sequence[tuple[str, float]]:
        return ()

    def is_sure(self, ranking: Sequence[tuple[str, float]]) -> bool:
        return False
