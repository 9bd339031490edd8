"""Checkpoints: now and then the heads of all files are signed, so that a cut tail is found.

A file's chain shows a changed or missing middle, but not a missing end. A checkpoint holds the head
of every file that moved since the one before, and the hash of the one before.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from domain.canonical import canonical, digest
from records.filing import now
from records.keys import Sealer
from records.tables import CheckpointRow, LedgerRow, OrganisationRow, PostRow


async def organisations(session: AsyncSession) -> list[str]:
    return list((await session.execute(select(OrganisationRow.organisation))).scalars())


async def seal_heads(session: AsyncSession, organisation: str, sealer: Sealer) -> int:
    """Make a checkpoint if anything moved; answers how many heads it holds."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 1))"), {"name": organisation}
    )
    last = await newest(session, organisation)
    heads = await _moved_since(session, organisation, last)
    if not heads:
        return 0
    seq, before = (last.seq + 1, last.hash) if last else (1, "")
    at = await now(session)
    hash = hash_of(organisation, seq, at, before, heads)
    seal = sealer.seal(message(hash))
    await session.execute(
        insert(CheckpointRow).values(
            organisation=organisation,
            seq=seq,
            at=at,
            heads=heads,
            before=before,
            hash=hash,
            key=seal.key,
            signature=seal.signature,
        )
    )
    return len(heads)


async def newest(session: AsyncSession, organisation: str) -> CheckpointRow | None:
    asked = (
        select(CheckpointRow)
        .where(CheckpointRow.organisation == organisation)
        .order_by(CheckpointRow.seq.desc())
        .limit(1)
    )
    return (await session.execute(asked)).scalar_one_or_none()


def hash_of(
    organisation: str, seq: int, at: datetime, before: str, heads: list[dict[str, Any]]
) -> str:
    said = {"organisation": organisation, "seq": seq, "at": at, "before": before, "heads": heads}
    return digest(said)


def hashed(one: CheckpointRow) -> dict[str, Any]:
    """Everything that a checkpoint's hash is made of."""
    told = ("organisation", "seq", "at", "before", "heads")
    return {name: getattr(one, name) for name in told}


def message(hash: str) -> bytes:
    """What the signature covers."""
    return canonical({"checkpoint": hash})


async def _moved_since(
    session: AsyncSession, organisation: str, last: CheckpointRow | None
) -> list[dict[str, Any]]:
    """The heads of the files that are not as any checkpoint has them."""
    known = (
        select(
            CheckpointRow.organisation,
            func.jsonb_array_elements(CheckpointRow.heads, type_=JSONB).label("head"),
        )
        .where(CheckpointRow.organisation == organisation)
        .subquery()
    )
    sealed = (
        select(
            known.c.head["post"].astext.label("post"),
            func.max(known.c.head["seq"].as_integer()).label("seq"),
        )
        .group_by(text("1"))
        .subquery()
    )
    moved = (
        select(PostRow.id, PostRow.last_seq, LedgerRow.hash)
        .join(
            LedgerRow,
            (LedgerRow.organisation == PostRow.organisation)
            & (LedgerRow.post == PostRow.id)
            & (LedgerRow.seq == PostRow.last_seq),
        )
        .outerjoin(sealed, sealed.c.post == PostRow.id)
        .where(
            PostRow.organisation == organisation,
            PostRow.last_seq > func.coalesce(sealed.c.seq, 0),
        )
        .order_by(PostRow.id)
    )
    rows = (await session.execute(moved)).all()
    return [{"post": post, "seq": seq, "hash": hash} for post, seq, hash in rows]
