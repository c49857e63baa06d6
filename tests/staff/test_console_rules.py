"""The console's rules on the real staff app: care whoever decides, roles and cards that change, the trail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from handoff.conversation import Reader
from handoff.records.audit import AuditTrail
from handoff.records.tables import Role
from handoff.staff.trainer import COLLEAGUE
from tests.conftest import eventually
from tests.staff_alone import StaffAlone
from tests.staff_client import Console, Frame, tab

SESSION_ENDED = 4401
MOST_AT_ONCE, SEVERE_IN_A_ROW = 6, 3
OK, CONFLICT, GONE = httpx.codes.OK, httpx.codes.CONFLICT, httpx.codes.NOT_FOUND


@asynccontextmanager
async def at_console(staff_alone: StaffAlone, *roles: Role) -> AsyncIterator[Console]:
    async with (
        staff_alone.signed_in(*roles) as (http, account),
        tab(staff_alone, http, account.id) as console,
    ):
        yield console


async def waiting(staff_alone: StaffAlone, level: int = 0) -> str:
    conversation = await staff_alone.conversation("il y a quelqu'un ?")
    await staff_alone.store.write(conversation, level=level)
    await staff_alone.store.move(conversation, Reader.WAITING)
    return conversation


async def on_duty(console: Console, capacity: int) -> None:
    await console.http.post("/api/duty", json={"state": "on", "capacity": capacity})
    await console.until(lambda frame: frame["type"] == "list" and frame["duty"]["capacity"] == capacity)


async def trail(staff_alone: StaffAlone, console: Console) -> list[str]:
    entries = await AuditTrail(staff_alone.sessions).latest(60)
    return [each.action for each in entries if each.account_id == console.account_id]


# -- care, whoever decides ------------------------------------------------------------------


async def test_claims_sent_at_once_never_pass_the_cap(staff_alone: StaffAlone) -> None:
    async with at_console(staff_alone, Role.COUNSELLOR) as staff:
        await on_duty(staff, 2)
        found = [await waiting(staff_alone) for _ in range(8)]
        answers = await asyncio.gather(*(staff.act(each, "claim") for each in found))
        assert sorted(each.status_code for each in answers) == [OK] * 2 + [CONFLICT] * 6
        assert await staff_alone.store.held_by(staff.account_id) == 2


async def test_danger_now_is_given_to_whoever_is_on_duty_whatever_their_cap(staff_alone: StaffAlone) -> None:
    async with (
        at_console(staff_alone, Role.COUNSELLOR) as full,
        at_console(staff_alone, Role.SUPERVISOR) as supervisor,
    ):
        await on_duty(full, 1)
        await full.claim(await waiting(staff_alone))
        calm, danger = await waiting(staff_alone, 2), await waiting(staff_alone, 3)
        given = {"to": full.account_id, "note": ""}
        await supervisor.listed("waiting", danger)
        assert (await supervisor.act(calm, "assign", given)).status_code == CONFLICT
        assert (await supervisor.act(danger, "assign", given)).status_code == OK
        await full.http.post("/api/duty", json={"state": "pause", "capacity": 1})
        await supervisor.until(lambda frame: state_of(frame, full.account_id) == "pause")
        other = await waiting(staff_alone, 3)
        assert (await supervisor.act(other, "assign", given)).status_code == CONFLICT


async def test_after_several_hard_ones_nobody_is_given_another_while_a_colleague_is_rested(
    staff_alone: StaffAlone,
) -> None:
    async with (
        at_console(staff_alone, Role.COUNSELLOR) as tired,
        at_console(staff_alone, Role.COUNSELLOR) as giver,
        at_console(staff_alone, Role.SUPERVISOR) as supervisor,
    ):
        await on_duty(tired, MOST_AT_ONCE)
        await on_duty(giver, MOST_AT_ONCE)
        for _ in range(SEVERE_IN_A_ROW):
            await tired.claim(await waiting(staff_alone, 2))
        hard, light = await waiting(staff_alone, 2), await waiting(staff_alone, 0)
        to_tired = {"to": tired.account_id, "note": ""}
        refused = await supervisor.act(hard, "assign", to_tired)
        assert refused.status_code == CONFLICT
        assert "à la suite" in refused.json()["detail"]
        # Whoever passes it on is not one who could take it: with nobody else rested it is not left hanging.
        await giver.claim(hard)
        assert (await giver.act(hard, "transfer", to_tired)).status_code == OK
        assert (await supervisor.act(light, "assign", to_tired)).status_code == OK


def state_of(frame: Frame, account_id: int) -> str | None:
    """What a supervisor sees of somebody's duty."""
    if frame["type"] != "list":
        return None
    people = frame["overview"]["people"]
    return next((each["state"] for each in people if each["id"] == account_id), None)


# -- roles and rights -----------------------------------------------------------------------


async def test_a_supervisor_who_is_one_no_more_loses_the_floor_at_once(staff_alone: StaffAlone) -> None:
    async with (
        at_console(staff_alone, Role.COUNSELLOR) as alix,
        at_console(staff_alone, Role.COUNSELLOR, Role.SUPERVISOR) as sacha,
    ):
        mine = await waiting(staff_alone)
        await alix.claim(mine)
        await sacha.send({"type": "look_along", "conversation": mine})
        await sacha.until(lambda frame: frame["type"] == "message")
        await staff_alone.accounts.change(sacha.account_id, roles=frozenset({Role.COUNSELLOR}))
        with pytest.raises(ConnectionClosed) as closed:
            await sacha.until(lambda _: False, seconds=60)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == SESSION_ENDED
        # The page loads again: a console, without the floor.
        async with tab(staff_alone, sacha.http, sacha.account_id) as again:
            assert "overview" not in again.frames[-1]
            await again.send({"type": "look_along", "conversation": mine, "id": "x"})
            assert (await again.until(lambda frame: frame["type"] == "refused"))["code"] == "gone"


async def test_in_training_a_colleague_is_there_to_pass_a_conversation_on_to(staff_alone: StaffAlone) -> None:
    async with (
        staff_alone.signed_in(Role.COUNSELLOR) as (http, account),
        tab(staff_alone, http, account.id, "/training") as trainee,
    ):
        begun = await http.post("/training/api/training", json={"scenario": "premiers_mots"})
        story = begun.json()["conversation"]
        await trainee.listed("waiting", story)
        await trainee.claim(story)

        async def colleagues() -> list[int]:
            there = (await http.get("/training/api/colleagues")).json()
            return [each["id"] for each in there if each["name"] == COLLEAGUE.name]

        await eventually(colleagues)
        (colleague,) = await colleagues()
        answer = await trainee.act(story, "transfer", {"to": colleague, "note": "elle préfère écrire"})
        assert answer.status_code == OK, answer.text
        gone = await trainee.until(lambda frame: frame["type"] == "gone")
        assert (gone["conversation"], gone["why"]) in ((story, "transferred"), (story, "closed"))
        # And nobody of the kind is at the real desk.
        real = (await http.get("/api/colleagues")).json()
        assert COLLEAGUE.name not in [each["name"] for each in real]


# -- cards ----------------------------------------------------------------------------------


async def test_a_card_is_sent_only_with_the_words_that_were_read(staff_alone: StaffAlone) -> None:
    async with at_console(staff_alone, Role.COUNSELLOR) as staff:
        mine = await waiting(staff_alone)
        await staff.claim(mine)
        cards = (await staff.http.get("/api/answers")).json()
        card = next(each for each in cards if each["topic"] == "anonymat")
        before = {"topic": card["topic"], "text": card["text"] + " Une phrase d'avant la correction."}
        english = {"Accept-Language": "en"}
        path = f"/api/conversations/{mine}/answer-card"
        refused = await staff.http.post(path, json=before, headers=english)
        assert refused.status_code == CONFLICT
        assert "corrected" in refused.json()["detail"]
        read = {"topic": card["topic"], "text": card["text"]}
        assert (await staff.http.post(path, json=read)).status_code == OK
        assert "card_sent" in await trail(staff_alone, staff)


# -- the trail, and the language ------------------------------------------------------------


async def test_the_trail_says_who_saw_or_did_it_once(staff_alone: StaffAlone) -> None:
    async with at_console(staff_alone, *Role) as staff:
        mine = await waiting(staff_alone)
        await staff.claim(mine)
        await staff.act(mine, "away")
        for page in ("/audit", "/accounts", "/danger/emergency"):
            assert (await staff.http.get(page)).status_code == OK
        form = {"recipient": "crip", "conversation": mine, "facts_seen": "un fait"}
        assert (await staff.http.get("/danger", params={"conversation": mine})).status_code == OK
        for _ in range(2):
            assert (await staff.http.post("/danger/text", data=form)).status_code == OK
        shared = {"shortcut": "trace", "text": "On est là.", "shared": True}
        assert (await staff.http.post("/api/canned-replies", json=shared)).status_code == OK
        replies = (await staff.http.get("/api/canned-replies")).json()
        found = next(each for each in replies if each["shortcut"] == "trace")
        assert (await staff.http.post(f"/api/canned-replies/{found['id']}/remove")).status_code == OK
        resource = (await staff.http.get("/api/resources")).json()["resources"][0]["id"]
        report = {"resource": resource, "what": "wrong"}
        assert (await staff.http.post("/api/resources/reports", json=report)).status_code == OK
        seen = await trail(staff_alone, staff)
        for action in (
            "away",
            "audit_seen",
            "accounts_seen",
            "emergency_card_seen",
            "danger_form_opened",
            "shared_reply_saved",
            "shared_reply_removed",
            "resource_reported",
        ):
            assert seen.count(action) == 1, action
        assert (await AuditTrail(staff_alone.sessions).check()).problem is None


async def test_an_english_console_reads_english_refusals(staff_alone: StaffAlone) -> None:
    async with at_console(staff_alone, Role.COUNSELLOR) as staff:
        mine = await waiting(staff_alone)
        await staff.claim(mine)
        staff.http.headers["Accept-Language"] = "en"
        nobodys = f"/api/conversations/{'0' * 32}"
        case = {"theme": "school", "outcome": "counselled"}
        example = {"position": "1-1", "level": 2, "agreed": False}
        missing = {"resource": "inconnue"}
        for path, sent, words in (
            (f"{nobodys}/case", case, "no longer exists"),
            (f"{nobodys}/level", {"level": 1}, "no longer exists"),
            (f"/api/conversations/{mine}/training-example", example, "must agree first"),
            (f"/api/conversations/{mine}/resource", missing, "This resource no longer exists"),
            ("/api/resources/reports", {**missing, "what": "wrong"}, "This resource no longer exists"),
            ("/api/resources/reports/99999/close", None, "no longer in the list"),
        ):
            answer = await staff.http.post(path, json=sent)
            assert answer.status_code in (CONFLICT, GONE), path
            assert words in answer.json()["detail"], path
