"""What was refused: who tried which act on which post, when, and the code of why not.

Names and codes only. What an act would have said is not kept, since it was refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_

from domain.acts import Act
from domain.naming import fresh_name
from domain.objection import Code
from records.database import Database
from records.posts import cursor_at, place_of
from records.tables import RefusalRow


@dataclass(frozen=True)
class WantedRefusals:
    """Which refusals a list asks for; empty means all."""

    post: str = ""
    actor: str = ""
    act: str = ""
    code: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class RefusalPage:
    refusals: Sequence[RefusalRow]
    next: str | None


async def keep_refusal(
    database: Database, organisation: str, post: str, act: Act, code: Code
) -> None:
    """Each attempt is an entry of its own, even if it repeats the one before."""
    row = RefusalRow(
        organisation=organisation,
        id=fresh_name(),
        post=post,
        actor=act.actor,
        act=act.kind,
        code=code,
        says="",
    )
    async with database.transaction(organisation) as session:
        session.add(row)


async def list_refusals(
    database: Database, organisation: str, wanted: WantedRefusals, cursor: str, most: int
) -> RefusalPage:
    """Newest first. Raises BadCursor."""
    asked = select(RefusalRow).where(RefusalRow.organisation == organisation)
    for name in ("post", "actor", "act", "code"):
        if said := getattr(wanted, name):
            asked = asked.where(getattr(RefusalRow, name) == said)
    if wanted.since:
        asked = asked.where(RefusalRow.at >= wanted.since)
    if wanted.until:
        asked = asked.where(RefusalRow.at < wanted.until)
    if cursor:
        asked = asked.where(tuple_(RefusalRow.at, RefusalRow.id) < place_of(cursor))
    asked = asked.order_by(RefusalRow.at.desc(), RefusalRow.id.desc()).limit(most + 1)
    async with database.transaction(organisation) as session:
        rows = list((await session.execute(asked)).scalars())
    more = rows[most - 1] if len(rows) > most else None
    return RefusalPage(rows[:most], cursor_at(more.at, more.id) if more else None)
