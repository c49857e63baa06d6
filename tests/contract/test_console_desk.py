"""A counsellor's working day at the staff door of the running service: duty, queue, supervision."""

from __future__ import annotations

import asyncio
import uuid
from datetime import date, timedelta

import httpx

from handoff.records import database
from handoff.records.exit_answers import ExitAnswerCounts
from handoff.records.tables import Role
from tests.chat_client import ChatClient
from tests.contract.test_hand_over import DANGER_NOW
from tests.running_service import Service
from tests.staff_client import Console, console, item, signed_in, tab, waiting_young_person

NOBODYS = "0" * 32
OK, CONFLICT, GONE = httpx.codes.OK, httpx.codes.CONFLICT, httpx.codes.NOT_FOUND


async def said(young: ChatClient, text: str) -> None:
    """Waits until a page shows these words."""
    await young.until(lambda frame: frame["type"] == "message" and text in frame["text"])


async def write(staff: Console, conversation: str, text: str) -> None:
    frame = {"type": "message", "conversation": conversation, "text": text, "checked": True}
    await staff.send({**frame, "id": uuid.uuid4().hex})


async def test_of_fifty_claims_at_once_one_wins(service: Service) -> None:
    async with (
        await waiting_young_person(service) as young,
        signed_in(service, "Alix", Role.COUNSELLOR) as (alix, _),
        signed_in(service, "Basile", Role.COUNSELLOR) as (basile, _),
    ):
        path = f"/api/conversations/{young.conversation}/claim"
        answers = await asyncio.gather(*(each.post(path) for each in [alix, basile] * 25))
        codes = sorted(each.status_code for each in answers)
        assert codes == [OK] + [CONFLICT] * 49


async def test_the_waiting_list_says_what_matters_and_names_nobody(service: Service) -> None:
    async with await ChatClient.open(service.chat) as young, console(service) as staff:
        await young.write(
            "je m'appelle Inès Dupont, j'habite à Lyon et mon beau-père me frappe tous les soirs"
        )
        line = await staff.listed("waiting", young.conversation)
        assert line["level"] == 2
        assert line["departement"] == "69"
        assert {"category", "language", "channel", "audience", "waiting_since", "reason"} <= set(line)
        assert "Inès" not in str(line)
        assert "Dupont" not in str(line)


async def test_on_a_pause_or_full_nobody_takes_more_but_danger_now(service: Service) -> None:
    async with (
        await waiting_young_person(service) as first,
        await waiting_young_person(service) as second,
        await ChatClient.open(service.chat) as danger,
        console(service) as staff,
    ):
        await staff.http.post("/api/duty", json={"state": "pause", "capacity": 1})
        assert (await staff.act(first.conversation, "claim")).status_code == CONFLICT
        await staff.http.post("/api/duty", json={"state": "on", "capacity": 1})
        await staff.until(lambda frame: frame["type"] == "list" and frame["duty"]["state"] == "on")
        await staff.claim(first.conversation)
        refused = await staff.act(second.conversation, "claim")
        assert refused.status_code == CONFLICT
        assert "atteint" in refused.json()["detail"]
        await danger.write(DANGER_NOW)
        await danger.status("waiting")
        await staff.claim(danger.conversation)
        # A hard one is over: a pause is offered.
        await staff.act(danger.conversation, "hand-back")
        await staff.until(lambda frame: frame["type"] == "list" and frame["duty"]["offer_pause"])


async def test_a_conversation_goes_to_a_colleague_with_a_word_and_the_young_person_knows(
    service: Service,
) -> None:
    async with (
        await waiting_young_person(service) as young,
        console(service, "Alix") as alix,
        console(service, "Basile") as basile,
    ):
        await alix.claim(young.conversation)
        there = (await alix.http.get("/api/colleagues")).json()
        assert basile.account_id in [each["id"] for each in there]
        word = {"to": basile.account_id, "note": "sa soeur s'appelle Yasmine, elle est au courant"}
        assert (await alix.act(young.conversation, "transfer", word)).status_code == OK
        await basile.listed("mine", young.conversation)
        notes = await basile.received(lambda frame: frame["type"] == "notes")
        gone = await alix.until(lambda frame: frame["type"] == "gone")
        assert gone["why"] == "transferred"
        await said(young, "Une autre personne de l'équipe")
        assert notes["notes"][0]["kind"] == "transfer"
        assert "Yasmine" not in notes["notes"][0]["text"]  # stripped like everything that is kept
        # Nobody passes on what is not theirs, and nobody gets what they have no room for.
        assert (await alix.act(young.conversation, "transfer", word)).status_code == GONE
        await alix.http.post("/api/duty", json={"state": "off", "capacity": 1})
        await basile.until(lambda frame: frame["type"] == "list")
        back = {"to": alix.account_id, "note": ""}
        assert (await basile.act(young.conversation, "transfer", back)).status_code == CONFLICT
        assert (await basile.act(young.conversation, "release", {"note": "à reprendre"})).status_code == OK
        await young.status("waiting")


async def test_another_conversations_id_opens_nothing(service: Service) -> None:
    async with (
        await waiting_young_person(service) as young,
        console(service, "Alix") as alix,
        console(service, "Intrus") as other,
    ):
        await alix.claim(young.conversation)
        await other.until(
            lambda frame: frame["type"] == "list" and item(frame, "waiting", young.conversation) is None
        )
        told: dict[str, set[str]] = {}
        for conversation in (young.conversation, NOBODYS):
            for action, sent in (
                ("notes", {"text": "x"}),
                ("help", {"wanted": True}),
                ("answer-card", {"topic": "anonymat"}),
                ("away", None),
                ("close", {"message": "x", "ask": False}),
                ("hand-back", None),
                ("release", None),
                ("take-over", None),
                ("assign", {"to": other.account_id, "note": ""}),
                ("transfer", {"to": other.account_id, "note": ""}),
                ("shared-detail", None),
            ):
                answer = await other.act(conversation, action, sent)
                assert answer.status_code == GONE, (action, answer.text)
                told.setdefault(action, set()).add(answer.text)
            for kind in ("open", "typing", "message", "look_along", "look_away"):
                await other.send({"type": kind, "conversation": conversation, "id": "x", "text": "coucou"})
                refused = await other.until(lambda frame: frame["type"] == "refused")
                assert refused["code"] == "gone"
        assert [words for words in told.values() if len(words) > 1] == []  # not a word tells them apart
        # Nonsense is refused too, and the console goes on.
        for frame in ({"type": "open", "conversation": {}}, {"type": "viewing", "conversations": 3}, {}):
            await other.send(frame)
        mine = {"type": "open", "conversation": young.conversation}
        for after in ("nonsense", 5, "9" * 60):
            await alix.send({**mine, "after": after})
        for each in (alix, other):
            await each.send({"type": "ping"})
            await each.until(lambda frame: frame["type"] == "pong")
        assert not [
            frame
            for frame in other.frames
            if frame["type"] in ("message", "notes") and frame["conversation"] == young.conversation
        ]


async def test_a_supervisor_looks_along_and_whispers_and_the_young_person_never_knows(
    service: Service,
) -> None:
    async with (
        await waiting_young_person(service) as young,
        console(service, "Alix") as alix,
        console(service, "Sacha", Role.SUPERVISOR) as sacha,
    ):
        await alix.claim(young.conversation)
        before = len((await everything_shown(service, young))[0])
        await sacha.send({"type": "look_along", "conversation": young.conversation})
        await sacha.until(
            lambda frame: frame["type"] == "message" and frame["conversation"] == young.conversation
        )
        whisper = {"text": "demande-lui si elle est seule"}
        assert (await sacha.act(young.conversation, "notes", whisper)).status_code == OK
        notes = await alix.until(lambda frame: frame["type"] == "notes")
        assert (notes["notes"][0]["kind"], notes["notes"][0]["by"]) == ("whisper", "Sacha")
        # Whoever looks along cannot answer, nor be heard typing.
        for kind in ("message", "typing"):
            await sacha.send({"type": kind, "conversation": young.conversation, "id": "x", "text": "coucou"})
            assert (await sacha.until(lambda frame: frame["type"] == "refused"))["code"] == "bad_frame"
        shown, raw = await everything_shown(service, young)
        assert len(shown) == before
        assert "seule" not in raw
        assert "Sacha" not in raw
        # Taking over is said plainly.
        assert (await sacha.act(young.conversation, "take-over")).status_code == OK
        await sacha.listed("mine", young.conversation)
        await write(sacha, young.conversation, "Bonsoir, je prends la suite.")
        await said(young, "je prends la suite")


async def everything_shown(service: Service, young: ChatClient) -> tuple[list[str], str]:
    """All that a page of this young person is sent: the messages, and every frame as text."""
    async with await ChatClient.resume(service.chat, young.conversation, young.token) as page:
        await page.until(lambda frame: frame["type"] == "status")
        await page.send({"type": "ping"})
        await page.until(lambda frame: frame["type"] == "pong")
        return [frame["text"] for frame in page.frames if frame["type"] == "message"], str(page.frames)


async def test_a_colleague_looks_along_only_while_help_is_asked_for(service: Service) -> None:
    async with (
        await waiting_young_person(service) as young,
        console(service, "Alix") as alix,
        console(service, "Basile") as basile,
    ):
        await alix.claim(young.conversation)
        assert (await alix.act(young.conversation, "help", {"wanted": True})).status_code == OK
        await basile.until(
            lambda frame: (
                frame["type"] == "list" and item(frame, "help_wanted", young.conversation) is not None
            )
        )
        await basile.send({"type": "look_along", "conversation": young.conversation})
        await basile.until(
            lambda frame: frame["type"] == "message" and frame["conversation"] == young.conversation
        )
        assert (await basile.act(young.conversation, "notes", {"text": "je suis là"})).status_code == OK
        await alix.act(young.conversation, "help", {"wanted": False})
        await basile.until(lambda frame: frame["type"] == "gone")
        assert (await basile.act(young.conversation, "notes", {"text": "et encore"})).status_code == GONE


async def test_a_supervisor_sees_the_floor_and_assigns(service: Service) -> None:
    async with (
        await waiting_young_person(service) as young,
        console(service, "Alix") as alix,
        console(service, "Sacha", Role.SUPERVISOR) as sacha,
    ):
        floor = await sacha.until(lambda frame: frame["type"] == "list" and frame["overview"]["waiting"] > 0)
        assert floor["duty"]["state"] == "off"  # looking is not being there
        assert floor["overview"]["oldest_since"]
        assert "overview" not in next(each for each in alix.frames if each["type"] == "list")
        given = {"to": alix.account_id, "note": ""}
        assert (await sacha.act(young.conversation, "assign", given)).status_code == OK
        await alix.listed("mine", young.conversation)
        await sacha.until(
            lambda frame: (
                frame["type"] == "list"
                and young.conversation in [each["conversation"] for each in frame["overview"]["held"]]
            )
        )


async def test_two_tabs_of_one_counsellor_both_show_everything_and_never_talk_at_once(
    service: Service,
) -> None:
    async with await waiting_young_person(service) as young, console(service, "Alix") as one:
        await one.claim(young.conversation)
        async with tab(service, one.http, one.account_id) as two:
            await asyncio.gather(
                write(one, young.conversation, "Bonjour de l'onglet un"),
                write(two, young.conversation, "Bonjour de l'onglet deux"),
            )

            async def outcome(of: Console) -> str:
                frame = await of.until(lambda each: each["type"] in ("received", "refused"))
                return str(frame.get("code", "received"))

            outcomes = sorted(await asyncio.gather(outcome(one), outcome(two)))
            shown, _ = await everything_shown(service, young)
            answers = [text for text in shown if "onglet" in text]
            # Either one was told to read again, or the second had already been shown the first.
            assert outcomes in (["meanwhile", "received"], ["received", "received"])
            assert len(answers) == outcomes.count("received")


async def test_seen_and_typing_go_both_ways(service: Service) -> None:
    async with await waiting_young_person(service) as young, console(service) as staff:
        await staff.claim(young.conversation)
        await staff.send({"type": "viewing", "conversations": [young.conversation]})
        await write(staff, young.conversation, "Bonsoir")
        message = await young.until(
            lambda frame: frame["type"] == "message" and frame["author"] == "counsellor"
        )
        await young.send({"type": "seen", "position": message["position"]})
        await staff.until(
            lambda frame: (
                frame["type"] == "list"
                and (item(frame, "mine", young.conversation) or {}).get("young_read") == message["position"]
            )
        )
        await young.send({"type": "typing"})
        await staff.until(lambda frame: frame["type"] == "typing")
        await staff.send({"type": "typing", "conversation": young.conversation})
        await young.until(lambda frame: frame["type"] == "typing")
        mine = await young.write("coucou")
        stored = await young.until(lambda frame: frame["type"] == "received" and frame["id"] == mine)
        await young.until(lambda frame: frame["type"] == "seen" and frame["position"] == stored["position"])
        # Out of sight, a message stays unread.
        await staff.send({"type": "viewing", "conversations": []})
        await young.write("tu es là ?")
        await staff.until(
            lambda frame: (
                frame["type"] == "list" and (item(frame, "mine", young.conversation) or {}).get("unread") == 1
            )
        )


async def test_an_answer_card_is_sent_as_it_was_published(service: Service) -> None:
    async with await waiting_young_person(service) as young, console(service) as staff:
        await staff.claim(young.conversation)
        cards = (await staff.http.get("/api/answers")).json()
        card = next(each for each in cards if each["topic"] == "sextorsion")
        assert (await staff.act(young.conversation, "answer-card", {"topic": "sextorsion"})).status_code == OK
        shown = await young.until(
            lambda frame: frame["type"] == "message" and frame["author"] == "counsellor"
        )
        assert shown["text"] == card["text"]
        assert shown["resources"]
        assert shown["buttons"] == []
        refused = await staff.act(young.conversation, "answer-card", {"topic": "inconnu"})
        assert refused.status_code == GONE


async def test_ending_says_the_last_words_asks_once_and_stays_closed(service: Service) -> None:
    async with (
        await waiting_young_person(service) as young,
        console(service) as staff,
        signed_in(service, "Sacha", Role.SUPERVISOR) as (supervisor, _),
    ):
        await staff.claim(young.conversation)
        assert (await staff.act(young.conversation, "away")).status_code == OK
        await said(young, "s'absente")
        personal = {"message": "Écris-moi au 06 39 98 77 66", "ask": False}
        refused = await staff.act(young.conversation, "close", personal)
        assert refused.status_code == CONFLICT
        assert refused.json()["found"] == [{"kind": "PHONE", "text": "06 39 98 77 66"}]
        ending = {"message": "Prends soin de toi.", "ask": True}
        assert (await staff.act(young.conversation, "close", ending)).status_code == OK
        await said(young, "Prends soin de toi.")
        asked = await young.until(lambda frame: frame["type"] == "message" and len(frame["buttons"]) == 3)
        assert [each["payload"] for each in asked["buttons"]] == ["#exit_yes", "#exit_somewhat", "#exit_no"]
        before = await helped(service)
        for number in range(2):
            await young.send({"type": "press", "id": f"exit-{number}", "payload": "#exit_yes"})
            await said(young, "Merci, c'est noté")
        await young.status("closed")
        assert (await staff.http.get("/api/exit-answers")).status_code == GONE
        async with asyncio.timeout(30):
            while await helped(service) != before + 1:
                await asyncio.sleep(0.5)
        shown = (await supervisor.get("/api/exit-answers")).json()["#exit_yes"]
        assert shown == (None if before + 1 < 5 else before + 1)  # as in every figure


async def helped(service: Service) -> int:
    """How many said that it helped, as counted for good."""
    engine, sessions = database.connect(service.settings.effective_database_url)
    counted = await ExitAnswerCounts(sessions).since(date.today() - timedelta(days=30))
    await engine.dispose()
    return counted.get("#exit_yes", 0)


async def test_canned_replies_are_mine_or_everybodys_and_plain_text(service: Service) -> None:
    async with (
        signed_in(service, "Alix", Role.COUNSELLOR) as (alix, _),
        signed_in(service, "Basile", Role.COUNSELLOR) as (basile, _),
        signed_in(service, "Sacha", Role.SUPERVISOR) as (sacha, _),
    ):
        script = "<img src=x onerror=alert(1)> {salut}"
        mine = {"shortcut": "coucou", "text": script, "shared": False}
        assert (await alix.post("/api/canned-replies", json=mine)).status_code == OK
        shared = {"shortcut": "equipe", "text": "On est là.", "shared": True}
        assert (await alix.post("/api/canned-replies", json=shared)).status_code == GONE
        assert (await sacha.post("/api/canned-replies", json=shared)).status_code == OK
        found = {each["shortcut"]: each for each in (await alix.get("/api/canned-replies")).json()}
        assert found["coucou"]["text"] == script
        assert found["equipe"]["shared"]
        theirs = {each["shortcut"]: each for each in (await basile.get("/api/canned-replies")).json()}
        assert "coucou" not in theirs
        for reply in (found["coucou"], found["equipe"]):
            refused = await basile.post(f"/api/canned-replies/{reply['id']}/remove")
            assert refused.status_code == GONE
        assert (await alix.post(f"/api/canned-replies/{found['coucou']['id']}/remove")).status_code == OK
        assert (await sacha.post(f"/api/canned-replies/{found['equipe']['id']}/remove")).status_code == OK
        bad = {"shortcut": "deux mots", "text": "x", "shared": False}
        assert (await alix.post("/api/canned-replies", json=bad)).status_code == 422


async def test_training_is_the_real_console_and_touches_nobody(service: Service) -> None:
    async with (
        console(service, "Nouvelle", root="/training") as trainee,
        tab(service, trainee.http, trainee.account_id) as real,
    ):
        started = await trainee.http.post("/training/api/training", json={"scenario": "sextorsion"})
        conversation = started.json()["conversation"]
        line = await trainee.listed("waiting", conversation)
        assert line["level"] == 2
        # The real door knows nothing of it.
        assert (await real.act(conversation, "claim")).status_code == GONE
        await trainee.claim(conversation)
        for number in range(6):
            await write(trainee, conversation, f"Je te lis. ({number})")
            await trainee.until(
                lambda frame: frame["type"] == "message" and frame["author"] == "young_person"
            )
            notes = await trainee.until(lambda frame: frame["type"] == "notes")
            if "À relire" in notes["notes"][-1]["text"]:
                break
        assert "À relire" in notes["notes"][-1]["text"]
        assert {note["kind"] for note in notes["notes"]} == {"coach"}
        # The team's own replies are read here, and changed in the console only.
        reply = {"shortcut": "essai", "text": "x", "shared": False}
        assert (await real.http.post("/api/canned-replies", json=reply)).status_code == OK
        (kept,) = (await trainee.http.get("/training/api/canned-replies")).json()[-1:]
        assert (await trainee.http.post("/training/api/canned-replies", json=reply)).status_code == GONE
        removing = f"/training/api/canned-replies/{kept['id']}/remove"
        assert (await trainee.http.post(removing)).status_code == GONE
        assert (await real.http.get("/api/canned-replies")).json()[-1] == kept
        # The case record and the writing for a child in danger are practised as well.
        case = {"theme": "online", "outcome": "counselled"}
        assert (await trainee.act(conversation, "case", case)).status_code == OK
        form = await trainee.http.get("/training/danger", params={"conversation": conversation})
        assert 'name="words"' in form.text
        assert 'action="/training/danger/text"' in form.text
        ending = {"message": "", "ask": True}
        assert (await trainee.act(conversation, "close", ending)).status_code == OK
        assert all(
            item(frame, where, conversation) is None
            for frame in real.frames
            if frame["type"] == "list"
            for where in ("waiting", "mine")
        )
        missing = await trainee.http.post("/training/api/training", json={"scenario": "inventé"})
        assert missing.status_code == GONE
        assert (await real.http.post("/api/training", json={"scenario": "sextorsion"})).status_code == GONE
