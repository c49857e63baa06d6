"""Tasks that end together, though a cancellation is lost on the way."""

from __future__ import annotations

import asyncio

import pytest

from handoff.together import Together, end, running_beside


class Deaf:
    """Work that goes on after the first so many cancellations."""

    def __init__(self, deaf_to: int) -> None:
        self.left = deaf_to
        self.over = False

    async def run(self) -> None:
        try:
            while True:
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    if not self.left:
                        raise
                    self.left -= 1
        finally:
            self.over = True


@pytest.mark.parametrize("deaf_to", [0, 1, 3])
async def test_whoever_goes_on_is_asked_again(deaf_to: int) -> None:
    deaf = Deaf(deaf_to)
    async with running_beside(deaf.run()):
        await asyncio.sleep(0)
    assert deaf.over


async def test_the_first_error_ends_all_and_is_told() -> None:
    async def fail() -> None:
        raise ValueError("first")

    deaf, together = Deaf(1), Together()
    together.create_task(deaf.run())
    await asyncio.sleep(0)
    together.create_task(fail())
    with pytest.raises(ValueError, match="first"):
        await together.until_one_fails()
    assert deaf.over


async def test_nothing_outlives_what_started_it_though_that_is_asked_twice() -> None:
    deaf = Deaf(2)

    async def start() -> None:
        together = Together()
        together.create_task(deaf.run())
        await together.until_one_fails()

    outer = asyncio.create_task(start())
    await asyncio.sleep(0.01)
    await end([outer])
    assert outer.cancelled()
    assert deaf.over
