"""What was published is read everywhere soon; a database that is away takes nothing back."""

from __future__ import annotations

import asyncio
import json
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from handoff.answers.cards import Card, CardLibrary
from handoff.answers.compare import content_of
from handoff.answers.following import LOOK_AGAIN_SECONDS, LibraryFollower
from handoff.answers.texts import Voices
from handoff.assistant.help_reply import HelpReplies
from handoff.assistant.rasa import AnswerTopic, FollowUp
from handoff.assistant.render import Renderer
from handoff.conversation import Audience, Conversation, Reader
from handoff.records import database
from handoff.records.card_records import CardRecords
from handoff.records.database import Sessions
from handoff.records.tables import Account, Role
from handoff.resource_desk import load_search
from handoff.resources.directory import Directory
from handoff.settings import PROJECT_FOLDER, Settings
from tests.records.conftest import database_url, migrated, postgres, sessions

__all__ = ["database_url", "migrated", "postgres", "sessions"]

PUBLISHED_WITHIN_SECONDS = 5  # issue 8
DATA = PROJECT_FOLDER / "data"
TOPIC = "numeros_utiles"


def new_library() -> CardLibrary:
    return CardLibrary.load(DATA / "answers", Directory.load(DATA / "resources"))


def changed(short: str) -> str:
    card = new_library().find(TOPIC)
    assert card is not None
    content = content_of(card)
    content["texts"]["fr"]["jeune"]["short"] = short
    return json.dumps(content)


def short_of(library: CardLibrary) -> str:
    card = library.find(TOPIC)
    assert card is not None
    return card.words().short


async def publish(sessions: Sessions, card: str) -> None:
    records = CardRecords(sessions)
    async with sessions.begin() as session:
        lead = Account(
            name="Camille",
            login=f"camille{uuid.uuid4().hex}@exemple.fr",
            roles=frozenset({Role.CONTENT_LEAD}),
            created_at=datetime.now(UTC),
        )
        session.add(lead)
    state = await records.state(TOPIC)
    first = changed("livré avec le service")
    number = await records.save(TOPIC, card, lead.id, "", state.last_number, first, state.outlook)
    await records.publish(TOPIC, number, lead.id, "essai", outlook=state.outlook)


async def test_a_published_text_replaces_the_one_of_the_file(sessions: Sessions, tmp_path: Path) -> None:
    library = new_library()
    others = len(library.topics)
    follower = LibraryFollower(library, CardRecords(sessions), tmp_path / "known.json")
    await follower.start()
    assert short_of(library) != "Un texte tout neuf pour toi."
    await publish(sessions, changed("Un texte tout neuf pour toi."))
    await follower.look()
    assert short_of(library) == "Un texte tout neuf pour toi."
    assert len(library.topics) == others


async def test_without_the_database_the_last_known_text_goes_on_even_after_a_restart(
    sessions: Sessions, tmp_path: Path
) -> None:
    known = tmp_path / "known.json"
    await publish(sessions, changed("Un texte tout neuf pour toi."))
    await LibraryFollower(new_library(), CardRecords(sessions), known).start()
    engine, away = database.connect(f"sqlite+aiosqlite:///{tmp_path / 'nowhere' / 'x.sqlite'}")
    library = new_library()
    follower = LibraryFollower(library, CardRecords(away), known)
    await follower.start()
    assert short_of(library) == "Un texte tout neuf pour toi."
    await follower.look()
    assert short_of(library) == "Un texte tout neuf pour toi."
    await engine.dispose()


@pytest.mark.parametrize("content", ["", "[", "[]", "null", '{"numeros_utiles": "{}"}'])
async def test_a_broken_file_of_last_known_texts_does_not_stop_the_start(
    tmp_path: Path, content: str
) -> None:
    known = tmp_path / "known.json"
    known.write_text(content, encoding="utf-8")
    engine, away = database.connect(f"sqlite+aiosqlite:///{tmp_path / 'nowhere' / 'x.sqlite'}")
    library = new_library()
    before = short_of(library)
    await LibraryFollower(library, CardRecords(away), known).start()
    assert short_of(library) == before
    await engine.dispose()


async def test_a_disk_that_cannot_be_written_does_not_hold_the_text_back(
    sessions: Sessions, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    await publish(sessions, changed("Un texte tout neuf pour toi."))
    library = new_library()
    await LibraryFollower(library, CardRecords(sessions), tmp_path / "file" / "known.json").start()
    assert short_of(library) == "Un texte tout neuf pour toi."


async def test_following_goes_on_by_itself(
    sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handoff.answers.following.LOOK_AGAIN_SECONDS", 0.01)
    library = new_library()
    follower = LibraryFollower(library, CardRecords(sessions), tmp_path / "known.json")
    await follower.start()
    following = asyncio.create_task(follower.run())
    await publish(sessions, changed("Un texte tout neuf pour toi."))
    async with asyncio.timeout(20):
        while short_of(library) != "Un texte tout neuf pour toi.":
            await asyncio.sleep(0.01)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


class Noted(CardRecords):
    """The records, and what was asked of them in which order."""

    def __init__(self, sessions: Sessions, name: str, events: list[str]) -> None:
        super().__init__(sessions)
        self._name, self._events = name, events

    async def stamp(self) -> str:
        self._events.append(self._name)
        return await super().stamp()


async def test_every_process_shows_a_published_text_after_its_next_look(
    sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five seconds hold one that was under way as the text was published, and the next."""
    assert 2 * LOOK_AGAIN_SECONDS < PUBLISHED_WITHIN_SECONDS
    monkeypatch.setattr("handoff.answers.following.LOOK_AGAIN_SECONDS", 0.01)
    events: list[str] = []
    libraries = {name: new_library() for name in ("public", "staff")}
    followers = [
        LibraryFollower(library, Noted(sessions, name, events), tmp_path / name / "known.json")
        for name, library in libraries.items()
    ]
    for follower in followers:
        await follower.start()
    following = [asyncio.create_task(follower.run()) for follower in followers]
    for number in range(3):
        text = f"Un texte tout neuf pour toi, numéro {number}."
        await publish(sessions, changed(text))
        published_at = len(events)
        async with asyncio.timeout(30):
            while min(events[published_at:].count(name) for name in libraries) < 2:
                await asyncio.sleep(0.01)
        # The second look of each since then has begun, so the first is over.
        assert [short_of(library) for library in libraries.values()] == [text, text]
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)


ASKED = (AnswerTopic(TOPIC), FollowUp(TOPIC, "plus"))


@pytest.mark.parametrize("asked", ASKED, ids=["answer", "follow-up"])
@pytest.mark.parametrize(("safe", "said"), [(None, "vérifiée"), ("Appelle le 119, jour et nuit.", "119")])
def test_an_expired_card_shows_its_safe_form_with_lines_and_a_person(
    safe: str | None, said: str, asked: AnswerTopic | FollowUp
) -> None:
    search = load_search(Settings())
    library = new_library()
    card = library.find(TOPIC)
    assert card is not None
    content = content_of(card)
    content["expires_on"] = (date.today() - timedelta(days=1)).isoformat()
    if safe:
        content["texts"]["fr"]["jeune"]["safe"] = safe
    library.publish([Card.model_validate(content)])
    renderer = Renderer(library, search.directory, Voices.load(DATA / "texts", "fr"), HelpReplies(search, ""))
    conversation = Conversation("x", Reader.ASSISTANT, audience=Audience.YOUNG_PERSON)
    reply = renderer.of(conversation).reply(asked, conversation)
    assert said in reply.text
    assert reply.text != card.words().short
    assert reply.more is None
    assert reply.help_lines
    assert "#person" in [button.payload for button in reply.buttons]


def test_a_card_is_shown_to_the_end_of_its_last_day() -> None:
    card = new_library().find(TOPIC)
    assert card is not None
    dated = card.model_copy(update={"expires_on": date(2026, 11, 25)})
    assert not dated.is_expired(date(2026, 11, 25))
    assert dated.is_expired(date(2026, 11, 26))
