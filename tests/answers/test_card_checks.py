"""The checks that the studio shows while somebody types: a bad card never reaches a young person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.answers.cards import CardLibrary, load_catalogue
from handoff.answers.checks import CardChecker
from handoff.answers.compare import compare_words, content_of, differences
from handoff.answers.publishing import refusal
from handoff.answers.wording import slips
from handoff.resources.directory import Directory
from handoff.settings import PROJECT_FOLDER

DATA = PROJECT_FOLDER / "data"
TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def checker() -> CardChecker:
    directory = Directory.load(DATA / "resources")
    library = CardLibrary.load(DATA / "answers", directory)
    return CardChecker(directory, load_catalogue(DATA / "answers"), library.topics)


def card(topic: str = "sextorsion") -> dict[str, Any]:
    library = CardLibrary.load(DATA / "answers", Directory.load(DATA / "resources"))
    found = library.find(topic)
    assert found is not None
    return content_of(found)


def test_the_cards_that_are_there_have_nothing_wrong(checker: CardChecker) -> None:
    library = CardLibrary.load(DATA / "answers", checker.directory)
    wrong = [(each.topic, checker.check(content_of(each), TODAY)[1]) for each in library.cards]
    assert [each for each in wrong if each[1]] == []


@pytest.mark.parametrize(
    ("added", "code"),
    [
        ("<script>alert(1)</script>", "markup"),
        ("<img src=x onerror=alert(1)>", "markup"),
        ("{{ 7*7 }}", "markup"),
        ("Va voir javascript:alert(1)", "markup"),
        ("Appelle le 3017.", "number"),
        ("Lis http://exemple.fr/page.", "link"),
        ("Lis https://exemple et viens.", "link"),
        ("Lis https://exemple.fr:port/.", "link"),
        ("mot\u202ecaché", "hidden"),
    ],
)
def test_what_must_not_be_published_blocks(checker: CardChecker, added: str, code: str) -> None:
    content = card()
    content["texts"]["fr"]["jeune"]["more"] = added
    _, faults = checker.check(content, TODAY)
    assert code in [fault.code for fault in faults if fault.blocks]
    assert refusal(0, True, faults) == "faults"


def test_a_promise_is_pointed_out_but_left_to_a_person(checker: CardChecker) -> None:
    content = card()
    content["texts"]["fr"]["jeune"]["more"] = "Personne ne le saura. Vous avez le droit."
    _, faults = checker.check(content, TODAY)
    assert {fault.code for fault in faults if not fault.blocks} == {"promise", "vous"}


def test_an_emoji_and_a_whole_link_are_fine(checker: CardChecker) -> None:
    content = card()
    content["texts"]["fr"]["jeune"]["more"] = "Courage 👩‍👧. Lis https://www.allo119.gouv.fr/aide."
    assert checker.check(content, TODAY)[1] == []


def test_in_danger_a_person_comes_first_and_a_line_can_be_called(checker: CardChecker) -> None:
    content = card()
    content["next_steps"].append(content["next_steps"].pop(0))
    content["resources"] = []
    codes = {fault.code for fault in checker.check(content, TODAY)[1]}
    assert {"person_first", "no_line"} <= codes


def test_an_unread_card_shows_up_when_its_review_is_overdue(checker: CardChecker) -> None:
    codes = [fault.code for fault in checker.check(card(), date(2099, 1, 1))[1]]
    assert codes == ["overdue"]


@pytest.mark.parametrize(
    "sources",
    [
        [],
        [{"claim": "On peut faire retirer une image.", "verified": "memory"}],
        [{"claim": "On peut faire retirer une image.", "verified": "yes"}],
    ],
)
def test_a_card_that_says_nothing_of_where_it_comes_from_is_pointed_out(
    checker: CardChecker, sources: list[dict[str, str]]
) -> None:
    content = card()
    content["sources"] = sources
    assert "source" in [fault.code for fault in checker.check(content, TODAY)[1]]


def test_a_claim_said_to_be_verified_says_where(checker: CardChecker) -> None:
    content = card()
    content["sources"].append({"claim": "Ça se sait.", "verified": "yes"})
    assert [fault.code for fault in checker.check(content, TODAY)[1]] == ["unproved"]


def test_of_the_service_itself_we_are_the_source(checker: CardChecker) -> None:
    content = card("bot_ou_humain")
    assert not any(source.get("law") or source.get("url") for source in content["sources"])
    assert checker.check(content, TODAY)[1] == []


@pytest.mark.parametrize(
    ("topic", "lost", "missing"),
    [
        ("sextorsion", "en", ["title.en", "texts.en.jeune"]),
        ("sextorsion", "es", ["title.es", "texts.es.jeune"]),
        ("porter_plainte", "en", ["title.en", "texts.en.jeune", "texts.en.proche"]),
    ],
)
def test_a_card_in_one_language_less_is_pointed_out(
    checker: CardChecker, topic: str, lost: str, missing: list[str]
) -> None:
    content = card(topic)
    del content["title"][lost]
    del content["texts"][lost]
    faults = checker.check(content, TODAY)[1]
    assert [(fault.code, fault.field) for fault in faults] == [("language", field) for field in missing]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Tu t'es déjà lavé ? Vas-y quand même.", "Tu t'es déjà lavé"),
        ("Tu n'es pas seul.", "Tu n'es pas seul"),
        ("Ne reste pas seul.", "reste pas seul"),
        ("Si tu es parti de chez toi", "tu es parti"),
        ("Je suis désolé que ça t'arrive.", "Je suis désolé"),
        ("Vous êtes attiré par des enfants ?", "Vous êtes attiré"),
        ("Pas besoin d'être sûr.", "d'être sûr"),
        ("On peut être victime et avoir été impliqué.", "avoir été impliqué"),
        ("Tu n'es pas seul·e.", None),
        ("Si tu es parti·e parce qu'on t'a forcé·e", None),
        ("Un signe ne prouve rien à lui seul.", None),
        ("Tu es à côté d'une gare ?", None),
        ("Il est parti, et toi tu es en danger.", None),
        ("Dites « tu n'es pas seul ».", None),
    ],
)
def test_nobody_is_spoken_to_as_if_they_were_a_man(sentence: str, told: str | None) -> None:
    found = [words for code, words in slips(sentence, "jeune", "fr") if code == "masculine"]
    assert found == ([told] if told else [])


@pytest.mark.parametrize("content", [None, [], {}, {"topic": 1}, {"texts": {"fr": []}}])
def test_what_is_no_card_is_said_to_be_none(checker: CardChecker, content: object) -> None:
    found, faults = checker.check(content, TODAY)
    assert found is None
    assert all(fault.blocks for fault in faults)
    assert faults


def test_grave_topics_need_a_second_person_and_others_do_not() -> None:
    assert refusal(1, False, []) == "second_person"
    assert refusal(1, True, []) is None
    assert refusal(0, False, []) is None


def test_a_difference_shows_the_words_that_changed() -> None:
    old, new = card(), card()
    new["texts"]["fr"]["jeune"]["short"] = old["texts"]["fr"]["jeune"]["short"].replace("3018", "119")
    (found,) = differences(old, new)
    assert found.field == "texts.fr.jeune.short"
    assert [piece.text for piece in found.pieces if piece.kind != "same"] == ["3018", "119"]
    assert len(differences(None, new)) > 10


@given(st.text(), st.text())
def test_both_texts_can_be_read_in_their_difference(old: str, new: str) -> None:
    pieces = compare_words(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
