"""What a card holds about one thing asked of it; and that nothing is made up when it holds nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from handoff.answers.cards import Words
from handoff.app_parts import load_words
from handoff.assistant.follow_up import look_up, paragraphs_about
from handoff.assistant.rasa import Choose, FollowUp, NotUnderstood, OutOfScope
from handoff.assistant.render import Renderer
from handoff.conversation import Audience, Conversation, Reader
from handoff.settings import Settings

ABOUT = ("apres", "plus", "lequel", "cout", "horaires", "age", "parents", "oui")
YOUNG = Conversation("c" * 32, Reader.ASSISTANT)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return load_words(Settings.load())[1]


def card(short: str, more: str | None = None) -> Words:
    return Words(short=short, more=more)


def test_the_rest_of_a_card_is_told_then_said_to_be_told() -> None:
    words = card("Tu peux appeler le 119.", "On t'écoute.\nOn ne te juge pas.")
    assert look_up(words, [], "apres", again=False).excerpt == "On t'écoute.\nOn ne te juge pas."
    assert look_up(words, [], "apres", again=True).key == "rien_de_plus"
    assert look_up(card("Tu peux appeler le 119."), [], "plus", again=False).key == "pas_de_suite"


def test_only_paragraphs_that_speak_of_it_are_quoted_and_whole() -> None:
    words = card(
        "Tu peux demander le secret. C'est gratuit.\nAppelle le 119.", "Avant 15 ans, c'est différent."
    )
    assert paragraphs_about(words, "cout") == "Tu peux demander le secret. C'est gratuit."
    assert paragraphs_about(words, "age") == "Avant 15 ans, c'est différent."
    assert paragraphs_about(words, "parents") == ""


def test_what_a_card_does_not_say_is_not_made_up() -> None:
    words = card("Tu peux appeler quelqu'un de confiance.")
    assert {
        look_up(words, [], about, again=False).key for about in ("cout", "age", "parents", "horaires")
    } == {"inconnu"}


@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("language", ["fr", "en", "es"])
@pytest.mark.parametrize("audience", [Audience.YOUNG_PERSON, Audience.RELATIVE])
def test_every_card_has_something_to_say_and_a_way_on(
    renderer: Renderer, about: str, language: str, audience: Audience
) -> None:
    conversation = replace(YOUNG, language=language, audience=audience)
    for topic in (
        "ivg",
        "sextorsion",
        "bot_ou_humain",
        "parent_signes",
        "trouver_aide_proche",
        "idees_noires",
    ):
        reply = renderer.of(conversation).reply(FollowUp(topic, about), conversation)
        assert reply.text
        payloads = [button.payload for button in reply.buttons]
        assert "#person" in payloads
        assert len(set(payloads)) == len(payloads), "a button twice"


def test_abortion_is_free_at_any_age_and_without_the_parents_agreement(renderer: Renderer) -> None:
    def told(about: str) -> str:
        return renderer.reply(FollowUp("ivg", about), YOUNG).text

    assert "gratuit" in told("cout")
    assert "18 ans" in told("age")
    assert "sans l'accord de tes parents" in told("parents")


def test_a_choice_is_shown_again_with_its_buttons(renderer: Renderer) -> None:
    reply = renderer.reply(Choose(("ivg", "preuves")), YOUNG)
    assert [button.payload for button in reply.buttons] == ["/ivg", "/preuves", "#person"]


@pytest.mark.parametrize("language", ["fr", "en", "es"])
@pytest.mark.parametrize("audience", Audience)
def test_the_same_refusal_or_misunderstanding_never_comes_twice_running(
    renderer: Renderer, language: str, audience: Audience
) -> None:
    for payload in (OutOfScope(), NotUnderstood(1, ("ivg",)), NotUnderstood(2, ("ivg",)), Choose(("ivg",))):
        said = []
        for turns in range(1, 9):
            conversation = replace(YOUNG, language=language, audience=audience, turns=turns)
            said.append(renderer.of(conversation).reply(payload, conversation).text)
        assert all(first != second for first, second in pairwise(said))


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_without_rasa_the_words_vary_too(renderer: Renderer, language: str) -> None:
    said = []
    for turns in (1, 2, 3):
        conversation = replace(YOUNG, language=language, turns=turns)
        said.append(renderer.of(conversation).help_lines(["ivg"], conversation).text)
    assert said[0] != said[1] != said[2]
