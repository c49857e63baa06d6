"""What arrives is made fit to be a message, or refused with a clear word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.channels.incoming_text import clean_text
from handoff.errors import MessageRefusedError


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "empty"),
        ("   \n\t ", "empty"),
        ("\x00\x00", "empty"),
        ("\ud800", "empty"),
        ("\u200f\u202e", "empty"),
        ("a" * 4001, "too_long"),
        (None, "bad_frame"),
        (12, "bad_frame"),
        (["salut"], "bad_frame"),
    ],
)
def test_what_cannot_be_a_message_is_refused(raw: object, code: str) -> None:
    with pytest.raises(MessageRefusedError) as refusal:
        clean_text(raw, 4000)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("  jsuis\x00 là \ud83d ", "jsuis là"),
        ("<b>aide</b> & moi", "<b>aide</b> & moi"),
        ("ligne 1\r\nligne 2\ttab", "ligne 1\nligne 2\ttab"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("e\u0301te\u0301", "été"),
        ("👩‍👧 😢", "👩‍👧 😢"),
        ("a" * 4000, "a" * 4000),
    ],
)
def test_what_can_be_a_message_keeps_its_words(raw: str, text: str) -> None:
    assert clean_text(raw, 4000) == text


@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_is_either_refused_or_can_be_stored(raw: str) -> None:
    try:
        text = clean_text(raw, 4000)
    except MessageRefusedError:
        return
    text.encode("utf-8")
    assert text
    assert "\x00" not in text
