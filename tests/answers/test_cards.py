"""The cards: what a young person reads is complete, safe, and cannot be broken by a slip in a file."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from handoff.answers import __main__ as check
from handoff.answers.cards import Card, CardError, CardLibrary
from handoff.answers.nearest import read_examples
from handoff.answers.numbers import unknown_numbers
from handoff.answers.wording import LEGAL_FIGURE, PROMISES, QUOTED, TU, VOUS
from handoff.assistant.rasa import FOLLOW_UP_PREFIX
from handoff.resources.directory import Directory
from handoff.settings import PROJECT_FOLDER

DATA = PROJECT_FOLDER / "data"


@pytest.fixture(scope="module")
def directory() -> Directory:
    return Directory.load(DATA / "resources")


@pytest.fixture(scope="module")
def library(directory: Directory) -> CardLibrary:
    return CardLibrary.load(DATA / "answers", directory)


def cards(library: CardLibrary) -> Iterator[Card]:
    for topic in library.topics:
        card = library.find(topic)
        assert card is not None
        yield card


def everything_in(card: Card) -> Iterator[tuple[str, str]]:
    for audience, words in card.texts["fr"].items():
        yield audience, f"{words.short}\n{words.more or ''}"


def test_every_topic_that_rasa_knows_has_a_card_to_show(library: CardLibrary) -> None:
    small_talk = yaml.safe_load((DATA / "answers" / "catalogue.yml").read_text(encoding="utf-8"))
    others = {*small_talk["small_talk"], small_talk["out_of_scope"], "choisir_lieu", "d_autres"}
    understood = {topic for topic, _ in read_examples(DATA / "nlu")} - others
    understood = {topic for topic in understood if not topic.startswith(FOLLOW_UP_PREFIX)}
    assert sorted(topic for topic in understood if library.find(topic) is None) == []


def test_no_card_promises_what_nobody_can_keep(library: CardLibrary) -> None:
    broken = [
        (card.topic, found.group())
        for card in cards(library)
        for _, text in everything_in(card)
        if (found := PROMISES.search(text))
    ]
    assert broken == []


def test_a_young_person_is_called_tu_and_a_relative_vous(library: CardLibrary) -> None:
    wrong = []
    for card in cards(library):
        for audience, text in everything_in(card):
            unwanted = VOUS if audience == "jeune" else TU
            if unwanted.search(QUOTED.sub("", text)):
                wrong.append((card.topic, audience))
    assert wrong == []


def test_a_young_person_in_danger_always_sees_a_number_and_a_person(
    library: CardLibrary, directory: Directory
) -> None:
    alone = []
    for card in cards(library):
        if card.risk >= 2:
            lines = [directory.get(each) for each in card.resources]
            reachable = any(line.phone or line.sms or line.chat_url for line in lines)
            if not reachable or card.next_steps[0].kind != "handoff":
                alone.append(card.topic)
    assert alone == []


def test_a_medical_emergency_begins_with_whom_to_call(library: CardLibrary) -> None:
    card = library.find("urgence_medicale")
    assert card is not None
    first_line = card.words("jeune").short.splitlines()[0]
    assert "15" in first_line
    assert "112" in first_line
    assert "114" in first_line


# What 119 must do, in the languages of the cards (legal facts, H1).
MUST_TELL = {
    "fr": re.compile(r"doit (?:les |être )?préven(?:ir|u)|le 119 prévient"),
    "en": re.compile(r"(?:has to|must) (?:be told|tell|know)|119 tells"),
    "es": re.compile(r"debe (?:avisar|saberlo)|hay que avisar"),
}


@pytest.mark.parametrize("language", MUST_TELL)
def test_who_reads_of_the_119_reads_what_it_must_do(library: CardLibrary, language: str) -> None:
    silent = []
    for card in cards(library):
        words = card.texts.get(language, {}).get("jeune")
        told = f"{words.short} {words.more}" if words else ""
        if card.risk >= 1 and re.search(r"\b119\b", told) and not MUST_TELL[language].search(told):
            silent.append(card.topic)
    assert silent == []


def test_the_limits_of_the_secret_are_said_before_the_buttons(library: CardLibrary) -> None:
    card = library.find("limites_secret")
    assert card is not None
    assert "danger" in card.words("jeune").short
    assert "alerter" in card.words("jeune").short


def test_a_professional_without_words_of_their_own_is_not_called_tu(library: CardLibrary) -> None:
    card = library.find("bot_ou_humain")
    assert card is not None
    assert "pro" not in card.texts["fr"]
    assert card.words("pro") == card.words("proche")


def test_a_legal_figure_is_told_only_when_a_verified_claim_holds_it(library: CardLibrary) -> None:
    unproved = [
        (card.topic, told)
        for card in cards(library)
        for _, text in everything_in(card)
        for told in LEGAL_FIGURE.findall(text)
        if not any(told in source.claim and source.verified == "yes" for source in card.sources)
    ]
    assert unproved == []


def test_the_check_of_make_lint_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main() == 0
    assert "cards checked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("risk: 2", "risk: 1", "catalogue"),
        ("audience: [jeune]", "audience: [jeune, pro]", "catalogue"),
        ("topic: images_diffusees}", "topic: inconnu}", "inconnu"),
        ("num_3018", "num_9999", "num_9999"),
        ("3018 (9 h", "3017 (9 h", "3017"),
        ("status: published", "status: published\nsurprise: 1", "surprise"),
        ('verified: "memory"', 'verified: "peut-être"', "verified"),
        ("Ce n'est pas ta faute.", "Ce n'est pas ta faute." + " Vraiment." * 60, "500"),
        ("kind: handoff}", "kind: handoff, topic: sextorsion}", "topic"),
        ("kind: handoff}", "kind: find_help}", "offers a person"),
        ("topic: sextorsion\n", "topic: autre_sujet\n", "its place"),
        ("reviewed_on: 2026-11-23", "reviewed_on: hier", "reviewed_on"),
        ("texts:", "texts: [", "sextorsion.yml"),
    ],
)
def test_a_slip_in_a_card_is_refused_with_a_line_that_says_which(
    tmp_path: Path, directory: Directory, old: str, new: str, fault: str
) -> None:
    folder = tmp_path / "answers"
    shutil.copytree(DATA / "answers", folder)
    CardLibrary.load(folder, directory)  # the copy is sound before the slip
    file = folder / "numerique" / "sextorsion.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CardError) as refused:
        CardLibrary.load(folder, directory)
    assert "sextorsion" in str(refused.value)
    assert fault in str(refused.value)


def test_a_draft_is_not_shown(tmp_path: Path, directory: Directory) -> None:
    folder = tmp_path / "answers"
    shutil.copytree(DATA / "answers", folder)
    file = folder / "identite" / "lgbt.yml"
    text = file.read_text(encoding="utf-8").replace("status: published", "status: draft")
    file.write_text(text, encoding="utf-8")
    assert CardLibrary.load(folder, directory).find("lgbt") is None


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("appelle le 119 ou le 3114", []),
        ("le 0 800 235 236 répond", []),
        ("116 000, jour et nuit", []),
        ("avant 15 ans, en 18 mois, 17 % des jeunes", []),
        ("appelle le 3020", ["3020"]),
        ("le 0 800 11 11 11", ["0 800 11 11 11"]),
        ("le 01 23 45 67 89", ["01 23 45 67 89"]),
        ("l'Enfant Bleu, 01 56 56 62 62, ou +33 1 56 56 62 62", []),
        ("STOP, 0 806 23 10 63", []),
        ("STOP, 0 806 23 10 64", ["0 806 23 10 64"]),
        ("le 0 805 12 34 56", ["0 805 12 34 56"]),
        ("le 0 810 12 34 56", ["0 810 12 34 56"]),
        ("le 0 892 70 12 34", ["0 892 70 12 34"]),
        ("écris au 0612345678", ["0612345678"]),
        ("écris au 06-12-34-56-78", ["06-12-34-56-78"]),
        ("écris au 06.12.34.56.78", ["06.12.34.56.78"]),
        ("écris au +33 6 12 34 56 78", ["+33 6 12 34 56 78"]),
        ("de Belgique : +32 2 123 45 67", ["+32 2 123 45 67"]),
        ("le 191, ou le 113", ["191", "113"]),
        ("le 31 14, ou le 30 20", ["30 20"]),
        ("le 116 001", ["116 001"]),
        ("le 118 218 coûte cher", ["118 218"]),
        ("15 ou 112. 116 000 pour une fugue", []),
        ("150 €, 150 000 €, 180 jours, 11 h – 19 h, 10 am – 7 pm", []),
        ("loi n° 2002-305 du 4 mars 2002, art. 225-12-1, le 23/11/2026, 15 000 jeunes", []),
    ],
)
def test_a_number_that_nobody_answers_is_found(directory: Directory, text: str, unknown: list[str]) -> None:
    assert unknown_numbers(text, directory.phones()) == unknown
