"""Every examination of a post on record: which packs held which content against which facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.case import Moment
from domain.finding import Finding, Severity
from domain.review.marks import Waiver
from domain.waivers import waivers_among
from records import reading
from records.examining import AT_ITS_HOUR, IN_REVIEW, SUBMITTING, WRITING
from records.packs import shipped
from records.tables import LedgerRow, RevisionRow, VerdictRow

ASKS = {
    "submit": SUBMITTING,
    "approve": (Moment.APPROVAL,),
    "reschedule": (Moment.RESCHEDULE,),
    "apply": AT_ITS_HOUR,
    "apply_draft": WRITING,
    "apply_review": IN_REVIEW,
    "publishing": AT_ITS_HOUR,
    "look": (Moment.MONITORING,),
}  # fmt: skip


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


async def newest_at(
    session: AsyncSession, organisation: str, post: str, stage: str
) -> tuple[Finding, ...]:
    """What the last examination of this kind found."""
    asked = (
        select(VerdictRow.findings)
        .where(
            VerdictRow.organisation == organisation,
            VerdictRow.post == post,
            VerdictRow.stage == stage,
        )
        .order_by(VerdictRow.at.desc())
        .limit(1)
    )
    found = (await session.execute(asked)).scalar_one_or_none() or []
    return tuple(reading.finding(told) for told in found)


def last_words(told: Iterable[tuple[str, list[dict[str, Any]]]]) -> list[dict[str, Any]]:
    """What every rule last said of one content, blocks first; stages and findings, newest first.

    An examination asks some rules only: at its hour no rule of tone is asked, and what one of them
    found before still stands.
    """
    heard: frozenset[str] = frozenset()
    said: list[dict[str, Any]] = []
    for stage, findings in told:
        said += [told for told in findings if told["rule"] not in heard and told not in said]
        heard |= asked_at(stage)
    return sorted(said, key=lambda told: Severity(told["severity"]).rank)


def asked_at(stage: str) -> frozenset[str]:
    """The ids of the rules that an examination of this kind asks."""
    return asked_in(ASKS.get(stage, WRITING))


@cache
def asked_in(moments: tuple[Moment, ...]) -> frozenset[str]:
    """The ids of the rules that one of these moments asks."""
    return frozenset(
        rule.id for pack in shipped().packs for rule in pack.rules if {*moments} & rule.stages
    )
