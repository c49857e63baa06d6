"""Properties that hold whatever is typed."""

from __future__ import annotations

import logging
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff.privacy.stripper import Stripper
from handoff.privacy.tagger.marked import read_file
from handoff.settings import PROJECT_FOLDER
from tests.network_denied import run_without_network

PIECES = [message.text for message in read_file(PROJECT_FOLDER / "data" / "privacy" / "known.txt")]
STRANGE = [
    "\ud800",
    "\x00",
    "\u202e",
    "\u200b",
    "é",
    "e\u0301",
    "👩‍👧",
    "К",
    "مرحبا",
    "[PERSONNE_1]",
    "[LIEU: Rhône (69)]",
    "[",
]
MIXED = st.lists(
    st.one_of(st.sampled_from(PIECES), st.sampled_from(STRANGE), st.text(max_size=12)), max_size=4
)
ANY_TEXT = st.one_of(MIXED.map(" ".join), MIXED.map("".join), st.text(max_size=80))
PATIENT = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# A net against patterns that blow up, not a target: slow machines run these tests beside others.
MOST_SECONDS = 60


@PATIENT
@given(text=ANY_TEXT)
def test_nothing_that_is_typed_breaks_the_door_or_changes_twice(text: str, stripper: Stripper) -> None:
    once = stripper.strip(text)
    once.value.encode()
    assert stripper.strip(once.value).value == once.value


@PATIENT
@given(text=ANY_TEXT)
def test_spans_stand_in_the_original_in_order(text: str, stripper: Stripper) -> None:
    end = 0
    for span in stripper.spans(text):
        assert end <= span.start < span.end <= len(text)
        end = span.end


@PATIENT
@given(before=st.text(st.characters(categories=["So", "Mn", "Cf"]), max_size=8))
def test_offsets_are_right_after_emoji_and_accents(before: str, stripper: Stripper) -> None:
    text = f"{before} mon mail lea@example.org"
    spans = [span for span in stripper.spans(text) if span.kind == "EMAIL"]
    assert [text[span.start : span.end] for span in spans] == ["lea@example.org"]


@pytest.mark.parametrize(
    "unit",
    [
        "a", "1", "0 6 ", "zero six ", "a.", "@", "a@", "rue ", "Rue de la ", "[", "Le ", "é", "e\u0301", "-",
        " ", "_a", "www.", "lea point ", "snap c ", "12/", "saint ", "Kevin ", "collège ", "à ", "\n",
        "fr76", "aa-", "::", "1.", "né ", "\ufffc", "Saint-", "06 12 34 56 78 ", "a.b@c.fr ",
        "[PERSONNE_1]", "12 rue A ",
    ],
)  # fmt: skip
def test_ten_thousand_characters_take_bounded_time(unit: str, stripper: Stripper) -> None:
    text = (unit * 10_000)[:10_000]
    start = time.perf_counter()
    stripper.strip(text)
    assert time.perf_counter() - start < MOST_SECONDS


def test_no_word_of_a_message_reaches_a_log(stripper: Stripper, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        stripper.strip(text="je m'appelle Zorglubine, 06 12 34 56 78, zorglub@example.org")
    assert "orglub" not in caplog.text and "12 34" not in caplog.text


def test_the_engine_loads_and_strips_with_the_network_denied() -> None:
    printed = run_without_network(
        """
        from handoff.privacy.stripper import Stripper
        from handoff.settings import Settings
        stripper = Stripper.load(Settings.load().var_folder / "tagger")
        print(stripper.strip("moi c inès, lea@example.co.uk, 06 12 34 56 78").value)
        """
    )
    assert printed.strip() == "moi c [PERSONNE_1], [E-MAIL], [TÉLÉPHONE]"
