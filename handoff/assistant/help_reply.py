"""Help nearby as replies: cards, "d'autres", which of several places, and the page that lists everything."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from handoff.answers.texts import Texts
from handoff.conversation import LINK_PAYLOAD, Button, HelpLine, Reply
from handoff.resources.index import Found, Query
from handoff.resources.kinds import Kinds
from handoff.resources.resource import LINE, Resource
from handoff.resources.search import HelpSearch

# What a button of ours may carry; anything else from a page is refused.
_MORE = re.compile(
    r'/d_autres\{"departement":"(?P<code>[0-9AB]{0,3})","sujet":"(?P<topic>\w{0,60})","page":(?P<page>\d{1,3})\}'
)
_PLACE = re.compile(r'/choisir_lieu\{"departement":"(?P<code>[0-9AB]{2,3})"\}')


@dataclass(frozen=True, slots=True)
class HelpWanted:
    """A search as a button or Rasa says it."""

    departement: str | None
    topic: str | None = None
    page: int = 0


def help_line(resource: Resource, found: Found | None = None, kind: str | None = None) -> HelpLine:
    """A resource as a young person sees it; with ``found``, as the card of a place that was looked for."""
    return HelpLine(
        name=resource.name,
        phone=resource.phone,
        sms=resource.sms,
        url=resource.url,
        chat_url=resource.chat_url,
        hours=resource.hours,
        cost=resource.cost,
        anonymous=resource.anonymous,
        on_bill=resource.on_bill,
        use_when=resource.use_when,
        id=resource.id if found else None,
        kind=kind,
        expect=resource.expect,
        address=resource.full_address if resource.address else None,
        map_url=map_url(resource),
        open_now=found.open_now if found else None,
    )


def found_line(kinds: Kinds) -> Callable[[Found], HelpLine]:
    """Makes the card of what was found, with its kind where the name does not say it."""

    def line(found: Found) -> HelpLine:
        kind = kinds.by_id.get(found.resource.kind)
        is_said = kind is None or kind.id == LINE or kind.label.lower() in found.resource.name.lower()
        return help_line(found.resource, found, None if is_said or kind is None else kind.label)

    return line


def chat_line(kinds: Kinds, texts: Texts) -> Callable[[Found], HelpLine]:
    """The same for a conversation, whose cards have one line of facts: ages and languages too."""
    card = found_line(kinds)

    def line(found: Found) -> HelpLine:
        made, resource = card(found), found.resource
        facts = (made.kind, *_for_whom(resource, texts), resource.accessibility)
        return replace(made, kind=" · ".join(filter(None, facts)) or None)

    return line


def _for_whom(resource: Resource, texts: Texts) -> Iterator[str]:
    """The ages that are received and the languages spoken, where they are known."""
    if resource.ages_key:
        bounds = {"min": str(resource.age_min), "max": str(resource.age_max)}
        yield texts.get(f"place_card.{resource.ages_key}", **bounds)
    if resource.languages:
        yield texts.get("place_card.languages", languages=", ".join(resource.languages))


def map_url(resource: Resource) -> str | None:
    """A link that is opened only when it is tapped: nothing of it is fetched by our page."""
    if resource.latitude is None or resource.longitude is None:
        return None
    at = f"{resource.latitude:.5f}&mlon={resource.longitude:.5f}"
    here = f"{resource.latitude:.5f}/{resource.longitude:.5f}"
    return f"https://www.openstreetmap.org/?mlat={at}#map=17/{here}"


def wanted_by(payload: str) -> HelpWanted | None:
    """The search that a button asks for; None for any other payload."""
    more = _MORE.fullmatch(payload)
    if more:
        return HelpWanted(more["code"] or None, more["topic"] or None, int(more["page"]))
    place = _PLACE.fullmatch(payload)
    return HelpWanted(place["code"]) if place else None


class HelpReplies:
    """Makes the replies of a search. ``origin``: the public app's address, for channels outside of it."""

    def __init__(self, search: HelpSearch, origin: str = "") -> None:
        self._search = search
        self._origin = origin.rstrip("/")

    def ask_place(self, codes: tuple[str, ...], texts: Texts) -> Reply:
        """The question; with ``codes``, which of these places was meant."""
        known = [each for each in map(self._search.places.departements.get, codes) if each]
        if not known:
            return Reply(texts.get("ask_place"))
        buttons = [Button(each.label, f'/choisir_lieu{{"departement":"{each.code}"}}') for each in known]
        return Reply(texts.get("which_place"), buttons=tuple(buttons))

    def found(self, wanted: HelpWanted, audience: str, texts: Texts, person: Button) -> Reply:
        """Three at most, the next ones a tap away, and the page with all of them."""
        departement = self._search.places.departements.get(wanted.departement or "")
        code = departement.code if departement else None
        topics = (wanted.topic,) if wanted.topic else ()
        query = Query(topics, code, audience=audience)
        page = self._search.page(query, wanted.page)
        lines = tuple(map(chat_line(self._search.kinds, texts), page.shown))
        labels = {"departement": departement.label if departement else ""}
        if not lines:
            return Reply(texts.get("no_more_help", **labels), buttons=(self._all(code, texts), person))
        key = "resources_intro" if code else "place_not_found"
        key = "more_help" if wanted.page else key
        more = (self._more(code, wanted, texts),) if page.more else ()
        buttons = (*more, self._all(code, texts), person)
        return Reply(texts.get(key, **labels), buttons=buttons, help_lines=lines)

    def card(self, resource: Resource, texts: Texts) -> HelpLine:
        """One resource that somebody chose."""
        return chat_line(self._search.kinds, texts)(Found(resource))

    def label_of(self, payload: str, texts: Texts) -> str | None:
        """Our own words for a button of a search; None when it is not one."""
        wanted = wanted_by(payload)
        if wanted is None:
            return None
        departement = self._search.places.departements.get(wanted.departement or "")
        if departement is None and wanted.departement:
            return None
        if payload.startswith("/choisir_lieu"):
            return departement.label if departement else None
        if wanted.topic and wanted.topic not in self._search.topics:
            return None
        return texts.get("buttons.more_help")

    def _more(self, code: str | None, wanted: HelpWanted, texts: Texts) -> Button:
        entities = {"departement": code or "", "sujet": wanted.topic or "", "page": wanted.page + 1}
        label = texts.get("buttons.more_help")
        return Button(label, f"/d_autres{json.dumps(entities, separators=(',', ':'))}")

    def _all(self, code: str | None, texts: Texts) -> Button:
        address = f"{self._origin}/aide{f'/{code}' if code else ''}"
        return Button(texts.get("buttons.all_help"), f"{LINK_PAYLOAD}{address}")
