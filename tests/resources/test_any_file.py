"""Whatever a file holds, it is read or refused in words: never a crash, never a half."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.resources.importing.checks import phone_of, text_of, url_of
from handoff.resources.importing.read_file import READERS, read_file
from handoff.resources.importing.report import FieldError, FileRefusedError
from handoff.resources.importing.spreadsheet import COLUMNS
from handoff.resources.kinds import Kinds
from handoff.resources.places import Places
from handoff.resources.resource import Resource

SOME = settings(max_examples=60, deadline=None)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["id", "nom", "name", "pivot", "adresse", "telephone", "plage_ouverture", "reseaux_porteurs", "publics",
     "service_at_locations", "schedules", "phones", "attributes", "latitude", "date_maj",
     "type_etablissement"]
)  # fmt: skip


@pytest.fixture(scope="session")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any") / "file"


@SOME
@given(content=st.binary(max_size=400), name=st.sampled_from([None, *READERS]))
def test_any_bytes(places: Places, kinds: Kinds, file: Path, content: bytes, name: str | None) -> None:
    file.write_bytes(content)
    try:
        found = read_file(file, name, None, places, kinds)
    except FileRefusedError as error:
        assert str(error)
        return
    assert (
        len(found.rows) + found.report.refused + found.report.not_ours <= found.report.read or name == "hsds"
    )


@SOME
@given(
    records=st.lists(st.dictionaries(KEYS, json_values, max_size=8), max_size=4),
    name=st.sampled_from(["dila", "data_inclusion", "education", "hsds"]),
    pivot=st.booleans(),
)
def test_any_records(
    places: Places, kinds: Kinds, file: Path, records: list[dict[str, object]], name: str, pivot: bool
) -> None:
    for each in records:
        if pivot:
            each["pivot"] = [{"type_service_local": "pmi"}]
            each["reseaux_porteurs"] = ["cidff"]
            each["type_etablissement"] = "Information et orientation"
    file.write_text(json.dumps(records), encoding="utf-8")
    found = read_file(file, name, None, places, kinds)
    assert found.report.read == len(records)
    for _, row in found.rows:
        assert Resource.model_validate_json(row).can_be_reached


@SOME
@given(
    rows=st.lists(st.lists(st.text(max_size=20), min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=4)
)
def test_any_cells(places: Places, kinds: Kinds, file: Path, rows: list[list[str]]) -> None:
    text = ";".join(COLUMNS) + "\n" + "\n".join(";".join(row) for row in rows)
    file.write_text(text, encoding="utf-8", errors="surrogatepass")
    found = read_file(file, "csv", None, places, kinds)
    for _, row in found.rows:
        assert Resource.model_validate_json(row)


@given(st.text(max_size=60))
def test_any_value(value: str) -> None:
    for check in (text_of, url_of, lambda text: phone_of(text, "69")):
        try:
            found = check(value)
        except FieldError as error:
            assert str(error)
        else:
            assert found is None or not found.startswith(("=", "@")) or value.strip().startswith("'")
