"""Who stands in for whom: what people hand on and take back by themselves."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from domain.acts import Delegate
from domain.lifecycle import Life
from domain.objection import Objection
from domain.post import Stage
from domain.review.lending import objection_to_delegating
from domain.review.people import Delegation
from records import reading
from records.database import Database
from records.organisations import chains, delegations, people
from records.tables import DelegationRow, PostRow


async def objection_in_the_house(
    database: Database, organisation: str, act: Delegate
) -> Objection | None:
    """Why these seats cannot be handed on, asked of everybody here and of every chain."""
    async with database.transaction(organisation) as session:
        known = await people(session, organisation)
        return objection_to_delegating(act, known, await chains(session, organisation))


async def keep_delegation(
    database: Database, organisation: str, loan: Delegation
) -> datetime | None:
    """Put it on record, once per id. Answers with when it was taken back, if it was."""
    row = insert(DelegationRow).values(
        organisation=organisation,
        id=loan.id,
        giver=loan.giver,
        taker=loan.taker,
        starts=loan.starts,
        ends=loan.ends,
        levels=list(loan.levels),
    )
    async with database.transaction(organisation) as session:
        await session.execute(row.on_conflict_do_nothing())
        kept = await session.get_one(DelegationRow, (organisation, loan.id))
        return kept.revoked


async def take_back(database: Database, organisation: str, id: str, at: datetime) -> None:
    row = update(DelegationRow).where(
        DelegationRow.organisation == organisation,
        DelegationRow.id == id,
        DelegationRow.revoked.is_(None),
    )
    async with database.transaction(organisation) as session:
        await session.execute(row.values(revoked=at))


async def delegations_of(database: Database, organisation: str) -> tuple[Delegation, ...]:
    async with database.transaction(organisation) as session:
        return await delegations(session, organisation)


async def lent_to(
    database: Database, organisation: str, taker: str, at: datetime
) -> tuple[str, ...]:
    """Whose seats `taker` may take now, as rows name them: `person/level`, or `person` for all."""
    loans = await delegations_of(database, organisation)
    mine = [loan for loan in loans if loan.taker == taker and loan.is_in_force(at)]
    return tuple(
        seat
        for loan in mine
        for seat in ([f"{loan.giver}/{level}" for level in loan.levels] or [loan.giver])
    )


async def under_review(database: Database, organisation: str) -> list[tuple[str, Life]]:
    """The posts whose reviews are running, with their lives."""
    asked = select(PostRow).where(
        PostRow.organisation == organisation, PostRow.stage == Stage.APPROVING
    )
    async with database.transaction(organisation) as session:
        rows = (await session.execute(asked)).scalars()
        return [(row.id, reading.life(row.life)) for row in rows]
