"""Telegram and faults: nothing readable is kept of who writes, and a kill loses and doubles nothing."""

from __future__ import annotations

import asyncio
import os
import signal

from handoff.app_parts import load_words
from handoff.channels.parts import parts_of
from handoff.channels.telegram import TelegramChannel
from handoff.errors import ConversationUnknownError
from handoff.store import connection
from handoff.store.addresses import Addresses
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from tests.channels.bot_api import PROFILE, TOKEN, BotApi
from tests.channels.people import Person
from tests.channels.phone import PATIENCE
from tests.conftest import eventually
from tests.running_service import Service

CONVERSATIONS = 200
HOLD_AFTER = 100


async def test_nothing_kept_names_who_writes(service: Service, bot_api: BotApi) -> None:
    person = Person(bot_api)
    await person.write("/start")
    await person.write("c'est anonyme ?")
    await person.send(contact={"phone_number": "+33639984471", "first_name": "Mirabellune"})
    await person.reads("L'application")
    await person.reads("Je n'ai pas ouvert")
    await person.press("#person")
    await person.reads("C'est noté")
    await asyncio.sleep(1.1)  # Redis writes its file once a second
    marked = [str(person.chat), TOKEN, "33639984471", *PROFILE.values()]
    folder = service.log_folder.parent
    files = [file for file in folder.rglob("*") if file.is_file()]
    names = {file.name for file in files}
    assert {"public.log", "staff.log"} <= names
    assert any("aof" in name for name in names)
    found = [(f.name, word) for f in files for word in marked if word.encode() in f.read_bytes()]
    assert found == []
    # The search can find: what we call our own channel is there.
    assert any(b"telegram" in file.read_bytes() for file in files if "aof" in file.name)


async def test_a_kill_in_the_middle_of_200_conversations_loses_and_doubles_nothing(
    service: Service, bot_api: BotApi
) -> None:
    settings = service.settings
    redis = connection.connect(settings.effective_redis_url)
    key, lifetime = MasterKey(settings.master_key_bytes), settings.conversation_lifetime
    store = ConversationStore(redis, key, lifetime, settings.counsellor_lease)
    addresses = Addresses(redis, store, key, lifetime)
    words, _ = load_words(settings)
    channel = TelegramChannel(TOKEN, bot_api.server.url, "", "", words)

    async def wanted(person: Person) -> list[str]:
        """What the log says that the phone must show."""
        found = await addresses.find("telegram", str(person.chat))
        if found is None:
            return []
        said = words.of(found)
        return [part.text for each in await store.read(found.id) for part in parts_of(each, channel, said)]

    async def is_written_down(person: Person) -> bool:
        """Whether what the phone shows is known to be delivered."""
        found = await addresses.find("telegram", str(person.chat))
        if not person.shown():
            return True
        try:
            if found is None:
                return False
            address = await addresses.get(found.id)
            return address.position != "0-0" or address.part > 0
        except ConversationUnknownError:
            return False

    try:
        people = [Person(bot_api) for _ in range(CONVERSATIONS)]
        bot_api.hold_after = len(bot_api.sent) + HOLD_AFTER
        arriving = [asyncio.create_task(person.write("/start")) for person in people]
        await eventually(lambda: bot_api.held > 0, PATIENCE)
        for person in people:
            await eventually(lambda person=person: is_written_down(person), PATIENCE)
        public = service.parts.running["public"].process
        assert public is not None
        os.killpg(public.pid, signal.SIGKILL)
        await asyncio.sleep(0.1)  # the kernel takes its sockets
        bot_api.hold_after = None
        writing = [asyncio.create_task(person.write("merci")) for person in people[::10]]
        await asyncio.gather(*arriving, *writing)
        for number, person in enumerate(people):
            least = 2 if number % 10 == 0 else 1

            async def is_shown(person: Person = person, least: int = least) -> bool:
                log = await wanted(person)
                return len(log) >= least and [each.text for each in person.shown()] == log

            await eventually(is_shown, 3 * PATIENCE)
    finally:
        bot_api.hold_after = None
        await channel.close()
        await redis.aclose()
