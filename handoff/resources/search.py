"""Help nearby: at most three at a time, "d'autres" for more, always a line that answers day and night."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from handoff.resources.directory import Directory
from handoff.resources.index import CLOSER_LOOK, Found, Index, Query
from handoff.resources.kinds import FINDER_ID, Kinds, is_finder
from handoff.resources.local_time import is_holiday, local_time, minute_of_week
from handoff.resources.opening import is_always, read_opening
from handoff.resources.places import Places
from handoff.resources.resource import LINE, Resource

SHOWN_AT_ONCE = 3
ANY_HELP = "trouver_aide_proche"
# The lines that are offered whatever is looked for, when none that fits better answers day and night.
DAY_AND_NIGHT = ("allo_119", "num_3114", "urgence_114", "europe_112")


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown at once; ``more`` says whether "d'autres" has something."""

    shown: tuple[Found, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything for a place: some of its places, of which there are ``total``, and all that is national."""

    places: tuple[Found, ...]
    total: int
    finders: tuple[Found, ...]
    lines: tuple[Found, ...]


class HelpSearch:
    """Searches the national lines, the networks' finders and the imported places."""

    def __init__(self, directory: Directory, kinds: Kinds, places: Places) -> None:
        self.directory = directory
        self.kinds = kinds
        self.places = places
        self.index = Index(())
        self.topics = kinds.topics | {topic for each in directory for topic in each.topics}

    def replace(self, index: Index) -> None:
        """From now on these are the imported places (an import was applied or rolled back)."""
        self.index = index

    def get(self, resource_id: str) -> Resource | None:
        """Any resource by its id: a line, an imported place, or a network's page."""
        if resource_id in self.directory:
            return self.directory.get(resource_id)
        prefix, _, rest = resource_id.partition(":")
        kind, _, code = rest.partition(":")
        if prefix == FINDER_ID and kind in self.kinds.by_id:
            departement = self.places.departements.get(code)
            return self.kinds.by_id[kind].finder_in(departement) if departement else None
        return self.index.get(resource_id)

    def page(self, query: Query, number: int = 0) -> Page:
        """Page ``number`` (from 0): two that fit, and a line open day and night."""
        query = query if query.topics else replace(query, topics=(ANY_HELP,))
        size = SHOWN_AT_ONCE - 1
        end = (number + 1) * size
        ranked = self.ranked(query, end + 1)
        offered = {each.resource.id for each in ranked}
        shown = ranked[number * size : end]
        if number and not shown:
            return Page((), more=False)
        if not any(_always_open(each.resource) for each in shown):
            always = self._day_and_night(query)
            # A line that has its own turn in the list is repeated only when there is no other.
            open_lines = [each for each in always if each.resource.id not in offered] or always
            line = open_lines[number % len(open_lines)]
            somewhere_open = any(each.open_now for each in shown)
            shown = [*shown, line] if somewhere_open or number else [line, *shown]
        return Page(tuple(shown), more=len(ranked) > end)

    def ranked(self, query: Query, how_many: int = CLOSER_LOOK) -> list[Found]:
        """What fits best, the best first: so many places, then networks' finders, then lines."""
        places = self._places(query, how_many)
        lines = self._lines(query)
        # A neighbour's place does not hide the page that finds those of one's own département.
        finders = [self._found(each, query) for each in self._finders(query, self.index.kinds_in(query))]
        # The line that knows this very subject does not wait behind every address.
        subject = [] if ANY_HELP in query.topics else lines[:1]
        merged = {each.resource.id: each for each in (*places[:1], *subject, *places[1:], *finders, *lines)}
        return list(merged.values())

    def listing(self, query: Query, start: int, how_many: int) -> Listing:
        """Everything there is for a query, its places in parts; without topics, whatever it is for."""
        places, total = self.index.part(query, start, how_many)
        if query.topics and total < SHOWN_AT_ONCE:
            few = self._places(query)
            places, total = few[start : start + how_many], len(few)
        finders = [self._found(each, query) for each in self._finders(query, self.index.kinds_in(query))]
        lines = {each.resource.id: each for each in (*finders, *self._lines(query))}
        return Listing(
            tuple(places),
            total,
            tuple(each for each in finders if is_finder(each.resource)),
            tuple(each for each in lines.values() if not is_finder(each.resource)),
        )

    def _places(self, query: Query, how_many: int = CLOSER_LOOK) -> list[Found]:
        """The imported places that fit; where they are few, those that help with anything too."""
        somewhere = query.departement or query.position or query.words
        places = self.index.search(query, how_many) if somewhere else []
        if ANY_HELP not in query.topics and len(places) < SHOWN_AT_ONCE and not query.kinds:
            held = {each.resource.id for each in places}
            anything = replace(query, topics=(ANY_HELP,))
            # As many more as are there already: those may be among them.
            general = self.index.search(anything, how_many + len(places)) if query.departement else []
            places += [each for each in general if each.resource.id not in held]
        return places

    def _finders(self, query: Query, held: set[str]) -> Iterator[Resource]:
        """The pages that find a place of a kind we hold none of, in the order of the table."""
        departement = self.places.departements.get(query.departement or "")
        for kind in self.kinds.by_id.values():
            fits = not query.topics or any(topic in kind.topics for topic in query.topics)
            wanted = not query.kinds or kind.id in query.kinds
            if not fits or not wanted or kind.id in held or not _speaks_to(kind.audience, query.audience):
                continue
            if kind.line and kind.line in self.directory:
                yield self.directory.get(kind.line)
            finder = kind.finder_in(departement) if departement else None
            if finder:
                yield finder

    def _lines(self, query: Query) -> list[Found]:
        """The lines that fit, in the order of the table, then the imported ones."""
        fitting = [
            self._found(each, query)
            for each in self.directory
            if (not query.topics or any(topic in each.topics for topic in query.topics))
            and (not query.kinds or each.kind in query.kinds)
            and _speaks_to(each.audience, query.audience)
        ]
        return fitting + self.index.nationwide(query)

    def _day_and_night(self, query: Query) -> list[Found]:
        """Those that serve what is looked for first."""
        fitting = [
            each
            for each in self.directory
            if _always_open(each)
            and any(topic in each.topics for topic in query.topics)
            and _speaks_to(each.audience, query.audience)
        ]
        always = [self.directory.get(each) for each in DAY_AND_NIGHT if each in self.directory]
        merged = {each.id: each for each in (*fitting, *always)}
        return [self._found(each, query) for each in merged.values()]

    def _found(self, resource: Resource, query: Query) -> Found:
        """A line or a page, as a result."""
        spans = read_opening(resource.opening) if resource.opening else None
        if spans is None:
            return Found(resource)
        here = local_time(None, query.now)
        if is_holiday(here.date()) and not is_always(spans):
            return Found(resource)
        minute = minute_of_week(here)
        return Found(resource, open_now=any(start <= minute < end for start, end in spans))


def _speaks_to(audience: tuple[str, ...], wanted: str | None) -> bool:
    return not audience or wanted is None or wanted in audience


def _always_open(resource: Resource) -> bool:
    """A number or a chat of the whole country that answers day and night."""
    return resource.kind == LINE and resource.departement is None and resource.opening == "24/7"
