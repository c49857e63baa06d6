"""The checks of ``make lint`` on one card, as somebody types it, and what only a person can judge."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from handoff.answers.cards import Card, CatalogueTopic, Fault, faults_of_card
from handoff.answers.readability import LEAST_EASE, ease
from handoff.answers.wording import HIDDEN, LEGAL_FIGURE, LINK, MARKUP, slips
from handoff.resources.directory import Directory

# Which languages a card is written in: all of them, and more where readers from elsewhere are likelier.
LANGUAGES: Final = ("fr", "en")
LANGUAGES_OF_THEME: Final = {
    theme: (*LANGUAGES, "es") for theme in ("exploitation", "violences", "numerique", "ressources")
}
ABOUT_US: Final = "service"  # the theme whose claims are about this service: we are their source


@dataclass(frozen=True)
class CardChecker:
    """Knows what a card may point to. ``topics``: every topic that has, or is about to have, a card."""

    directory: Directory
    catalogue: Mapping[str, CatalogueTopic]
    topics: Collection[str]

    def check(self, content: object, today: date) -> tuple[Card | None, list[Fault]]:
        """The card, when the content is one, and everything that is wrong with it, worst first."""
        try:
            card = Card.model_validate(content)
        except ValidationError as error:
            return None, [_fault_of(each) for each in error.errors()]
        # A topic that the studio added is its own catalogue until it is exported.
        listed = self.catalogue.get(card.topic) or CatalogueTopic(
            id=card.topic, theme=card.theme, audience=card.audience, risk=card.risk
        )
        faults = faults_of_card(card, self.topics, self.directory, listed)
        faults += [*_unsafe(card), *_links(card), *_dates(card, today), *_sources(card)]
        faults += [*self._without_help(card), *_languages(card), *_wording(card)]
        return card, sorted(faults, key=lambda fault: not fault.blocks)

    def _without_help(self, card: Card) -> Iterator[Fault]:
        """In danger, a number and a person come first."""
        if card.risk < 2:
            return
        lines = [self.directory.get(each) for each in card.resources if each in self.directory]
        if not any(line.phone or line.sms or line.chat_url for line in lines):
            yield Fault("no_line", "resources")
        if card.next_steps[0].kind != "handoff":
            yield Fault("person_first", "next_steps.0")


def _fault_of(error: Mapping[str, Any]) -> Fault:
    """One of pydantic's errors: its own code, and the limit it speaks of."""
    context = error.get("ctx", {})
    limit = context.get("max_length") or context.get("min_length") or ""
    place = ".".join(str(part) for part in error["loc"])
    return Fault(error["type"], place, str(limit))


def _unsafe(card: Card) -> Iterator[Fault]:
    for field, text in (*card.passages(), *_labels(card)):
        if found := MARKUP.search(text):
            yield Fault("markup", field, found.group())
        if HIDDEN.search(text):
            yield Fault("hidden", field)


def _labels(card: Card) -> Iterator[tuple[str, str]]:
    yield from ((f"title.{language}", title) for language, title in card.title.items())
    yield from ((f"next_steps.{place}", step.label) for place, step in enumerate(card.next_steps))
    yield from ((f"sources.{place}", source.claim) for place, source in enumerate(card.sources))


def _links(card: Card) -> Iterator[Fault]:
    for field, text in card.passages():
        for link in LINK.findall(text):
            if not _is_whole(link, ("https",)):
                yield Fault("link", field, link)
    for place, source in enumerate(card.sources):
        if source.url and not _is_whole(source.url, ("https", "http")):
            yield Fault("link", f"sources.{place}", source.url)


def _is_whole(link: str, schemes: Collection[str]) -> bool:
    """Whether an address could be opened; whether it answers, no program of ours asks at run time."""
    try:
        parts = urlsplit(link.rstrip(".,;:!?)»"))
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in schemes and "." in host.strip(".") and not any(map(str.isspace, link))


def _dates(card: Card, today: date) -> Iterator[Fault]:
    if card.review_by < today:
        yield Fault("overdue", "review_by", blocks=False)
    if card.is_expired(today):
        yield Fault("expired", "expires_on", blocks=False)


def _sources(card: Card) -> Iterator[Fault]:
    """A claim comes from somewhere: a law, a page, or a fact of the project's reference."""
    backed = [bool(source.law or source.url or source.fact) for source in card.sources]
    if not card.sources or not (any(backed) or card.theme == ABOUT_US):
        yield Fault("source", "sources", blocks=False)
    for place, source in enumerate(card.sources):
        if source.verified == "yes" and not backed[place] and card.theme != ABOUT_US:
            yield Fault("unproved", f"sources.{place}", source.claim, blocks=False)


def _languages(card: Card) -> Iterator[Fault]:
    """Who reads another language reads as much."""
    for language in LANGUAGES_OF_THEME.get(card.theme, LANGUAGES):
        if language not in card.title:
            yield Fault("language", f"title.{language}", language, blocks=False)
        for audience in card.texts.get("fr", {}):
            if audience not in card.texts.get(language, {}):
                yield Fault("language", f"texts.{language}.{audience}", language, blocks=False)


def _wording(card: Card) -> Iterator[Fault]:
    for field, text in card.passages():
        _, language, audience, _ = field.split(".")
        read = LINK.sub("", text)  # an address is opened, not read
        if language == "fr" and ease(read) < LEAST_EASE[audience]:
            yield Fault("hard", field, str(ease(read)))
        for code, words in slips(text, audience, language):
            yield Fault(code, field, words, blocks=False)
        for told in LEGAL_FIGURE.findall(text) if language == "fr" else ():
            if not any(told in source.claim and source.verified == "yes" for source in card.sources):
                yield Fault("figure", field, told, blocks=False)
