"""Traces for operators, by OpenTelemetry: how long each step took, never whose or with which words.

Off unless ``REPERE_TRACES_TO`` names a collector (OTLP over HTTP, "http://127.0.0.1:4318/v1/traces"). What
leaves the process is what ``KEPT`` names: FastAPI also writes down paths, addresses and browsers.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any, ParamSpec, TypeVar

from fastapi.telemetry import TelemetryConfig
from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status

from handoff.receive_message import Incoming, MessagePath, Received

Given = ParamSpec("Given")
Found = TypeVar("Found")

# A route is the pattern of an address ("/api/conversations/{conversation_id}"), never an address.
KEPT = ("http.request.method", "http.route", "http.response.status_code", "error.type")
NOT_TRACED: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


def tracing(address: str, part: str) -> TelemetryConfig:
    """What FastAPI is told. With an ``address``, this process traces from now on, as ``repere-<part>``."""
    if not address:
        return NOT_TRACED
    # Not Resource.create(): it would add what the environment says of this machine.
    provider = TracerProvider(resource=Resource({"service.name": f"repere-{part}"}))
    provider.add_span_processor(BatchSpanProcessor(OnlyWhatIsMeant(OTLPSpanExporter(address))))
    trace.set_tracer_provider(provider)
    return {**NOT_TRACED, "tracing": True, "operation_spans": False, "tracer_provider": provider}


@contextlib.contextmanager
def step(name: str, *, begins: bool = False) -> Iterator[None]:
    """A step that is timed; with ``begins`` the first of its trace, whatever goes on around it."""
    around = context.Context() if begins else None
    # An error's own words could quote a message.
    with trace.get_tracer("repere").start_as_current_span(
        name, around, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield
        except Exception as error:
            span.set_attribute("error.type", type(error).__name__)
            raise


def traced(
    name: str, call: Callable[Given, Coroutine[Any, Any, Found]]
) -> Callable[Given, Coroutine[Any, Any, Found]]:
    """The same, timed."""

    @functools.wraps(call)
    async def within(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        with step(name):
            return await call(*args, **kwargs)

    return within


class TracedPath(MessagePath):
    """One trace for what a message goes through until it is stored, one for what is said to it."""

    async def receive(self, conversation_id: str, incoming: Incoming) -> Received:
        with step("message.receive", begins=True):
            return await super().receive(conversation_id, incoming)

    async def respond(self, received: Received) -> None:
        with step("message.respond", begins=True):
            await super().respond(received)


class OnlyWhatIsMeant(SpanExporter):
    """Passes spans on, less everything that ``KEPT`` does not name."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([_bare(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def _bare(span: ReadableSpan) -> ReadableSpan:
    attributes = span.attributes or {}
    return ReadableSpan(
        span.name,
        span.context,
        span.parent,
        span.resource,
        {name: attributes[name] for name in KEPT if name in attributes},
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
