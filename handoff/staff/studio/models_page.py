"""The assistant's model: train, compare, put live, take back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, status
from fastapi.responses import JSONResponse, Response
from markupsafe import Markup

from handoff.errors import ModelError
from handoff.records.tables import Account
from handoff.staff.studio.confusion_plot import confusion_plot
from handoff.staff.studio.studio import HEADERS, Studio, form_of, go_to, page, studio_of
from handoff.staff.studio.studio_access import Lead, Publisher
from handoff.staff.studio.whole_set import live_set
from handoff.training.versions import RUNNING, Version, waiting_for_its_turn

router = APIRouter()

WHY_LEAST_CHARACTERS: Final = 3


@router.get("/studio/models")
async def models_page(request: Request, account: Lead) -> Response:
    """Every version, the training that runs, and how the newest compares with the one that is live."""
    return _page(request, account, done=request.query_params.get("done", ""))


@router.get("/studio/models/progress")
async def progress(request: Request, account: Lead) -> Response:
    """How far the training is, for the bar."""
    studio = studio_of(request)
    running = _running(studio.models.all())
    if running is None:
        return JSONResponse({"running": False}, headers=HEADERS)
    return JSONResponse(
        {
            "running": True,
            "percent": studio.models.percent(running),
            "stage": studio.labels(f"models.stage_{running.status.stage.value}"),
            "log": studio.models.log(running.id),
        },
        headers=HEADERS,
    )


@router.post("/studio/models/train")
async def train(request: Request, account: Publisher) -> Response:
    """Starts a training with the examples as they now are."""
    studio = studio_of(request)
    why = (await form_of(request)).get("why", "").strip()[:300]
    if len(why) < WHY_LEAST_CHARACTERS:
        return _page(request, account, "why_needed")
    whole = await live_set(studio.records, studio.examples, studio.library)
    try:
        await studio.models.start(whole.examples, list(whole.cards), account.name, why)
    except ModelError as error:
        return _page(request, account, error.code)
    await request.app.state.staff.audit.record("model_trained", account.id)
    return go_to("/studio/models")


@router.post("/studio/models/{version}/publish")
async def publish(request: Request, version: str, account: Publisher) -> Response:
    """Puts a version live: a new one that passed, or one that was live before."""
    studio = studio_of(request)
    why = (await form_of(request)).get("why", "").strip()[:300]
    if len(why) < WHY_LEAST_CHARACTERS:
        return _page(request, account, "why_needed")
    try:
        await studio.models.publish(version, account.name, why)
    except ModelError as error:
        return _page(request, account, error.code)
    except LookupError:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no_version") from None
    await request.app.state.staff.audit.record("model_published", account.id, about=f"version {version}")
    return go_to("/studio/models?done=published")


def _running(versions: Sequence[Version]) -> Version | None:
    return next((each for each in versions if each.status.stage in RUNNING), None)


def _compared(live: Version | None, new: Version | None, margin: float) -> list[dict[str, Any]]:
    """A row for each bar: before, after, whether it fell too far."""
    before: Mapping[str, float] = live.report["bars"] if live and live.report else {}
    after: Mapping[str, float] = new.report["bars"] if new and new.report else {}
    return [
        {
            "bar": bar,
            "before": before.get(bar),
            "after": after.get(bar),
            "fell": bar in before and bar in after and after[bar] < before[bar] - margin,
        }
        for bar in dict.fromkeys([*before, *after])
    ]


def _plot(studio: Studio, version: Version | None) -> Markup:
    if version is None or not version.report:
        return Markup("")

    def name(theme: str) -> str:
        return studio.labels(f"theme.{theme}")

    counts = [(str(right), str(first), int(count)) for right, first, count in version.report["confusion"]]
    # Every word in it is escaped where it is drawn.
    return Markup(confusion_plot(counts, name, studio.labels("models.confusion")))


def _page(request: Request, account: Account, refused: str = "", done: str = "") -> Response:
    studio = studio_of(request)
    versions = studio.models.all()
    live = next((each for each in versions if each.is_live), None)
    newest = waiting_for_its_turn(versions)
    measured = newest or live
    running = _running(versions)
    history = studio.models.history()
    return page(
        request,
        "models.html",
        account,
        status.HTTP_409_CONFLICT if refused else status.HTTP_200_OK,
        versions=versions,
        live=live,
        newest=newest,
        running=running,
        percent=studio.models.percent(running) if running else 0,
        log=studio.models.log(running.id if running else versions[0].id) if versions else "",
        rows=_compared(live, newest, studio.models.margin),
        margin=studio.models.margin,
        plot=_plot(studio, measured),
        mistakes=((measured.report if measured else None) or {}).get("mistakes", []),
        titles={card.topic: card.button_title() for card in studio.library.cards},
        was_live={each.version for each in history},
        history=history,
        refused=refused,
        done=done,
    )
