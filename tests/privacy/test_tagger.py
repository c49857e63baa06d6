"""The tagger: its messages, its pieces, what it says of words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.place_names.normalise import fold
from handoff.privacy.tagger.marked import Marked, parse, read_file
from handoff.privacy.tagger.pieces import PIECE_CHARACTERS, in_pieces
from handoff.privacy.tagger.tagger import Tagger, TaggerMissingError
from handoff.privacy.words import split_words
from handoff.settings import Settings


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load(Settings.load().var_folder / "tagger")


def test_marks_are_read_with_their_places() -> None:
    message = parse("moi c {{PERSON|inès}} de {{CITY|st ouen}}")
    assert message.text == "moi c inès de st ouen"
    assert message.marks == (Marked(6, 10, "PERSON"), Marked(14, 21, "POSTCODE_CITY"))


@pytest.mark.parametrize("line", ["{{NAME|inès}}", "moi {{PERSON|inès", "moi inès}}", "{{PERSON|}}"])
def test_a_faulty_line_is_named(line: str, tmp_path: Path) -> None:
    file = tmp_path / "writer.txt"
    file.write_text(f"bonjour\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"writer\.txt:2: "):
        list(read_file(file))


@given(st.text(alphabet=st.sampled_from("ab é\n."), max_size=2000))
def test_pieces_are_the_whole_text_in_order(text: str) -> None:
    pieces = in_pieces(text)
    assert "".join(piece for _, piece in pieces) == text
    assert all(text[start : start + len(piece)] == piece for start, piece in pieces)
    assert all(len(piece) <= PIECE_CHARACTERS for _, piece in pieces)


@given(st.text(max_size=700))
def test_every_word_of_any_text_has_a_tag(tagger: Tagger, text: str) -> None:
    clean = text.encode("utf-8", "ignore").decode("utf-8")
    words = split_words(clean, fold(clean))
    tags = tagger.tags(clean, words)
    assert len(tags) == len(words)
    assert all(0 <= tag.share <= 1.001 and 0 <= tag.nothing <= 1.001 for tag in tags)


def test_a_name_far_into_a_long_text_is_seen(tagger: Tagger) -> None:
    text = (
        "je sais pas comment le dire mais ça va pas du tout en ce moment. " * 12 + "ma copine maïssane a peur"
    )
    words = split_words(text, fold(text))
    kinds = {
        word.raw: tag.kind
        for word, tag in zip(words, tagger.tags(text, words), strict=True)
        if tag.share > 0.5
    }
    assert kinds == {"maïssane": "PERSON"}


def test_a_missing_tagger_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(TaggerMissingError, match="make build"):
        Tagger.load(tmp_path)
