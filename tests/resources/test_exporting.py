"""What is written in an open format reads back, and no cell of it can be run."""

from __future__ import annotations

import csv
import io
import json
import uuid
from pathlib import Path

import pytest

from handoff.resources.exporting import write_csv, write_data_inclusion, write_hsds
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
        anonymous="yes",
        on_bill="no",
        cost="gratuit",
        languages=("français", "LSF"),
        expect="Tu entres.",
        use_when="Tu veux parler.",
        as_of="2025-10-01",
        accessibility="De plain-pied.",
    )


ALIKE = (
    "name", "kind", "phone", "sms", "url", "opening", "hours", "cost", "anonymous", "on_bill", "topics",
    "age_min", "age_max", "address", "postcode", "commune", "departement", "latitude", "longitude",
    "languages", "expect", "use_when", "as_of", "accessibility",
)  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "hsds"])
def test_what_is_exported_is_imported(
    made: Resource, places: Places, kinds: Kinds, tmp_path: Path, form: str
) -> None:
    file = tmp_path / f"annuaire.{form}"
    with file.open("w", encoding="utf-8", newline="") as out:
        if form == "csv":
            write_csv([made], out)
        else:
            write_hsds([made], kinds, out)
    found = read_file(file, None, None, places, kinds)
    assert found.format == form and [str(each) for each in found.report.problems] == []
    again = Resource.model_validate_json(found.rows[0][1])
    assert {name: getattr(again, name) for name in ALIKE} == {name: getattr(made, name) for name in ALIKE}


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


def test_no_cell_can_be_run(kinds: Kinds) -> None:
    evil = place(
        kinds, "1", "paej", name="=cmd|' /C calc'!A0", use_when="@SUM(A1)", expect="+1;-1", phone="-2+3"
    )
    out = io.StringIO()
    write_csv([evil], out)
    cells = list(csv.reader(io.StringIO(out.getvalue()), delimiter=";"))[1]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


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
