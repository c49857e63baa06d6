"""The master key changes and no conversation is lost."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from handoff.errors import SettingError
from handoff.rotate_key import add_key
from handoff.settings import PROJECT_FOLDER, Settings
from handoff.store import keys
from handoff.store.addresses import Addresses
from handoff.store.cipher import CipherError, MasterKey
from handoff.store.conversations import ConversationStore
from handoff.store.rotation import rewrap_all
from tests.conftest import MASTER_KEY, RedisServer, said

NEW = bytes(32)
STRANGE = b"\x07" * 32


def store_with(redis: Redis, *master_keys: bytes) -> ConversationStore:
    master = MasterKey(master_keys[0], master_keys[1:])
    return ConversationStore(redis, master, timedelta(hours=1), timedelta(seconds=60))


async def test_old_conversations_open_before_and_after_and_the_old_key_opens_none(redis: Redis) -> None:
    old = store_with(redis, MASTER_KEY)
    conversation_id, _ = await old.open("web")
    await old.append(conversation_id, said("salut"))
    both = store_with(redis, NEW, MASTER_KEY)
    assert len(await both.read(conversation_id)) == 1
    ttl = await redis.pttl(keys.data_key(conversation_id))
    newer, _ = await both.open("web")

    done = await rewrap_all(redis, MasterKey(NEW, [MASTER_KEY]))
    assert (done.rewrapped, done.current, done.unreadable) == (1, 1, 0)
    assert 0 < await redis.pttl(keys.data_key(conversation_id)) <= ttl
    only_new = store_with(redis, NEW)
    assert len(await only_new.read(conversation_id)) == 1
    await only_new.append(newer, said("coucou"))
    with pytest.raises(CipherError):
        await old.read(conversation_id)

    again = await rewrap_all(redis, MasterKey(NEW, [MASTER_KEY]))
    assert (again.rewrapped, again.current, again.unreadable) == (0, 2, 0)


def addresses_with(redis: Redis, *master_keys: bytes) -> Addresses:
    master = MasterKey(master_keys[0], master_keys[1:])
    return Addresses(redis, store_with(redis, *master_keys), master, timedelta(hours=1))


async def test_who_writes_from_an_app_is_known_under_both_keys_and_when_the_old_one_is_gone(
    redis: Redis,
) -> None:
    silent, writing = "33639984471", "33639984472"
    old = addresses_with(redis, MASTER_KEY)
    ids = {}
    for phone in (silent, writing):
        conversation = await old.find_or_open("sms", phone)
        await old.heard(conversation, phone)
        ids[phone] = conversation.id
    both = addresses_with(redis, NEW, MASTER_KEY)
    found = await both.find("sms", writing)
    assert found is not None
    await both.heard(found, writing)
    assert len(await redis.keys("repere:from:*")) == 2  # under the new name, no longer under the old one

    for _ in range(2):  # safe to repeat
        await rewrap_all(redis, MasterKey(NEW, [MASTER_KEY]))
        only_new = addresses_with(redis, NEW)
        known = {phone: await only_new.find("sms", phone) for phone in ids}
        assert {phone: each.id for phone, each in known.items() if each} == ids
        assert all([await redis.pttl(name) > 0 for name in await redis.keys("repere:from:*")])
    for conversation_id in ids.values():
        await store_with(redis, NEW).erase(conversation_id)
    assert await redis.keys("repere:from:*") == []


async def test_what_no_key_opens_is_counted_and_left_alone(redis: Redis) -> None:
    conversation_id, _ = await store_with(redis, STRANGE).open("web")
    wrapped = await redis.get(keys.data_key(conversation_id))
    done = await rewrap_all(redis, MasterKey(NEW, [MASTER_KEY]))
    assert (done.rewrapped, done.unreadable) == (0, 1)
    assert await redis.get(keys.data_key(conversation_id)) == wrapped


def test_a_new_key_is_put_before_those_of_the_file(tmp_path: Path) -> None:
    first = Settings(var_folder=tmp_path, master_key="").master_keys
    add_key(Settings(var_folder=tmp_path, master_key=""))
    second = Settings(var_folder=tmp_path, master_key="").master_keys
    assert len(second) == 2
    assert second[1:] == first
    assert Settings().master_key_file.parent != tmp_path
    assert (tmp_path / "secrets" / "master.key").stat().st_mode & 0o077 == 0


def test_no_file_is_made_where_the_environment_holds_the_keys(tmp_path: Path) -> None:
    in_environment = Settings(var_folder=tmp_path, master_key="AAAA")
    with pytest.raises(SettingError):
        add_key(in_environment)
    with pytest.raises(SettingError):
        _ = in_environment.master_keys
    assert not (tmp_path / "secrets").exists()


def test_the_command_says_in_one_line_what_it_did(redis_server: RedisServer, tmp_path: Path) -> None:
    environment = {"REDIS_URL": redis_server.url, "REPERE_VAR": str(tmp_path)}
    command = [sys.executable, "-m", "handoff.rotate_key"]
    run = subprocess.run(command, cwd=PROJECT_FOLDER, env=environment, capture_output=True, text=True)
    assert "wrapped anew" in run.stdout
    environment["REDIS_URL"] = f"unix://{tmp_path}/nowhere.sock"
    run = subprocess.run(command, cwd=PROJECT_FOLDER, env=environment, capture_output=True, text=True)
    assert run.returncode == 1
    assert len(run.stderr.strip().splitlines()) == 1
