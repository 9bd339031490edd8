"""What people ask of the record: one post, many posts, what they say, what was found in them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.canonical import instant
from domain.held import Held
from domain.lifecycle import Life
from domain.post import Content
from records import reading
from records.database import Database
from records.switches import held_now
from records.tables import ContentRow, LedgerRow, PostRow, RevisionRow, VerdictRow
from records.verdicts import last_words


class BadCursor(Exception):
    """This cursor was not made by us."""


@dataclass(frozen=True)
class Wanted:
    """Which posts a list asks for; empty means all."""

    stage: str = ""
    end: str = ""
    channel: str = ""
    author: str = ""
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    posts: Sequence[PostRow]
    next: str | None
    held: Held  # by their office, as far as it may concern one of them


async def life_of(database: Database, organisation: str, post: str) -> Life | None:
    row = await post_row(database, organisation, post)
    return reading.life(row.life) if row else None


@dataclass(frozen=True)
class Known:
    """What the record knows as somebody hands in an act."""

    was_heard: bool  # the act is on the post's file
    content_hash: str  # of the revision that was read; "" if there is none: no act survives that
    now: datetime


async def known_of(
    database: Database, organisation: str, post: str, act: str, revision: int = 0
) -> Known | None:
    """None if there is no such post."""
    if not post.isalnum():  # no name of ours, and perhaps nothing PostgreSQL would look for
        return None
    named = {"organisation": organisation, "post": post, "act": act, "revision": revision}
    async with database.reading(organisation) as session:
        found = (await session.execute(KNOWN, named)).one_or_none()
    return Known(*found) if found else None


@dataclass(frozen=True)
class InFull:
    row: PostRow
    content: Content
    findings: list[dict[str, Any]]
    has_heard: bool  # the act that was asked about is on its file
    held: Held


async def in_full(database: Database, organisation: str, post: str, act: str = "") -> InFull | None:
    """A post, what it says, and what every rule last said of that."""
    if not post.isalnum():
        return None
    async with database.reading(organisation) as session:
        named = {"organisation": organisation, "post": post, "act": act}
        found = (await session.execute(IN_FULL, named)).one_or_none()
        if found is None:
            return None
        row, content, told, has_heard = found
        held = await held_back(session, organisation, [row])
    return InFull(row, reading.content(content), last_words(told or []), has_heard, held)


async def held_back(session: AsyncSession, organisation: str, rows: Iterable[PostRow]) -> Held:
    """What its office holds back, asked only if a freeze or a switch met one of these posts."""
    met = any(row.end is None and row.life.get("frozen_on") for row in rows)
    return await held_now(session, organisation) if met else Held()


# Made once: to build a statement takes longer than to ask it.
THE_POST = (
    PostRow.organisation == bindparam("organisation"),
    PostRow.id == bindparam("post"),
)
HEARD = exists().where(
    LedgerRow.organisation == PostRow.organisation,
    LedgerRow.post == PostRow.id,
    LedgerRow.key == bindparam("act"),
)
READ = (
    select(RevisionRow.content_hash)
    .where(
        RevisionRow.organisation == PostRow.organisation,
        RevisionRow.post == PostRow.id,
        RevisionRow.number == bindparam("revision"),
    )
    .scalar_subquery()
)
KNOWN = select(HEARD, func.coalesce(READ, ""), func.clock_timestamp()).where(*THE_POST)
VERDICTS = (
    select(VerdictRow.stage, VerdictRow.findings, VerdictRow.at)
    .where(
        VerdictRow.organisation == PostRow.organisation,
        VerdictRow.post == PostRow.id,
        VerdictRow.content_hash == PostRow.content_hash,
    )
    .order_by(VerdictRow.at.desc())
    .limit(50)
    .correlate(PostRow)
    .lateral()
)
SAID = select(
    func.jsonb_agg(
        aggregate_order_by(
            func.jsonb_build_array(VERDICTS.c.stage, VERDICTS.c.findings), VERDICTS.c.at.desc()
        )
    )
).scalar_subquery()
IN_FULL = (
    select(PostRow, ContentRow.content, SAID, HEARD)
    .join(
        ContentRow,
        (ContentRow.organisation == PostRow.organisation)
        & (ContentRow.hash == PostRow.content_hash),
    )
    .where(*THE_POST)
)


async def post_row(database: Database, organisation: str, post: str) -> PostRow | None:
    if not post.isalnum():  # no name of ours, and perhaps nothing PostgreSQL would look for
        return None
    async with database.reading(organisation) as session:
        return await session.get(PostRow, (organisation, post))


async def list_posts(
    database: Database, organisation: str, wanted: Wanted, cursor: str, most: int
) -> Page:
    """Newest first. Raises BadCursor."""
    asked = select(PostRow).where(PostRow.organisation == organisation)
    if wanted.stage:
        asked = asked.where(PostRow.stage == wanted.stage)
    if wanted.end:
        asked = asked.where(PostRow.end == wanted.end)
    if wanted.author:
        asked = asked.where(PostRow.author == wanted.author)
    if wanted.channel:
        asked = asked.where(PostRow.channels.contains([wanted.channel]))
    if wanted.waits_for:
        asked = asked.where(PostRow.waits_for.overlap(list(wanted.waits_for)))
    if cursor:
        asked = asked.where(tuple_(PostRow.created_at, PostRow.id) < place_of(cursor))
    asked = asked.order_by(PostRow.created_at.desc(), PostRow.id.desc()).limit(most + 1)
    async with database.reading(organisation) as session:
        rows = list((await session.execute(asked)).scalars())
        held = await held_back(session, organisation, rows)
    more = rows[most - 1] if len(rows) > most else None
    return Page(rows[:most], cursor_at(more.created_at, more.id) if more else None, held)


def cursor_at(at: datetime, id: str) -> str:
    """A place in a list that is sorted by instant and name."""
    return urlsafe_b64encode(f"{instant(at)} {id}".encode()).decode().rstrip("=")


def place_of(cursor: str) -> tuple[datetime, str]:
    """Raises BadCursor."""
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, _, id = text.partition(" ")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not id.isalnum():
            raise BadCursor
        return moment, id
    except ValueError as error:
        raise BadCursor from error


async def keep_content(database: Database, organisation: str, content: Content) -> str:
    """Put what a post says on record, once, and answer with its hash."""
    row = insert(ContentRow).values(
        organisation=organisation, hash=content.hash, content=content.told
    )
    async with database.transaction(organisation) as session:
        await session.execute(row.on_conflict_do_nothing())
    return content.hash


async def content_of(database: Database, organisation: str, hash: str) -> Content:
    async with database.reading(organisation) as session:
        row = await session.get_one(ContentRow, (organisation, hash))
    return reading.content(row.content)
