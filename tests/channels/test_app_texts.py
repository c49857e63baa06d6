"""What messaging apps say: true of an app, complete in every language, the right "tu" and "vous"."""

from __future__ import annotations

import re

import pytest

from handoff.answers.texts import MESSAGING_APPS, Voices
from handoff.app_parts import load_words
from handoff.conversation import Audience, Conversation, Reader
from handoff.settings import Settings

VOICES = Voices.load(Settings().data_folder / "texts", "fr")
WORDS = load_words(Settings())[0]
PAGE = re.compile(r"en haut|la page (?:réessaie|essaie)|at the top|page keeps|de arriba|La página")
TALK_OF_THE_PAGE = ("anonymat", "effacer_conversation", "bot_ou_humain", "horaires_attente")


def in_app(language: str, audience: Audience = Audience.YOUNG_PERSON) -> Conversation:
    return Conversation("x", Reader.ASSISTANT, channel="telegram", language=language, audience=audience)


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_no_sentence_of_an_app_speaks_of_the_page(language: str, audience: Audience) -> None:
    texts = VOICES.of(in_app(language, audience))
    keys = {key for key, _ in texts.sentences() if not key.startswith(("vous.", "instead.", "ami."))}
    wrong = [key for key in keys if any(PAGE.search(each) for each in texts.variants(key))]
    assert wrong == []


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_the_cards_that_speak_of_the_page_have_another_text(language: str) -> None:
    texts = VOICES.of(in_app(language))
    assert all(texts.instead_of_card(topic) for topic in TALK_OF_THE_PAGE)
    assert VOICES.of(Conversation("x", Reader.ASSISTANT)).instead_of_card("anonymat") is None


@pytest.mark.parametrize("app", MESSAGING_APPS)
@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_the_first_message_names_the_company_the_page_and_the_emergency_numbers(
    language: str, app: str
) -> None:
    words = WORDS.of(Conversation("x", Reader.ASSISTANT, channel=app, language=language))
    first = words.first_message(app, "https://page.example", bare=False, covers=True).text
    assert "https://page.example" in first
    assert "112" in first
    assert "114" in first
    assert {"telegram": "Telegram", "whatsapp": "WhatsApp", "messenger": "Messenger", "sms": "SMS"}[
        app
    ] in first or (app == "sms" and "text message" in first)


def test_what_replaces_a_sentence_for_adults_does_so_in_apps_too() -> None:
    keys = [key for key, _ in VOICES.default.sentences()]
    instead = {key.removeprefix("instead.") for key in keys if key.startswith("instead.")}
    adults = {key.removeprefix("vous.instead.") for key in keys if key.startswith("vous.instead.")}
    assert instead - adults == set()
