"""``python -m handoff.answers``: checks every card, text and resource. Part of ``make lint``."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from handoff.answers.cards import CardError, CardLibrary, load_catalogue
from handoff.answers.checks import CardChecker
from handoff.answers.compare import content_of
from handoff.answers.numbers import unknown_numbers
from handoff.answers.texts import TextError, Texts, Voices
from handoff.answers.wording import MASCULINE
from handoff.conversation import FRENCH
from handoff.resources.directory import Directory, ResourceError


def main() -> int:
    data = Path(__file__).resolve().parent.parent.parent / "data"
    try:
        directory = Directory.load(data / "resources")
        library = CardLibrary.load(data / "answers", directory)
        voices = Voices.load(data / "texts", FRENCH)
    except (CardError, ResourceError, TextError) as error:
        print(error, file=sys.stderr)
        return 1
    checker = CardChecker(directory, load_catalogue(data / "answers"), library.topics)
    faults = _faults_in_cards(library, checker)
    for texts in voices.all():
        faults += [f"{texts.language}: {fault}" for fault in _faults_in_texts(texts, directory)]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(library.topics)} cards checked")
    return 1 if faults else 0


def _faults_in_cards(library: CardLibrary, checker: CardChecker) -> list[str]:
    """What the studio points out while somebody types; here, what it leaves to a person is refused too."""
    return [
        f"{card.topic}: {fault.in_english()} {fault.field}".strip()
        for card in library.cards
        for fault in checker.check(content_of(card), date.today())[1]
    ]


def _faults_in_texts(texts: Texts, directory: Directory) -> list[str]:
    """Numbers that nobody answers, help lines that do not exist, words said as if to a man."""
    phones = directory.phones()
    faults = []
    for key, sentence in texts.sentences():
        faults += [f"{key}: {n} is not in the directory" for n in unknown_numbers(sentence, phones)]
        faults += [f"{key}: no resource {each}" for each in texts.resources(key) if each not in directory]
        if texts.language == FRENCH and (found := MASCULINE.search(sentence)):
            faults.append(f"{key}: as if a man read it (or the robot were one): {found.group()}")
    return faults


if __name__ == "__main__":
    sys.exit(main())
