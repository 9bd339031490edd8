"""Proving the record: every file, seal and checkpoint, and every row that follows from them.

Whoever has the public keys and a copy of the tables can run this; it needs nothing else of ours.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act, Decide, Draft, Revise
from domain.canonical import plain
from domain.ledger import first_hash
from domain.lifecycle import Life
from domain.post import Post
from records import histories, reading
from records.checkpoints import hash_of, message
from records.database import Database
from records.filing import Seals, entries, is_sealed, row
from records.keys import NoSuchKey
from records.tables import (
    CheckpointRow,
    ContentRow,
    DecisionRow,
    LedgerRow,
    PostRow,
    PublicationRow,
    RevisionRow,
)

FOLLOWS = ("stage", "end", "aside", "revision", "content_hash", "author", "channels", "urgency",
           "hour", "closes", "level", "waits_for", "life")  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One row that is not what it must be."""

    row: str  # table and key, e.g. "ledger office/01K…/3"
    says: str

    def __str__(self) -> str:
        return f"{self.row}: {self.says}"


@dataclass(frozen=True)
class Proof:
    """What was looked at, and what was found."""

    posts: int
    entries: int
    seals: int
    checkpoints: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Told:
    """One file, read: its entries, the life they tell, and what is wrong with them."""

    rows: list[LedgerRow]
    life: Life | None
    acts: list[Act]
    faults: list[Fault]


async def prove(
    database: Database,
    organisation: str,
    seals: Seals,
    witness: Seals,
    stored: histories.Read | None = None,
) -> Proof:
    """Look at everything an organisation has on record. `witness` holds the checkpoint keys.

    `stored` reads what was stored beside the tables; without it, only the tables are looked at.
    """
    counts = {"posts": 0, "entries": 0, "seals": 0}
    faults: list[Fault] = []
    heads: dict[tuple[str, int], str] = {}
    async with database.transaction(organisation) as session:
        async for post in _posts(session, organisation):
            told = read_file(organisation, post, await entries(session, organisation, post), seals)
            heads |= {(post, line.seq): line.hash for line in told.rows}
            counts["posts"] += 1
            counts["entries"] += len(told.rows)
            counts["seals"] += len(told.acts)
            faults += told.faults
            if told.life:
                faults += await _rows_that_follow(session, organisation, post, told)
        faults += await _contents(session, organisation)
        checkpoints = await _checkpoints(session, organisation)
    faults += _sealed_heads(organisation, checkpoints, heads, witness)
    if stored:
        found = await histories.changed(database, organisation, stored)
        faults += [Fault(named, says) for named, says in found]
    return Proof(**counts, checkpoints=len(checkpoints), faults=tuple(faults))


async def _posts(session: AsyncSession, organisation: str) -> AsyncIterator[str]:
    """Every post that has a row or a file."""
    rows = select(PostRow.id).where(PostRow.organisation == organisation)
    files = select(LedgerRow.post).where(LedgerRow.organisation == organisation)
    for post in sorted(set((await session.execute(rows.union(files))).scalars())):
        yield post


def read_file(organisation: str, post: str, rows: list[LedgerRow], seals: Seals) -> Told:
    faults: list[Fault] = []
    acts: list[Act] = []
    before, life = first_hash(organisation, post), Life(Post(organisation, post))
    for place, line in enumerate(rows, start=1):
        named = f"ledger {organisation}/{post}/{line.seq}"
        if line.seq != place:
            faults.append(Fault(named, f"entry {place} is missing before it"))
            return Told(rows, None, acts, faults)
        if reading.entry(line).hash(before) != line.hash:
            faults.append(Fault(named, "it was changed: its hash does not match what it says"))
            return Told(rows, None, acts, faults)
        before = line.hash
        if act := reading.act(line.body):
            acts.append(act)
        if says := reading.fault(
            life, line.body, lambda act: is_sealed(act, organisation, post, seals)
        ):
            faults.append(Fault(named, f"“{line.done}”: {says}"))
        life = reading.told(life, line.body)
    return Told(rows, life, acts, faults)


async def _rows_that_follow(
    session: AsyncSession, organisation: str, post: str, told: Told
) -> list[Fault]:
    assert told.life is not None
    found = await session.get(PostRow, (organisation, post))
    named = f"posts {organisation}/{post}"
    if found is None:
        return [Fault(named, "its row is gone, and its file is not")]
    if not told.rows:
        return [Fault(named, "it has a row and no file")]
    faults = list(_of_the_list(named, found, told))
    faults += await _of_decisions(session, organisation, post, told)
    faults += await _of_revisions(session, organisation, post, told)
    faults += await _of_publications(session, organisation, post, told.life)
    return faults


def _of_the_list(named: str, found: PostRow, told: Told) -> Iterator[Fault]:
    assert told.life is not None
    expected = row(told.life, found.updated_at)
    for column in FOLLOWS:
        if plain(getattr(found, column)) != plain(expected[column]):
            yield Fault(named, f"{column} is not what its ledger tells")
    last = told.rows[-1]
    if (found.last_seq, found.last_hash) != (last.seq, last.hash):
        yield Fault(named, f"it points at entry {found.last_seq}, and its file ends at {last.seq}")


async def _of_decisions(
    session: AsyncSession, organisation: str, post: str, told: Told
) -> list[Fault]:
    asked = select(DecisionRow).where(
        DecisionRow.organisation == organisation, DecisionRow.post == post
    )
    rows = {found.id: found for found in (await session.execute(asked)).scalars()}
    faults = []
    for act in (act for act in told.acts if isinstance(act, Decide)):
        found = rows.pop(act.id, None)
        named = f"decisions {organisation}/{post}/{act.id}"
        if found is None:
            faults.append(Fault(named, "it is in the ledger and not in the table"))
        elif _as_decided(found) != _as_decided_in(act):
            faults.append(Fault(named, "it is not what the ledger tells"))
    faults += [
        Fault(f"decisions {organisation}/{post}/{id}", "no entry of the ledger tells of it")
        for id in rows
    ]
    return faults


def _as_decided(found: DecisionRow) -> tuple[Any, ...]:
    return (found.revision, found.content_hash, found.actor, found.verdict, found.reason, found.at,
            found.seal_key, found.seal)  # fmt: skip


def _as_decided_in(act: Decide) -> tuple[Any, ...]:
    return (act.revision, act.content_hash, act.actor, act.verdict.value, act.reason, act.at,
            act.seal.key, act.seal.signature)  # fmt: skip


async def _of_revisions(
    session: AsyncSession, organisation: str, post: str, told: Told
) -> list[Fault]:
    asked = select(RevisionRow).where(
        RevisionRow.organisation == organisation, RevisionRow.post == post
    )
    rows = {
        found.number: (found.content_hash, found.author)
        for found in (await session.execute(asked)).scalars()
    }
    written = [act for act in told.acts if isinstance(act, Draft | Revise)]
    expected = {
        number: (act.content_hash, act.actor) for number, act in enumerate(written, start=1)
    }
    return [
        Fault(f"revisions {organisation}/{post}/{number}", "it is not what the ledger tells")
        for number in sorted(rows.keys() | expected.keys())
        if rows.get(number) != expected.get(number)
    ]


async def _of_publications(
    session: AsyncSession, organisation: str, post: str, life: Life
) -> list[Fault]:
    asked = select(PublicationRow).where(
        PublicationRow.organisation == organisation,
        PublicationRow.post == post,
        PublicationRow.content_hash == life.post.content_hash,
    )
    rows = {found.channel: found for found in (await session.execute(asked)).scalars()}
    faults = []
    for send in life.sends:
        found = rows.get(send.channel)
        if found is None or (found.state, found.url) != (send.state.value, send.url):
            named = f"publications {organisation}/{post}/{send.channel}"
            faults.append(Fault(named, f"the ledger tells {send.state} {send.url}".rstrip()))
    return faults


async def _contents(session: AsyncSession, organisation: str) -> list[Fault]:
    asked = select(ContentRow).where(ContentRow.organisation == organisation)
    return [
        Fault(f"contents {organisation}/{found.hash}", "it does not hash to its name")
        for found in (await session.execute(asked)).scalars()
        if reading.content(found.content).hash != found.hash
    ]


async def _checkpoints(session: AsyncSession, organisation: str) -> list[CheckpointRow]:
    asked = (
        select(CheckpointRow)
        .where(CheckpointRow.organisation == organisation)
        .order_by(CheckpointRow.seq)
    )
    return list((await session.execute(asked)).scalars())


def _sealed_heads(
    organisation: str,
    checkpoints: list[CheckpointRow],
    heads: dict[tuple[str, int], str],
    witness: Seals,
) -> Iterator[Fault]:
    """What the signed checkpoints remember and the files no longer have."""
    before = ""
    for place, checkpoint in enumerate(checkpoints, start=1):
        named = f"checkpoints {organisation}/{checkpoint.seq}"
        hash = hash_of(organisation, place, before, checkpoint.heads)
        if (checkpoint.seq, checkpoint.before, checkpoint.hash) != (place, before, hash):
            yield Fault(named, "it was changed, or one before it is missing")
            return
        if not _is_signed(checkpoint, witness):
            yield Fault(named, "its signature is not ours")
        for head in checkpoint.heads:
            if heads.get((head["post"], head["seq"])) != head["hash"]:
                line = f"ledger {organisation}/{head['post']}/{head['seq']}"
                yield Fault(line, f"checkpoint {place} sealed it, and it is changed or gone")
        before = checkpoint.hash


def _is_signed(checkpoint: CheckpointRow, witness: Seals) -> bool:
    try:
        return witness.holds(checkpoint.key, checkpoint.signature, message(checkpoint.hash))
    except NoSuchKey:
        return False
