"""Builds and wires the two apps. The only file that knows all the others."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request, status
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from handoff import logs
from handoff.answers.cards import CardLibrary
from handoff.answers.following import LibraryFollower
from handoff.answers.page_catalogue import PageCatalogue
from handoff.answers.texts import Voices
from handoff.assistant.assistant import Assistant
from handoff.assistant.channel_words import ChannelWords
from handoff.assistant.help_reply import HelpReplies, found_line
from handoff.assistant.rasa import RasaClient
from handoff.assistant.render import Renderer
from handoff.channels import arrivals, help_pages, inside, messaging, pages, web
from handoff.channels.answering import Answering
from handoff.channels.headers import KeepNothing
from handoff.channels.pace import Pace
from handoff.channels.report_pace import ReportPace
from handoff.desk_parts import console_routers, open_desk, open_training
from handoff.errors import StoreUnavailableError
from handoff.follow_directory import follow_directory
from handoff.keep_promises import Keeper
from handoff.messaging_apps import open_messaging
from handoff.metrics import CountedFigures, Metrics
from handoff.receive_message import MessagePath
from handoff.records import database
from handoff.records.accounts import Accounts
from handoff.records.audit import AuditTrail
from handoff.records.card_records import CardRecords
from handoff.records.credentials import Credentials
from handoff.records.example_records import ExampleRecords
from handoff.records.feedback import Feedback
from handoff.records.figures import Figures
from handoff.records.resource_imports import ResourceImports
from handoff.records.resource_reports import YOUNG_PERSON, ResourceReports
from handoff.records.seal import Seal
from handoff.records.sessions import StaffSessions
from handoff.records.steps import SignInSteps
from handoff.records.topic_figures import TopicFigures, counting
from handoff.resource_desk import load_search
from handoff.resources.search import HelpSearch
from handoff.settings import Settings
from handoff.staff import (
    audit_pages,
    console,
    figure_pages,
    manage_accounts,
    oidc_sign_in,
    own_account,
    passkeys,
    resources,
    sign_in,
)
from handoff.staff.collect_figures import collect_for_ever
from handoff.staff.danger_form import DangerForm
from handoff.staff.danger_pages import DangerPages
from handoff.staff.door import Door
from handoff.staff.language import LANGUAGES
from handoff.staff.oidc import OidcProvider
from handoff.staff.pages import show_refusal
from handoff.staff.studio.routes import add_studio
from handoff.store import connection
from handoff.store.addresses import Addresses
from handoff.store.arrivals import Arrivals
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from handoff.store.feed import Feed
from handoff.store.flood import Counted, Flood, Limit
from handoff.store.return_codes import ReturnCodes
from handoff.store.shared_details import SharedDetails
from handoff.studio_parts import build_studio

HERE = Path(__file__).parent


STAFF_PARTS = (
    sign_in,
    oidc_sign_in,
    passkeys,
    own_account,
    manage_accounts,
    audit_pages,
    figure_pages,
)


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


def load_pages(settings: Settings) -> pages.Pages:
    """What the young people's pages are made of. Raises TextError."""
    return pages.Pages(
        PageCatalogue.load(settings.data_folder / "texts", settings.page_languages.split()),
        {
            "idle_end": settings.idle_end,
            "conversation_lifetime": settings.conversation_lifetime,
            "return_code_lifetime": settings.return_code_lifetime,
            "shared_detail_lifetime": settings.shared_detail_lifetime,
        },
        {
            "operator_name": settings.operator_name,
            "operator_address": settings.operator_address,
            "operator_contact": settings.operator_contact,
            "publication_director": settings.publication_director,
            "host_name": settings.host_name,
            "data_contact": settings.data_contact,
        },
        settings.tab_title,
        settings.tab_icon,
        settings.exit_address,
        " ".join(settings.widget_sites.split()),
        settings.message_max_characters,
    )


def add_pages(app: FastAPI, settings: Settings) -> None:
    """The young people's pages and their files; they need nothing that can be down."""
    app.state.pages = load_pages(settings)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=HERE / "channels" / "static"), name="static")
    app.add_middleware(GZipMiddleware, minimum_size=400)
    app.add_middleware(KeepNothing)


@contextlib.asynccontextmanager
async def _published_cards(
    settings: Settings, sessions: database.Sessions, library: CardLibrary
) -> AsyncIterator[CardRecords]:
    """Keeps ``library`` what the studio published, for as long as the app runs."""
    records = CardRecords(sessions)
    follower = LibraryFollower(library, records, settings.published_cards)
    await follower.start()
    following = asyncio.create_task(follower.run())
    try:
        yield records
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


@dataclass
class _Stored:
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
async def _open_store(settings: Settings, metrics: Metrics, url: str = "") -> AsyncIterator[_Stored]:
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
    following = asyncio.create_task(feed.run())
    try:
        addresses = Addresses(redis, store, master_key, settings.conversation_lifetime)
        yield _Stored(redis, store, details, return_codes, feed, addresses, Arrivals(redis), flood, is_up)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await redis.aclose()


def create_public_app(settings: Settings | None = None) -> FastAPI:
    """The young people's door."""
    settings = settings or Settings.load()
    logs.configure(settings.log_level, "public")
    metrics = Metrics()

    # Here and not at the top: torch and spaCy would cost the staff app half a gigabyte for nothing.
    from handoff.trying import Trying
    from handoff.unanswered import Unanswered
    from handoff.understanding import Understanding

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        understanding = await asyncio.to_thread(Understanding.load, settings)
        search = await asyncio.to_thread(load_search, settings)
        words, renderer = load_words(settings, search)
        engine, sessions = database.connect(settings.effective_database_url)
        following = asyncio.create_task(follow_directory(ResourceImports(sessions), search))
        app.state.help_pages = _help_pages(search, ResourceReports(sessions))
        rasa = RasaClient(settings.effective_rasa_url, settings.rasa_timeout_seconds, metrics.rasa_call)
        parts = {"rasa": rasa.is_ready}
        async with (
            _open_store(settings, metrics) as stored,
            counting(settings.effective_database_url) as counter,
            metrics.served(settings.metrics_host, settings.public_metrics_port, stored.store, parts),
            _published_cards(settings, sessions, words.library),
        ):
            app.state.is_ready = stored.is_up
            assistant = Assistant(
                rasa,
                renderer,
                understanding.nearest,
                settings.rasa_timeout_seconds,
                CountedFigures(counter, metrics),
            )
            path = MessagePath(
                metrics.stripping(understanding.strip),
                metrics.erasing(understanding.forget),
                metrics.weighing(understanding.weigh),
                stored.store,
                assistant,
                words,
            )
            answering = Answering(path, metrics.outcome_after)
            app.state.inside_secret = settings.inside_secret
            app.state.unanswered = Unanswered(stored.store.missed_words, understanding.nearest, words.library)
            app.state.trying = Trying(
                understanding,
                rasa,
                # One of its own: what content leads try is not counted as shown.
                Assistant(rasa, renderer, understanding.nearest, settings.rasa_timeout_seconds),
                words,
                stored.store.forget_tracker,
            )
            pace = Pace(settings.burst_messages, settings.messages_per_second)
            app.state.web_channel = web.WebChannel(
                path,
                stored.store,
                stored.shared_details,
                stored.feed,
                answering,
                words,
                pace,
                settings.message_max_characters,
                stored.return_codes,
                frozenset(each.code for each in app.state.pages.catalogue.languages),
                app.state.pages.catalogue.start_label,
                stored.flood,
            )
            keeper = Keeper(
                stored.store,
                words,
                settings.answer_deadline,
                settings.idle_end,
                settings.gone_quiet,
                settings.long_wait,
                metrics,
                settings.page_gone,
            )
            keeping = asyncio.create_task(keeper.run())
            app.state.arrivals = stored.arrivals
            app.state.messaging = open_messaging(settings, stored, path, answering, words, pace)
            try:
                async with app.state.messaging.running():
                    yield
            finally:
                keeping.cancel()
                following.cancel()
                await answering.finish()
                await rasa.close()
        await engine.dispose()

    app = _app("Repère", lifespan)
    app.include_router(web.router)
    app.include_router(help_pages.router)
    app.include_router(messaging.router)
    app.include_router(arrivals.router)
    app.include_router(inside.router)
    add_pages(app, settings)
    return app


def create_staff_app(settings: Settings | None = None) -> FastAPI:
    """The staff's door. Nothing of it is reachable through the public app."""
    settings = settings or Settings.load()
    logs.configure(settings.log_level, "staff")
    metrics = Metrics()

    # Here and not at the top: whoever imports this file for the other door need not wait for spaCy.
    from handoff.privacy.outgoing import OutgoingCheck
    from handoff.privacy.stripper import Stripper

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        search = await asyncio.to_thread(load_search, settings)
        words, renderer = load_words(settings, search)
        stripper = await asyncio.to_thread(Stripper.load, settings.var_folder / "tagger")
        check = OutgoingCheck(stripper, search.directory.phones())
        await asyncio.to_thread(database.migrate, settings.effective_database_url)
        engine, sessions = database.connect(settings.effective_database_url)
        following = asyncio.create_task(follow_directory(ResourceImports(sessions), search))
        async with (
            _open_store(settings, metrics) as stored,
            metrics.served(settings.metrics_host, settings.staff_metrics_port, stored.store, {}),
            _open_store(settings, Metrics(), settings.effective_training_redis_url) as practice,
            _published_cards(settings, sessions, words.library) as cards,
            open_desk(settings, stored, sessions, words, renderer, stripper) as desk,
        ):
            state = app.state
            state.is_ready = stored.is_up
            state.resources = resources.Resources(
                search, ResourceImports(sessions), ResourceReports(sessions), found_line(search.kinds)
            )
            state.door = _door(settings, sessions)
            state.figures = Figures(sessions)
            collecting = asyncio.create_task(collect_for_ever(stored.store.contacts, state.figures))
            state.danger = DangerPages(
                {code: DangerForm.load(settings.data_folder / "texts", code) for code in LANGUAGES}
            )
            state.staff = console.Staff(
                stored.store,
                stored.shared_details,
                stored.feed,
                check,
                AuditTrail(sessions),
                Feedback(sessions),
                words,
                settings.staff_origin,
                settings.message_max_characters,
                desk,
            )
            app.state.studio = build_studio(
                settings, cards, ExampleRecords(sessions), TopicFigures(sessions), words, renderer, stripper
            )
            try:
                async with open_training(settings, practice, state, words) as training.state:
                    yield
            finally:
                collecting.cancel()
                following.cancel()
                await asyncio.gather(collecting, following, return_exceptions=True)
                await app.state.studio.close()
        await engine.dispose()

    app = _app("Repère, console", lifespan)
    training = _app("Repère, training", None)
    for part in STAFF_PARTS:
        app.include_router(part.router)
    for each in (app, training):
        each.add_exception_handler(HTTPException, show_refusal)
        for router in console_routers():
            each.include_router(router)
    app.mount("/training", training)
    add_studio(app)
    app.mount("/static", StaticFiles(directory=HERE / "staff" / "static"), name="static")
    return app


def _help_pages(search: HelpSearch, reports: ResourceReports) -> help_pages.HelpPages:
    async def report(resource_id: str, name: str, what: str) -> None:
        await reports.add(resource_id, name, what, YOUNG_PERSON)

    return help_pages.HelpPages(search, found_line(search.kinds), report, ReportPace())


def _door(settings: Settings, sessions: database.Sessions) -> Door:
    seal = Seal(settings.master_keys)
    oidc = (
        OidcProvider(
            settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, settings.oidc_name
        )
        if settings.oidc_issuer
        else None
    )
    return Door(
        Accounts(sessions, settings.sign_in_link_lifetime, settings.invitation_lifetime),
        StaffSessions(sessions, settings.staff_session_lifetime, settings.staff_idle_end),
        Credentials(sessions, seal),
        SignInSteps(sessions, seal),
        AuditTrail(sessions),
        PageCatalogue.load(settings.data_folder / "texts", LANGUAGES),
        seal,
        oidc,
        settings.staff_secure_cookie,
        settings.staff_origin,
    )


def _app(title: str, lifespan: object) -> FastAPI:
    # No OpenAPI page: it would load scripts from elsewhere, and tell strangers more than they need.
    app = FastAPI(title=title, lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)  # type: ignore[arg-type]

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
