"""Every examination of a post on record: which packs held which content against which facts."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.review.marks import Waiver
from domain.waivers import waivers_among
from records import reading
from records.tables import LedgerRow, RevisionRow, VerdictRow


@dataclass(frozen=True)
class Kept:
    """Some verdicts of a post, oldest first, and what it takes to read them."""

    verdicts: Sequence[VerdictRow]
    revisions: dict[str, int]  # the last revision that said this content
    waivers: tuple[Waiver, ...]


async def verdicts_of(
    session: AsyncSession, organisation: str, post: str, after: int, most: int
) -> Kept:
    """The verdicts after so many, and every waiver the file of the post tells of."""
    asked = (
        select(VerdictRow)
        .where(VerdictRow.organisation == organisation, VerdictRow.post == post)
        .order_by(VerdictRow.at, VerdictRow.key)
        .offset(after)
        .limit(most)
    )
    rows = (await session.execute(asked)).scalars().all()
    return Kept(
        rows,
        await _revisions(session, organisation, post),
        await _waivers(session, organisation, post),
    )


async def _revisions(session: AsyncSession, organisation: str, post: str) -> dict[str, int]:
    asked = (
        select(RevisionRow.content_hash, func.max(RevisionRow.number))
        .where(RevisionRow.organisation == organisation, RevisionRow.post == post)
        .group_by(RevisionRow.content_hash)
    )
    return {row[0]: row[1] for row in await session.execute(asked)}


async def _waivers(session: AsyncSession, organisation: str, post: str) -> tuple[Waiver, ...]:
    """From the file: a life forgets the waivers of the revisions before."""
    asked = (
        select(LedgerRow.body)
        .where(
            LedgerRow.organisation == organisation,
            LedgerRow.post == post,
            LedgerRow.done == "waived",
        )
        .order_by(LedgerRow.seq)
    )
    acts = [reading.act(body) for body in (await session.execute(asked)).scalars()]
    return waivers_among(act for act in acts if act is not None)
