"""The pages of help and the counsellor's picker, over HTTP, on the service; an import reaches both."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from handoff.follow_directory import LOOK_EVERY_SECONDS
from handoff.records.resource_reports import YOUNG_PERSON
from handoff.resource_desk import Desk, open_desk
from handoff.resources.places import COLLECTIVITIES
from tests.chat_client import ChatClient
from tests.conftest import eventually
from tests.contract.test_staff_door import OURS
from tests.resources.conftest import FILES
from tests.running_service import Service

SEEN_WITHIN_SECONDS = 30 * LOOK_EVERY_SECONDS


@pytest.fixture
async def young() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=20) as client:
        yield client


@pytest.fixture
async def staff(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=service.console, headers=OURS, timeout=20) as client:
        await client.get(await service.sign_in_link())
        yield client


@pytest.fixture
async def desk(service: Service) -> AsyncIterator[Desk]:
    async with open_desk(service.settings) as desk:
        yield desk


async def test_every_departement_has_a_page_with_a_number_and_official_links(
    service: Service, young: httpx.AsyncClient
) -> None:
    front = await young.get(f"{service.chat}/aide")
    codes = re.findall(r'href="/aide/([0-9AB]+)"', front.text)
    assert len(set(codes) - COLLECTIVITIES) == 101
    for code in ("01", "2A", "75", "93", "974"):
        page = await young.get(f"{service.chat}/aide/{code}")
        assert page.status_code == httpx.codes.OK
        assert 'href="tel:119"' in page.text
        assert "https://lannuaire.service-public.gouv.fr/navigation/" in page.text


async def test_the_pages_ask_nothing_of_anybody_else(service: Service, young: httpx.AsyncClient) -> None:
    page = await young.get(f"{service.chat}/aide/69")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "form-action 'self'" in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in page.headers
    fetched = re.findall(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="([^"]+)"', page.text)
    assert fetched and all(each.startswith(("/static/", "/icon")) for each in fetched)
    assert "style=" not in page.text


async def test_a_town_is_searched_for_without_standing_in_an_address(
    service: Service, young: httpx.AsyncClient
) -> None:
    page = await young.post(f"{service.chat}/aide", data={"lieu": "villeurbanne"})
    assert "Villeurbanne, Rhône (69)" in unescape(page.text)
    assert "villeurbanne" not in str(page.url).lower()
    assert "lieu=" not in page.text
    which = await young.post(f"{service.chat}/aide", data={"lieu": "saint denis"})
    assert which.text.count('data-testid="help-choice"') >= 2
    assert "La Réunion (974)" in unescape(which.text) and "Seine-Saint-Denis (93)" in unescape(which.text)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/aide/99", 404),
        ("/aide/%3Cscript%3E", 404),
        ("/aide/2a", 200),
        ("/aide/69?besoin=sante&debut=12", 200),
    ],
)
async def test_strange_addresses(service: Service, young: httpx.AsyncClient, path: str, status: int) -> None:
    page = await young.get(service.chat + path)
    assert page.status_code == status
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    "form",
    [
        {"besoin": "inventé", "debut": "-4"},
        {"besoin": "sante", "debut": "99999999"},
        {"besoin": "<script>", "debut": "abc"},
        {"besoin": "sante", "debut": "²"},
        {},
    ],
)
async def test_a_need_stands_in_no_address_and_a_strange_one_is_all_help(
    service: Service, young: httpx.AsyncClient, form: dict[str, str]
) -> None:
    page = await young.post(f"{service.chat}/aide/974", data=form)
    assert page.status_code == httpx.codes.OK
    assert "<script>" not in page.text and "besoin=" not in page.text and "debut=" not in page.text
    assert 'href="tel:119"' in page.text


async def test_a_strange_place_is_answered_with_the_list(service: Service, young: httpx.AsyncClient) -> None:
    for lieu in ("<script>alert(1)</script>", "x" * 5_000, "\x00", ""):
        page = await young.post(f"{service.chat}/aide", data={"lieu": lieu})
        assert page.status_code == httpx.codes.OK
        assert "<script>" not in page.text and 'href="/aide/69' in page.text


async def test_an_import_is_seen_in_the_chat_the_pages_and_the_console_and_so_is_its_end(
    service: Service, young: httpx.AsyncClient, staff: httpx.AsyncClient, desk: Desk
) -> None:
    read = desk.read(FILES / "dila.json", None, None)
    await desk.imports.apply(await desk.stage(read, "dila.json"))
    page_address = f"{service.chat}/aide/69"

    async def shown() -> bool:
        page = unescape((await young.get(page_address)).text)
        found = (await staff.get("/api/resources", params={"place": "69"})).json()["resources"]
        return "1 rue de l'Essai" in page and any("Mission locale" in each["name"] for each in found)

    await eventually(shown, SEEN_WITHIN_SECONDS)
    page = unescape((await young.get(page_address)).text)
    assert 'href="tel:0472000001"' in page
    assert "https://www.openstreetmap.org/?mlat=45.76600&mlon=4.87950" in page
    assert "gratuit" not in page.split("1 rue de l'Essai")[0].rsplit("<li", 1)[1], "not said by the data"
    async with await ChatClient.open(service.chat) as chat:
        await chat.write("je cherche de l'aide près de chez moi dans le 69")
        answer = await chat.until(lambda frame: frame.get("author") == "assistant")
        assert len(answer["resources"]) <= 3
        cards = {each["name"]: each for each in answer["resources"]}
        card = next(each for name, each in cards.items() if "Mission locale" in name)
        assert card["address"] == "Bâtiment B, 1 rue de l'Essai, 69100 Villeurbanne"
        assert any(each["phone"] == "119" for each in answer["resources"])
        payloads = [each["payload"] for each in answer["buttons"]]
        assert f"href:{service.chat}/aide/69" in payloads
        more = next(each for each in payloads if each.startswith("/d_autres"))
        await chat.send({"type": "press", "id": "encore", "payload": more})
        second = await chat.until(lambda frame: frame.get("author") == "assistant")
        first_ids = {each["id"] for each in answer["resources"]} - {"allo_119"}
        assert not first_ids & {each["id"] for each in second["resources"]}
        await chat.send({"type": "press", "id": "faux", "payload": more.replace("69", "99")})
        refused = await chat.until(lambda frame: frame["type"] == "refused")
        assert refused["code"] == "bad_frame"
    await desk.imports.roll_back("dila")

    async def gone() -> bool:
        return "rue de l'Essai" not in unescape((await young.get(page_address)).text)

    await eventually(gone, SEEN_WITHIN_SECONDS)


async def test_a_town_and_a_departement_are_paged_through_to_the_end(
    service: Service, young: httpx.AsyncClient, desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "lieux.csv"
    rows = [
        f"Lieu d'essai {number};planning_familial;0262 90 00 {number:02d};974;Saint-Denis;18;"
        "anglais | LSF;De plain-pied."
        for number in range(29)
    ]
    head = "nom;type;telephone;departement;commune;age_min;langues;accessibilite"
    file.write_text("\n".join([head, *rows]), encoding="utf-8")
    read = desk.read(file, None, "csv:essai")
    await desk.imports.apply(await desk.stage(read, file.name))

    async def shown() -> bool:
        return "Lieu d'essai" in unescape((await young.get(f"{service.chat}/aide/974")).text)

    try:
        await eventually(shown, SEEN_WITHIN_SECONDS)
        for path, form in (("/aide", {"lieu": "saint denis 974"}), ("/aide/974", {})):
            seen: list[str] = []
            start: str | None = "0"
            while start is not None:
                page = await young.post(service.chat + path, data={**form, "debut": start})
                text = unescape(page.text)
                assert "saint" not in str(page.url) and "?" not in str(page.url)
                assert ('name="lieu" value="saint denis 974"' in text) == bool(form)
                seen += re.findall(r"Lieu d'essai \d+", text)
                more = re.search(r'name="debut" value="(\d+)"', text)
                start = more[1] if more else None
            assert sorted(seen) == sorted(f"Lieu d'essai {number}" for number in range(29)), path
        for said in ("à partir de 18 ans", "langues : anglais, LSF", "De plain-pied."):
            assert said in text
        assert "from 18 years" in (await young.get(f"{service.chat}/aide/974?langue=en")).text
        lines = [each.name for each in desk.search.directory]
        assert [name for name in lines if name not in text] == [], "without a need, every line"
    finally:
        await desk.imports.roll_back("csv:essai")


async def test_near_me_is_answered_with_the_departement(service: Service, young: httpx.AsyncClient) -> None:
    page = await young.post(f"{service.chat}/aide", data={"lieu": "près de chez moi"})
    assert "ton département suffit" in unescape(page.text) and 'href="/aide/69' in page.text


async def test_a_wrong_address_may_be_reported_by_anybody_without_a_trace(
    service: Service, young: httpx.AsyncClient, staff: httpx.AsyncClient, desk: Desk
) -> None:
    wrong = {"resource": "pharos", "what": "wrong"}
    answers = await asyncio.gather(
        *(young.post(f"{service.chat}/api/resources/report", data=wrong) for _ in range(2))
    )
    assert [each.status_code for each in answers] == [204, 204]
    page = await young.post(
        f"{service.chat}/api/resources/report", data=wrong, headers={"Accept": "text/html"}
    )
    assert "Merci" in page.text
    for bad in ({"resource": "inventé", "what": "wrong"}, {"resource": "pharos", "what": "autre"}, {}):
        refused = await young.post(f"{service.chat}/api/resources/report", data=bad)
        assert refused.status_code == httpx.codes.NOT_FOUND
    said = await staff.post("/api/resources/reports", json={"resource": "pharos", "what": "closed"})
    assert said.json() == {"ok": True}
    listed = (await staff.get("/api/resources/reports")).json()["reports"]
    ours = [each for each in listed if each["resource_id"] == "pharos"]
    assert {(each["by"], each["what"], each["times"]) for each in ours} == {
        ("staff", "closed", 1),
        (YOUNG_PERSON, "wrong", 3),
    }
    for each in ours:
        assert (await staff.post(f"/api/resources/reports/{each['id']}/close")).json() == {"ok": True}
    assert (await staff.post(f"/api/resources/reports/{ours[0]['id']}/close")).status_code == 404


async def test_the_picker_finds_and_gives_a_card(service: Service, staff: httpx.AsyncClient) -> None:
    found = (await staff.get("/api/resources", params={"words": "3018"})).json()
    assert [each["id"] for each in found["resources"]] == ["num_3018", "e_enfance"]
    by_need = (await staff.get("/api/resources", params={"need": "sante", "place": "974"})).json()
    assert by_need["place"] == "La Réunion (974)"
    assert "annuaire:pmi:974" in [each["id"] for each in by_need["resources"]]
    several = (await staff.get("/api/resources", params={"place": "saint denis"})).json()
    assert len(several["choices"]) == 2
    assert (await staff.get("/api/resources", params={"place": "xyzzy"})).json()["place_unknown"]
    async with await ChatClient.open(service.chat) as young:
        await young.send({"type": "ask_person", "id": "aide"})
        await young.status("waiting")
        path = f"/api/conversations/{young.conversation}"
        given = {"resource": "num_3018"}
        assert (await staff.post(f"{path}/resource", json=given)).status_code == httpx.codes.CONFLICT
        await staff.post(f"{path}/claim")
        assert (await staff.post(f"{path}/resource", json={"resource": "inventé"})).status_code == 404
        assert (await staff.post(f"{path}/resource", json=given)).json() == {"ok": True}
        card = await young.until(lambda frame: frame.get("author") == "counsellor")
        assert card["resources"][0]["phone"] == "3018"
        await staff.post(f"{path}/hand-back")


async def test_the_picker_takes_an_age(service: Service, staff: httpx.AsyncClient) -> None:
    for age in ("15", "", "abc", "²"):
        found = await staff.get("/api/resources", params={"place": "69", "age": age})
        assert found.status_code == httpx.codes.OK and found.json()["resources"]
    ages = {each["ages"] for each in found.json()["resources"]}
    assert "16-25 ans" in ages, "of the missions locales"


async def test_the_directory_is_for_staff_only(service: Service, staff: httpx.AsyncClient) -> None:
    async with httpx.AsyncClient(base_url=service.console, headers=OURS) as stranger:
        assert (await stranger.get("/api/resources")).status_code == httpx.codes.UNAUTHORIZED
        assert (await stranger.get("/resources")).status_code == httpx.codes.UNAUTHORIZED
    page = await staff.get("/resources")
    assert page.status_code == httpx.codes.OK
    assert "<svg" in page.text and "Rhône (69)" in page.text
