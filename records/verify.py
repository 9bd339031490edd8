"""Proving the record: every file, seal and checkpoint, and every row that follows from them.

Whoever has the public keys and a copy of the tables can run this; it needs nothing else of ours.
"""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

from pydantic import ValidationError
from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act
from domain.canonical import plain
from domain.ledger import first_hash
from domain.lifecycle import Life
from domain.post import Post
from records import histories, reading
from records.beside import name_of, told_of
from records.checkpoints import hash_of, message
from records.database import Database
from records.filing import Seals, as_filed, entries, row
from records.keys import NoSuchKey
from records.tables import (
    CalendarRow,
    ChainRow,
    CheckpointRow,
    ContentRow,
    LedgerRow,
    MediumRow,
    Owned,
    PostRow,
)
from records.telling import OF_A_POST, Telling

FOLLOWS = ("stage", "end", "aside", "revision", "content_hash", "author", "channels", "urgency",
           "hour", "closes", "level", "waits_for", "life", "created_at")  # fmt: skip
OF_ALL = (MediumRow, ChainRow, CalendarRow)  # rows that many posts share
CHANGED, GONE = "it is not what the ledger tells", "it is in the ledger and not in the table"
MISSING, STRAY = "it is missing", "what should come before it is missing"
UNHEARD_OF = "no entry of the ledger tells of it"


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
    telling: Telling
    faults: list[Fault]


@dataclass
class Sums:
    posts: int = 0
    entries: int = 0
    seals: int = 0
    faults: list[Fault] = field(default_factory=list)
    heads: dict[tuple[str, int], str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)  # of what many posts share
    contents: set[str] = field(default_factory=set)


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
    sums = Sums()
    async with database.snapshot(organisation) as session:
        async for post in _posts(session, organisation):
            told = read_file(organisation, post, await entries(session, organisation, post), seals)
            sums.heads |= {(post, line.seq): line.hash for line in told.rows}
            sums.posts += 1
            sums.entries += len(told.rows)
            sums.seals += len(told.acts)
            sums.digests |= told.telling.digests
            sums.contents |= set(told.telling.contents)
            sums.faults += told.faults
            if told.life:
                sums.faults += await _rows_that_follow(session, organisation, post, told)
        sums.faults += await _contents(session, organisation, sums.contents)
        for table in OF_ALL:
            sums.faults += await _shared(session, organisation, table, sums.digests)
        checkpoints = await _checkpoints(session, organisation)
    sums.faults += _sealed_heads(organisation, checkpoints, sums.heads, witness)
    if stored:
        changed = await histories.changed(database, organisation, stored)
        sums.faults += [Fault(named, says) for named, says in changed]
    faults = tuple(dict.fromkeys(sums.faults))
    return Proof(sums.posts, sums.entries, sums.seals, len(checkpoints), faults)


async def _posts(session: AsyncSession, organisation: str) -> AsyncIterator[str]:
    """Every post that has a row or a file, or of which any table tells."""
    tables: tuple[type[Owned], ...] = (LedgerRow, *OF_A_POST)
    asked = union(
        select(PostRow.id).where(PostRow.organisation == organisation),
        *(select(t.__table__.c.post).where(t.organisation == organisation) for t in tables),
    )
    for post in sorted((await session.execute(asked)).scalars()):
        yield post


def read_file(organisation: str, post: str, rows: list[LedgerRow], seals: Seals) -> Told:
    faults: list[Fault] = []
    telling, acts = Telling(organisation, post), list[Act]()
    before, life = first_hash(organisation, post), Life(Post(organisation, post))
    for place, line in enumerate(rows, start=1):
        named = f"ledger {organisation}/{post}/{line.seq}"
        if line.seq != place:
            gone = Fault(f"ledger {organisation}/{post}/{place}", MISSING)
            return Told(rows, None, acts, telling, [*faults, gone, Fault(named, STRAY)])
        if not _is_intact(line, before):
            unlike = "it was changed: its hash does not match what it says"
            return Told(rows, None, acts, telling, [*faults, Fault(named, unlike)])
        try:
            act, now = reading.act(line.body), reading.told(life, line.body)
        except (ValidationError, KeyError, TypeError):
            unread = "it was changed: nothing that we ever wrote reads like this"
            return Told(rows, None, acts, telling, [*faults, Fault(named, unread)])
        if says := reading.fault(life, line.body, as_filed(line, seals)):
            faults.append(Fault(named, f"“{line.done}”: {says}"))
        telling.hear(life, line, now)
        before, life = line.hash, now
        acts += [act] if act else []
    return Told(rows, life, acts, telling, faults)


def _is_intact(line: LedgerRow, before: str) -> bool:
    try:
        return reading.entry(line).hash(before) == line.hash
    except TypeError:  # a float, where none was ever written
        return False


async def _rows_that_follow(
    session: AsyncSession, organisation: str, post: str, told: Told
) -> list[Fault]:
    assert told.life is not None
    found = await session.get(PostRow, (organisation, post))
    faults = list(_of_the_list(f"posts {organisation}/{post}", found, told))
    for table in OF_A_POST:
        rows = select(table).where(
            table.organisation == organisation, table.__table__.c.post == post
        )
        there = {name_of(one): one for one in (await session.execute(rows)).scalars()}
        faults += [Fault(name, GONE) for name in sorted(told.telling.names(table) - there.keys())]
        for name, one in there.items():
            faults += _of_one(name, one, told)
    return faults


def _of_the_list(named: str, found: PostRow | None, told: Told) -> Iterator[Fault]:
    assert told.life is not None
    if found is None:
        if told.rows:
            yield Fault(named, "its row is gone, and its file is not")
        return
    if not told.rows:
        yield Fault(named, "it has a row and no file")
        return
    expected = row(told.life, told.rows[0].at)
    wrong = [name for name in FOLLOWS if not _same(getattr(found, name), expected[name])]
    yield from (Fault(named, f"{column} is not what its ledger tells") for column in wrong)
    last = told.rows[-1]
    if (found.last_seq, found.last_hash) != (last.seq, last.hash):
        yield Fault(named, f"it points at entry {found.last_seq}, and its file ends at {last.seq}")
        if wrong and found.last_seq > last.seq:
            yield Fault(f"ledger {named.partition(' ')[2]}/{last.seq + 1}", MISSING)


def _of_one(name: str, found: Owned, told: Told) -> Iterator[Fault]:
    """One row, held against what follows from its file, and against the digest it was given."""
    telling = told.telling
    if name not in telling.rows and name not in telling.digests:
        if not telling.is_nothing(found, told.life if told.rows else None):
            yield Fault(name, UNHEARD_OF)
        return
    for column, value in telling.rows.get(name, {}).items():
        if not _same(getattr(found, column), value) and not telling.may_be(found, column):
            yield Fault(name, f"{column} is not what its ledger tells")
    if not _is_as_told(found, telling.digests.get(name)):
        yield Fault(name, CHANGED)


def _is_as_told(found: Owned, digest: str | None) -> bool:
    if digest is None:
        return True
    try:
        return told_of(found)[name_of(found)] == digest
    except TypeError:  # a float, where none was ever written
        return False


def _same(one: object, other: object) -> bool:
    """Equal to the letter: 1 is not true, and 1.0 is not 1."""
    try:
        return json.dumps(plain(one), sort_keys=True) == json.dumps(plain(other), sort_keys=True)
    except TypeError:
        return False


async def _contents(session: AsyncSession, organisation: str, wanted: set[str]) -> list[Fault]:
    """Every text that was ever drafted is there, and each is what its name says."""
    asked = select(ContentRow).where(ContentRow.organisation == organisation)
    rows = list((await session.execute(asked)).scalars())
    gone = sorted(wanted - {found.hash for found in rows})
    return [
        *(Fault(f"contents {organisation}/{hash}", GONE) for hash in gone),
        *(Fault(name_of(one), "it does not hash to its name") for one in rows if not _hashes(one)),
    ]


def _hashes(found: ContentRow) -> bool:
    try:
        content = reading.content(found.content)
    except ValidationError:
        return False
    return content.hash == found.hash and _same(content.told, found.content)


async def _shared(
    session: AsyncSession, organisation: str, table: type[Owned], digests: dict[str, str]
) -> list[Fault]:
    """Rows that entries of many posts tell of. One that none tells of was never used."""
    asked = select(table).where(table.organisation == organisation)
    there = {name_of(one): one for one in (await session.execute(asked)).scalars()}
    here = f"{table.__tablename__} {organisation}/"
    gone = sorted({name for name in digests if name.startswith(here)} - there.keys())
    changed = [n for n, one in there.items() if not _is_as_told(one, digests.get(n))]
    return [*(Fault(name, GONE) for name in gone), *(Fault(name, CHANGED) for name in changed)]


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
        if checkpoint.seq != place:
            yield Fault(f"checkpoints {organisation}/{place}", MISSING)
            yield Fault(named, STRAY)
            return
        if checkpoint.before != before or not _is_hashed(organisation, checkpoint):
            yield Fault(named, "it was changed")
            return
        if not _is_signed(checkpoint, witness):
            yield Fault(named, "its signature is not ours")
        for head in checkpoint.heads:
            if heads.get((head["post"], head["seq"])) != head["hash"]:
                line = f"ledger {organisation}/{head['post']}/{head['seq']}"
                yield Fault(line, f"checkpoint {place} sealed it, and it is changed or gone")
        before = checkpoint.hash


def _is_hashed(organisation: str, one: CheckpointRow) -> bool:
    try:
        return one.hash == hash_of(organisation, one.seq, one.at, one.before, one.heads)
    except TypeError:
        return False


def _is_signed(checkpoint: CheckpointRow, witness: Seals) -> bool:
    try:
        return witness.holds(
            checkpoint.key, checkpoint.signature, message(checkpoint.hash), checkpoint.at
        )
    except NoSuchKey:
        return False
