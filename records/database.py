"""How we reach PostgreSQL: one engine a process, one transaction an act, few trips for each."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from time import monotonic
from typing import Any, Self

from psycopg import AsyncConnection, AsyncCursor, OperationalError
from psycopg.pq import TransactionStatus
from psycopg.sql import quote
from sqlalchemy import event, make_url, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

RESTED = 1.0  # seconds in the pool after which a connection is asked whether it still lives
ENTER = "SELECT set_config('app.organisation', %s, true)"
NOW = text("SELECT clock_timestamp()")


@dataclass(frozen=True)
class Database:
    engine: AsyncEngine

    @asynccontextmanager
    async def transaction(self, organisation: str) -> AsyncIterator[AsyncSession]:
        """All or nothing, inside one organisation. Commits when the block ends without raising."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            line = await _line(session)
            with line.inside(organisation, together=True):
                yield session
                await session.commit()

    @asynccontextmanager
    async def snapshot(self, organisation: str) -> AsyncIterator[AsyncSession]:
        """For many questions whose answers must fit together, while others write: one moment."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            line = await _line(session)
            with line.inside(organisation, together=True, at="ISOLATION LEVEL REPEATABLE READ"):
                yield session
                await session.commit()

    @asynccontextmanager
    async def reading(self, organisation: str) -> AsyncIterator[AsyncSession]:
        """For single questions, inside one organisation: each sees what stands as it is asked.

        A third of the trips of a transaction. Where two answers must fit together, or anything is
        locked or written, take a transaction.
        """
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            line = await _line(session)
            with line.inside(organisation, together=False):
                yield session

    async def now(self) -> datetime:
        """PostgreSQL's clock: the one clock that every lease and every gate goes by."""
        async with self.engine.connect() as asked:
            moment = (await asked.execute(NOW)).scalar_one()
            assert isinstance(moment, datetime)
            return moment

    async def close(self) -> None:
        await self.engine.dispose()


async def _line(session: AsyncSession) -> "Line":
    line = (await (await session.connection()).get_raw_connection()).driver_connection
    assert isinstance(line, Line)
    return line


class Line(AsyncConnection[Any]):
    """A connection that knows for which organisation it asks, and what belongs together.

    It begins no transaction by itself; `Question` does, and whoever asked ends it.
    """

    organisation = ""
    together = False
    at = ""

    @contextmanager
    def inside(self, organisation: str, *, together: bool, at: str = "") -> Iterator[None]:
        self.organisation, self.together, self.at = organisation, together, at
        try:
            yield
        finally:
            self.organisation, self.together, self.at = "", False, ""


class Question(AsyncCursor[Any]):
    """Tells PostgreSQL the organisation before it asks.

    Row-level security will want to know it; `true` keeps it inside the transaction. A transaction
    begins with it, in one trip. A question that stands alone travels together with it, in one trip,
    too (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html).
    """

    async def execute(self, query: Any, params: Any = None, **how: Any) -> Self:
        async with self._entered():
            return await super().execute(query, params, **how)

    async def executemany(self, query: Any, params_seq: Iterable[Any], **how: Any) -> None:
        async with self._entered():
            await super().executemany(query, params_seq, **how)

    @asynccontextmanager
    async def _entered(self) -> AsyncIterator[None]:
        line = self.connection
        assert isinstance(line, Line)
        is_idle = line.pgconn.transaction_status == TransactionStatus.IDLE
        if is_idle and line.together:
            await AsyncCursor(line).execute(_begin(line.organisation, line.at), prepare=False)
        elif is_idle and line.organisation:
            async with line.pipeline():
                await AsyncCursor(line).execute(ENTER, (line.organisation,))
                yield
            return
        yield


@lru_cache
def _begin(organisation: str, at: str) -> str:
    return f"BEGIN {at}; SELECT set_config('app.organisation', {quote(organisation)}, true)"


def connect(url: str, *, pool: int = 10) -> Database:
    """A database by its SQLAlchemy URL (postgresql+psycopg://…). Connects on first use."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    async def dial() -> Line:
        return await Line.connect(
            address,
            autocommit=True,
            connect_timeout=5,
            options="-c timezone=UTC",
            cursor_factory=Question,
        )

    engine = create_async_engine(
        url,
        async_creator=dial,
        pool_size=pool,
        max_overflow=pool,
        pool_timeout=10,
        hide_parameters=True,  # an error goes to a log, and a statement carries what people wrote
        pool_use_lifo=True,  # few that are busy: they keep what they have prepared
    )
    _watch(engine)
    return Database(engine)


def _watch(engine: AsyncEngine) -> None:
    """Ask a connection that has rested whether it still lives; a busy one would have told us."""

    @event.listens_for(engine.sync_engine, "checkin")
    def rests(connection: Any, record: Any) -> None:
        record.info["since"] = monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def wakes(connection: Any, record: Any, proxy: Any) -> None:
        if monotonic() - record.info.get("since", monotonic()) < RESTED:
            return
        try:
            engine.sync_engine.dialect.do_ping(connection)
        except OperationalError as gone:
            raise DisconnectionError from gone
