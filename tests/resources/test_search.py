"""Help nearby: near, open and fitting first, three at most, always somebody who answers day and night."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handoff.resources.coverage import COLLECTIVITIES
from handoff.resources.index import Query
from handoff.resources.kinds import Kinds, is_finder
from handoff.resources.search import ANY_HELP, SHOWN_AT_ONCE, HelpSearch, Page
from tests.resources.conftest import index_of, place

MONDAY_NOON = datetime(2026, 1, 5, 11, 0, tzinfo=UTC)
MONDAY_NIGHT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
CHRISTMAS_NOON = datetime(2026, 12, 25, 11, 0, tzinfo=UTC)
WEEKDAYS = "Mo-Fr 09:00-17:00"


def ids(page: Page) -> list[str]:
    return [each.resource.id for each in page.shown]


def test_every_departement_has_real_links_and_numbers_before_any_import(search: HelpSearch) -> None:
    codes = [code for code in search.places.departements if code not in COLLECTIVITIES]
    assert len(codes) == 101
    for code in codes:
        page = search.page(Query(departement=code, audience="jeune"))
        assert len(page.shown) == SHOWN_AT_ONCE, code
        assert page.more
        assert any(each.resource.phone and each.resource.opening == "24/7" for each in page.shown), code
        ranked = [each.resource for each in search.ranked(Query(("porter_plainte",), code))]
        finders = [each for each in ranked if is_finder(each)]
        assert finders and all(each.url and each.departement == code for each in finders), code
        assert not any(each.address for each in ranked), "no address is made up"


@pytest.mark.parametrize(
    "topic", ["sextorsion", "ivg", "idees_noires", "porter_plainte", "trouver_aide_proche"]
)
def test_three_at_most_and_one_open_day_and_night_on_every_page(search: HelpSearch, topic: str) -> None:
    number, seen = 0, list[str]()
    while True:
        page = search.page(Query((topic,), "69", audience="jeune"), number)
        assert 0 < len(page.shown) <= SHOWN_AT_ONCE
        assert any(each.resource.opening == "24/7" for each in page.shown)
        seen += [each.resource.id for each in page.shown if each.resource.opening != "24/7"]
        if not page.more:
            break
        number += 1
    assert len(seen) == len(set(seen)), "the same twice"
    assert search.page(Query((topic,), "69"), number + 50).shown == ()


def test_the_line_that_knows_the_subject_comes_at_once(search: HelpSearch) -> None:
    assert "num_3018" in ids(search.page(Query(("sextorsion",), "974", audience="jeune")))


def test_the_nearest_comes_first(search: HelpSearch, kinds: Kinds) -> None:
    villeurbanne = search.places.position_of("Villeurbanne", "69")
    far = place(kinds, "loin", "paej", latitude=45.99, longitude=4.72)
    near = place(kinds, "pres", "mission_locale", latitude=45.77, longitude=4.88)
    beyond = place(kinds, "isere", "paej", "38", latitude=45.75, longitude=4.95)
    lost = place(kinds, "trop-loin", "paej", "07", latitude=44.6, longitude=4.4)
    search.replace(index_of(far, near, beyond, lost))
    found = search.index.search(Query(departement="69", position=villeurbanne))
    assert [each.resource.id for each in found] == ["essai:pres", "essai:isere", "essai:loin"]
    assert found[0].distance_km is not None and found[0].distance_km < 1


def test_what_is_open_now_comes_first(search: HelpSearch, kinds: Kinds) -> None:
    by_day = place(kinds, "jour", "paej", opening=WEEKDAYS)
    by_night = place(kinds, "nuit", "maison_ados", opening="Mo-Su 20:00-06:00")
    search.replace(index_of(by_day, by_night))
    query = Query(("parler_a_un_psy",), "69")
    for now, first in ((MONDAY_NOON, "essai:jour"), (MONDAY_NIGHT, "essai:nuit")):
        found = search.index.search(Query(query.topics, "69", now=now))
        assert [each.open_now for each in found] == [True, False]
        assert found[0].resource.id == first


def test_nobody_is_said_to_be_open_on_a_holiday(search: HelpSearch, kinds: Kinds) -> None:
    search.replace(
        index_of(place(kinds, "un", "paej", opening=WEEKDAYS), place(kinds, "deux", "paej", opening="24/7"))
    )
    found = search.index.search(Query(departement="69", now=CHRISTMAS_NOON))
    assert {each.resource.id: each.open_now for each in found} == {"essai:un": None, "essai:deux": True}


def test_hours_are_those_of_the_place(search: HelpSearch, kinds: Kinds) -> None:
    search.replace(index_of(place(kinds, "un", "paej", "974", opening=WEEKDAYS)))
    five_in_paris = datetime(2026, 1, 5, 5, 30, tzinfo=UTC)  # 9 h 30 in La Réunion
    assert search.index.search(Query(departement="974", now=five_in_paris))[0].open_now is True


def test_who_asks_is_who_is_received(search: HelpSearch, kinds: Kinds) -> None:
    for_all = place(kinds, "tous", "paej", age_min=12, age_max=25)
    older = place(kinds, "grands", "paej", age_min=18, age_max=25)
    staff = place(kinds, "pros", "paej", audience=("pro",))
    search.replace(index_of(older, staff, for_all))
    found = search.index.search(Query(departement="69", audience="jeune", age=15))
    assert [each.resource.id for each in found] == ["essai:tous", "essai:grands"]


def test_kinds_take_turns(search: HelpSearch, kinds: Kinds) -> None:
    many = [place(kinds, f"g{number}", "gendarmerie") for number in range(5)]
    search.replace(index_of(*many, place(kinds, "c", "commissariat")))
    found = search.index.search(Query(("porter_plainte",), "69"))
    assert {each.resource.kind for each in found[:2]} == {"gendarmerie", "commissariat"}


def test_a_place_stands_before_the_page_that_finds_places(search: HelpSearch, kinds: Kinds) -> None:
    search.replace(index_of(place(kinds, "ml", "mission_locale")))
    ranked = [each.resource for each in search.ranked(Query((ANY_HELP,), "69"))]
    assert ranked[0].id == "essai:ml"
    assert "annuaire:mission_locale:69" not in [each.id for each in ranked]
    assert "annuaire:info_jeunes:69" in [each.id for each in ranked]


def test_words_and_kinds_narrow_it_down(search: HelpSearch, kinds: Kinds) -> None:
    search.replace(index_of(place(kinds, "a", "paej", name="Écoute Éphémère"), place(kinds, "b", "cio")))
    assert [each.resource.id for each in search.index.search(Query(words="ephemere ecoute"))] == ["essai:a"]
    assert [each.resource.id for each in search.index.search(Query(kinds=("cio",)))] == ["essai:b"]
    assert search.index.search(Query(kinds=("inventé",))) == []
    assert search.index.search(Query(("inventé",))) == []


def test_each_thing_is_found_by_its_id(search: HelpSearch, kinds: Kinds) -> None:
    search.replace(index_of(place(kinds, "a", "paej")))
    for known in ("essai:a", "allo_119", "annuaire:pmi:2A"):
        found = search.get(known)
        assert found is not None and found.id == known
    for unknown in ("", "essai:b", "annuaire:pmi:99", "annuaire:inventé:69", "annuaire"):
        assert search.get(unknown) is None


def test_every_topic_of_the_table_has_an_answer_card(kinds: Kinds, search: HelpSearch) -> None:
    from handoff.answers.cards import CardLibrary
    from handoff.settings import Settings

    library = CardLibrary.load(Settings.load().data_folder / "answers", search.directory)
    said = {topic for each in (*kinds.by_id.values(), *kinds.needs.values()) for topic in each.topics}
    assert [topic for topic in sorted(said) if library.find(topic) is None] == []
    assert all(kind.line is None or kind.line in search.directory for kind in kinds.by_id.values())
