"""Builds and wires the staff's app. Apart, so that neither door waits for what only the other needs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from handoff import logs
from handoff.answers.page_catalogue import PageCatalogue
from handoff.app_parts import load_words, make_app, open_store, published_cards
from handoff.desk_parts import console_routers, open_desk, open_training
from handoff.follow_directory import follow_directory
from handoff.metrics import Metrics
from handoff.privacy.outgoing import OutgoingCheck
from handoff.privacy.stripper import Stripper
from handoff.records import database
from handoff.records.accounts import Accounts
from handoff.records.audit import AuditTrail
from handoff.records.credentials import Credentials
from handoff.records.example_records import ExampleRecords
from handoff.records.feedback import Feedback
from handoff.records.figures import Figures
from handoff.records.resource_imports import ResourceImports
from handoff.records.resource_reports import ResourceReports
from handoff.records.seal import Seal
from handoff.records.sessions import StaffSessions
from handoff.records.steps import SignInSteps
from handoff.records.topic_figures import TopicFigures
from handoff.resource_desk import load_search
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
from handoff.studio_parts import build_studio
from handoff.together import end
from handoff.traces import tracing

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


def create_staff_app(settings: Settings | None = None) -> FastAPI:
    """The staff's door. Nothing of it is reachable through the public app."""
    settings = settings or Settings.load()
    logs.configure(settings.log_level, "staff")
    metrics = Metrics()

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
            open_store(settings, metrics) as stored,
            metrics.served(settings.metrics_host, settings.staff_metrics_port, stored.store, {}),
            open_store(settings, Metrics(), settings.effective_training_redis_url) as practice,
            published_cards(settings, sessions, words.library) as cards,
            open_desk(settings, stored, sessions, words, renderer, stripper) as desk,
        ):
            state = app.state
            state.is_ready = stored.is_up
            state.resources = resources.Resources(
                search, ResourceImports(sessions), ResourceReports(sessions)
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
                await end([collecting, following])
                await app.state.studio.close()
        await engine.dispose()

    app = make_app("Repère, console", lifespan, tracing(settings.traces_to, "staff"))
    training = make_app("Repère, training", None)
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
