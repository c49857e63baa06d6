"""The state machine of a conversation, driven at random against a real Redis: it never leaves the rules."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.strategies import sampled_from

from handoff.conversation import MOVES, Reader, can_move
from handoff.errors import MoveRefusedError
from handoff.store import connection
from handoff.store.cipher import MasterKey
from handoff.store.conversations import ConversationStore
from tests.conftest import MASTER_KEY, RedisServer, said


def test_nobody_is_stuck_every_state_leads_to_a_person_and_out() -> None:
    for start in Reader:
        reached, open_ = {start}, [start]
        while open_:
            for target in MOVES[open_.pop()] - reached:
                reached.add(target)
                open_.append(target)
        assert reached == set(Reader)


def test_who_reads_follows_the_rules(redis_server: RedisServer) -> None:
    class WhoReads(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.loop = asyncio.new_event_loop()
            self.client = connection.connect(redis_server.url)
            self.store = ConversationStore(
                self.client, MasterKey(MASTER_KEY), timedelta(hours=1), timedelta(seconds=60)
            )
            self.id, _ = self.run(self.store.open("web"))
            self.reader = Reader.ASSISTANT

        def run(self, coroutine):  # type: ignore[no-untyped-def]
            return self.loop.run_until_complete(coroutine)

        @rule(wanted=sampled_from(Reader))
        def move(self, wanted: Reader) -> None:
            try:
                before = self.run(
                    self.store.move(self.id, wanted, new_owner=1 if wanted == "counsellor" else None)
                )
            except MoveRefusedError:
                assert not can_move(self.reader, wanted)
                return
            assert before is self.reader
            assert can_move(self.reader, wanted)
            self.reader = wanted

        @rule()
        def young_person_writes(self) -> None:
            self.run(self.store.append(self.id, said("encore moi")))
            if self.reader is Reader.CLOSED:
                self.reader = Reader.ASSISTANT

        @precondition(lambda self: self.reader is Reader.WAITING)
        @rule()
        def young_person_writes_while_waiting(self) -> None:
            self.run(self.store.append(self.id, said("il y a quelqu'un ?")))

        @invariant()
        def the_store_agrees(self) -> None:
            conversation = self.run(self.store.get(self.id))
            assert conversation.reader is self.reader
            assert (conversation.counsellor_id is not None) == (self.reader is Reader.COUNSELLOR)
            on_list = self.id in self.run(self.store.indexes.waiting())
            assert on_list == (self.reader is Reader.WAITING)
            held = self.id in self.run(self.store.indexes.held())
            assert held == (self.reader is Reader.COUNSELLOR)

        def teardown(self) -> None:
            self.run(self.store.erase(self.id))
            self.run(self.client.aclose())
            self.loop.close()

    WhoReads.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
    case = WhoReads.TestCase()
    case.runTest()
