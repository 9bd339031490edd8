"""Somebody with the owner's key to the database, and what a row is called that he was at."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from domain.ledger import first_hash
from records import filing, reading
from records.database import Database
from records.keys import Seals
from records.tables import (
    Base,
    CalendarRow,
    ChainRow,
    LedgerRow,
    PostRow,
)
from records.verify import Proof, prove
from tests.activities.desk import Desk


def keys_of(table: type[Base]) -> set[str]:
    return {column.name for column in table.__table__.primary_key.columns}


@dataclass(frozen=True)
class Beside(Database):
    """Sees what he did, before it is committed."""

    connection: AsyncConnection

    @asynccontextmanager
    async def transaction(self, organisation: str) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self.connection) as session:
            yield session

    snapshot = transaction  # one connection, one moment


@dataclass(frozen=True)
class Row:
    """One row on record, as it was before anybody was at it."""

    table: type[Base]
    values: dict[str, Any]

    @property
    def name(self) -> str:
        named = (str(self.values[one.name]) for one in self.table.__table__.c if one.primary_key)
        return f"{self.table.__tablename__} {'/'.join(named)}"

    def where(self) -> list[Any]:
        columns = self.table.__table__.columns
        return [columns[name] == self.values[name] for name in keys_of(self.table)]


@dataclass
class Burglar:
    """Has the owner's key: no trigger and no foreign key stops him. All he does is undone."""

    connection: AsyncConnection
    desk: Desk
    witness: Seals
    unnoticed: list[str] = field(default_factory=list)

    async def sets(self, row: Row, **values: Any) -> None:
        done = await self.connection.execute(
            update(row.table.__table__).where(*row.where()).values(**values)
        )
        assert done.rowcount == 1

    async def takes(self, row: Row) -> None:
        done = await self.connection.execute(delete(row.table.__table__).where(*row.where()))
        assert done.rowcount == 1

    async def puts(self, row: Row, **changed: Any) -> Row:
        values = row.values | changed
        await self.connection.execute(insert(row.table.__table__).values(**values))
        return Row(row.table, values)

    async def rewrites(self, post: str, changes: dict[int, dict[str, Any] | None]) -> None:
        """Entries replaced, or cut away (None); every hash after them and the row made to fit."""
        organisation, bodies = self.desk.organisation, []
        before = first_hash(organisation, post)
        for line in [line for line in await self.rows(LedgerRow) if line.values["post"] == post]:
            change = changes.get(line.values["seq"], {})
            if change is None:
                await self.takes(line)
                continue
            values = line.values | change
            before = reading.entry(LedgerRow(**values)).hash(before)
            await self.sets(line, body=values["body"], actor=values["actor"], hash=before)
            bodies.append(values["body"])
        life = reading.fold(organisation, post, bodies)
        [row] = [row for row in await self.rows(PostRow) if row.values["id"] == post]
        told = filing.row(life, row.values["updated_at"])
        told |= {"created_at": row.values["created_at"]}
        await self.sets(row, **told | {"last_seq": len(bodies), "last_hash": before})

    async def rows(self, table: type[Base]) -> list[Row]:
        """This organisation's, in the order of their keys; of chains, those that were used."""
        columns = table.__table__
        asked: Select[Any] = select(columns).where(columns.c.organisation == self.desk.organisation)
        if table is ChainRow:
            asked = asked.where(columns.c.id.in_(("demo", "press")))
        if table is CalendarRow:
            asked = asked.where(columns.c.id == "office")
        found = (await self.connection.execute(asked.order_by(*columns.primary_key))).mappings()
        return [Row(table, dict(values)) for values in found]

    async def proof(self) -> Proof:
        return await prove(
            Beside(self.desk.database.engine, self.connection),
            self.desk.organisation,
            self.desk.seals,
            self.witness,
        )

    async def named(self) -> set[str]:
        """The rows that verification names."""
        return {fault.row for fault in (await self.proof()).faults}

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[None]:
        async with self.connection.begin_nested() as night:
            yield
            await night.rollback()


MOMENTS = ("hour", "closes", "sent_at", "lease_until")  # that may be empty


def other(value: Any, column: str, dice: Random) -> Any:
    """Another value for this column, of the kind that it may hold."""
    match value:
        case bool():
            return not value
        case str():
            swapped = f"{value[:1]}{'y' if value[1:2] == 'z' else 'z'}{value[2:]}"
            return dice.choice([value + "x", value[:-1] or "y", swapped])
        case int() if column in ("seq", "version", "number", "look"):
            return value + 1000  # where nobody else is
        case int():
            return value + dice.choice([1, -1])
        case datetime():
            return value + dice.choice([1, -1]) * timedelta(microseconds=dice.choice([1, 10**6]))
        case None:
            return datetime.now().astimezone() if column in MOMENTS else "x"
        case list() if column in ("channels", "waits_for"):
            return dice.choice([[*value, "one more"], value[1:] or ["x"]])
        case dict() | list():
            return somewhere_else(value, dice)
    raise TypeError(column)


def somewhere_else(value: Any, dice: Random) -> Any:
    """The same JSON, but for one place in it."""
    if isinstance(value, dict) and value and dice.random() < 0.9:
        key = dice.choice(sorted(value))
        if dice.random() < 0.1:
            return {name: kept for name, kept in value.items() if name != key}
        return value | {key: somewhere_else(value[key], dice)}
    if isinstance(value, list) and value and dice.random() < 0.9:
        place = dice.randrange(len(value))
        return [*value[:place], somewhere_else(value[place], dice), *value[place + 1 :]]
    if isinstance(value, dict):
        return value | {"more": "than was there"}
    if isinstance(value, list):
        return [*value, "one more"]
    if isinstance(value, bool) or value is None:
        return 1
    if isinstance(value, int):
        return dice.choice([value + 1, value + 0.5, str(value), None])
    return dice.choice([value + " ", value[:-1] + "?", None, 7])
