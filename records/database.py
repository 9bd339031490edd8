"""How we reach PostgreSQL: one engine a process, one transaction an act."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)


@dataclass(frozen=True)
class Database:
    engine: AsyncEngine

    @asynccontextmanager
    async def transaction(self, organisation: str) -> AsyncIterator[AsyncSession]:
        """All or nothing, inside one organisation. Commits when the block ends without raising."""
        session = async_sessionmaker(self.engine, expire_on_commit=False)()
        async with session, session.begin():
            # Row-level security will ask for it; `true` keeps it inside this transaction.
            await session.execute(
                text("SELECT set_config('app.organisation', :name, true)"), {"name": organisation}
            )
            yield session

    async def now(self) -> datetime:
        """PostgreSQL's clock: the one clock that every lease and every gate goes by."""
        async with self.engine.connect() as connection:
            moment = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
            assert isinstance(moment, datetime)
            return moment

    async def close(self) -> None:
        await self.engine.dispose()


def connect(url: str, *, pool: int = 10) -> Database:
    """A database by its SQLAlchemy URL (postgresql+psycopg://…). Connects on first use."""
    engine = create_async_engine(
        url,
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=True,
        pool_timeout=10,
        connect_args={"connect_timeout": 5, "options": "-c timezone=UTC"},
    )
    return Database(engine)
