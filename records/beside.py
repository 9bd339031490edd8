"""Rows beside the ledger: the entry they were written with carries a digest of each.

So a row cannot be changed, taken away or invented alone: the entry would have to change with it,
and the entries are chained. What follows from the ledger by itself needs no digest.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.canonical import digest
from domain.review.book import Book
from records.tables import CalendarRow, ChainRow, Owned

BESIDE = "beside"  # where the body of an entry has them

# What a digest leaves out: what follows from the ledger, and what is no evidence.
LEFT_OUT = {
    "publications": {
        *("state", "url", "remote_id", "how"),  # these the ledger tells in so many words
        "lease_until",  # until when a sender that is silent is believed to live
    },
}


def name_of(row: Owned) -> str:
    """What a row is called: its table, and its whole key."""
    keys = [str(getattr(row, one.name)) for one in row.__table__.columns if one.primary_key]
    return f"{row.__tablename__} {'/'.join(keys)}"


def told_of(row: Owned) -> dict[str, str]:
    """A row by its name, with the digest of what it holds."""
    left_out = LEFT_OUT.get(row.__tablename__, set())
    names = [column.name for column in row.__table__.columns if column.name not in left_out]
    held: dict[str, Any] = {name: getattr(row, name) for name in names}
    return {name_of(row): digest(held)}


async def told_of_terms(session: AsyncSession, organisation: str, book: Book) -> dict[str, str]:
    """The versions that a round is pinned to."""
    told: dict[str, str] = {}
    for table, pinned in ((ChainRow, (book.chain,)), (CalendarRow, book.calendars)):
        for one in pinned:
            asked = select(table).filter_by(
                organisation=organisation, id=one.id, version=one.version
            )
            told |= told_of((await session.execute(asked)).scalar_one())
    return told
