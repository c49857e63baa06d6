"""In and out: the files of git to the letter, tables for translators, nothing hidden in what comes back."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from handoff.answers.card_files import file_of_card, read_card_file, with_topics
from handoff.answers.cards import Card, CardLibrary, CatalogueTopic, load_catalogue
from handoff.answers.compare import content_of
from handoff.answers.example_files import examples_by_topic, with_examples
from handoff.answers.folder import FolderError, WholeSet, as_zip, files_of, from_zip, read_set
from handoff.answers.spreadsheet import (
    COLUMNS,
    TableError,
    as_csv,
    as_xlsx,
    fresh_and_stale,
    lines_of_cards,
    read_table,
    sources_of_cards,
    with_table,
)
from handoff.resources.directory import Directory
from handoff.settings import PROJECT_FOLDER

DATA = PROJECT_FOLDER / "data"
LINE = ("lgbt", "fr", "jeune", "short", "ancien", "nouveau")


@cache
def library() -> CardLibrary:
    return CardLibrary.load(DATA / "answers", Directory.load(DATA / "resources"))


def test_a_card_written_out_is_its_file_to_the_letter() -> None:
    differ = [
        card.topic
        for card in library().cards
        if file_of_card(content_of(card))
        != (DATA / "answers" / card.theme / f"{card.topic}.yml").read_text(encoding="utf-8")
    ]
    assert differ == []


def test_examples_written_out_are_their_file_to_the_letter() -> None:
    examples = examples_by_topic(DATA / "nlu")
    for path in (DATA / "nlu").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert with_examples(text, examples) == text


def test_the_whole_set_survives_a_zip_and_shows_what_changed() -> None:
    cards = {card.topic: content_of(card) for card in library().cards}
    new = {**cards["lgbt"], "topic": "nouveau_sujet"}
    whole = WholeSet({**cards, "nouveau_sujet": new}, {"nouveau_sujet": ("un", "deux"), "lgbt": ("trois",)})
    files = files_of(whole, DATA, load_catalogue(DATA / "answers"))
    again = read_set(from_zip(as_zip(files)))
    assert {topic: content_of(Card.model_validate(each)) for topic, each in again.cards.items()} == dict(
        whole.cards
    )
    assert again.examples["lgbt"] == ("trois",)
    assert again.examples["nouveau_sujet"] == ("un", "deux")
    assert "{id: nouveau_sujet, risk: 0, audience: [jeune]}" in files["data/answers/catalogue.yml"]
    unchanged = [
        name
        for name, text in files.items()
        if (PROJECT_FOLDER / name).exists() and (PROJECT_FOLDER / name).read_text(encoding="utf-8") == text
    ]
    assert len(files) - len(unchanged) == 4  # the card and the examples that are new, catalogue, one file


def test_a_topic_is_added_under_its_theme() -> None:
    text = (DATA / "answers" / "catalogue.yml").read_text(encoding="utf-8")
    topic = CatalogueTopic(id="tout_nouveau", theme="fugue", audience=("jeune",), risk=1)
    lines = with_topics(text, [topic]).split("\n")
    assert lines.index("  fugue:") < lines.index("    - {id: tout_nouveau, risk: 1, audience: [jeune]}")
    assert lines.index("    - {id: tout_nouveau, risk: 1, audience: [jeune]}") < lines.index("  sante:")


@given(st.text(min_size=20, max_size=200), st.text(min_size=1, max_size=60))
def test_any_words_come_back_from_a_file(short: str, claim: str) -> None:
    # What YAML itself cannot hold is refused by the checks before.
    short = "".join(char for char in short if char.isprintable() or char == "\n").strip()
    claim = "".join(char for char in claim if char.isprintable())
    card = content_of(next(each for each in library().cards if each.topic == "lgbt"))
    card["texts"]["fr"]["jeune"]["short"] = f"début {short}"
    card["sources"] = [{"claim": f"x{claim}", "verified": "yes"}]
    again = read_card_file(file_of_card(card))
    assert again["texts"]["fr"]["jeune"]["short"] == f"début {short}"
    assert again["sources"][0]["claim"] == f"x{claim}"


@pytest.mark.parametrize("write", [as_xlsx, as_csv])
def test_a_table_comes_back_as_it_went_out(write: Callable[..., bytes]) -> None:
    cards = {card.topic: content_of(card) for card in library().cards}
    lines = list(lines_of_cards(cards.values()))
    assert list(read_table(write(lines)).values()) == lines
    for topic, content in cards.items():
        again = with_table(content, [line for line in lines if line[0] == topic])
        assert content_of(Card.model_validate(again)) == content


@pytest.mark.parametrize("text", ["=1+1", "+33 6", "-", "@SUM(A1)", '=HYPERLINK("https://x")', "'=1"])
def test_words_that_look_like_a_formula_stay_words(text: str) -> None:
    line = ("lgbt", "fr", "jeune", "short", "", text)
    sheet = load_workbook(io.BytesIO(as_xlsx([line]))).worksheets[0]
    assert sheet["F2"].data_type == "s"
    assert sheet["F2"].value == text
    assert read_table(as_csv([line])) == {2: line}
    assert not any(cell.startswith(tuple("=+-@")) for cell in as_csv([line]).decode().split(","))


def workbook(change: Callable[[Worksheet], object]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(COLUMNS)
    sheet.append(LINE)
    change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 1024 * 1024))
    return out.getvalue()


def half_of_a_sheet() -> bytes:
    """A workbook whose sheet ends in the middle of its XML, as a broken download leaves it."""
    whole = zipfile.ZipFile(io.BytesIO(workbook(lambda _sheet: None)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            archive.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code", "where"),
    [
        (workbook(lambda sheet: sheet.merge_cells("E2:F2")), "merged", "E2:F2"),
        (workbook(lambda sheet: sheet.append([*LINE[:5], "=A1"])), "formula", "F3"),
        (workbook(lambda sheet: sheet.append(["lgbt", "de", "jeune", "short", "", "x"])), "line", "A3"),
        (workbook(lambda sheet: sheet.append(["lgbt", "fr", "", "short", "", "x"])), "line", "A3"),
        (workbook(lambda sheet: sheet.delete_rows(1)), "columns", "A1"),
        (bomb(), "too_long", ""),
        (b"PK\x03\x04 pas un zip", "unreadable", ""),
        (half_of_a_sheet(), "unreadable", ""),
        (b"\xff\xfe\x00", "encoding", ""),
        (b"a,b,c\n", "columns", "A1"),
        (",".join(COLUMNS).encode() + b"\nlgbt,fr,jeune,short,,=1+1\n", "formula", "F2"),
        (b"", "columns", "A1"),
    ],
)
def test_a_table_that_hides_something_is_refused_with_its_place(
    content: bytes, code: str, where: str
) -> None:
    with pytest.raises(TableError) as refused:
        read_table(content)
    assert (refused.value.code, refused.value.where) == (code, where)


PARTS = sorted(zipfile.ZipFile(io.BytesIO(workbook(lambda _sheet: None))).namelist())


@pytest.mark.filterwarnings("ignore::UserWarning")  # openpyxl says what it left out
@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PARTS), st.integers(0, 5000), st.binary(max_size=6))
def test_a_damaged_workbook_is_read_or_refused_in_words(part: str, place: int, instead: bytes) -> None:
    whole = zipfile.ZipFile(io.BytesIO(workbook(lambda _sheet: None)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            at = place % len(content)
            damaged = content[:at] + instead + content[at + 4 :]
            archive.writestr(name, damaged if name == part else content)
    with contextlib.suppress(TableError):
        read_table(out.getvalue())


def test_an_empty_cell_takes_a_translation_away_but_never_the_french_text() -> None:
    content = content_of(next(each for each in library().cards if each.topic == "lgbt"))
    lines = [
        ("lgbt", "en", "jeune", "short", "", ""),
        ("lgbt", "en", "jeune", "more", "", ""),
        ("lgbt", "fr", "jeune", "short", "", " "),
    ]
    changed = with_table(content, lines)
    assert "en" not in changed["texts"]
    assert changed["texts"]["fr"]["jeune"]["short"] == content["texts"]["fr"]["jeune"]["short"]


def test_a_line_written_beside_an_old_french_text_is_left_out_with_its_cell() -> None:
    content = content_of(next(each for each in library().cards if each.topic == "lgbt"))
    old = list(lines_of_cards([content]))
    corrected = with_table(content, [("lgbt", "fr", "jeune", "short", "", "Le numéro a changé : le 3018.")])
    table = {number: (*line[:5], f"{line[5]} !") for number, line in enumerate(old, start=2) if line[5]}
    fresh, stale = fresh_and_stale(corrected, table)
    of_short = [number for number, line in table.items() if line[2:4] == ("jeune", "short")]
    assert len(of_short) > 1, "a French line and a translation"
    assert stale == [f"E{number}" for number in of_short]
    assert fresh == [line for number, line in table.items() if number not in of_short]


def test_a_french_line_that_nobody_touched_brings_nothing_back() -> None:
    content = content_of(next(each for each in library().cards if each.topic == "lgbt"))
    untouched = dict(enumerate((line for line in lines_of_cards([content]) if line[1] == "fr"), start=2))
    corrected = with_table(content, [("lgbt", "fr", "jeune", "short", "", "Le numéro a changé : le 3018.")])
    fresh, stale = fresh_and_stale(corrected, untouched)
    assert stale == []
    assert with_table(corrected, fresh) == corrected


@pytest.mark.parametrize("newline", ["\r\n", "\n ", "\n"])
def test_a_program_that_ends_lines_in_its_own_way_makes_no_line_stale(newline: str) -> None:
    content = content_of(next(each for each in library().cards if each.topic == "lgbt"))
    lines = [tuple(cell.replace("\n", newline) for cell in line) for line in lines_of_cards([content])]
    assert fresh_and_stale(content, dict(enumerate(lines, start=2))) == (lines, [])


def test_lawyers_get_what_each_card_rests_on_in_a_sheet_for_reading_only() -> None:
    contents = [content_of(card) for card in library().cards]
    sources = list(sources_of_cards(contents, lambda key: key))
    book = load_workbook(io.BytesIO(as_xlsx(lines_of_cards(contents), sources)))
    assert book.sheetnames == ["textes", "sources"]
    sheet = book["sources"]
    assert sheet.protection.sheet
    assert [cell.value for cell in sheet[1]][2:4] == ["field.claim", "field.law"]
    found = {cell.value for row in sheet.iter_rows(min_row=2) for cell in row}
    for content in contents:
        assert found >= {source["claim"] for source in content["sources"]}
        assert found >= set(content["needs_review"])
    assert any(content["needs_review"] for content in contents)
    # What is changed there comes back nowhere.
    assert list(read_table(as_xlsx(lines_of_cards(contents), sources)).values()) == list(
        lines_of_cards(contents)
    )


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"data/answers/x/y.yml": "topic: autre"}, "not_a_card"),
        ({"data/answers/x/y.yml": "- liste"}, "not_a_card"),
        ({"data/answers/x/y.yml": "topic: ["}, "yaml"),
        ({"data/answers/x/y.yml": "!!python/object/apply:os.system ['true']"}, "yaml"),
        ({"data/nlu/x.yml": "nlu: 3"}, "yaml"),
        ({}, "empty"),
    ],
)
def test_a_file_that_is_no_card_is_refused(files: dict[str, str], code: str) -> None:
    with pytest.raises(FolderError) as refused:
        read_set(files)
    assert refused.value.code == code


def test_a_zip_reaches_no_other_folder() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../data/answers/x/y.yml", "x")
        archive.writestr("etc/passwd.yml", "x")
        archive.writestr("repere/data/texts/fr.yml", "x")
        archive.writestr("repere/data/nlu/a.yml", "nlu: []")
    assert from_zip(out.getvalue()) == {"data/nlu/a.yml": "nlu: []"}
