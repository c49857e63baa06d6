"""The pages behind the door, on the real staff app: whose conversation, which numbers, what is kept."""

from __future__ import annotations

import csv
import io
import re

import httpx
import pytest
from sqlalchemy import delete

from handoff.conversation import Reader
from handoff.records.audit import AuditTrail
from handoff.records.figures import Figures, Period, today
from handoff.records.tables import ContactFigure, Role
from handoff.staff.collect_figures import collect_once
from handoff.store.contacts import Fate
from tests.staff_alone import StaffAlone

CASE = {"theme": "exploitation", "outcome": "referred", "age_band": "13_15", "orientation": "line_119"}


async def test_a_counsellor_forging_anothers_conversation_learns_nothing(staff_alone: StaffAlone) -> None:
    async with (
        staff_alone.signed_in(Role.COUNSELLOR) as (_, owner),
        staff_alone.signed_in(Role.COUNSELLOR, Role.SUPERVISOR) as (other, _somebody),
    ):
        theirs = await staff_alone.conversation("mon histoire a moi", of=owner)
        answers = []
        for conversation in (theirs, "0" * 32, "../../etc"):
            form = await other.get("/danger", params={"conversation": conversation})
            case = await other.post(f"/api/conversations/{conversation}/case", json=CASE)
            level = await other.post(f"/api/conversations/{conversation}/level", json={"level": 0})
            detail = await other.post(f"/api/conversations/{conversation}/shared-detail")
            assert "histoire a moi" not in form.text
            answers.append((form.status_code, case.status_code, level.status_code))
            assert detail.status_code in (404, 409)
            close = await other.post(f"/api/conversations/{conversation}/close")
            assert close.status_code in (404, 409)
        assert answers == [(404, 404, 404)] * 3
        assert (await staff_alone.store.get(theirs)).counsellor_id == owner.id
        forged = {"recipient": "crip", "conversation": theirs}
        preview = await other.post("/danger/text", data=forged)
        assert "histoire a moi" not in preview.text


async def test_the_reporting_form_takes_the_words_of_my_conversation_and_keeps_nothing(
    staff_alone: StaffAlone,
) -> None:
    async with staff_alone.signed_in(Role.COUNSELLOR) as (counsellor, account):
        mine = await staff_alone.conversation("il me fait peur", "je suis à [LIEU]", of=account)
        form = (await counsellor.get("/danger", params={"conversation": mine})).text
        (first, second) = re.findall(r'name="words" value="([^"]*)"', form)
        assert "il me fait peur" in first
        assert "[LIEU]" in second
        filled = {"recipient": "prosecutor", "facts_seen": "un fait inventé", "words": first}
        text = await counsellor.post("/danger/txt", data=filled)
        assert text.headers["content-disposition"].startswith('attachment; filename="prosecutor-')
        assert "il me fait peur" in text.text
        assert "[LIEU]" not in text.text
        pdf = await counsellor.post("/danger/pdf", data=filled)
        assert pdf.content.startswith(b"%PDF")
        nothing = await counsellor.post("/danger/pdf", data={"recipient": "prosecutor"})
        assert nothing.status_code == 422
        trail = [entry for entry in await AuditTrail(staff_alone.sessions).latest(20)]
        made = [entry.about for entry in trail if entry.action == "danger_report_made"]
        assert made == ["prosecutor pdf", "prosecutor txt"]
        assert "fait inventé" not in " ".join(str(vars(entry)) for entry in trail)
        for name in ("repere", "apart"):
            for file in staff_alone.settings.var_folder.glob(f"{name}*"):
                assert b"un fait invent" not in file.read_bytes()


async def test_a_report_needs_the_role_and_a_form_of_ours(staff_alone: StaffAlone) -> None:
    async with staff_alone.signed_in(Role.ADMINISTRATOR) as (administrator, _):
        assert (await administrator.get("/danger")).status_code == httpx.codes.NOT_FOUND
        assert (await administrator.get("/console")).status_code == httpx.codes.NOT_FOUND
    async with staff_alone.signed_in(Role.COUNSELLOR) as (counsellor, _):
        assert (await counsellor.get("/supervision/figures")).status_code == httpx.codes.NOT_FOUND
        assert (await counsellor.get("/supervision/figures.csv")).status_code == httpx.codes.NOT_FOUND
        elsewhere = await counsellor.post("/danger/txt", headers={"X-Requested-With": "x"}, data={})
        assert elsewhere.status_code == httpx.codes.FORBIDDEN


async def forget_contacts(staff_alone: StaffAlone) -> None:
    """Those of other tests: how long people waited in them is any number."""
    while await collect_once(staff_alone.store.contacts, Figures(staff_alone.sessions)):
        pass
    async with staff_alone.sessions.begin() as session:
        await session.execute(delete(ContactFigure))


async def ended(staff_alone: StaffAlone, fate: Fate) -> int:
    """How many contacts ended so today."""
    figures = Figures(staff_alone.sessions)
    await collect_once(staff_alone.store.contacts, figures)
    found = await figures.contacts(Period(today(), today()))
    return sum(each.count for each in found if each.fate is fate)


async def test_a_day_becomes_figures_with_small_counts_hidden(staff_alone: StaffAlone) -> None:
    await forget_contacts(staff_alone)
    async with (
        staff_alone.signed_in(Role.COUNSELLOR) as (counsellor, account),
        staff_alone.signed_in(Role.SUPERVISOR) as (supervisor, _),
    ):
        for number in range(6):
            conversation = await staff_alone.conversation("bonsoir", of=account)
            case = CASE if number < 4 else {**CASE, "theme": "school"}
            path = f"/api/conversations/{conversation}"
            assert (await counsellor.post(f"{path}/case", json={**case, "theme": "x"})).status_code == 422
            for _ in range(2):  # the second one is not counted
                assert (await counsellor.post(f"{path}/case", json=case)).status_code == httpx.codes.OK
            assert (await counsellor.post(f"{path}/close")).status_code == httpx.codes.OK
        for _ in range(7):
            left = await staff_alone.conversation("y a quelqu'un ?")
            await staff_alone.store.move(left, Reader.WAITING)
            await staff_alone.store.erase(left)

        # The app does so every 20 seconds; whoever counts first, each contact is counted once.
        assert await ended(staff_alone, Fate.ABANDONED) == 7
        answer = await supervisor.get("/supervision/figures.csv")
        rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
        found = {(row["table"], row["ligne"]): row["valeur"] for row in rows}
        assert found["Contacts", "Abandonnés avant 60 s"] == "7"
        assert found["Contacts", "Traités"] == "6"
        assert found["Thème principal", "Total"] == "6"
        assert found["Thème principal", "Prostitution, traite, exploitation"] == "caché"
        assert found["Thème principal", "École"] == "caché"
        page = await supervisor.get("/supervision/figures")
        assert page.status_code == httpx.codes.OK
        assert 'class="plot"' in page.text


@pytest.mark.parametrize(
    "period", ["from=2026-13-01&to=2026-01-01", "from=x", "from=2026-02-01&to=2026-01-31"]
)
async def test_a_period_that_makes_no_sense_is_said_so(staff_alone: StaffAlone, period: str) -> None:
    async with staff_alone.signed_in(Role.SUPERVISOR) as (supervisor, _):
        for path in ("/supervision/figures", "/supervision/figures.csv"):
            answer = await supervisor.get(f"{path}?{period}")
            assert answer.status_code == 422
            assert "La période est fausse" in answer.text


async def test_pages_are_read_in_the_language_of_the_browser_or_the_one_chosen(
    staff_alone: StaffAlone,
) -> None:
    async with staff_alone.signed_in(*Role) as (member, _):
        english = await member.get("/danger", headers={"Accept-Language": "en-GB,fr;q=0.5"})
        assert 'lang="en"' in english.text
        assert "Child in danger" in english.text
        assert 'lang="fr"' in (await member.get("/account", headers={"Accept-Language": "de"})).text
        await member.get("/account?lang=en")
        assert "Second proof" not in (await member.get("/account")).text
        assert "My account" in (await member.get("/account")).text
        assert "Connecté" not in (await member.get("/console")).text
        assert 'lang="en"' in (await member.get("/account?lang=xx")).text
