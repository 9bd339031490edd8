"""After the office's facts or the packs have changed: drafts and waiting posts are examined anew.

Nothing here moves a post, and the engine is not asked: the gate decides at the hour. But the people
of a post hear at once what awaits it there, while there is time to revise it or ask for a waiver.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.canonical import digest
from domain.case import Moment
from domain.finding import Finding
from domain.house import House
from domain.lifecycle import Life
from domain.post import Stage
from domain.review.admission import as_judged
from records import reading
from records.database import Database
from records.examining import (
    AT_ITS_HOUR,
    IN_REVIEW,
    WRITING,
    examined,
    facts_version,
    keep_verdict,
)
from records.filing import now
from records.notices import tell_of_rules
from records.organisations import house
from records.packs import shipped
from records.tables import ContentRow, PostRow, VerdictRow
from records.verdicts import asked_in, last_words


@dataclass(frozen=True)
class Asking:
    """What a post is asked in its stage, and what to say of rules that stand against it."""

    moments: tuple[Moment, ...]
    kind: str  # of its verdict
    says: str


ASKED = {
    Stage.DRAFTING.value: Asking(WRITING, "apply_draft", "it could not be submitted"),
    Stage.APPROVING.value: Asking(IN_REVIEW, "apply_review", "they will hold it at its hour"),
    Stage.HOLDING.value: Asking(AT_ITS_HOUR, "apply", "they will hold it at its hour"),
    Stage.PUBLISHING.value: Asking(AT_ITS_HOUR, "apply", "they will hold it at its hour"),
}
KINDS = frozenset(asking.kind for asking in ASKED.values())
AT_ONCE = 200
MOST_KEPT = 20  # verdicts of one content that are asked for their last words


@dataclass(frozen=True)
class Change:
    """What a waiting post meets under the rules, before and now. What was waived does not count."""

    post: str
    asking: Asking
    before: tuple[str, ...]
    now: tuple[str, ...]

    @property
    def is_held(self) -> bool:
        return bool(self.now) and self.now != self.before

    @property
    def is_free(self) -> bool:
        return bool(self.before) and not self.now


async def reexamine(database: Database, organisation: str) -> list[str]:
    """Examine every waiting post. Answers with what changed, one sentence each. Safe to repeat."""
    said: list[str] = []
    last = ""
    while True:
        async with database.transaction(organisation) as session:
            told, moment = await house(session, organisation), await now(session)
            rows = await _waiting(session, organisation, last, moment)
            for row in rows:
                change = await _held_against_today(session, row, told, moment)
                said += [sentence] if (sentence := _sentence(change)) else []
        if len(rows) < AT_ONCE:
            return said
        last = rows[-1].id


def version(told: House) -> str:
    """The same facts and the same packs are examined once."""
    return digest((facts_version(told), shipped().version))[:16]


async def _waiting(
    session: AsyncSession, organisation: str, last: str, moment: datetime
) -> list[PostRow]:
    """Posts on their way, and drafts that could still appear."""
    may_appear = (PostRow.stage != Stage.DRAFTING.value) | (PostRow.closes > moment)
    asked = (
        select(PostRow)
        .where(
            PostRow.organisation == organisation,
            PostRow.stage.in_(ASKED),
            may_appear,
            PostRow.id > last,
        )
        .order_by(PostRow.id)
        .limit(AT_ONCE)
    )
    return list((await session.execute(asked)).scalars())


async def _held_against_today(
    session: AsyncSession, row: PostRow, told: House, moment: datetime
) -> Change | None:
    """None if this post was examined under these very rules before."""
    asking, life = ASKED[row.stage], reading.life(row.life)
    key = f"{asking.kind}/{version(told)}/{row.content_hash[:16]}"
    kept = await _kept(session, row)
    if kept and kept[0].key == key:
        return None
    stored = await session.get_one(ContentRow, (row.organisation, row.content_hash))
    content = reading.content(stored.content)
    found = await examined(
        session, row.organisation, content, told, asking.moments, moment, row.hour, row.id
    )
    await keep_verdict(session, row.organisation, row.id, key, asking.kind, found)
    asked = asked_in(asking.moments)
    before = last_words((verdict.stage, verdict.findings) for verdict in kept)
    known = [reading.finding(one) for one in before if one["rule"] in asked]
    change = Change(row.id, asking, _standing(life, known), _standing(life, found.findings))
    if change.is_held:
        reasons = _reasons(block for block in found.blocks if block.id in change.now)
        says = f"As the rules now stand, {asking.says}: {reasons}"
        await tell_of_rules(session, life, row.waits_for, key, says)
    if change.is_free:
        says = "As the rules now stand, none holds it any more."
        await tell_of_rules(session, life, row.waits_for, key, says)
    return change


def _standing(life: Life, found: Iterable[Finding]) -> tuple[str, ...]:
    """The ids of what blocks and was not waived for this revision."""
    return tuple(sorted(one.rule for one in life.review.checked(as_judged(tuple(found))).holding))


async def _kept(session: AsyncSession, row: PostRow) -> Sequence[VerdictRow]:
    """The newest verdicts of what it says now."""
    asked = (
        select(VerdictRow)
        .where(
            VerdictRow.organisation == row.organisation,
            VerdictRow.post == row.id,
            VerdictRow.content_hash == row.content_hash,
        )
        .order_by(VerdictRow.at.desc())
        .limit(MOST_KEPT)
    )
    return (await session.execute(asked)).scalars().all()


def _reasons(blocks: Iterable[Finding]) -> str:
    return " ".join(dict.fromkeys(f"{block.says} ({block.id}, {block.clause})" for block in blocks))


def _sentence(change: Change | None) -> str:
    if change and change.is_held:
        is_draft = change.asking.kind == "apply_draft"
        what = "could now not be submitted" if is_draft else "would now be held at its hour"
        return f"Post {change.post} {what}: {', '.join(change.now)}."
    if change and change.is_free:
        return f"Post {change.post} would no longer be held at its hour."
    return ""
