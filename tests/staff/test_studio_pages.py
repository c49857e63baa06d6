"""The studio's pages over HTTP, on the real staff app: who reads first, what is planned, what is kept."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from handoff.answers.folder import as_zip
from handoff.answers.spreadsheet import as_csv, read_table
from handoff.app_parts import load_words
from handoff.assistant.rasa import AnswerTopic
from handoff.channels.parts import parts_of
from handoff.channels.telegram import TelegramChannel
from handoff.conversation import Author, Conversation, Reader
from handoff.receive_message import message_of
from handoff.records.card_records import CardRecords
from handoff.records.tables import AuditEntry, Role
from handoff.records.topic_figures import TopicEvent, TopicFigures
from handoff.staff.studio.studio import PARIS
from tests.staff_alone import StaffAlone

EXAMPLES = "\n".join(
    f"{how} {what} stp"
    for how in ("jvoudrais savoir", "explique moi")
    for what in ("ça", "ceci", "cela", "tout", "rien")
)
CARD = """\
topic: {topic}
theme: service
title:
  fr: Un titre tout neuf
audience: [jeune]
risk: 0
status: published
author: équipe Repère
reviewed_on: 2026-11-25
review_by: 2027-05-25
texts:
  fr:
    jeune:
      short: Tu peux en parler ici. Une personne peut te lire.
next_steps:
  - {{label: Parler à une personne, kind: handoff}}
resources: []
sources: []
needs_review: []
"""


@pytest.fixture
async def lead(staff_alone: StaffAlone) -> AsyncIterator[httpx.AsyncClient]:
    async with staff_alone.signed_in(Role.CONTENT_LEAD) as (client, _):
        yield client


@pytest.fixture
async def second(staff_alone: StaffAlone) -> AsyncIterator[httpx.AsyncClient]:
    async with staff_alone.signed_in(Role.CONTENT_LEAD) as (client, _):
        yield client


@pytest.fixture
def cards(staff_alone: StaffAlone) -> CardRecords:
    return CardRecords(staff_alone.sessions)


def database_file(staff_alone: StaffAlone) -> Path:
    return Path(staff_alone.settings.effective_database_url.split(":///")[1])


@contextmanager
def without(staff_alone: StaffAlone, table: str) -> Iterator[None]:
    """A table that the database cannot reach, as when its disk fails."""
    with sqlite3.connect(database_file(staff_alone), timeout=30) as connection:
        connection.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
    try:
        yield
    finally:
        with sqlite3.connect(database_file(staff_alone), timeout=30) as connection:
            connection.execute(f"ALTER TABLE {table}_away RENAME TO {table}")


def outlook_of(page: str) -> str:
    """What is live and planned, as a page's form says it."""
    found = re.search(r'name="outlook" value="([^"]+)"', page)
    assert found
    return found[1]


async def publish(client: httpx.AsyncClient, topic: str, number: str, **more: str) -> httpx.Response:
    """Publishes a draft from the page that shows it."""
    path = f"/studio/topics/{topic}/publish"
    outlook = outlook_of((await client.get(path)).text)
    return await client.post(path, data={"number": number, "why": "un mot", "outlook": outlook, **more})


def fields_of(page: str) -> dict[str, str]:
    """The editor's form, as a browser would send it."""
    fields = {
        name: html.unescape(value)
        for name, value in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
        if name != "text"
    }
    for kind in ("", 'type="hidden" ', 'type="date" '):
        fields |= {
            name: html.unescape(value)
            for name, value in re.findall(rf'<input {kind}name="([^"]+)" value="([^"]*)"', page)
        }
    for name, options in re.findall(r'<select name="([^"]+)">(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = html.unescape(chosen[1]) if chosen else ""
    return fields


def short_in(page: str) -> str:
    return fields_of(page)["texts.fr.jeune.short"]


async def draft(client: httpx.AsyncClient, topic: str, short: str) -> str:
    """Saves a draft of a topic with this short text; returns its number."""
    fields = fields_of((await client.get(f"/studio/topics/{topic}")).text)
    fields |= {"texts.fr.jeune.short": short}
    saved = await client.post(f"/studio/topics/{topic}", data=fields)
    assert saved.status_code == httpx.codes.SEE_OTHER, saved.text
    return saved.headers["location"].partition("saved=")[2]


async def new_topic(client: httpx.AsyncClient, examples: str = EXAMPLES) -> str:
    topic = f"nouveau_{uuid.uuid4().hex[:8]}"
    form = {"topic": topic, "title": "Un titre tout neuf", "theme": "service", "risk": "0"}
    form |= {"audience.jeune": "1", "examples": examples}
    form |= {"short": "Tu peux en parler ici. Une personne peut te lire."}
    made = await client.post("/studio/new", data=form)
    assert made.status_code == httpx.codes.SEE_OTHER, made.text
    return topic


async def test_whoever_adds_a_topic_cannot_choose_to_be_its_only_reader(
    lead: httpx.AsyncClient, second: httpx.AsyncClient
) -> None:
    """Its risk is 0, and its author said so: the first text is read by somebody else all the same."""
    path = f"/studio/topics/{await new_topic(lead)}"
    form = {"number": "2", "why": "un nouveau sujet", "outlook": "0"}
    assert (await lead.post(f"{path}/publish", data=form)).status_code == httpx.codes.CONFLICT
    own = await lead.post(f"{path}/review", data={"number": "2", "verdict": "approve"})
    assert own.status_code == httpx.codes.CONFLICT
    read = await second.post(f"{path}/review", data={"number": "2", "verdict": "approve"})
    assert read.status_code == httpx.codes.SEE_OTHER
    assert (await lead.post(f"{path}/publish", data=form)).status_code == httpx.codes.SEE_OTHER
    # Once it is live it is a topic like any other of its risk.
    topic = path.rpartition("/")[2]
    number = await draft(lead, topic, "Tu peux en parler ici. Quelqu'un peut te lire.")
    again = await publish(lead, topic, number)
    assert again.status_code == httpx.codes.SEE_OTHER, again.text


async def test_a_publication_is_planned_called_off_and_never_in_the_past(
    lead: httpx.AsyncClient, cards: CardRecords
) -> None:
    number = await draft(lead, "horaires_attente", "Tu peux nous croire. Voici comment on travaille ici.")
    path = "/studio/topics/horaires_attente"
    tomorrow = datetime.now(PARIS) + timedelta(days=1)
    for moment in ("2020-01-01T10:00", "demain", "2026-02-30T10:00"):
        form = {"number": number, "why": "plus clair", "when": moment}
        refused = await lead.post(f"{path}/publish", data=form)
        assert refused.status_code == httpx.codes.CONFLICT
        assert 'data-testid="refused"' in refused.text
        assert "plus clair" in refused.text  # the reason that was typed is still there
    planned = await publish(lead, "horaires_attente", number, when=f"{tomorrow:%Y-%m-%dT%H:%M}")
    assert planned.status_code == httpx.codes.SEE_OTHER
    state = await cards.state("horaires_attente")
    assert state.live is None
    assert state.scheduled is not None
    history = (await lead.get(f"{path}/history")).text
    assert f"{tomorrow:%d/%m/%Y %H:%M}" in history
    cancel = {"publication": str(state.scheduled.id)}
    assert (await lead.post(f"{path}/cancel", data=cancel)).status_code == httpx.codes.SEE_OTHER
    assert (await lead.post(f"{path}/cancel", data=cancel)).status_code == httpx.codes.CONFLICT
    assert (await cards.state("horaires_attente")).scheduled is None


async def test_a_correction_in_a_hurry_neither_takes_a_planned_text_along_nor_is_undone_by_it(
    lead: httpx.AsyncClient, cards: CardRecords
) -> None:
    topic, path = "compte_pirate", "/studio/topics/compte_pirate"
    before = (await lead.get(path)).text
    future = await draft(lead, topic, "Demain la loi change. Tu peux écrire ici pour en parler.")
    tomorrow = datetime.now(PARIS) + timedelta(days=1)
    planned = await publish(lead, topic, future, when=f"{tomorrow:%Y-%m-%dT%H:%M}")
    assert planned.status_code == httpx.codes.SEE_OTHER, planned.text
    # The editor starts from what is live, and says what is planned.
    page = (await lead.get(path)).text
    assert 'data-testid="planned"' in page
    assert f"{tomorrow:%d/%m/%Y %H:%M}" in page
    assert "la loi change" not in page
    assert short_in(page) == short_in(before)
    # The correction, which says what it calls off.
    number = await draft(lead, topic, "Appelle le 3018. Tu peux aussi écrire ici pour en parler.")
    page = (await lead.get(f"{path}/publish")).text
    assert 'data-testid="calls-off"' in page
    assert (await publish(lead, topic, number)).status_code == httpx.codes.SEE_OTHER
    state = await cards.state(topic)
    assert state.live is not None
    assert state.live.number == int(number)
    assert state.scheduled is None
    later = replace(state, now=state.now + timedelta(days=2)).live
    assert later is not None
    assert later.number == int(number)


async def test_a_plan_that_the_page_did_not_show_is_not_called_off_unsaid(
    lead: httpx.AsyncClient, second: httpx.AsyncClient, cards: CardRecords
) -> None:
    topic, path = "limites_secret", "/studio/topics/limites_secret"
    number = await draft(lead, topic, "Tu peux tout nous dire ici. On te dit ce qu'on garde.")
    seen = outlook_of((await lead.get(f"{path}/publish")).text)
    tomorrow = datetime.now(PARIS) + timedelta(days=1)
    planned = await publish(second, topic, number, when=f"{tomorrow:%Y-%m-%dT%H:%M}")
    assert planned.status_code == httpx.codes.SEE_OTHER
    corrected = await draft(second, topic, "Tu peux tout nous dire. On te dit ce qu'on garde.")
    refused = await lead.post(f"{path}/publish", data={"number": corrected, "why": "un mot", "outlook": seen})
    assert refused.status_code == httpx.codes.CONFLICT
    assert 'data-testid="calls-off"' in refused.text
    state = await cards.state(topic)
    assert state.scheduled is not None
    assert state.live is None or state.live.number != int(corrected)


async def test_an_editor_that_was_open_before_a_roll_back_does_not_undo_it_unsaid(
    lead: httpx.AsyncClient, second: httpx.AsyncClient, cards: CardRecords
) -> None:
    topic, path = "que_peux_tu_faire", "/studio/topics/que_peux_tu_faire"
    number = await draft(lead, topic, "Tu peux poser une question ici. On te répond.")
    assert (await publish(lead, topic, number)).status_code == httpx.codes.SEE_OTHER
    opened = (await lead.get(path)).text
    page = (await second.get(f"{path}/versions/1")).text
    form = {"number": "1", "why": "le premier texte était juste", "outlook": outlook_of(page)}
    assert (await second.post(f"{path}/rollback", data=form)).status_code == httpx.codes.SEE_OTHER
    # Nor does the other one's roll-back happen twice.
    assert (await lead.post(f"{path}/rollback", data={**form, "number": number})).status_code == 409
    fields = fields_of(opened) | {"texts.fr.jeune.more": "Un mot de plus, tapé entre-temps."}
    conflict = await lead.post(path, data=fields)
    assert conflict.status_code == httpx.codes.CONFLICT
    assert 'data-testid="conflict"' in conflict.text
    assert fields_of(conflict.text)["texts.fr.jeune.more"] == "Un mot de plus, tapé entre-temps."
    assert (await cards.state(topic)).last_number == int(number)
    # Said once, it may be saved.
    saved = await lead.post(path, data=fields_of(conflict.text))
    assert saved.status_code == httpx.codes.SEE_OTHER


async def test_remarks_and_an_owner_are_seen_by_the_other_leads(
    lead: httpx.AsyncClient, second: httpx.AsyncClient
) -> None:
    path = "/studio/topics/lgbt"
    await lead.post(f"{path}/comment", data={"text": "à relire <b>vite</b>"})
    page = (await second.get(path)).text
    assert "à relire &lt;b&gt;vite&lt;/b&gt;" in page
    owners = re.findall(r'<option value="(\d+)"', page.partition('name="owner"')[2])
    assert (await second.post(f"{path}/owner", data={"owner": owners[0]})).status_code == 303
    assert f'value="{owners[0]}" selected' in (await lead.get(path)).text
    # Only somebody who answers for contents.
    await second.post(f"{path}/owner", data={"owner": "999999"})
    assert f'value="{owners[0]}" selected' not in (await lead.get(path)).text


async def test_a_draft_is_dropped_and_where_there_is_none_nothing_happens(
    lead: httpx.AsyncClient, cards: CardRecords
) -> None:
    path = "/studio/topics/effacer_conversation"
    crafted = await lead.post(f"{path}/drop", data={"expected": "0"})
    assert crafted.status_code == httpx.codes.CONFLICT
    assert (await cards.state("effacer_conversation")).revisions == ()
    number = await draft(lead, "effacer_conversation", "Ce que tu dis à cette personne reste entre vous.")
    first = await cards.card("effacer_conversation", 1)
    assert first, "the text that came with the service is revision 1"
    assert (await lead.post(f"{path}/drop", data={"expected": number})).status_code == 303
    assert (await cards.state("effacer_conversation")).draft is None
    again = await lead.post(f"{path}/drop", data={"expected": str(int(number) + 1)})
    assert again.status_code == httpx.codes.CONFLICT


async def test_the_second_of_two_leads_at_the_same_examples_loses_nothing(
    lead: httpx.AsyncClient, second: httpx.AsyncClient
) -> None:
    path = f"/studio/topics/{await new_topic(lead)}/examples"
    forms = [
        {"expected": "1", "examples": f"{EXAMPLES}\nma phrase à moi {who}"} for who in ("du matin", "du soir")
    ]
    assert (await lead.post(path, data=forms[0])).status_code == httpx.codes.SEE_OTHER
    conflict = await second.post(path, data=forms[1])
    assert conflict.status_code == httpx.codes.CONFLICT
    theirs, _, mine = conflict.text.partition("<textarea")
    assert "ma phrase à moi du matin" in theirs
    assert "ma phrase à moi du soir" in mine
    expected = re.search(r'name="expected" value="(\d+)"', conflict.text)
    assert expected
    merged = {"expected": expected[1], "examples": f"{forms[0]['examples']}\nma phrase à moi du soir"}
    assert (await second.post(path, data=merged)).status_code == httpx.codes.SEE_OTHER
    kept = (await lead.get(path)).text
    assert "du matin" in kept
    assert "du soir" in kept


async def test_what_the_other_lead_took_away_is_said_to_the_second(
    lead: httpx.AsyncClient, second: httpx.AsyncClient
) -> None:
    topic = await new_topic(lead, f"{EXAMPLES}\nun mot qui blesse")
    path = f"/studio/topics/{topic}/examples"
    shorter = {"expected": "1", "examples": f"{EXAMPLES}\nune ligne du matin"}
    assert (await lead.post(path, data=shorter)).status_code == httpx.codes.SEE_OTHER
    mine = {"expected": "1", "examples": f"{EXAMPLES}\nun mot qui blesse\nune ligne du soir"}
    conflict = await second.post(path, data=mine)
    assert conflict.status_code == httpx.codes.CONFLICT
    added = conflict.text.partition('data-testid="added"')[2].partition("</ul>")[0]
    removed = conflict.text.partition('data-testid="removed"')[2].partition("</ul>")[0]
    assert re.findall("<li>(.*?)</li>", added) == ["une ligne du matin"]
    assert re.findall("<li>(.*?)</li>", removed) == ["un mot qui blesse"]


async def test_personal_data_is_found_in_the_last_of_many_new_examples(lead: httpx.AsyncClient) -> None:
    path = f"/studio/topics/{await new_topic(lead)}/examples"
    many = "\n".join(
        f"{line} {number}" for line in EXAMPLES.split("\n") for number in "abcdefghijklmnopqrstuvwxyz"
    )
    form = {"expected": "1", "examples": f"{EXAMPLES}\n{many}\nappelle moi au 06 12 34 56 78"}
    refused = await lead.post(path, data=form, timeout=120)
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "06 12 34 56 78" in refused.text.partition('data-testid="refused"')[2].partition("</ul>")[0]


async def test_a_zip_makes_drafts_and_takes_no_id_that_means_something_else(
    lead: httpx.AsyncClient, cards: CardRecords
) -> None:
    topic = f"neuf_{uuid.uuid4().hex[:8]}"
    files = {
        f"data/answers/service/{name}.yml": CARD.format(topic=name) for name in (topic, "salut", "hors_sujet")
    }
    page = await lead.post("/studio/exchange/import", content=as_zip(files))
    assert page.status_code == httpx.codes.OK, page.text
    assert page.text.count("sert déjà à autre chose") == 2
    applied = await lead.post(
        "/studio/exchange/import", params={"apply": "1", "why": "venu de git"}, content=as_zip(files)
    )
    assert 'data-testid="done"' in applied.text
    assert (await cards.state(topic)).draft == 2
    for name in ("salut", "hors_sujet"):
        assert (await cards.state(name)).revisions == ()


async def test_a_table_does_not_bring_back_what_was_corrected_since(
    lead: httpx.AsyncClient, cards: CardRecords
) -> None:
    topic = "peur_placement"
    exported = (await lead.get("/studio/exchange/repere-textes.csv", timeout=120)).content
    lines = [line for line in read_table(exported).values() if line[0] == topic]
    translated = [
        (*line[:5], f"{line[5]} Bis.") if line[1:4] == ("fr", "jeune", "more") else line for line in lines
    ]
    assert translated != lines
    number = await draft(lead, topic, "Un texte corrigé depuis, que personne ne doit perdre.")
    page = await lead.post(
        "/studio/exchange/import",
        params={"apply": "1", "why": "relu"},
        content=as_csv(translated),
        timeout=120,
    )
    assert 'data-testid="done"' in page.text
    state = await cards.state(topic)
    assert state.draft == int(number) + 1
    content = json.loads(await cards.card(topic, state.draft) or "")
    assert content["texts"]["fr"]["jeune"]["short"] == "Un texte corrigé depuis, que personne ne doit perdre."
    assert content["texts"]["fr"]["jeune"]["more"].endswith(" Bis.")


async def test_figures_from_one_to_four_are_hidden_and_so_is_what_gives_them_away(
    lead: httpx.AsyncClient, staff_alone: StaffAlone
) -> None:
    day = datetime.now(UTC).date()
    counted = {
        "prescription": {TopicEvent.SHOWN: 4, TopicEvent.HELPED: 4, TopicEvent.FALLBACK: 96},
        "contraception": {TopicEvent.SHOWN: 97, TopicEvent.NOT_HELPED: 5, TopicEvent.FALLBACK: 3},
        "ist_depistage": {TopicEvent.SHOWN: 5, TopicEvent.HELPED: 4, TopicEvent.NOT_HELPED: 1},
    }
    await TopicFigures(staff_alone.sessions).add(
        {(day, topic, event): count for topic, counts in counted.items() for event, count in counts.items()}
    )
    page = (await lead.get("/studio")).text
    cells = {
        topic: re.findall(r'<td class="figure">(.*?)</td>', row)
        for topic, row in re.findall(r'data-topic="(\w+)">(.*?)</tr>', page, re.DOTALL)
    }
    assert cells["prescription"] == ["caché", "caché", "caché"]
    assert cells["contraception"] == ["97", "0 %", "caché"]
    assert cells["ist_depistage"] == ["5", "80 %", "0 %"]
    assert cells["avocat_mineur"] == ["–", "–", "–"]


async def test_what_a_lead_does_is_in_the_audit_trail_without_a_word_of_it(
    lead: httpx.AsyncClient, staff_alone: StaffAlone
) -> None:
    path = "/studio/topics/maison_ados"
    await draft(lead, "maison_ados", "Tu peux y aller sans rendez-vous. On te répond.")
    expected = fields_of((await lead.get(path)).text)["expected"]
    secret = "des mots qui restent ici"
    await lead.post(f"{path}/comment", data={"text": secret})
    await lead.post(f"{path}/owner", data={"owner": ""})
    await lead.post(f"{path}/drop", data={"expected": expected})
    await lead.post("/studio/try", data={"sentence": secret})
    await lead.get("/studio/unanswered")
    for name in ("repere-contenus.zip", "repere-textes.xlsx", "repere-textes.csv"):
        exported = await lead.get(f"/studio/exchange/{name}", timeout=120)
        assert exported.status_code == httpx.codes.OK
    async with staff_alone.sessions() as session:
        found = (await session.execute(select(AuditEntry.action, AuditEntry.about))).all()
    done = [(action, about) for action, about in found]
    for action in ("card_saved", "card_commented", "card_owner_set", "card_dropped"):
        assert (action, "card maison_ados") in done
    for name, about in (("sentence_tried", None), ("unanswered_seen", None)):
        assert (name, about) in done
    assert [about for name, about in done if name == "contents_exported"][-3:] == ["zip", "xlsx", "csv"]
    assert secret not in str(done)


async def test_the_telegram_preview_is_what_telegram_is_sent(
    lead: httpx.AsyncClient, staff_alone: StaffAlone
) -> None:
    words, renderer = load_words(staff_alone.settings)
    card = words.library.of_file("numeros_utiles")
    assert card is not None
    somebody = Conversation("x", Reader.ASSISTANT)
    reply = renderer.of(somebody).reply(AnswerTopic(card.topic), somebody)
    parts = parts_of(message_of(reply, Author.ASSISTANT), TelegramChannel, words.of(somebody))
    page = (await lead.get("/studio/topics/numeros_utiles")).text
    phone = page.partition('data-testid="preview-telegram"')[2].partition("</figure>")[0]
    shown = [html.unescape(each) for each in re.findall(r'<p class="words">(.*?)</p>', phone, re.DOTALL)]
    assert shown == [part.text for part in parts]
    keys = [html.unescape(each) for each in re.findall(r'<span class="key">(.*?)</span>', phone)]
    assert keys == [button.label for part in parts for button in part.buttons]
    assert reply.help_lines[0].hours in shown[0], "what the app adds to a line is shown too"


LOST = [
    ("example_revision", "/studio/topics/lgbt/examples", {"expected": "0", "examples": "mes mots\nà moi"}),
    ("card_comment", "/studio/topics/lgbt/comment", {"text": "mes mots\nà moi"}),
    ("card_revision", "/studio/topics/lgbt", {"expected": "0", "texts.fr.jeune.short": "mes mots\nà moi"}),
    ("card_revision", "/studio/new", {"topic": "mon_sujet", "short": "mes mots\nà moi", "risk": "0"}),
    ("card_revision", "/studio/topics/lgbt/publish", {"number": "2", "why": "mes mots\nà moi"}),
    ("card_revision", "/studio/topics/lgbt/review", {"number": "2", "text": "mes mots\nà moi"}),
    ("card_revision", "/studio/unanswered/example", {"topic": "lgbt", "sentence": "mes mots\nà moi"}),
    # Not even who asks is known.
    ("staff_session", "/studio/topics/lgbt/comment", {"text": "mes mots\nà moi"}),
]


@pytest.mark.parametrize(("table", "path", "form"), LOST)
async def test_nothing_that_was_typed_is_lost_when_the_database_is_away(
    staff_alone: StaffAlone, lead: httpx.AsyncClient, table: str, path: str, form: dict[str, str]
) -> None:
    with without(staff_alone, table):
        answer = await lead.post(path, data=form)
    assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert f'action="{path}"' in answer.text
    assert ">mes mots\nà moi</textarea>" in answer.text
    for name in form:
        assert f'name="{name}"' in answer.text


async def test_nothing_that_was_typed_is_lost_when_the_session_ended_meanwhile(
    lead: httpx.AsyncClient, staff_alone: StaffAlone
) -> None:
    form = {"text": "mes mots <b>à moi</b>"}
    async with httpx.AsyncClient(base_url=staff_alone.url, headers=lead.headers) as stranger:
        answer = await stranger.post("/studio/topics/lgbt/comment", data=form)
        assert answer.status_code == httpx.codes.UNAUTHORIZED
        assert "mes mots &lt;b&gt;à moi&lt;/b&gt;</textarea>" in answer.text
    async with httpx.AsyncClient(base_url=staff_alone.url) as elsewhere:
        # A page of somebody else's gets nothing shown here.
        answer = await elsewhere.post("/studio/topics/lgbt/comment", data=form)
        assert answer.status_code == httpx.codes.UNAUTHORIZED
        assert "mes mots" not in answer.text
