"""What the office learned about its people that a running review has not heard yet."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.lifecycle import Life
from domain.post import Stage
from domain.review.people import Delegation, Person, Tidings
from records import reading
from records.database import Database
from records.organisations import delegations, people
from records.tables import PostRow


async def uninformed(database: Database, organisation: str) -> list[str]:
    """The posts whose reviews are running, or owed, and know less than the office does."""
    asked = (
        select(PostRow)
        .where(
            PostRow.organisation == organisation,
            or_(PostRow.stage == Stage.APPROVING, func.cardinality(PostRow.waits_for) > 0),
        )
        .order_by(PostRow.id)
    )
    async with database.transaction(organisation) as session:
        everybody = await people(session, organisation)
        loans = await delegations(session, organisation)
        rows = (await session.execute(asked)).scalars()
        return [row.id for row in rows if any(_news(reading.life(row.life), everybody, loans))]


async def unheard(session: AsyncSession, life: Life, at: datetime) -> Tidings | None:
    """What this review has not heard, or None if it knows everything that concerns it."""
    organisation = life.post.organisation
    changed, lent = _news(
        life, await people(session, organisation), await delegations(session, organisation)
    )
    return Tidings(at, changed, lent) if changed or lent else None


def _news(
    life: Life, everybody: tuple[Person, ...], loans: tuple[Delegation, ...]
) -> tuple[tuple[Person, ...], tuple[Delegation, ...]]:
    """Only people and delegations that its chain can ask for, or has asked for."""
    book = life.review.book
    if book is None or life.is_over:
        return (), ()
    today = book.of_today(everybody, loans)
    changed = tuple(
        one
        for one in everybody
        if book.person(one.id) != one and (book.person(one.id) or today.person(one.id))
    )
    known = {loan.id: loan for loan in book.delegations}
    asked = {loan.id for loan in today.delegations}
    lent = tuple(
        loan
        for loan in loans
        if (loan.id in known or loan.id in asked) and not _is_known(loan, known.get(loan.id))
    )
    return changed, lent


def _is_known(loan: Delegation, known: Delegation | None) -> bool:
    """Taken back is taken back: the review heard it a moment later than the record."""
    if known and known.revoked and loan.revoked:
        return True
    return known == loan
