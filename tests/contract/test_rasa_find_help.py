"""The search for help nearby: a place is asked for when needed, and nobody is held in the question."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.rasa_conversation import NOT_UNDERSTOOD, RasaConversation

ASKED = [{"ask_place": True}]


def shown(departement: str | None, topic: str | None = None, page: int = 0) -> list[dict[str, Any]]:
    return [{"resources": {"departement": departement, "topic": topic, "page": page}}]


IN_RHONE = shown("69")
ANYWHERE = shown(None)


@pytest.fixture
def talk(rasa: Any) -> RasaConversation:
    return RasaConversation(rasa.url)


def test_someone_who_said_where_they_are_is_not_asked(talk: RasaConversation) -> None:
    assert talk.say("je cherche de l'aide près de chez moi à [LIEU: Rhône (69)]", "69") == IN_RHONE


def test_someone_who_did_not_say_where_is_asked_then_gets_places(talk: RasaConversation) -> None:
    assert talk.say("/trouver_aide_proche") == ASKED
    assert talk.say("[LIEU: Rhône (69)]", "69") == IN_RHONE


def test_a_place_counts_whatever_the_rest_of_the_message_is_taken_for(talk: RasaConversation) -> None:
    talk.say("/trouver_aide_proche")
    assert talk.say("euh jsuis à [LIEU: Rhône (69)] avec ma pote", "69") == IN_RHONE


@pytest.mark.parametrize("code", ["01", "2A", "75", "971"])
def test_a_place_may_be_pressed(talk: RasaConversation, code: str) -> None:
    talk.say("/trouver_aide_proche")
    assert talk.say(f'/choisir_lieu{{"departement":"{code}"}}') == shown(code)


def test_a_place_pressed_later_still_works(talk: RasaConversation) -> None:
    talk.say("/merci")
    assert talk.say('/choisir_lieu{"departement":"69"}') == IN_RHONE


def test_a_code_that_is_no_department_is_not_a_place(talk: RasaConversation) -> None:
    talk.say("/trouver_aide_proche")
    assert talk.say('/choisir_lieu{"departement":"99"}') == ASKED


def test_someone_whose_place_nobody_understands_gets_the_national_lines_after_two_tries(
    talk: RasaConversation,
) -> None:
    assert talk.say("/trouver_aide_proche") == ASKED
    assert talk.say(NOT_UNDERSTOOD) == ASKED
    assert talk.say(NOT_UNDERSTOOD) == ANYWHERE
    assert talk.say("/salut") == [{"small_talk": "salut"}]


def test_someone_understood_at_the_second_try_gets_places(talk: RasaConversation) -> None:
    talk.say("/trouver_aide_proche")
    assert talk.say("/hors_sujet") == ASKED
    assert talk.say("[LIEU: Rhône (69)]", "69") == IN_RHONE


def test_the_next_search_asks_again(talk: RasaConversation) -> None:
    talk.say("aide à [LIEU: Rhône (69)]", "69")
    assert talk.say("/trouver_aide_proche") == ASKED


def test_the_next_search_counts_its_own_tries(talk: RasaConversation) -> None:
    for _ in range(2):
        assert talk.say("/trouver_aide_proche") == ASKED
        assert talk.say(NOT_UNDERSTOOD) == ASKED
        assert talk.say(NOT_UNDERSTOOD) == ANYWHERE


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("/sextorsion", {"answer": "sextorsion"}),
        ("/idees_noires", {"answer": "idees_noires"}),
        ("/parler_humain", {"handoff": "requested"}),
        ("/non", {"small_talk": "non"}),
        ("/merci", {"small_talk": "merci"}),
    ],
)
def test_someone_who_says_something_else_leaves_the_question(
    talk: RasaConversation, said: str, reply: dict[str, str]
) -> None:
    talk.say("/trouver_aide_proche")
    assert talk.say(said) == [reply]
    assert talk.say("/oui") != ASKED, "the question came back"


def test_someone_who_asks_for_a_person_and_says_where_they_are_gets_the_person(
    talk: RasaConversation,
) -> None:
    talk.say("/trouver_aide_proche")
    assert talk.say("/parler_humain", "69") == [{"handoff": "requested"}]


def test_the_question_is_remembered_when_rasa_reads_the_conversation_back(talk: RasaConversation) -> None:
    # Each turn is read back from Redis; many turns in between must not wear the question out.
    for _ in range(20):
        talk.say("/merci")
    assert talk.say("/trouver_aide_proche") == ASKED
    assert talk.say(NOT_UNDERSTOOD) == ASKED
    assert talk.say("[LIEU: Rhône (69)]", "69") == IN_RHONE


def test_help_is_looked_for_about_what_was_said_before(talk: RasaConversation) -> None:
    talk.say("/sextorsion")
    talk.say("/merci")
    assert talk.say("/trouver_aide_proche", "69") == shown("69", "sextorsion")


def test_what_was_asked_about_the_service_is_no_subject(talk: RasaConversation) -> None:
    talk.say("/anonymat")
    assert talk.say("/trouver_aide_proche", "69") == IN_RHONE


def test_others_follow_until_the_next_search(talk: RasaConversation) -> None:
    talk.say("/ou_dormir")
    talk.say("/trouver_aide_proche", "35")
    assert talk.say("/d_autres") == shown("35", "ou_dormir", 1)
    assert talk.say("/d_autres") == shown("35", "ou_dormir", 2)
    assert talk.say("/trouver_aide_proche", "69") == shown("69", "ou_dormir")
    assert talk.say("/d_autres") == shown("69", "ou_dormir", 1)


def test_a_button_of_others_says_itself_where_it_leads(talk: RasaConversation) -> None:
    assert talk.say('/d_autres{"departement":"2A","sujet":"ivg","page":3}') == shown("2A", "ivg", 3)
    assert talk.say("/d_autres") == shown("2A", "ivg", 4)
    assert talk.say('/d_autres{"departement":"","sujet":"","page":1}') == shown(None, None, 1)


def test_others_of_nothing_explains_the_search(talk: RasaConversation) -> None:
    assert talk.say("/d_autres") == [{"answer": "trouver_aide_proche"}]


@pytest.mark.parametrize(
    "words", ["d'autres", "t'en as d'autres ?", "une autre adresse", "ya d'autres endroits ?"]
)
def test_others_may_be_asked_for_in_words(talk: RasaConversation, words: str) -> None:
    talk.say("/trouver_aide_proche", "69")
    assert talk.say(words) == shown("69", None, 1)


def test_someone_whose_town_has_namesakes_is_asked_which_one(talk: RasaConversation) -> None:
    several = ["974", "93"]
    asked = talk.say("/trouver_aide_proche", "974", several)
    assert asked == [{"ask_place": True, "choices": several}]
    assert talk.say('/choisir_lieu{"departement":"93"}') == shown("93")


def test_someone_who_repeats_the_name_is_not_held_up(talk: RasaConversation) -> None:
    several = ["974", "93"]
    talk.say("/trouver_aide_proche", "974", several)
    assert talk.say(NOT_UNDERSTOOD, "974", several)[0]["ask_place"] is True
    assert talk.say(NOT_UNDERSTOOD, "974", several) == shown("974")


def test_someone_who_names_a_region_is_asked_where_in_it(talk: RasaConversation) -> None:
    bretagne = ["22", "29", "35", "56"]
    asked = talk.say("/trouver_aide_proche", None, bretagne)
    assert asked == [{"ask_place": True, "choices": bretagne}]
    assert talk.say("29", "29") == shown("29")
