"""What the engine told of lives that are over, on record by its hash before the engine forgets."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select

from domain.facts import Fact, FactKind
from records import reading
from records.database import Database
from records.filing import open_file
from records.owed import HistoryOwedRow
from records.tables import LedgerRow

Read = Callable[[str, str], Awaitable[bytes | None]]  # organisation, hash; None: it is not there
AT_ONCE = 16  # that are read while a record is proven
PATIENCE = timedelta(days=7)  # an engine that was restored, or reached by mistake, is put right
SOON = timedelta(minutes=1)  # an act that ends a life is a matter of milliseconds


@dataclass(frozen=True)
class History:
    """One run of a workflow, as it was stored."""

    run: str
    sha256: str
    bytes: int
    events: int

    @property
    def fact(self) -> Fact:
        told = (("run", self.run), ("sha256", self.sha256))
        size = (("bytes", self.bytes), ("events", self.events))
        return Fact(kind=FactKind.HISTORY_KEPT, details=(*told, *size))

    @classmethod
    def told_by(cls, fact: Fact) -> "History":
        told = dict(fact.details)
        run, hash = str(told["run"]), str(told["sha256"])
        return cls(run, hash, int(told["bytes"]), int(told["events"]))


@dataclass(frozen=True)
class Owed:
    """A life that is over, and not told yet."""

    organisation: str
    post: str
    is_old: bool = False  # by now the engine has it, or never will
    is_late: bool = False  # by now its workflow must have heard that it is over


async def owed(database: Database, most: int = 500) -> list[Owed]:
    """Some of what is owed, in no order, so that what cannot be had is in nobody's way."""
    old = HistoryOwedRow.since < func.clock_timestamp() - PATIENCE
    late = HistoryOwedRow.since < func.clock_timestamp() - SOON
    asked = select(HistoryOwedRow.organisation, HistoryOwedRow.post, old, late)
    async with database.transaction("") as session:
        found = (await session.execute(asked.order_by(func.random()).limit(most))).all()
    return [Owed(*row) for row in found]


async def settle(
    database: Database, organisation: str, post: str, histories: Sequence[History]
) -> None:
    """Put on record what was stored; without any, that the engine had nothing left. Once."""
    async with database.transaction(organisation) as session:
        paid = delete(HistoryOwedRow).where(
            HistoryOwedRow.organisation == organisation, HistoryOwedRow.post == post
        )
        file = await open_file(session, organisation, post)
        if (await session.execute(paid.returning(HistoryOwedRow.post))).one_or_none() is None:
            return  # another worker was faster
        for history in histories:
            await file.fact(history.fact, f"history/{history.run}")
        if not histories:
            await file.fact(Fact(kind=FactKind.HISTORY_LOST), "history/lost")
        await file.keep()


async def kept(database: Database, organisation: str, post: str = "") -> list[tuple[str, History]]:
    """Each post of an organisation (or one) with a history that its file tells of."""
    asked = select(LedgerRow.post, LedgerRow.body).where(
        LedgerRow.organisation == organisation, LedgerRow.done == FactKind.HISTORY_KEPT.value
    )
    if post:
        asked = asked.where(LedgerRow.post == post)
    async with database.transaction(organisation) as session:
        found = (await session.execute(asked.order_by(LedgerRow.post, LedgerRow.seq))).all()
    return [(named, History.told_by(reading.fact(body))) for named, body in found]


async def changed(database: Database, organisation: str, read: Read) -> list[tuple[str, str]]:
    """The stored histories that are not as the ledger tells, by name, and why not."""
    found, turn = await kept(database, organisation), asyncio.Semaphore(AT_ONCE)

    async def look(post: str, history: History) -> tuple[str, str] | None:
        async with turn:
            says = fault(history, await read(organisation, history.sha256))
        return (f"histories {organisation}/{post}/{history.run}", says) if says else None

    looked = await asyncio.gather(*(look(post, history) for post, history in found))
    return [one for one in looked if one]


def fault(history: History, stored: bytes | None) -> str | None:
    """Why these are not the bytes that the ledger tells of, or None if they are."""
    if stored is None:
        return "it is on record, and not in the store"
    if sha256(stored).hexdigest() != history.sha256:
        return "it was changed: it does not hash to what its ledger tells"
    return None
