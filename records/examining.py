"""Holding a content against the packs, with what the record knows of its office, media and past.

`examined` asks, `keep_verdict` puts on record which packs found what, on which input.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.canonical import digest, plain
from domain.case import Case, Moment
from domain.declarations import MediumFacts
from domain.finding import Finding
from domain.house import House
from domain.observed import Observed, Past
from domain.packs import Rulebook
from domain.policy import examine
from domain.post import Content
from domain.sending import SendState
from records import reading
from records.beside import told_of
from records.packs import shipped
from records.tables import ContentRow, MediumRow, PublicationRow, VerdictRow

WRITING = (Moment.DRAFT, Moment.SUBMISSION, Moment.APPROVAL)  # all that would stop it on its way
SUBMITTING = (Moment.SUBMISSION, Moment.APPROVAL)  # approval begins as soon as it is admitted
AT_ITS_HOUR = (Moment.PUBLISHING,)
IN_REVIEW = (Moment.APPROVAL, Moment.PUBLISHING)  # what could stop a signature, or the hour
MOST_PAST = 100


@dataclass(frozen=True)
class Examination:
    """What the rules found in a content, by which packs, and a hash of all they were told."""

    content_hash: str
    findings: tuple[Finding, ...]
    pack_version: str
    input_hash: str

    @property
    def blocks(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.blocks)

    @property
    def blocked(self) -> tuple[str, ...]:
        """The ids of what blocks: the rule, with the channel or language it is about."""
        return ids(self.blocks)


def ids(found: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(sorted({finding.id for finding in found}))


def judged(case: Case, moments: tuple[Moment, ...], rulebook: Rulebook) -> Examination:
    """Every rule of these moments, each finding once."""
    cases = [_at(case, moment) for moment in moments]
    found = dict.fromkeys(finding for each in cases for finding in examine(each, rulebook))
    return Examination(
        case.content.hash,
        tuple(sorted(found, key=lambda finding: finding.severity.rank)),
        rulebook.version,
        input_hash(case, moments),
    )


def input_hash(case: Case, moments: tuple[Moment, ...]) -> str:
    """One hash for the same question: content, moment, hour, media, past, office."""
    asked = {
        "content": case.content.hash,
        "moments": moments,
        "now": case.now,
        "hour": case.hour,
        "media": case.bytes_tell,
        "observed": case.observed,
        "facts": facts_version(case.house),
    }
    return digest(asked)


@cache
def facts_version(house: House) -> str:
    """A version for what an office told the rules: the same facts, the same version."""
    return digest(house)[:16]


async def examined(
    session: AsyncSession,
    organisation: str,
    content: Content,
    house: House,
    moments: tuple[Moment, ...],
    now: datetime,
    hour: datetime | None,
    post: str = "",
) -> Examination:
    """The content held against the packs that bind this office. Nothing is stored."""
    case = Case(
        content=content,
        house=house,
        now=now,
        hour=hour,
        observed=await _observed(session, organisation, post, content, house, moments, now),
        bytes_tell=await _media(session, organisation, content),
    )
    return judged(case, moments, shipped())


async def keep_verdict(
    session: AsyncSession, organisation: str, post: str, key: str, stage: str, found: Examination
) -> dict[str, str]:
    """An empty list is a verdict, too: these packs let this content pass.

    Answers with the row and its digest, for an entry to tell of; with nothing if it was there.
    """
    verdict = insert(VerdictRow).values(
        organisation=organisation,
        post=post,
        key=key,
        stage=stage,
        content_hash=found.content_hash,
        pack_version=found.pack_version,
        input_hash=found.input_hash,
        findings=plain(found.findings),
        at=func.clock_timestamp(),
    )
    written = verdict.on_conflict_do_nothing().returning(VerdictRow)
    row = (await session.execute(written)).scalar_one_or_none()
    return told_of(row) if row else {}


async def says_another_thing(
    session: AsyncSession, organisation: str, post: str, line: str, found: Examination
) -> bool:
    """Whether the rules say now what they did not say when this line was last held at its hour."""
    asked = (
        select(VerdictRow)
        .filter_by(organisation=organisation, post=post, stage="publishing")
        .where(VerdictRow.key.startswith(f"{line}/", autoescape=True))
        .order_by(VerdictRow.at.desc())
        .limit(1)
    )
    last = (await session.execute(asked)).scalar_one_or_none()
    told = (found.pack_version, plain(found.findings))
    return last is None or (last.pack_version, last.findings) != told


async def told_of_media(
    session: AsyncSession, organisation: str, content: Content
) -> dict[str, str]:
    """The images of a content, for an entry to tell of."""
    told: dict[str, str] = {}
    for row in await _media_rows(session, organisation, content):
        told |= told_of(row)
    return told


def _at(case: Case, moment: Moment) -> Case:
    return Case(
        case.content, case.house, case.now, moment, case.hour, case.observed, case.bytes_tell
    )


async def _media(
    session: AsyncSession, organisation: str, content: Content
) -> tuple[MediumFacts, ...]:
    """What the bytes of its images told when they were taken in."""
    return tuple(
        MediumFacts(row.sha256, mime=row.mime, bytes=row.bytes, width=row.width, height=row.height)
        for row in await _media_rows(session, organisation, content)
    )


async def _media_rows(
    session: AsyncSession, organisation: str, content: Content
) -> list[MediumRow]:
    if not content.media:
        return []
    wanted = [medium.sha256 for medium in content.media]
    asked = select(MediumRow).where(
        MediumRow.organisation == organisation, MediumRow.sha256.in_(wanted)
    )
    return list((await session.execute(asked.order_by(MediumRow.sha256))).scalars())


async def _observed(
    session: AsyncSession,
    organisation: str,
    post: str,
    content: Content,
    house: House,
    moments: tuple[Moment, ...],
    now: datetime,
) -> Observed:
    """What went out on the same channels lately. Asked while one can still say it otherwise."""
    if not {Moment.DRAFT, Moment.SUBMISSION, Moment.RESCHEDULE} & {*moments}:
        return Observed()
    named = {
        "organisation": organisation,
        "since": now - timedelta(days=house.thresholds.duplicate_days),
        "channels": content.channels,
        "post": post,
    }
    rows = (await session.execute(PAST, named)).all()
    return Observed(
        history=tuple(
            Past(row.channel, reading.content(row.content).text_on(row.channel), row.sent_at)
            for row in rows
        )
    )


# Made once: to build a statement takes longer than to ask it.
PAST = (
    select(PublicationRow.channel, PublicationRow.sent_at, ContentRow.content)
    .join(
        ContentRow,
        (ContentRow.organisation == PublicationRow.organisation)
        & (ContentRow.hash == PublicationRow.content_hash),
    )
    .where(
        PublicationRow.organisation == bindparam("organisation"),
        PublicationRow.state == SendState.PUBLISHED.value,
        PublicationRow.sent_at > bindparam("since"),
        PublicationRow.channel.in_(bindparam("channels", expanding=True)),
        PublicationRow.post != bindparam("post"),
    )
    .order_by(PublicationRow.sent_at.desc())
    .limit(MOST_PAST)
)
