"""After the office's facts or the packs have changed: every waiting post is held against them anew.

Nothing here moves a post, and the engine is not asked: the gate decides at the hour. But the people
of a post hear at once what awaits it there, while there is time to revise it or ask for a waiver.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.canonical import digest
from domain.finding import Finding
from domain.house import House
from domain.post import Stage
from records import reading
from records.database import Database
from records.examining import (
    AT_ITS_HOUR,
    Examination,
    examined,
    facts_version,
    ids,
    keep_verdict,
)
from records.filing import now
from records.notices import tell_of_rules
from records.organisations import house
from records.packs import shipped
from records.tables import ContentRow, PostRow, VerdictRow

WAITING = (Stage.APPROVING.value, Stage.HOLDING.value, Stage.PUBLISHING.value)
AT_ONCE = 200


@dataclass(frozen=True)
class Change:
    """What a waiting post would meet at its hour, under the rules before and now."""

    post: str
    before: tuple[str, ...]
    found: Examination

    @property
    def is_held(self) -> bool:
        return bool(self.found.blocked) and self.found.blocked != self.before

    @property
    def is_free(self) -> bool:
        return bool(self.before) and not self.found.blocked


async def reexamine(database: Database, organisation: str) -> list[str]:
    """Examine every waiting post. Answers with what changed, one sentence each. Safe to repeat."""
    said: list[str] = []
    last = ""
    while True:
        async with database.transaction(organisation) as session:
            told, moment = await house(session, organisation), await now(session)
            rows = await _waiting(session, organisation, last)
            for row in rows:
                change = await _held_against_today(session, row, told, moment)
                said += [sentence] if (sentence := _sentence(change)) else []
        if len(rows) < AT_ONCE:
            return said
        last = rows[-1].id


def version(told: House) -> str:
    """The same facts and the same packs are examined once."""
    return digest((facts_version(told), shipped().version))[:16]


async def _waiting(session: AsyncSession, organisation: str, last: str) -> list[PostRow]:
    asked = (
        select(PostRow)
        .where(PostRow.organisation == organisation, PostRow.stage.in_(WAITING), PostRow.id > last)
        .order_by(PostRow.id)
        .limit(AT_ONCE)
    )
    return list((await session.execute(asked)).scalars())


async def _held_against_today(
    session: AsyncSession, row: PostRow, told: House, moment: datetime
) -> Change | None:
    """None if this post was examined under these very rules before."""
    key = f"apply/{version(told)}/{row.content_hash[:16]}"
    newest = await _newest(session, row)
    if newest and newest.key == key:
        return None
    stored = await session.get_one(ContentRow, (row.organisation, row.content_hash))
    content = reading.content(stored.content)
    found = await examined(
        session, row.organisation, content, told, AT_ITS_HOUR, moment, row.hour, row.id
    )
    await keep_verdict(session, row.organisation, row.id, key, "apply", found)
    change = Change(row.id, _blocked(newest), found)
    if change.is_held:
        says = f"As the rules now stand, they will hold it at its hour: {_reasons(found.blocks)}"
        await tell_of_rules(session, reading.life(row.life), row.waits_for, key, says)
    if change.is_free:
        says = "As the rules now stand, none holds it at its hour any more."
        await tell_of_rules(session, reading.life(row.life), row.waits_for, key, says)
    return change


async def _newest(session: AsyncSession, row: PostRow) -> VerdictRow | None:
    asked = (
        select(VerdictRow)
        .where(
            VerdictRow.organisation == row.organisation,
            VerdictRow.post == row.id,
            VerdictRow.content_hash == row.content_hash,
        )
        .order_by(VerdictRow.at.desc())
        .limit(1)
    )
    return (await session.execute(asked)).scalar_one_or_none()


def _blocked(verdict: VerdictRow | None) -> tuple[str, ...]:
    """The ids that blocked under a verdict on record."""
    found = [reading.finding(told) for told in (verdict.findings if verdict else [])]
    return ids(finding for finding in found if finding.blocks)


def _reasons(blocks: Iterable[Finding]) -> str:
    return " ".join(dict.fromkeys(f"{block.says} ({block.id}, {block.clause})" for block in blocks))


def _sentence(change: Change | None) -> str:
    if change and change.is_held:
        return (
            f"Post {change.post} would now be held at its hour: {', '.join(change.found.blocked)}."
        )
    if change and change.is_free:
        return f"Post {change.post} would no longer be held at its hour."
    return ""
