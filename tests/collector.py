"""A collector of OpenTelemetry traces of our own: it keeps what the apps send it."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.channels.local_server import LocalServer


class Collector:
    """OTLP over HTTP. ``raw``: everything that came, as it came."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.raw = b""
        app = FastAPI()
        app.post("/v1/traces")(self._take)
        self.server = LocalServer(app)

    @property
    def address(self) -> str:
        return f"{self.server.url}/v1/traces"

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        self.raw += body
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                self.spans += scope.spans
        return Response(media_type="application/x-protobuf")

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans if span.name == name]
