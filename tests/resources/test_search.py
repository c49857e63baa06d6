"""Help nearby: near, open and fitting first, three at most, always somebody who answers day and night."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handoff.answers.texts import Voices
from handoff.assistant.help_reply import HelpReplies
from handoff.resources.coverage import coverage_of
from handoff.resources.index import Query
from handoff.resources.kinds import Kinds, is_finder
from handoff.resources.places import COLLECTIVITIES
from handoff.resources.resource import LINE, say_ages
from handoff.resources.search import ANY_HELP, SHOWN_AT_ONCE, HelpSearch, Page
from handoff.settings import PROJECT_FOLDER
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


@pytest.fixture(scope="session")
def full(loaded: HelpSearch) -> HelpSearch:
    """Two places of every kind in every département."""
    search = HelpSearch(loaded.directory, loaded.kinds, loaded.places)
    search.replace(
        index_of(
            *(
                place(loaded.kinds, f"{code}-{kind}-{number}", kind, code)
                for code in loaded.places.departements
                for kind in loaded.kinds.by_id
                if kind != LINE
                for number in range(2)
            )
        )
    )
    return search


@pytest.mark.parametrize("audience", ["jeune", "proche", "pro", None])
def test_every_page_of_every_topic_has_a_line_open_day_and_night(
    full: HelpSearch, audience: str | None
) -> None:
    for topic in sorted(full.topics):
        number, page = 0, Page((), more=True)
        while page.more:
            page = full.page(Query((topic,), "69", audience=audience), number)
            lines = [each for each in page.shown if each.resource.opening == "24/7"]
            assert len(page.shown) <= SHOWN_AT_ONCE and lines, (topic, number)
            assert len(set(ids(page))) == len(page.shown), (topic, number)
            number += 1


def test_the_page_of_a_departement_lists_all_that_is_held_and_every_line(full: HelpSearch) -> None:
    lines = {each.id for each in full.directory}
    for code in full.places.departements:
        held: list[str] = []
        total = 1
        while len(held) < total:
            listing = full.listing(Query(departement=code), len(held), 12)
            total = listing.total
            held += [each.resource.id for each in listing.places]
            assert {each.resource.id for each in listing.lines} == lines, code
        expected = [each.id for each in full.index if each.departement == code]
        assert sorted(held) == sorted(expected), code
        assert listing.finders == (), "where places are held no page that finds them is needed"


def test_what_the_page_of_coverage_counts_is_what_is_listed(search: HelpSearch) -> None:
    for each in coverage_of(search):
        listing = search.listing(Query(departement=each.departement.code), 0, 12)
        assert each.lines_and_finders == len(listing.lines) + len(listing.finders)
        assert len(listing.lines) == len(list(search.directory))


def test_a_collectivity_has_lines_and_no_page_that_nobody_has_seen(search: HelpSearch) -> None:
    for code in COLLECTIVITIES:
        listing = search.listing(Query(departement=code), 0, 12)
        assert listing.finders == () and len(listing.lines) == len(list(search.directory)), code
        assert search.get(f"annuaire:pmi:{code}") is None


def test_a_child_hurt_is_told_who_knows_where_to_go(search: HelpSearch, kinds: Kinds) -> None:
    query = Query(("soins_apres_violences",), "69", audience="jeune", kinds=("uaped",))
    assert [each.resource.id for each in search.ranked(query)] == ["allo_119"]
    assert "119" in kinds.by_id["uaped"].expect


def test_nothing_is_said_to_be_anonymous_on_one_towns_word(search: HelpSearch, kinds: Kinds) -> None:
    assert kinds.by_id["maison_ados"].anonymous == "unknown"
    assert search.directory.get("maisons_ados").anonymous == "unknown"
    for kind in kinds.by_id.values():
        assert kind.fact or (kind.cost is None and kind.anonymous == "unknown"), kind.id


def test_a_service_of_the_whole_country_is_a_line(search: HelpSearch, kinds: Kinds) -> None:
    line = place(kinds, "ligne", LINE, name="Ligne d'essai", departement=None, topics=("sextorsion",))
    plain = place(kinds, "sans-sujet", LINE, departement=None)
    search.replace(index_of(line, plain, place(kinds, "lieu", "paej", "974")))
    town = search.places.position_of("Brest", "29")
    for query in (Query(("sextorsion",), "974"), Query(("sextorsion",), "29", position=town)):
        ranked = [each.resource.id for each in search.ranked(query)]
        assert "essai:ligne" in ranked and "essai:sans-sujet" not in ranked
        assert "essai:ligne" in [each.resource.id for each in search.listing(query, 0, 12).lines]
    general = [each.resource.id for each in search.ranked(Query((ANY_HELP,), "29"))]
    assert "essai:sans-sujet" in general, "a line that names no subject helps with anything"
    listing = search.listing(Query(departement="974"), 0, 12)
    assert [each.resource.id for each in listing.places] == ["essai:lieu"]
    assert {"essai:ligne", "essai:sans-sujet"} <= {each.resource.id for each in listing.lines}


def test_a_neighbour_does_not_hide_the_page_of_ones_own_departement(search: HelpSearch, kinds: Kinds) -> None:
    villeurbanne = search.places.position_of("Villeurbanne", "69")
    beyond = place(kinds, "isere", "mission_locale", "38", latitude=45.75, longitude=4.95)
    search.replace(index_of(beyond))
    query = Query((ANY_HELP,), "69", position=villeurbanne)
    assert "annuaire:mission_locale:69" in [each.resource.id for each in search.ranked(query)]
    finders = search.listing(query, 0, 12).finders
    assert "annuaire:mission_locale:69" in [each.resource.id for each in finders]


def test_adults_only_comes_last_when_a_minor_may_ask(search: HelpSearch, kinds: Kinds) -> None:
    older = place(kinds, "grands", "paej", age_min=18, age_max=25, opening="24/7")
    for_all = place(kinds, "tous", "paej", age_min=12, age_max=25)
    search.replace(index_of(older, for_all))
    for audience, first in (("jeune", "essai:tous"), (None, "essai:tous"), ("proche", "essai:grands")):
        found = search.index.search(Query(departement="69", audience=audience))
        assert found[0].resource.id == first, audience
    assert search.index.search(Query(departement="69", audience="jeune", age=19))[0].resource.id == (
        "essai:grands"
    )


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


@pytest.mark.parametrize(
    ("ages", "said"),
    [
        ((12, 25), "12-25 ans"),
        ((18, None), "à partir de 18 ans"),
        ((None, 25), "jusqu'à 25 ans"),
        ((None, None), None),
    ],
)
def test_one_bound_of_the_ages_is_said_too(
    kinds: Kinds, ages: tuple[int | None, int | None], said: str | None
) -> None:
    assert say_ages(place(kinds, "a", "paej", age_min=ages[0], age_max=ages[1])) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "12-25 ans · langues : arabe"),
        ("en", "ages 12-25 · languages: arabe"),
        ("es", "12-25 años · idiomas: arabe"),
    ],
)
def test_a_card_in_a_conversation_says_for_whom_in_the_reader_s_language(
    search: HelpSearch, kinds: Kinds, language: str, said: str
) -> None:
    texts = Voices.load(PROJECT_FOLDER / "data" / "texts", "fr").in_language(language)
    card = HelpReplies(search).card(place(kinds, "a", "paej", age_min=12, languages=("arabe",)), texts)
    assert said in (card.kind or "")


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
