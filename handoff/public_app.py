"""Builds and wires the young people's app."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

from handoff import logs
from handoff.answers.page_catalogue import PageCatalogue
from handoff.app_parts import load_words, make_app, open_store, published_cards
from handoff.assistant.assistant import Assistant
from handoff.assistant.help_reply import found_line
from handoff.assistant.rasa import RasaClient
from handoff.channels import arrivals, help_pages, inside, messaging, pages, web
from handoff.channels.answering import Answering
from handoff.channels.headers import KeepNothing
from handoff.channels.pace import Pace
from handoff.channels.report_pace import ReportPace
from handoff.follow_directory import follow_directory
from handoff.keep_promises import Keeper
from handoff.messaging_apps import open_messaging
from handoff.metrics import CountedFigures, Metrics
from handoff.records import database
from handoff.records.resource_imports import ResourceImports
from handoff.records.resource_reports import YOUNG_PERSON, ResourceReports
from handoff.records.topic_figures import counting
from handoff.resource_desk import load_search
from handoff.resources.search import HelpSearch
from handoff.settings import Settings
from handoff.together import end
from handoff.traces import TracedPath, step, traced, tracing
from handoff.trying import Trying
from handoff.unanswered import Unanswered
from handoff.understanding import Understanding

HERE = Path(__file__).parent


def create_public_app(settings: Settings | None = None) -> FastAPI:
    """The young people's door."""
    settings = settings or Settings.load()
    logs.configure(settings.log_level, "public")
    metrics = Metrics()

    @contextlib.contextmanager
    def rasa_call(call: str) -> Iterator[None]:
        with step(f"rasa.{call}"), metrics.rasa_call(call):
            yield

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        understanding = await asyncio.to_thread(Understanding.load, settings)
        search = await asyncio.to_thread(load_search, settings)
        words, renderer = load_words(settings, search)
        engine, sessions = database.connect(settings.effective_database_url)
        following = asyncio.create_task(follow_directory(ResourceImports(sessions), search))
        app.state.help_pages = _help_pages(search, ResourceReports(sessions))
        rasa = RasaClient(settings.effective_rasa_url, settings.rasa_timeout_seconds, rasa_call)
        parts = {"rasa": rasa.is_ready}
        async with (
            open_store(settings, metrics) as stored,
            counting(settings.effective_database_url) as counter,
            metrics.served(settings.metrics_host, settings.public_metrics_port, stored.store, parts),
            published_cards(settings, sessions, words.library),
        ):
            app.state.is_ready = stored.is_up
            assistant = Assistant(
                rasa,
                renderer,
                understanding.nearest,
                settings.rasa_timeout_seconds,
                CountedFigures(counter, metrics),
            )
            path = TracedPath(
                metrics.stripping(traced("message.strip", understanding.strip)),
                metrics.erasing(understanding.forget),
                metrics.weighing(traced("message.weigh", understanding.weigh)),
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
                await end([keeping, following])
                await answering.finish()
                await rasa.close()
        await engine.dispose()

    app = make_app("Repère", lifespan, tracing(settings.traces_to, "public"))
    app.include_router(web.router)
    app.include_router(help_pages.router)
    app.include_router(messaging.router)
    app.include_router(arrivals.router)
    app.include_router(inside.router)
    add_pages(app, settings)
    return app


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
            "accessibility": settings.accessibility,
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


def _help_pages(search: HelpSearch, reports: ResourceReports) -> help_pages.HelpPages:
    async def report(resource_id: str, name: str, what: str) -> None:
        await reports.add(resource_id, name, what, YOUNG_PERSON)

    return help_pages.HelpPages(search, found_line(search.kinds), report, ReportPace())
