"""``python -m handoff.answers``: checks every card, text and resource. Part of ``make lint``."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from handoff.answers.cards import CardError, CardLibrary, unknown_numbers
from handoff.answers.readability import LEAST_EASE, ease
from handoff.answers.texts import TextError, Texts, Voices
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
    faults = [f"{topic}: its review is overdue" for topic in library.overdue(date.today())]
    faults += _too_hard(library)
    for texts in voices.all():
        faults += [f"{texts.language}: {fault}" for fault in _faults_in_texts(texts, directory)]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(library.topics)} cards checked")
    return 1 if faults else 0


def _too_hard(library: CardLibrary) -> list[str]:
    """French texts that their readers would stumble over."""
    faults = []
    for card in library.cards:
        for audience, words in card.texts["fr"].items():
            for text in filter(None, (words.short, words.more, words.safe)):
                if ease(text) < LEAST_EASE[audience]:
                    faults.append(f"{card.topic}: hard to read for {audience} ({ease(text)})")
    return faults


def _faults_in_texts(texts: Texts, directory: Directory) -> list[str]:
    """Numbers that nobody answers, and help lines that do not exist."""
    phones = directory.phones()
    faults = []
    for key, sentence in texts.sentences():
        faults += [f"{key}: {n} is not in the directory" for n in unknown_numbers(sentence, phones)]
        faults += [f"{key}: no resource {each}" for each in texts.resources(key) if each not in directory]
    return faults


if __name__ == "__main__":
    sys.exit(main())
