"""The service's own sentences: all there, never the same words twice running, no promise, a way out."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from handoff.answers.texts import SMALL_TALK, TextError, Texts, Voices
from handoff.conversation import Audience, Category, Conversation, Reader
from handoff.resources.directory import Directory
from handoff.settings import PROJECT_FOLDER
from tests.answers.test_cards import PROMISES

DATA = PROJECT_FOLDER / "data"
STAFF_ONLY = {"refusals.gone", "refusals.taken", "refusals.staff_unavailable"}


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load(DATA / "texts")


@pytest.fixture(scope="module")
def directory() -> Directory:
    return Directory.load(DATA / "resources")


@pytest.mark.parametrize(
    "key", [*(f"small_talk.{kind}" for kind in SMALL_TALK), "fallback.stage1", "fallback.stage2", "hold"]
)
def test_nobody_reads_the_same_words_twice_running(texts: Texts, key: str) -> None:
    variants = texts.variants(key)
    assert len(variants) >= 2
    assert len(set(variants)) == len(variants)


def test_no_sentence_promises_what_nobody_can_keep(texts: Texts) -> None:
    assert [key for key, sentence in texts.sentences() if PROMISES.search(sentence)] == []


def test_no_sentence_promises_a_delay(texts: Texts) -> None:
    delay = re.compile(
        r"dans (?:\d+|quelques) (?:minutes|secondes|heures)|tout de suite une personne|va te répondre"
    )
    keys = ("handoff", "person_called", "status", "released", "counsellor_lost")
    assert [
        key for key, sentence in texts.sentences() if key.startswith(keys) and delay.search(sentence)
    ] == []


def test_a_young_person_is_never_called_vous(texts: Texts) -> None:
    vous = re.compile(r"\b(?:vous|votre|vos)\b", re.IGNORECASE)
    wrong = [
        key
        for key, sentence in texts.sentences()
        if vous.search(sentence) and key not in STAFF_ONLY and not key.startswith("vous.")
    ]
    assert wrong == []


def test_a_relative_or_a_professional_is_never_called_tu(texts: Texts) -> None:
    tu = re.compile(r"\b(?:tu|te|toi|ton|ta|tes)\b|\bt'", re.IGNORECASE)
    adults = [(key, sentence) for key, sentence in texts.sentences() if key.startswith("vous.")]
    assert adults
    assert [key for key, sentence in adults if tu.search(sentence)] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_other_languages_show_the_same_help_lines(language: str) -> None:
    voices = Voices.load(DATA / "texts", "fr")
    conversation = Conversation("x", Reader.ASSISTANT, language=language)
    for category in Category:
        for level in ("level2", "level3"):
            key = f"{level}.{category.value}"
            assert voices.of(conversation).resources(key) == voices.default.resources(key)
            assert voices.of(conversation).get(key) != voices.default.get(key)
    # A promise is one in any language; the emergency numbers are named in all of them.
    assert "114" in voices.of(conversation).get("level3.violence")


@pytest.mark.parametrize("audience", [Audience.RELATIVE, Audience.PROFESSIONAL])
def test_adults_read_their_own_words_and_see_the_same_help_lines(audience: Audience) -> None:
    voices = Voices.load(DATA / "texts", "fr")
    adult = voices.of(Conversation("x", Reader.ASSISTANT, audience=audience))
    assert "vous" in adult.get("level2.violence").lower()
    assert adult.resources("level2.violence") == voices.default.resources("level2.violence")
    assert adult.get("buttons.talk_to_person") == voices.default.get("buttons.talk_to_person")


@pytest.mark.parametrize("category", list(Category))
def test_danger_now_shows_emergency_numbers_first_and_a_way_without_speaking(
    texts: Texts, directory: Directory, category: Category
) -> None:
    key = f"level3.{category.value}"
    first = directory.get(texts.resources(key)[0])
    assert first.phone in ("15", "17", "112")
    assert "urgence_114" in texts.resources(key)
    assert "114" in texts.get(key)


@pytest.mark.parametrize("category", list(Category))
def test_serious_harm_shows_a_line_and_says_that_a_person_can_be_refused(
    texts: Texts, directory: Directory, category: Category
) -> None:
    key = f"level2.{category.value}"
    assert directory.get(texts.resources(key)[0]).phone
    assert "Non merci" in texts.get(key)


@pytest.mark.parametrize(
    "key", ["help_lines", "unavailable", "handoff_requested_nobody_on_duty", "counsellor_lost"]
)
def test_whoever_is_left_waiting_sees_whom_to_call(texts: Texts, key: str) -> None:
    assert "allo_119" in texts.resources(key)


def test_the_limits_and_the_emergency_numbers_are_said_before_anything_is_written(texts: Texts) -> None:
    welcome = texts.get("welcome")
    for word in ("robot", "alerter", "112", "114"):
        assert word in welcome


@pytest.mark.parametrize(("language", "number"), [("fr", "numéro"), ("en", "number"), ("es", "número")])
@pytest.mark.parametrize("audience", [Audience.YOUNG_PERSON, Audience.RELATIVE])
def test_where_a_number_comes_with_the_message_the_limits_of_the_secret_say_so(
    language: str, number: str, audience: Audience
) -> None:
    voices = Voices.load(DATA / "texts", "fr")
    by_sms = Conversation("x", Reader.ASSISTANT, language=language, channel="sms", audience=audience)
    told = voices.of(by_sms).instead_of_card("limites_secret") or ""
    sent = [line for line in told.splitlines() if "WhatsApp" in line]
    assert sent
    assert all(number in line for line in sent)
    assert "119" in told


def test_a_place_is_named_in_the_answer(texts: Texts) -> None:
    assert "69" in texts.get("resources_intro", departement="69")


@pytest.mark.parametrize("lost", ["  counsellor: ", "place_not_found:", "  slow_down: "])
def test_a_missing_sentence_stops_the_start_and_not_a_conversation(tmp_path: Path, lost: str) -> None:
    folder = tmp_path / "texts"
    shutil.copytree(DATA / "texts", folder)
    file = folder / "fr.yml"
    text = file.read_text(encoding="utf-8")
    assert lost in text
    file.write_text(text.replace(lost, lost.replace(":", "_oublié:"), 1), encoding="utf-8")
    with pytest.raises(TextError):
        Texts.load(folder)
