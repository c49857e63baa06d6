"""Cards: the written answers, one file a topic in data/answers/<theme>/<topic>.yml."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from handoff.answers.numbers import unknown_numbers
from handoff.resources.directory import Directory

SHORT_CHARACTERS = 500
MORE_CHARACTERS = 1200
SAFE_CHARACTERS = 300
TITLE_CHARACTERS = 60


class CardError(Exception):
    """Cards are faulty; one line a fault."""


class Words(BaseModel):
    """What one audience reads. ``safe``: what they read in its place once the card has expired."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    short: str = Field(min_length=20, max_length=SHORT_CHARACTERS)
    more: str | None = Field(default=None, max_length=MORE_CHARACTERS)
    safe: str | None = Field(default=None, min_length=20, max_length=SAFE_CHARACTERS)


class NextStep(BaseModel):
    """A button under a card."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str = Field(min_length=2, max_length=TITLE_CHARACTERS)
    kind: Literal["handoff", "topic", "find_help"]
    topic: str | None = None

    @model_validator(mode="after")
    def _topic_with_its_kind(self) -> NextStep:
        if (self.kind == "topic") != (self.topic is not None):
            raise ValueError("a topic is given for kind: topic, and only then")
        return self


class Source(BaseModel):
    """Where a claim comes from. ``fact``: id in the project's reference of legal facts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    claim: str
    law: str | None = None
    url: str | None = None
    fact: str | None = None
    verified: Literal["yes", "mixed", "memory"]


class Card(BaseModel):
    """The written answer of a topic. From the day after ``expires_on`` only its safe form is shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: str
    theme: str
    title: dict[str, str]
    audience: tuple[Literal["jeune", "proche", "pro"], ...]
    risk: int = Field(ge=0, le=3)
    status: Literal["published", "draft"]
    author: str
    reviewed_on: date
    review_by: date
    expires_on: date | None = None
    texts: dict[str, dict[str, Words]]
    next_steps: tuple[NextStep, ...] = Field(min_length=1, max_length=4)
    resources: tuple[str, ...] = Field(max_length=4)
    sources: tuple[Source, ...] = ()
    needs_review: tuple[str, ...] = ()

    def words(self, audience: str = "jeune", language: str = "fr") -> Words:
        """What this audience reads; a professional without words of their own reads a relative's ("vous")."""
        texts = self.texts.get(language) or self.texts["fr"]
        relatives = texts.get("proche") if audience == "pro" else None
        return texts.get(audience) or relatives or next(iter(texts.values()))

    def passages(self) -> Iterator[tuple[str, str]]:
        """Every text that somebody reads, with its dotted path (``texts.fr.jeune.short``)."""
        for language, texts in self.texts.items():
            for audience, words in texts.items():
                for name in ("short", "more", "safe"):
                    if text := getattr(words, name):
                        yield f"texts.{language}.{audience}.{name}", text

    def is_expired(self, today: date) -> bool:
        """Whether its words may no longer be shown."""
        return self.expires_on is not None and self.expires_on < today

    def button_title(self, language: str = "fr") -> str:
        """The title as a button shows it."""
        return self.title.get(language) or self.title["fr"]


class CatalogueTopic(BaseModel):
    """A topic that an answer may have (data/answers/catalogue.yml)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    theme: str
    audience: tuple[str, ...]
    risk: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a card: what (a code), where (a dotted path) and the words it is about."""

    code: str
    field: str = ""
    detail: str = ""
    blocks: bool = True

    def in_english(self) -> str:
        """For operators."""
        return _ENGLISH.get(self.code, self.code).format(detail=self.detail)


_ENGLISH = {
    "missing": "something is missing",
    "string_too_long": "longer than {detail} characters",
    "catalogue": "not as in the catalogue (id, theme, risk, audience)",
    "from_memory": "a claim from memory needs a line in needs_review",
    "button": "button to {detail}",
    "resource": "no resource {detail}",
    "person": "an answer of risk 1 or more offers a person",
    "number": "{detail} is not in the directory",
    "hard": "hard to read ({detail})",
    "overdue": "its review is overdue",
    "source": "no source with a law, a page or a fact",
    "unproved": "said to be verified, without a law, a page or a fact: {detail}",
    "language": "no words in {detail}",
    "masculine": "as if a man read it (or the robot were one): {detail}",
    "person_first": "an answer of risk 2 or more offers a person first",
    "no_line": "an answer of risk 2 or more has a line to call or write to",
}


class CardLibrary:
    """The published cards: those of the files, and over them those that the studio published."""

    def __init__(self, cards: Iterable[Card]) -> None:
        self._of_files = {card.topic: card for card in cards}
        self._by_topic = self._of_files

    @classmethod
    def load(cls, folder: Path, directory: Directory) -> CardLibrary:
        """Reads and checks every card. Raises CardError with one line a fault."""
        faults: list[str] = []
        cards: list[Card] = []
        for path in sorted(folder.glob("*/*.yml")):
            try:
                card = Card.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
            except (ValidationError, yaml.YAMLError) as error:
                details = error.errors() if isinstance(error, ValidationError) else [{"msg": str(error)}]
                faults += [f"{path.name}: {each.get('loc', '')} {each['msg']}" for each in details]
                continue
            if card.topic != path.stem or card.theme != path.parent.name:
                faults.append(f"{path.name}: topic and theme are not those of its place")
            cards.append(card)
        catalogue = load_catalogue(folder)
        topics = {card.topic for card in cards}
        for card in cards:
            found = faults_of_card(card, topics, directory, catalogue.get(card.topic))
            faults += [f"{card.topic}: {fault.in_english()} {fault.field}".strip() for fault in found]
        if faults:
            raise CardError("\n".join(faults))
        return cls(card for card in cards if card.status == "published")

    def publish(self, cards: Iterable[Card]) -> None:
        """Shows these cards from now on, in place of the files' or beside them. One assignment: who reads
        meanwhile sees the old cards or the new ones, never half of them."""
        self._by_topic = {**self._of_files, **{card.topic: card for card in cards}}

    def of_file(self, topic: str) -> Card | None:
        """The card that came with the service, whatever was published since."""
        return self._of_files.get(topic)

    def files(self) -> list[Card]:
        """The cards that came with the service."""
        return list(self._of_files.values())

    def find(self, topic: str) -> Card | None:
        """The card of a topic, if there is one."""
        return self._by_topic.get(topic)

    @property
    def topics(self) -> list[str]:
        return list(self._by_topic)

    @property
    def cards(self) -> list[Card]:
        return list(self._by_topic.values())


def load_catalogue(folder: Path) -> dict[str, CatalogueTopic]:
    """Every topic by id."""
    themes = yaml.safe_load((folder / "catalogue.yml").read_text(encoding="utf-8"))["themes"]
    return {
        row["id"]: CatalogueTopic.model_validate({**row, "theme": theme})
        for theme, rows in themes.items()
        for row in rows
    }


def faults_of_card(
    card: Card, topics: Collection[str], directory: Directory, listed: CatalogueTopic | None
) -> list[Fault]:
    """What no card can know alone: dead buttons, dead resources, numbers that nobody answers."""
    faults: list[Fault] = []
    ours = (card.theme, card.risk, card.audience)
    if listed is None or (listed.theme, listed.risk, listed.audience) != ours:
        faults.append(Fault("catalogue"))
    if not card.title.get("fr"):
        faults.append(Fault("missing", "title.fr"))
    if not card.texts.get("fr"):
        faults.append(Fault("missing", "texts.fr"))
    faults += [
        Fault("string_too_long", f"title.{language}", str(TITLE_CHARACTERS))
        for language, title in card.title.items()
        if len(title) > TITLE_CHARACTERS
    ]
    if not card.needs_review and any(source.verified != "yes" for source in card.sources):
        faults.append(Fault("from_memory", "needs_review"))
    faults += [
        Fault("button", f"next_steps.{place}", step.topic)
        for place, step in enumerate(card.next_steps)
        if step.topic and step.topic not in topics
    ]
    faults += [Fault("resource", "resources", each) for each in card.resources if each not in directory]
    if card.risk >= 1 and not any(step.kind == "handoff" for step in card.next_steps):
        faults.append(Fault("person", "next_steps"))
    phones = directory.phones()
    for field, text in card.passages():
        faults += [Fault("number", field, number) for number in unknown_numbers(text, phones)]
    return faults
