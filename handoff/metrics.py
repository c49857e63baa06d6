"""Figures for operators, in Prometheus's format, on a port of their own that is not the public's.

Counts and durations only: labels come from short lists written in our code, so that no word, id or address
can be one. Each process counts for itself; Prometheus adds up. What is true of the whole service (who waits,
who is on duty) is read from Redis, so every staff process says the same: take the maximum, not the sum.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections import Counter as Tally
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, multiprocess

from handoff.conversation import Category, Conversation, RiskLevel, StrippedText, Verdict
from handoff.errors import StoreUnavailableError
from handoff.privacy.kinds import PRIORITY
from handoff.receive_message import Forget, Strip, Weigh
from handoff.together import running_beside

logger = logging.getLogger(__name__)

Parts = Mapping[str, Callable[[], Awaitable[bool]]]

REFRESH_SECONDS = 5.0
UNANSWERED_AFTER = timedelta(seconds=10)  # the keeper answers after 4; so late, something is wrong with it
SHORT = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 8, 15)
WAITS = (5, 15, 30, 60, 120, 300, 600, 1200, 3600)
# Set by an operator who runs several workers behind one port: they then share their counts in this folder.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """Everything that is counted in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own = self.registry
        self.messages = Counter(
            "repere_messages", "Messages of young people, by level", ["level"], registry=own
        )
        self.distress = Counter(
            "repere_distress", "Messages of level 2 or 3, by category", ["category"], registry=own
        )
        self.redactions = Counter(
            "repere_redactions", "Messages where this kind was replaced", ["kind"], registry=own
        )
        self.erasures = Counter("repere_erasures", "Conversations erased at once", registry=own)
        self.fallbacks = Counter("repere_fallbacks", "Messages that were not understood", registry=own)
        self.cards = Counter("repere_cards_shown", "Answers that were a card", registry=own)
        self.rasa = Histogram(
            "repere_rasa_seconds",
            "Time of Rasa's answers",
            ["call", "outcome"],
            buckets=SHORT,
            registry=own,
        )
        self.outcome = Histogram(
            "repere_outcome_seconds", "From a message stored to its outcome", buckets=SHORT, registry=own
        )
        self.claims = Histogram(
            "repere_claim_seconds", "From the waiting list to a counsellor", buckets=WAITS, registry=own
        )
        self.rescued = Counter(
            "repere_rescued", "Messages without an outcome, answered by the keeper", ["why"], registry=own
        )
        self.flood_refused = Counter(
            "repere_flood_refused", "Refused by the flood limit", ["what"], registry=own
        )
        self.keeper_looks = Counter("repere_keeper_looks", "Looks of the keeper", registry=own)
        # Of the whole service.
        self.waiting = self._gauge("repere_waiting", "Conversations that wait for a person", ["level"])
        self.longest_wait = self._gauge("repere_longest_wait_seconds", "The longest wait now")
        self.on_duty = self._gauge("repere_counsellors_on_duty", "Consoles that are open")
        self.open = self._gauge("repere_conversations_open", "Conversations not ended")
        self.unanswered = self._gauge("repere_unanswered", "Messages past the deadline without an outcome")
        self.up = self._gauge("repere_part_up", "Whether a part answers (1) or not (0)", ["part"])
        # Every label is there from the start: an alert on what never happened needs a zero to rise from.
        for level in RiskLevel:
            self.messages.labels(int(level))
            self.waiting.labels(int(level))
        for kind in PRIORITY:
            self.redactions.labels(kind)
        for why in ("late", "missed"):
            self.rescued.labels(why)

    def _gauge(self, name: str, about: str, labels: Sequence[str] = ()) -> Gauge:
        return Gauge(name, about, labels, registry=self.registry, multiprocess_mode="mostrecent")

    # -- what the parts call -------------------------------------------------------------

    def weighing(self, weigh: Weigh) -> Weigh:
        """The same, counted by level and category."""

        async def counted(text: StrippedText, before: Sequence[StrippedText]) -> Verdict:
            verdict = await weigh(text, before)
            self.messages.labels(int(verdict.level)).inc()
            if verdict.level >= RiskLevel.HIGH:
                self.distress.labels(Category(verdict.category).value).inc()
            return verdict

        return counted

    def stripping(self, strip: Strip) -> Strip:
        """The same, with the kinds that were replaced counted."""

        async def counted(text: str, conversation_id: str) -> StrippedText:
            stripped = await strip(text, conversation_id)
            for kind in stripped.removed:
                self.redactions.labels(kind if kind in PRIORITY else "other").inc()
            return stripped

        return counted

    def erasing(self, forget: Forget) -> Forget:
        """The same, counted: it is called when somebody erases their conversation."""

        def counted(conversation_id: str) -> None:
            self.erasures.inc()
            forget(conversation_id)

        return counted

    @contextlib.contextmanager
    def rasa_call(self, call: str) -> Iterator[None]:
        """Times one call of Rasa."""
        started, outcome = time.perf_counter(), "failed"
        try:
            yield
            outcome = "ok"
        finally:
            self.rasa.labels(call, outcome).observe(time.perf_counter() - started)

    def rescue(self, why: str) -> None:
        """The keeper answered a message: ``late``, or ``missed`` by the index."""
        self.rescued.labels(why).inc()

    def looked(self) -> None:
        """The keeper looked."""
        self.keeper_looks.inc()

    def outcome_after(self, seconds: float) -> None:
        """A message has its outcome."""
        self.outcome.observe(seconds)

    def claimed_after(self, seconds: float) -> None:
        """A counsellor took a conversation."""
        self.claims.observe(max(0.0, seconds))

    def flooded(self, what: str) -> None:
        """The flood limit made somebody wait."""
        self.flood_refused.labels(what).inc()

    # -- what is true of the whole service -----------------------------------------------

    async def refresh(self, watched: Watched, parts: Parts) -> None:
        """Reads the gauges anew; without Redis it says so and leaves the others as they were."""
        for name, is_up in parts.items():
            self.up.labels(name).set(await is_up())
        try:
            # Who closed their page is no wait that anybody could end: no alert rings for it.
            waiting = [each for each in await watched.waiting() if each.gone_since is None]
            levels = Tally(int(each.level) for each in waiting)
            for level in RiskLevel:
                self.waiting.labels(int(level)).set(levels[int(level)])
            since = [each.waiting_since for each in waiting if each.waiting_since]
            now = datetime.now(UTC)
            self.longest_wait.set(max(((now - each).total_seconds() for each in since), default=0))
            self.on_duty.set(await watched.counsellors_on_duty())
            self.open.set(await watched.open_count())
            self.unanswered.set(await watched.unanswered(UNANSWERED_AFTER))
            self.up.labels("redis").set(1)
        except StoreUnavailableError:
            self.up.labels("redis").set(0)

    def text(self) -> bytes:
        """All of it as Prometheus reads it."""
        return prometheus_client.generate_latest(self._shared_or_own())

    def _shared_or_own(self) -> CollectorRegistry:
        if not os.environ.get(SHARED_FOLDER):
            return self.registry
        shared = CollectorRegistry()
        multiprocess.MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        return shared

    @contextlib.asynccontextmanager
    async def served(self, host: str, port: int, watched: Watched, parts: Parts) -> AsyncIterator[None]:
        """Served on a port of its own and kept fresh, while open. Port 0: nothing is served."""
        if not port:
            yield
            return
        try:
            server, thread = prometheus_client.start_http_server(port, host, self._shared_or_own())
        except OSError as error:
            # Figures are not worth a chat that doesn't start.
            logger.error("no metrics are served: %s", type(error).__name__)
            yield
            return
        try:
            async with running_beside(self._keep_fresh(watched, parts)):
                yield
        finally:
            await asyncio.to_thread(server.shutdown)
            server.server_close()
            thread.join()

    async def _keep_fresh(self, watched: Watched, parts: Parts) -> None:
        while True:
            try:
                await self.refresh(watched, parts)
            except Exception as error:  # figures must never end the process, nor stop for good
                logger.error("metrics: %s", type(error).__name__)
            await asyncio.sleep(REFRESH_SECONDS)


class Watched(Protocol):
    """What the gauges are read from (``ConversationStore``)."""

    async def waiting(self) -> list[Conversation]: ...
    async def counsellors_on_duty(self) -> int: ...
    async def open_count(self) -> int: ...
    async def unanswered(self, older_than: timedelta) -> int: ...


class CountedFigures:
    """Figures per topic, and beside them the totals an operator watches (topics are not labels)."""

    def __init__(self, figures: Figures, metrics: Metrics) -> None:
        self._figures = figures
        self._metrics = metrics

    def shown(self, topic: str) -> None:
        self._metrics.cards.inc()
        self._figures.shown(topic)

    def helped(self, topic: str, yes: bool) -> None:
        self._figures.helped(topic, yes)

    def fallback(self, topic: str) -> None:
        self._metrics.fallbacks.inc()
        self._figures.fallback(topic)


class Figures(Protocol):
    """``handoff.records.topic_figures.TopicCounter``."""

    def shown(self, topic: str) -> None: ...
    def helped(self, topic: str, yes: bool) -> None: ...
    def fallback(self, topic: str) -> None: ...
