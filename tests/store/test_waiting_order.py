"""The order of the waiting list: danger now first, then level and wait together, so that nobody starves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handoff.conversation import Reader, RiskLevel
from handoff.store.conversations import ConversationStore
from handoff.store.indexes import HEAD_START_MS, waiting_score

NONE, CONCERN, HIGH, IMMINENT = RiskLevel
NOW = 1_800_000_000_000
moments = st.integers(min_value=NOW - 10**10, max_value=NOW + 10**10)
below = st.sampled_from([NONE, CONCERN, HIGH])


@given(below, moments, moments, st.booleans())
def test_danger_now_is_ahead_of_everything(
    level: RiskLevel, since: int, danger_since: int, returned: bool
) -> None:
    assert waiting_score(IMMINENT, danger_since) < waiting_score(level, since, returned)


@given(below, below, moments, moments)
def test_a_level_is_worth_a_quarter_of_an_hour_and_no_more(
    level: RiskLevel, other: RiskLevel, since: int, later: int
) -> None:
    ahead = waiting_score(level, since) < waiting_score(other, later)
    assert ahead == (since - level * HEAD_START_MS < later - other * HEAD_START_MS)


@given(below)
def test_no_low_level_starves(level: RiskLevel) -> None:
    # Whatever comes an hour later, at most this level, goes behind.
    assert waiting_score(level, NOW) < waiting_score(HIGH, NOW + 4 * HEAD_START_MS)


@given(below, below, moments, moments)
def test_who_lost_their_counsellor_is_at_the_head(
    level: RiskLevel, other: RiskLevel, since: int, earlier: int
) -> None:
    assert waiting_score(level, since, returned=True) < waiting_score(other, earlier)


@given(st.sampled_from(RiskLevel), st.sampled_from(RiskLevel), moments, moments, st.booleans())
def test_who_closed_their_page_is_behind_whoever_is_there(
    level: RiskLevel, other: RiskLevel, since: int, later: int, returned: bool
) -> None:
    assert waiting_score(level, later, returned) < waiting_score(other, since, returned, gone=True)
    assert waiting_score(IMMINENT, later, gone=True) < waiting_score(NONE, since, returned, gone=True)


@given(moments, moments, st.booleans(), st.booleans())
def test_scores_are_exact_in_redis(since: int, later: int, one: bool, two: bool) -> None:
    for level in RiskLevel:
        score = waiting_score(level, since, one, two)
        assert int(float(score)) == score


async def test_redis_keeps_the_same_order(store: ConversationStore) -> None:
    waiting = []
    for level in (NONE, HIGH, CONCERN, IMMINENT):
        conversation_id, _ = await store.open("web")
        await store.write(conversation_id, level=int(level))
        await store.move(conversation_id, Reader.WAITING)
        waiting.append(conversation_id)
    lost, _ = await store.open("web")
    await store.move(lost, Reader.WAITING, also={"returned": 1})
    nobody, high, concern, danger = waiting
    assert [each.id for each in await store.waiting()] == [danger, lost, high, concern, nobody]
