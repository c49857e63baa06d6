"""What is written in an open format reads back, and no cell of it can be run."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Iterable
from pathlib import Path

import pytest

from handoff.resources.exporting import WRITERS, write_csv, write_data_inclusion, write_hsds
from handoff.resources.importing.read_file import read_file
from handoff.resources.kinds import Kinds
from handoff.resources.places import Places
from handoff.resources.resource import Resource
from handoff.resources.search import HelpSearch
from tests.resources.conftest import place


@pytest.fixture
def made(kinds: Kinds) -> Resource:
    return place(
        kinds,
        "1",
        "maison_ados",
        "35",
        name="Maison d'essai",
        address="11 rue de l'Essai",
        postcode="35000",
        commune="Rennes",
        phone="02 99 00 00 11",
        sms="114",
        url="https://maison.example.fr",
        opening="Mo-Fr 09:00-18:00",
        hours="lundi – vendredi, 9 h – 18 h",
        latitude=48.11,
        longitude=-1.68,
        chat_url="https://maison.example.fr/tchat",
        source_url="https://source.example.fr/fiche",
        source="annuaire d'essai",
        licence="Licence Ouverte 2.0",
        audience=("proche", "pro"),
        topics=("angoisse_stress", "maison_ados"),
        age_min=13,
        age_max=21,
        anonymous="yes",
        on_bill="no",
        cost="gratuit",
        languages=("français", "LSF"),
        expect="Tu entres.",
        use_when="Tu veux parler.",
        as_of="2025-10-01",
        accessibility="De plain-pied.",
    )


# An export names a place by an identifier of its own form.
FIELDS = [name for name in Resource.model_fields if name != "id"]
# What a structure of data.inclusion has a field for.
OF_A_STRUCTURE = (
    "name", "kind", "phone", "url", "opening", "hours", "address", "postcode", "commune", "departement",
    "latitude", "longitude", "source_url", "as_of",
)  # fmt: skip


def values_of(resource: Resource, names: Iterable[str]) -> dict[str, object]:
    return {name: getattr(resource, name) for name in names}


def written(form: str, resources: list[Resource], kinds: Kinds, folder: Path) -> Path:
    file = folder / f"annuaire.{form}"
    with file.open("w", encoding="utf-8", newline="") as out:
        WRITERS[form](resources, kinds, out)
    return file


@pytest.mark.parametrize("form", ["csv", "hsds"])
def test_what_is_exported_is_imported(
    made: Resource, places: Places, kinds: Kinds, tmp_path: Path, form: str
) -> None:
    found = read_file(written(form, [made], kinds, tmp_path), None, None, places, kinds)
    assert found.format == form and [str(each) for each in found.report.problems] == []
    again = Resource.model_validate_json(found.rows[0][1])
    assert values_of(again, FIELDS) == values_of(made, FIELDS)
    assert all(made.model_dump().get(name) for name in FIELDS), "every field is tried"


def test_what_nobody_knows_stays_unknown(places: Places, kinds: Kinds, tmp_path: Path) -> None:
    bare = Resource(
        id="essai:1", name="Lieu nu", kind="paej", departement="35", phone="02 99 00 00 11", as_of="2025-11"
    )
    assert kinds.by_id["paej"].anonymous == "yes" and kinds.by_id["paej"].cost
    found = read_file(written("hsds", [bare], kinds, tmp_path), None, None, places, kinds)
    again = Resource.model_validate_json(found.rows[0][1])
    names = [name for name in FIELDS if name != "source"]
    assert values_of(again, names) == values_of(bare, names)


def test_another_directory_does_not_say_anonymous_for_us(
    places: Places, kinds: Kinds, tmp_path: Path
) -> None:
    file = tmp_path / "autre.json"
    service = {"id": "1", "name": "Lieu", "url": "https://a.example.fr", "assured_date": "2025-01-01"}
    file.write_text(json.dumps([service]), encoding="utf-8")
    (row,) = read_file(file, "hsds", None, places, kinds).rows
    made = Resource.model_validate_json(row[1])
    assert (made.anonymous, made.kind) == ("unknown", "ligne")


def test_a_structure_comes_back_and_is_of_one_network(
    made: Resource, places: Places, kinds: Kinds, tmp_path: Path
) -> None:
    justice = made.model_copy(update={"kind": "point_justice"})
    file = written("data_inclusion", [justice], kinds, tmp_path)
    assert len(json.loads(file.read_text("utf-8"))[0]["reseaux_porteurs"]) == 1
    found = read_file(file, None, None, places, kinds)
    again = Resource.model_validate_json(found.rows[0][1])
    assert values_of(again, OF_A_STRUCTURE) == values_of(justice, OF_A_STRUCTURE)


def test_a_spreadsheet_is_corrected_and_comes_back_under_the_same_identifiers(
    made: Resource, places: Places, kinds: Kinds, tmp_path: Path
) -> None:
    file = written("csv", [made], kinds, tmp_path)
    first = read_file(file, "csv", "csv:ardeche", places, kinds).rows
    assert [key for key, _ in first] == ["ardeche:essai:1"]
    again = written("csv", [Resource.model_validate_json(row) for _, row in first], kinds, tmp_path)
    assert read_file(again, "csv", "csv:ardeche", places, kinds).rows == first


@pytest.mark.parametrize("form", ["csv", "hsds"])
def test_the_national_lines_go_out_and_come_back(
    search: HelpSearch, places: Places, kinds: Kinds, tmp_path: Path, form: str
) -> None:
    file = tmp_path / "annuaire"
    with file.open("w", encoding="utf-8", newline="") as out:
        if form == "csv":
            write_csv(search.directory, out)
        else:
            write_hsds(search.directory, kinds, out)
    found = read_file(file, form, None, places, kinds)
    names = [Resource.model_validate_json(row).name for _, row in found.rows]
    lines = [each.name for each in search.directory if each.kind == "ligne"]
    assert [name for name in lines if name not in names] == []


def test_no_cell_can_be_run_and_each_comes_back_as_it_was(
    places: Places, kinds: Kinds, tmp_path: Path
) -> None:
    evil = place(
        kinds,
        "1",
        "paej",
        name="=cmd|' /C calc'!A0",
        use_when="@SUM(A1)",
        expect="+1;-1a",
        cost="＝1+1",
        accessibility="-2 marches",
    )
    file = written("csv", [evil], kinds, tmp_path)
    text = file.read_text("utf-8")
    cells = list(csv.reader(io.StringIO(text), delimiter=";"))[1]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))] == []
    assert all(cell.startswith('"') for cell in text.splitlines()[1].split('";'))
    found = read_file(file, None, None, places, kinds)
    assert found.report.problems == []
    again = Resource.model_validate_json(found.rows[0][1])
    names = ("name", "use_when", "expect", "cost", "accessibility")
    assert values_of(again, names) == values_of(evil, names)


def test_hsds_identifiers_are_those_the_standard_wants(made: Resource, kinds: Kinds) -> None:
    out = io.StringIO()
    write_hsds([made, made.model_copy(update={"id": "essai:2"})], kinds, out)
    first, second = json.loads(out.getvalue())
    assert uuid.UUID(first["id"]) != uuid.UUID(second["id"])
    assert {"id", "name", "status", "organization"} <= first.keys()
    assert first["schedules"][0]["byday"] == "MO"
    assert first["service_at_locations"][0]["location"]["addresses"][0]["country"] == "FR"


def test_data_inclusion_has_the_fields_its_schema_needs(made: Resource, kinds: Kinds) -> None:
    out = io.StringIO()
    write_data_inclusion([made], kinds, out)
    (structure,) = json.loads(out.getvalue())
    assert {"source", "id", "nom", "date_maj"} <= structure.keys()
    assert structure["id"].startswith("repere--")
    assert len(structure["code_postal"]) == 5
    assert structure["horaires_accueil"] == "Mo-Fr 09:00-18:00"
