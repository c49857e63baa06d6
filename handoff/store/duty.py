"""Who takes conversations now: on duty, on a pause or off, and how many at once."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from handoff.conversation import RiskLevel
from handoff.errors import StoreUnavailableError
from handoff.store import keys
from handoff.store.connection import RedisClient, redis_faults
from handoff.store.conversations import ConversationStore, from_ms

# A duty nobody renews is over: a shift, and some.
KEPT = timedelta(hours=16)
TAKING_SECONDS = 3  # longer than giving one conversation ever takes
TAKING_LOOK_SECONDS = 0.02


class DutyState(StrEnum):
    """What a counsellor said of themselves."""

    ON = "on"
    PAUSE = "pause"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Duty:
    """A counsellor at work. ``severe_in_a_row``: hard conversations since the last light one or pause."""

    counsellor_id: int
    name: str
    state: DutyState
    capacity: int
    since: datetime | None = None
    severe_in_a_row: int = 0
    offer_pause: bool = False


class DutyBook:
    """One entry a counsellor, in Redis. Raises StoreUnavailableError when Redis is away."""

    def __init__(
        self, redis: RedisClient, store: ConversationStore, lease: timedelta, capacity: int, pause: timedelta
    ) -> None:
        self._redis = redis
        self._store = store
        self._lease_ms = int(lease.total_seconds() * 1000)
        self._pause_ms = int(pause.total_seconds() * 1000)
        self.capacity = capacity

    async def of(self, counsellor_id: int, name: str, *, first: DutyState = DutyState.ON) -> Duty:
        """A counsellor's duty; ``first`` is what it is until they say something else."""
        async with redis_faults():
            fields = await self._redis.hgetall(keys.duty(counsellor_id))
        return self._duty(counsellor_id, name, fields, first)

    async def set(
        self, counsellor_id: int, name: str, state: DutyState, capacity: int, *, first: DutyState
    ) -> Duty:
        """What the counsellor says of themselves. A pause that was long enough counts as a rest."""
        before = await self.of(counsellor_id, name, first=first)
        now = self._store.now_ms()
        fields: dict[str, str | int] = {"name": name, "state": state.value, "capacity": capacity}
        if state is not before.state or before.since is None:
            fields["since"] = now
        if state is not DutyState.ON:
            fields["offer_pause"] = ""
        began = before.since.timestamp() * 1000 if before.since else now
        if before.state is not DutyState.ON and state is DutyState.ON and now - began >= self._pause_ms:
            fields["severe"] = 0
        await self._write(counsellor_id, fields)
        return await self.of(counsellor_id, name, first=first)

    async def sign_of_life(self, duty: Duty) -> None:
        """A console is open. Only who is on duty counts as somebody there."""
        async with redis_faults():
            await self._store.indexes.console_open(
                duty.counsellor_id, self._store.now_ms(), on_duty=duty.state is DutyState.ON
            )
            # Only what is not there yet: another tab may have said "pause" since this duty was read.
            key = keys.duty(duty.counsellor_id)
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.hset(key, "name", duty.name)
                pipe.hsetnx(key, "state", duty.state.value)
                pipe.hsetnx(key, "capacity", duty.capacity)
                pipe.hsetnx(key, "since", self._store.now_ms())
                pipe.pexpire(key, KEPT)
                await pipe.execute()
        if not duty.since:
            await self._store.announce("", "duty")

    async def console_closed(self, counsellor_id: int) -> None:
        """The console went away (another open one says so again within seconds)."""
        async with redis_faults():
            await self._store.indexes.console_closed(counsellor_id)
        await self._store.announce("", "duty")

    @contextlib.asynccontextmanager
    async def one_taking(self, counsellor_id: int) -> AsyncIterator[None]:
        """One conversation at a time comes to a counsellor, whichever process gives it: so the cap holds.

        A lock that stays is waited for and then passed: nobody who waits is left alone for the sake of a cap.
        """
        key, mine = keys.taking(counsellor_id), secrets.token_hex(8)
        give_up_at = time.monotonic() + TAKING_SECONDS
        async with redis_faults():
            while not await self._redis.set(key, mine, nx=True, px=TAKING_SECONDS * 1000):
                if time.monotonic() >= give_up_at:
                    break
                await asyncio.sleep(TAKING_LOOK_SECONDS)
        try:
            yield
        finally:
            with contextlib.suppress(StoreUnavailableError):
                async with redis_faults():
                    if await self._redis.get(key) == mine.encode():
                        await self._redis.delete(key)

    async def took(self, counsellor_id: int, level: RiskLevel) -> None:
        """A conversation was taken: hard ones are counted, a light one ends the row."""
        async with redis_faults():
            if level >= RiskLevel.HIGH:
                await self._redis.hincrby(keys.duty(counsellor_id), "severe", 1)
            else:
                await self._redis.hset(keys.duty(counsellor_id), "severe", 0)
            await self._redis.pexpire(keys.duty(counsellor_id), KEPT)

    async def offer_pause(self, counsellor_id: int, *, offer: bool = True) -> None:
        """After a hard conversation the console offers a pause, until it is taken or declined."""
        await self._write(counsellor_id, {"offer_pause": 1 if offer else ""})

    async def at_their_console(self) -> list[Duty]:
        """Everybody with an open console, on duty or not."""
        async with redis_faults():
            ids = await self._store.indexes.consoles(self._store.now_ms() - self._lease_ms)
            async with self._redis.pipeline(transaction=False) as pipe:
                for each in ids:
                    pipe.hgetall(keys.duty(each))
                found = await pipe.execute()
        return [
            self._duty(counsellor_id, "", fields, DutyState.OFF)
            for counsellor_id, fields in zip(ids, found, strict=True)
            if fields
        ]

    async def _write(self, counsellor_id: int, fields: dict[str, str | int]) -> None:
        async with redis_faults():
            await self._redis.hset(keys.duty(counsellor_id), mapping=fields)
            await self._redis.pexpire(keys.duty(counsellor_id), KEPT)
        await self._store.announce("", "duty")

    def _duty(self, counsellor_id: int, name: str, fields: dict[bytes, bytes], first: DutyState) -> Duty:
        return Duty(
            counsellor_id,
            fields.get(b"name", b"").decode() or name,
            DutyState(fields[b"state"].decode()) if b"state" in fields else first,
            int(fields.get(b"capacity") or self.capacity),
            from_ms(fields.get(b"since")),
            int(fields.get(b"severe") or 0),
            bool(fields.get(b"offer_pause")),
        )
