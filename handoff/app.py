"""Builds and wires the two apps. The only file that knows all the others."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request, status
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from handoff.answers.cards import CardLibrary
from handoff.answers.following import LibraryFollower
from handoff.answers.page_catalogue import PageCatalogue
from handoff.answers.texts import Voices
from handoff.assistant.assistant import Assistant
from handoff.assistant.rasa import RasaClient
from handoff.assistant.render import Renderer
from handoff.assistant.words import ServiceWords
from handoff.channels import inside, pages, web
from handoff.channels.answering import Answering
from handoff.channels.headers import KeepNothing
from handoff.channels.pace import Pace
from handoff.errors import StoreUnavailableError
from handoff.keep_promises import Keeper
from handoff.receive_message import MessagePath
from handoff.records import database
from handoff.records.accounts import Accounts
from handoff.records.audit import AuditTrail
from handoff.records.card_records import CardRecords
from handoff.records.credentials import Credentials
from handoff.records.example_records import ExampleRecords
from handoff.records.feedback import Feedback
from handoff.records.figures import Figures
from handoff.records.seal import Seal
from handoff.records.sessions import StaffSessions
from handoff.records.steps import SignInSteps
from handoff.records.topic_figures import TopicFigures, counting
from handoff.resources.directory import Directory
from handoff.settings import Settings
from handoff.staff import (
    audit_pages,
    case_record,
    console,
    danger_pages,
    feedback,
    figure_pages,
    manage_accounts,
    oidc_sign_in,
    own_account,
    passkeys,
    sign_in,
)
from handoff.staff.collect_figures import collect_for_ever
from handoff.staff.danger_form import DangerForm
from handoff.staff.door import Door
from handoff.staff.language import LANGUAGES
from handoff.staff.oidc import OidcProvider
from handoff.staff.pages import show_refusal
from handoff.staff.studio.routes import add_studio
from handoff.store import connection
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from handoff.store.feed import Feed
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
    danger_pages,
    case_record,
    figure_pages,
)

TALKATIVE_LOGGERS = (
    "httpx",
    "httpcore",
    "httpx2",
    "presidio-analyzer",
    "sentence_transformers",
    "uvicorn.access",
    "websockets",
)


def load_words(settings: Settings) -> tuple[ServiceWords, Renderer]:
    """The words of the service and the renderer of its cards. Raises CardError on a faulty file."""
    directory = Directory.load(settings.data_folder / "resources")
    library = CardLibrary.load(settings.data_folder / "answers", directory)
    voices = Voices.load(settings.data_folder / "texts", settings.language)
    return ServiceWords(voices, directory, library), Renderer(library, directory, voices)


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
async def _published_cards(settings: Settings, library: CardLibrary) -> AsyncIterator[CardRecords]:
    """Keeps ``library`` what the studio published, for as long as the app runs."""
    engine, sessions = database.connect(settings.effective_database_url)
    records = CardRecords(sessions)
    follower = LibraryFollower(library, records, settings.published_cards)
    await follower.start()
    following = asyncio.create_task(follower.run())
    try:
        yield records
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await engine.dispose()


@dataclass
class _Stored:
    """The connections both apps need."""

    store: ConversationStore
    shared_details: SharedDetails
    return_codes: ReturnCodes
    feed: Feed


@contextlib.asynccontextmanager
async def _open_store(settings: Settings) -> AsyncIterator[_Stored]:
    redis = connection.connect(settings.effective_redis_url)
    master_key = MasterKey(settings.master_keys[0], settings.master_keys[1:])
    store = ConversationStore(redis, master_key, settings.conversation_lifetime, settings.counsellor_lease)
    details = SharedDetails(redis, store, settings.shared_detail_lifetime)
    return_codes = ReturnCodes(redis, store, master_key, settings.return_code_lifetime)
    feed = Feed(redis)
    following = asyncio.create_task(feed.run())
    try:
        yield _Stored(store, details, return_codes, feed)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await redis.aclose()


def create_public_app(settings: Settings | None = None) -> FastAPI:
    """The young people's door."""
    settings = settings or Settings.load()
    _quiet_logs(settings.log_level)

    # Here and not at the top: torch and spaCy would cost the staff app half a gigabyte for nothing.
    from handoff.trying import Trying
    from handoff.unanswered import Unanswered
    from handoff.understanding import Understanding

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        understanding = await asyncio.to_thread(Understanding.load, settings)
        words, renderer = load_words(settings)
        rasa = RasaClient(settings.effective_rasa_url, settings.rasa_timeout_seconds)
        async with (
            _open_store(settings) as stored,
            counting(settings.effective_database_url) as counter,
            _published_cards(settings, words.library),
        ):
            assistant = Assistant(
                rasa, renderer, understanding.nearest, settings.rasa_timeout_seconds, counter
            )
            path = MessagePath(
                understanding.strip, understanding.forget, understanding.weigh, stored.store, assistant, words
            )
            answering = Answering(path)
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
            )
            keeper = Keeper(
                stored.store,
                words,
                settings.answer_deadline,
                settings.idle_end,
                settings.gone_quiet,
                settings.long_wait,
            )
            keeping = asyncio.create_task(keeper.run())
            try:
                yield
            finally:
                keeping.cancel()
                await answering.finish()
                await rasa.close()

    app = _app("Repère", lifespan)
    app.include_router(web.router)
    app.include_router(inside.router)
    add_pages(app, settings)
    return app


def create_staff_app(settings: Settings | None = None) -> FastAPI:
    """The staff's door. Nothing of it is reachable through the public app."""
    settings = settings or Settings.load()
    _quiet_logs(settings.log_level)

    # Here and not at the top: whoever imports this file for the other door need not wait for spaCy.
    from handoff.privacy.outgoing import OutgoingCheck
    from handoff.privacy.stripper import Stripper

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        words, renderer = load_words(settings)
        stripper = await asyncio.to_thread(Stripper.load)
        check = OutgoingCheck(stripper, Directory.load(settings.data_folder / "resources").phones())
        await asyncio.to_thread(database.migrate, settings.effective_database_url)
        engine, sessions = database.connect(settings.effective_database_url)
        async with _open_store(settings) as stored, _published_cards(settings, words.library) as cards:
            app.state.door = _door(settings, sessions)
            app.state.figures = Figures(sessions)
            collecting = asyncio.create_task(collect_for_ever(stored.store.contacts, app.state.figures))
            app.state.danger = danger_pages.DangerPages(
                {code: DangerForm.load(settings.data_folder / "texts", code) for code in LANGUAGES}
            )
            app.state.staff = console.Staff(
                stored.store,
                stored.shared_details,
                stored.feed,
                check,
                AuditTrail(sessions),
                Feedback(sessions),
                words,
                settings.staff_origin,
                settings.message_max_characters,
            )
            app.state.studio = build_studio(
                settings, cards, ExampleRecords(sessions), TopicFigures(sessions), words.library, renderer
            )
            try:
                yield
            finally:
                collecting.cancel()
                await asyncio.gather(collecting, return_exceptions=True)
                await app.state.studio.inside.close()
        await engine.dispose()

    app = _app("Repère, console", lifespan)
    for part in STAFF_PARTS:
        app.include_router(part.router)
    app.add_exception_handler(HTTPException, show_refusal)
    app.include_router(console.router)
    app.include_router(feedback.router)
    add_studio(app)
    app.mount("/static", StaticFiles(directory=HERE / "staff" / "static"), name="static")
    return app


def _door(settings: Settings, sessions: database.Sessions) -> Door:
    seal = Seal(settings.master_key_bytes)
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

    @app.exception_handler(StoreUnavailableError)
    async def store_unavailable(_request: Request, _error: StoreUnavailableError) -> Response:
        return JSONResponse({"error": "unavailable"}, status.HTTP_503_SERVICE_UNAVAILABLE)

    return app


def _quiet_logs(level: str) -> None:
    """Our log level, and the libraries that would log addresses or words kept at warnings."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in TALKATIVE_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
