"""Drafts, reviews and publications of cards. Append-only: whatever somebody saved can be read again.

Every method raises RecordsUnavailableError when the database is away or full; nothing is half-written.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from handoff.errors import EditConflictError, RecordsUnavailableError
from handoff.records.card_state import NOTHING_OUT, Revision, TopicState, revision_of
from handoff.records.card_tables import CardComment, CardOwner, CardPublication, CardReview, CardRevision
from handoff.records.database import Sessions
from handoff.records.tables import Account, Role

FIRST_VERSION: Final = "Texte livré avec le service"


@contextlib.asynccontextmanager
async def record_faults() -> AsyncIterator[None]:
    """Turns what SQLAlchemy raises when the database is away or full into our one error."""
    try:
        yield
    except IntegrityError as error:
        raise EditConflictError from error
    except (SQLAlchemyError, OSError) as error:
        raise RecordsUnavailableError(type(error).__name__) from error


class CardRecords:
    """The studio's records. A ``number`` is that of a revision of its topic."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @contextlib.asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncSession]:
        async with record_faults(), self._sessions() as session:
            yield session

    @contextlib.asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncSession]:
        async with record_faults(), self._sessions.begin() as session:
            yield session

    # -- what is live --------------------------------------------------------------------

    async def stamp(self) -> str:
        """Changes whenever what young people read changes, a planned publication included."""
        due = select(func.count(), func.max(CardPublication.id)).where(
            CardPublication.effective_at <= datetime.now(UTC), CardPublication.cancelled_at.is_(None)
        )
        async with self._reading() as session:
            count, last = (await session.execute(due)).one()
        return f"{count}-{last or 0}"

    async def live(self) -> dict[str, str]:
        """The card (JSON) of each topic that was published from the studio."""
        due = (
            select(CardPublication.topic, CardRevision.card)
            .join(
                CardRevision,
                (CardRevision.topic == CardPublication.topic)
                & (CardRevision.number == CardPublication.number),
            )
            .where(
                CardPublication.effective_at <= datetime.now(UTC),
                CardPublication.cancelled_at.is_(None),
                CardRevision.card.is_not(None),
            )
            .order_by(CardPublication.effective_at, CardPublication.id)
        )
        async with self._reading() as session:
            # In order, so that the last one of a topic stays.
            return {topic: card for topic, card in await session.execute(due) if card}

    # -- reading -------------------------------------------------------------------------

    async def states(self, topic: str | None = None) -> dict[str, TopicState]:
        """Every topic that was edited (or that one)."""
        now = datetime.now(UTC)
        revisions: defaultdict[str, list[Revision]] = defaultdict(list)
        publications: defaultdict[str, list[CardPublication]] = defaultdict(list)
        reviews: defaultdict[str, list[CardReview]] = defaultdict(list)
        async with self._reading() as session:
            rows = select(CardRevision).order_by(CardRevision.number)
            for row in await session.scalars(rows.where(CardRevision.topic == topic) if topic else rows):
                revisions[row.topic].append(revision_of(row))
            out = select(CardPublication).order_by(CardPublication.id)
            for each in await session.scalars(out.where(CardPublication.topic == topic) if topic else out):
                publications[each.topic].append(each)
            said = select(CardReview).order_by(CardReview.id)
            for one in await session.scalars(said.where(CardReview.topic == topic) if topic else said):
                reviews[one.topic].append(one)
        return {
            name: TopicState(
                name, tuple(revisions[name]), tuple(publications[name]), tuple(reviews[name]), now=now
            )
            for name in revisions
        }

    async def state(self, topic: str) -> TopicState:
        """That of one topic; empty while nobody edited it."""
        return (await self.states(topic)).get(topic) or TopicState(topic, now=datetime.now(UTC))

    async def card(self, topic: str, number: int) -> str | None:
        """A revision's card (JSON), or None when there is none."""
        async with self._reading() as session:
            row = await session.get(CardRevision, (topic, number))
            return row.card if row else None

    async def latest_cards(self) -> dict[str, str]:
        """The last revision's card (JSON) of each topic, where there is one."""
        last = (
            select(CardRevision.topic, func.max(CardRevision.number).label("number"))
            .group_by(CardRevision.topic)
            .subquery()
        )
        query = select(CardRevision.topic, CardRevision.card).join(
            last, (last.c.topic == CardRevision.topic) & (last.c.number == CardRevision.number)
        )
        async with self._reading() as session:
            return {topic: card for topic, card in await session.execute(query) if card}

    async def names(self) -> dict[int, str]:
        """The staff's names by account."""
        async with self._reading() as session:
            return {key: name for key, name in await session.execute(select(Account.id, Account.name))}

    async def leads(self) -> dict[int, str]:
        """The names of those who may answer for a topic: content leads who still work here."""
        async with self._reading() as session:
            accounts = await session.scalars(select(Account).where(Account.disabled_at.is_(None)))
            return {each.id: each.name for each in accounts if Role.CONTENT_LEAD in each.roles}

    # -- writing -------------------------------------------------------------------------

    async def save(
        self,
        topic: str,
        card: str,
        account_id: int,
        why: str,
        expected: int,
        first: str | None,
        outlook: str = NOTHING_OUT,
    ) -> int:
        """Saves a draft and returns its number. ``expected``: the last number when the editor was opened.

        ``outlook``: the topic's at that moment. A draft that began from a text which is no longer live would
        undo, once published, what came since. ``first`` is the file's card, noted down as revision 1 when
        this is the topic's first change. Raises EditConflictError when somebody saved or published meanwhile.
        """
        now = datetime.now(UTC)
        async with self._writing() as session:
            await self._wait_for_others(session, topic)
            last = await self._last_number(session, topic)
            if last != expected or await self._outlook(session, topic, now) != outlook:
                raise EditConflictError
            if last == 0:
                last = 1
                session.add(CardRevision(topic=topic, number=1, at=now, card=first, why=FIRST_VERSION))
            number = last + 1
            session.add(
                CardRevision(
                    topic=topic, number=number, at=now, account_id=account_id, card=card, why=why.strip()
                )
            )
        return number

    async def drop(self, topic: str, account_id: int, expected: int) -> None:
        """Gives the draft up; it stays in the history. Raises EditConflictError, also when there is none."""
        async with self._writing() as session:
            # Revision 1 is the text that came with the service: never one that is empty.
            if expected < 1 or await self._last_number(session, topic) != expected:
                raise EditConflictError
            now = datetime.now(UTC)
            session.add(CardRevision(topic=topic, number=expected + 1, at=now, account_id=account_id, why=""))

    async def review(self, topic: str, number: int, account_id: int, approved: bool, text: str) -> None:
        """Notes what a second person says of a revision. Raises EditConflictError when it is not the last."""
        async with self._writing() as session:
            if await self._last_number(session, topic) != number:
                raise EditConflictError
            session.add(
                CardReview(
                    topic=topic,
                    number=number,
                    at=datetime.now(UTC),
                    account_id=account_id,
                    approved=approved,
                    text=text.strip(),
                )
            )

    async def publish(
        self,
        topic: str,
        number: int,
        account_id: int,
        why: str,
        effective_at: datetime | None = None,
        outlook: str = NOTHING_OUT,
    ) -> bool:
        """Makes a revision what young people read, now or from a later moment on.

        Whatever was planned is called off, and True returned: else it would, when its moment comes, undo what
        is published now. ``outlook``: the topic's, as whoever publishes saw it. Raises EditConflictError when
        it changed, or when there is no such revision. Whether it may be published is for the caller to know
        (``handoff.answers.publishing``).
        """
        now = datetime.now(UTC)
        async with self._writing() as session:
            await self._wait_for_others(session, topic)
            row = await session.get(CardRevision, (topic, number))
            if row is None or row.card is None or await self._outlook(session, topic, now) != outlook:
                raise EditConflictError
            planned = (
                update(CardPublication)
                .where(
                    CardPublication.topic == topic,
                    CardPublication.effective_at > now,
                    CardPublication.cancelled_at.is_(None),
                )
                .values(cancelled_at=now)
            )
            called_off = (await session.execute(planned)).rowcount  # type: ignore[attr-defined]
            session.add(
                CardPublication(
                    topic=topic,
                    number=number,
                    at=now,
                    effective_at=max(effective_at or now, now),
                    account_id=account_id,
                    why=why.strip(),
                )
            )
        return bool(called_off)

    async def cancel(self, topic: str, publication_id: int) -> bool:
        """Takes a planned publication back; False when it is live already, or not planned."""
        now = datetime.now(UTC)
        change = (
            update(CardPublication)
            .where(
                CardPublication.topic == topic,
                CardPublication.id == publication_id,
                CardPublication.effective_at > now,
                CardPublication.cancelled_at.is_(None),
            )
            .values(cancelled_at=now)
        )
        async with self._writing() as session:
            return bool((await session.execute(change)).rowcount)  # type: ignore[attr-defined]

    async def comment(self, topic: str, account_id: int, text: str) -> None:
        """Adds a remark."""
        async with self._writing() as session:
            session.add(
                CardComment(topic=topic, at=datetime.now(UTC), account_id=account_id, text=text.strip())
            )

    async def comments(self, topic: str) -> list[CardComment]:
        """Oldest first."""
        async with self._reading() as session:
            query = select(CardComment).where(CardComment.topic == topic).order_by(CardComment.id)
            return list(await session.scalars(query))

    async def owners(self) -> dict[str, int]:
        """Who answers for which topic."""
        async with self._reading() as session:
            rows = await session.execute(select(CardOwner.topic, CardOwner.account_id))
            return {topic: account for topic, account in rows}

    async def set_owner(self, topic: str, account_id: int | None) -> None:
        """Names who answers for a topic, or nobody."""
        async with self._writing() as session:
            await session.execute(delete(CardOwner).where(CardOwner.topic == topic))
            if account_id is not None:
                session.add(CardOwner(topic=topic, account_id=account_id))

    @staticmethod
    async def _wait_for_others(session: AsyncSession, topic: str) -> None:
        """Writing first takes the lock: of two who change a topic, the second sees what the first one did."""
        first = (CardRevision.topic == topic) & (CardRevision.number == 1)
        await session.execute(update(CardRevision).where(first).values(number=CardRevision.number))

    @staticmethod
    async def _outlook(session: AsyncSession, topic: str, now: datetime) -> str:
        rows = select(CardPublication).where(CardPublication.topic == topic).order_by(CardPublication.id)
        return TopicState(topic, publications=tuple(await session.scalars(rows)), now=now).outlook

    @staticmethod
    async def _last_number(session: AsyncSession, topic: str) -> int:
        last = await session.scalar(select(func.max(CardRevision.number)).where(CardRevision.topic == topic))
        return last or 0
