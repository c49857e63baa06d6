"""The post of a test of its own (``post.py``), and somebody who wrote already."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.channels.people import Person
from tests.channels.post import Post, opened


@pytest.fixture
async def post(redis: Redis) -> AsyncIterator[Post]:
    async with opened(redis) as post:
        yield post


@pytest.fixture
async def person(post: Post) -> Person:
    """Somebody who wrote on Telegram already."""
    person = Person(post.api)
    await person.write("bonjour")
    await person.reads("demandé : bonjour")
    return person
