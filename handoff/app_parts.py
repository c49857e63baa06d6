"""What the two apps have in common: the store's connections, the published cards, the words."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from fastapi import FastAPI, Request, status
from fastapi.responses import JSONResponse, Response
from fastapi.telemetry import TelemetryConfig

from handoff.answers.cards import CardLibrary
from handoff.answers.following import LibraryFollower
from handoff.answers.texts import Voices
from handoff.assistant.channel_words import ChannelWords
from handoff.assistant.help_reply import HelpReplies
from handoff.assistant.render import Renderer
from handoff.errors import StoreUnavailableError
from handoff.metrics import Metrics
from handoff.records import database
from handoff.records.card_records import CardRecords
from handoff.resource_desk import load_search
from handoff.resources.search import HelpSearch
from handoff.settings import Settings
from handoff.store import connection
from handoff.store.addresses import Addresses
from handoff.store.arrivals import Arrivals
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from handoff.store.feed import Feed
from handoff.store.flood import Counted, Flood, Limit
from handoff.store.return_codes import ReturnCodes
from handoff.store.shared_details import SharedDetails
from handoff.together import running_beside
from handoff.traces import NOT_TRACED


def load_words(settings: Settings, search: HelpSearch | None = None) -> tuple[ChannelWords, Renderer]:
    """The words of the service and the renderer of its cards. Raises CardError on a faulty file."""
    search = search or load_search(settings)
    directory = search.directory
    help_replies = HelpReplies(search, settings.public_origin)
    library = CardLibrary.load(settings.data_folder / "answers", directory)
    voices = Voices.load(settings.data_folder / "texts", settings.language)
    return (
        ChannelWords(voices, directory, library, help_replies),
        Renderer(library, directory, voices, help_replies),
    )


@contextlib.asynccontextmanager
async def published_cards(
    settings: Settings, sessions: database.Sessions, library: CardLibrary
) -> AsyncIterator[CardRecords]:
    """Keeps ``library`` what the studio published, for as long as the app runs."""
    records = CardRecords(sessions)
    follower = LibraryFollower(library, records, settings.published_cards)
    await follower.start()
    async with running_beside(follower.run()):
        yield records


@dataclass
class Stored:
    """The connections both apps need."""

    redis: connection.RedisClient
    store: ConversationStore
    shared_details: SharedDetails
    return_codes: ReturnCodes
    feed: Feed
    addresses: Addresses
    arrivals: Arrivals
    flood: Flood
    is_up: Callable[[], Awaitable[bool]]


@contextlib.asynccontextmanager
async def open_store(settings: Settings, metrics: Metrics, url: str = "") -> AsyncIterator[Stored]:
    redis = connection.connect(url or settings.effective_redis_url)
    master_key = MasterKey.of(settings.master_keys)
    store = ConversationStore(redis, master_key, settings.conversation_lifetime, settings.counsellor_lease)
    store.waits.observe = metrics.claimed_after
    details = SharedDetails(redis, store, settings.shared_detail_lifetime)
    return_codes = ReturnCodes(redis, store, master_key, settings.return_code_lifetime)
    feed = Feed(redis)
    is_up = functools.partial(connection.answers, redis)
    limits = {
        Counted.CONVERSATION: Limit.parse(settings.flood_conversations),
        Counted.RETURN: Limit.parse(settings.flood_returns),
        Counted.MESSAGE: Limit.parse(settings.flood_messages),
    }
    flood = Flood(redis, master_key, limits, metrics.flooded)
    try:
        async with running_beside(feed.run()):
            addresses = Addresses(redis, store, master_key, settings.conversation_lifetime)
            yield Stored(redis, store, details, return_codes, feed, addresses, Arrivals(redis), flood, is_up)
    finally:
        await redis.aclose()


def make_app(title: str, lifespan: object, telemetry: TelemetryConfig = NOT_TRACED) -> FastAPI:
    # No OpenAPI page: it would load scripts from elsewhere, and tell strangers more than they need.
    app = FastAPI(
        title=title,
        lifespan=lifespan,  # type: ignore[arg-type]
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry=telemetry,
    )

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/ready")
    async def ready(request: Request) -> Response:
        # Not which part is missing: that is for operators (metrics), not for whoever asks.
        if await request.app.state.is_ready():
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "not ready"}, status.HTTP_503_SERVICE_UNAVAILABLE)

    @app.exception_handler(StoreUnavailableError)
    async def store_unavailable(_request: Request, _error: StoreUnavailableError) -> Response:
        return JSONResponse({"error": "unavailable"}, status.HTTP_503_SERVICE_UNAVAILABLE)

    return app
