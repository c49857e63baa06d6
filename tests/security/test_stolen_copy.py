"""A thief has the files of Redis and of SQL, without the master key: they show nothing that was said.

With the key too, but after everything was erased and the file was written anew, they show nothing either.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from redis.asyncio import Redis

from handoff.conversation import Author, AuthoredText, Category, Message, Reader, RiskLevel, Verdict
from handoff.errors import ConversationUnknownError
from handoff.records import database
from handoff.records.accounts import Accounts
from handoff.records.audit import AuditTrail
from handoff.records.credentials import Credentials
from handoff.records.seal import Seal
from handoff.records.sessions import StaffSessions
from handoff.store import connection, keys
from handoff.store.cipher import CipherError, MasterKey
from handoff.store.conversations import ConversationStore
from handoff.store.return_codes import ReturnCodes
from handoff.store.shared_details import SharedDetails
from tests.conftest import MASTER_KEY, RedisServer, eventually, said

THIEF_KEY = bytes(32)
SAID = "mon beau-père vient la nuit, je suis à bout"
ANSWERED = "je te crois, tu as bien fait de le dire"
REASON = "« vient la nuit »"
DETAIL = "06 39 98 10 10, Zédéline"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def store_with(redis: Redis, key: bytes = MASTER_KEY) -> ConversationStore:
    return ConversationStore(redis, MasterKey(key), timedelta(hours=24), timedelta(seconds=60))


async def everything_a_conversation_can_hold(redis: Redis) -> tuple[str, str, str]:
    """The conversation, its token and its return code."""
    store = store_with(redis)
    conversation_id, token = await store.open("web")
    verdict = Verdict(RiskLevel.HIGH, Category.VIOLENCE, 0.9, (REASON,))
    await store.append(conversation_id, said(SAID, "client-1", verdict), also={"level": 2})
    await store.write_reason(conversation_id, REASON)
    await store.move(conversation_id, Reader.WAITING)
    await store.move(conversation_id, Reader.COUNSELLOR, new_owner=1)
    answer = Message(Author.COUNSELLOR, AuthoredText(ANSWERED), datetime.now(UTC))
    await store.append(conversation_id, answer, counsellor_id=1)
    await SharedDetails(redis, store, timedelta(hours=2)).give(conversation_id, DETAIL)
    code = await ReturnCodes(redis, store, MasterKey(MASTER_KEY), timedelta(hours=24)).give(conversation_id)
    return conversation_id, token, code


@pytest.fixture
def loot() -> Iterator[Path]:
    with TemporaryDirectory(prefix="repere-") as folder:
        yield Path(folder)


async def stolen(redis: Redis, server: RedisServer, loot: Path) -> list[Path]:
    """A copy of every file of the server, the append-only file and a dump."""
    await redis.config_set("appendfsync", "always")
    await redis.save()
    await redis.config_set("appendfsync", "everysec")
    found = [file for file in server.folder.iterdir() if file.is_file()]
    assert {"appendonly.aof", "dump.rdb"} <= {file.name for file in found}
    return [Path(shutil.copy(file, loot)) for file in found]


def shown(files: list[Path], words: list[str]) -> list[str]:
    """Which of these words, or any longer word of them, can be read in the files."""
    parts = {part for text in words for part in (text, *re.findall(r"\w{6,}", text))}
    content = b"\n".join(file.read_bytes() for file in files).lower()
    forms = {part: (part.lower().encode(), json.dumps(part.lower())[1:-1].encode()) for part in parts}
    return sorted(part for part, written in forms.items() if any(each in content for each in written))


@pytest.fixture
async def thief(
    redis: Redis, redis_server: RedisServer, loot: Path
) -> AsyncIterator[tuple[Redis, list[Path], tuple[str, str, str]]]:
    """Everything was said, the files were copied, and the thief's own server serves the copy."""
    conversation = await everything_a_conversation_can_hold(redis)
    files = await stolen(redis, redis_server, loot)
    server = RedisServer(loot)
    server.start()
    client = connection.connect(server.url)
    yield client, files, conversation
    await client.aclose()
    server.stop()


async def test_the_files_of_redis_hold_no_word_no_token_and_no_code(
    thief: tuple[Redis, list[Path], tuple[str, str, str]],
) -> None:
    _, files, (conversation_id, token, code) = thief
    secret = token.partition(".")[2]
    assert shown(files, [SAID, ANSWERED, REASON, DETAIL, secret, code, code.replace("-", "")]) == []
    # The test itself must be able to fail: what is not secret is there.
    assert shown(files, [conversation_id]) == [conversation_id]


async def test_a_server_on_the_stolen_files_opens_nothing_without_the_key(
    thief: tuple[Redis, list[Path], tuple[str, str, str]],
) -> None:
    redis, _, (conversation_id, token, code) = thief
    assert await redis.xlen(keys.log(conversation_id)) == 2
    guessing = store_with(redis, THIEF_KEY)
    with pytest.raises(CipherError):
        await guessing.read(conversation_id)
    with pytest.raises(CipherError):
        await guessing.by_token(token)
    with pytest.raises(CipherError):
        await SharedDetails(redis, guessing, timedelta(hours=2)).show(conversation_id, 1)
    with pytest.raises(ConversationUnknownError):
        await ReturnCodes(redis, guessing, MasterKey(THIEF_KEY), timedelta(hours=24)).use(code)
    # The key is what was missing, not the data.
    assert [message.text.value for message in await store_with(redis).read(conversation_id)] == [
        SAID,
        ANSWERED,
    ]


async def test_an_erased_conversation_is_on_the_disk_no_more_even_for_whoever_has_the_key(
    redis: Redis, redis_server: RedisServer, loot: Path
) -> None:
    conversation_id, _, _ = await everything_a_conversation_can_hold(redis)
    wrapped = await redis.get(keys.data_key(conversation_id))
    await store_with(redis).erase(conversation_id)
    await redis.delete(keys.FILE_RENEWED)
    await store_with(redis).indexes.renew_file()
    file = redis_server.folder / "appendonly.aof"
    await eventually(lambda: wrapped not in file.read_bytes())
    files = await stolen(redis, redis_server, loot)
    content = b"".join(each.read_bytes() for each in files)
    assert wrapped not in content
    assert conversation_id.encode() not in content


async def test_the_sql_file_holds_no_link_and_no_session_that_still_opens(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'records.sqlite'}"
    await asyncio.to_thread(database.migrate, url)
    engine, sessions = database.connect(url)
    accounts = Accounts(sessions, timedelta(hours=1))
    account = await accounts.first_counsellor("Intervenant·e 1")
    link = await accounts.new_sign_in_link(account.id)
    unused = await accounts.new_sign_in_link(account.id)
    cookie = await StaffSessions(sessions, timedelta(hours=12), timedelta(hours=1)).open(account.id)
    await Credentials(sessions, Seal([bytes(32)])).keep_totp(account.id, TOTP_SECRET, 1)
    await AuditTrail(sessions).record("claim", account.id, "0" * 32)
    await engine.dispose()
    files = [file for file in tmp_path.iterdir() if file.is_file()]
    assert shown(files, [link, unused, cookie, TOTP_SECRET]) == []
