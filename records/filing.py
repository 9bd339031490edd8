"""The file of a post: the one place where its ledger grows and its row moves.

Every writer takes the post's row lock first, so a file has no fork. An act is judged again here, in
the transaction that records it: what the ledger holds, the domain allowed and the door sealed.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act, Decide, Draft, Invite, Revise, Settle
from domain.canonical import plain
from domain.facts import Fact, FactKind, after, objection
from domain.ledger import HOUSE, Entry, first_hash
from domain.lifecycle import Life
from domain.objection import Code, Objection, Refusal
from domain.post import Post
from records import reading
from records.beside import BESIDE, told_of
from records.database import Database
from records.examining import Examination
from records.growth import Growth
from records.keys import NoSuchKey
from records.notices import news
from records.owed import HistoryOwedRow
from records.tables import (
    DecisionRow,
    InvitationRow,
    LedgerRow,
    PostRow,
    PublicationRow,
    RevisionRow,
    VerdictRow,
)


class Seals(Protocol):
    """Who can tell a true seal: records.keys.Seals, or a test's own."""

    def holds(
        self, key_id: str, signature: str, message: bytes, on_record: datetime | None = None
    ) -> bool: ...


def is_sealed(
    act: Act, organisation: str, post: str, seals: Seals, on_record: datetime | None = None
) -> bool:
    """Whether the door heard this act, on this post. A key we never had is nobody's seal.

    `on_record`: when it was filed; None for an act that is not on file yet.
    """
    with suppress(NoSuchKey):
        message = act.message(organisation, post)
        return seals.holds(act.seal.key, act.seal.signature, message, on_record)
    return False


def as_filed(line: LedgerRow, seals: Seals) -> Callable[[Act], bool]:
    """Tells whether the act in this entry was sealed by a key that counted when it was filed."""
    return lambda act: is_sealed(act, line.organisation, line.post, seals, line.at)


SEAL_BROKEN = Objection(
    Code.SEAL_BROKEN, "This act does not bear the seal of the door; it was not heard there."
)


class Impossible(Exception):
    """Somebody told us of a fact that cannot have happened to this post."""


# Made once: to build a statement takes longer than to ask it.
IN_THE_FILE = (
    LedgerRow.organisation == bindparam("organisation"),
    LedgerRow.post == bindparam("post"),
)
ENTRY = select(LedgerRow.body).where(*IN_THE_FILE, LedgerRow.key == bindparam("key"))
HELD = (
    select(
        PostRow.life,
        PostRow.last_seq,
        PostRow.last_hash,
        PostRow.created_at,
        func.clock_timestamp(),  # asked again by PostgreSQL if it had to wait for a row that moved
        ENTRY.scalar_subquery(),  # and these are not: `seen` says how much of the file they saw
        select(func.max(LedgerRow.seq)).where(*IN_THE_FILE).scalar_subquery().label("seen"),
    )
    .where(
        PostRow.organisation == bindparam("organisation"),
        PostRow.id == bindparam("post"),
    )
    .with_for_update(of=PostRow, key_share=True)
)


@dataclass
class File:
    """A post's file while its lock is held: read once, grown, and kept at the end."""

    session: AsyncSession
    life: Life
    seq: int
    head: str
    created_at: datetime | None
    at: datetime  # one instant for all that this transaction files
    growth: Growth = field(default_factory=Growth)
    beside: dict[str, str] = field(default_factory=dict)  # rows for the next entry to tell of
    known: dict[str, dict[str, Any] | None] = field(default_factory=dict)  # bodies, by their keys
    whole: Act | None = None  # the act whose seal was found to be

    @property
    def organisation(self) -> str:
        return self.life.post.organisation

    @property
    def post(self) -> str:
        return self.life.post.id

    @property
    def _named(self) -> dict[str, str]:
        return {"organisation": self.organisation, "post": self.post}

    async def holds(self, key: str) -> dict[str, Any] | None:
        """The body of the entry with this key, if it was filed before."""
        if self.seq == 0:
            return None
        if growing := self.growth.holds(key):
            return growing
        if key in self.known:
            return self.known[key]
        found = await self.session.execute(ENTRY, {**self._named, "key": key})
        return found.scalar_one_or_none()

    def judge(self, act: Act, seals: Seals) -> None:
        """Raises Refusal if its seal is broken or the domain objects."""
        if act is not self.whole and not is_sealed(act, self.organisation, self.post, seals):
            raise Refusal(SEAL_BROKEN)
        self.whole = act
        if objection := self.life.objection(act):
            raise Refusal(objection)

    async def act(self, act: Act, seals: Seals) -> None:
        """File an act. Raises Refusal if its seal is broken or the domain objects."""
        self.judge(act, seals)
        before, self.life = self.life, self.life.after(act)
        self._append(act.actor, act.done, act.as_entry(), act.id)
        await self._project(act, before)
        self._tell(before, act.id)
        self._owe(before)

    async def fact(self, fact: Fact, key: str) -> None:
        """File what the house saw, once per key. Raises Impossible if it cannot have happened."""
        if says := objection(self.life, fact):
            raise Impossible(says)
        before, self.life = self.life, after(self.life, fact)
        self._append(HOUSE, fact.done, fact.as_entry(), key)
        self._tell(before, key, fact.because)
        self._owe(before)

    def _tell(self, before: Life, key: str, because: str = "") -> None:
        for audience, says in news(before, self.life, because):
            self.growth.tell(audience, key, says)

    def _owe(self, before: Life) -> None:
        """A life that ends here is to be told by the engine, while the engine still knows it."""
        if self.life.is_over and not before.is_over:
            self.growth.add(
                HistoryOwedRow, organisation=self.organisation, post=self.post, since=self.at
            )

    def _append(self, actor: str, done: str, body: dict[str, object], key: str) -> None:
        if self.beside:
            body, self.beside = {**body, BESIDE: self.beside}, {}
        entry = Entry(self.organisation, self.post, self.seq + 1, self.at, actor, done, body, key)
        self.seq, self.head = entry.seq, entry.hash(self.head)
        self.growth.add(
            LedgerRow,
            organisation=self.organisation,
            post=self.post,
            seq=entry.seq,
            at=entry.at,
            actor=actor,
            done=done,
            body=body,
            key=key,
            hash=self.head,
        )

    async def _project(self, act: Act, before: Life) -> None:
        """The same act in the tables that people ask."""
        if isinstance(act, Draft | Revise):
            self.growth.add(
                RevisionRow,
                organisation=self.organisation,
                post=self.post,
                at=act.at,
                number=self.life.post.revision,
                content_hash=act.content_hash,
                author=act.actor,
            )
        if isinstance(act, Invite):
            self.growth.add(
                InvitationRow,
                organisation=self.organisation,
                hash=act.link_hash,
                post=self.post,
                at=act.at,
                id=act.id,
                person=act.person,
                level=act.level,
                revision=act.revision,
                expires=act.expires,
            )
        if isinstance(act, Settle):
            send = self.life.send_on(act.channel)
            assert send is not None
            await self.session.execute(
                update(PublicationRow)
                .where(
                    PublicationRow.organisation == self.organisation,
                    PublicationRow.post == self.post,
                    PublicationRow.content_hash == self.life.post.content_hash,
                    PublicationRow.channel == act.channel,
                )
                .values(state=send.state.value, url=send.url, how=f"settled by {act.actor}")
            )
        if isinstance(act, Decide):
            heard = self.life.review.result_of(act.id)
            self.growth.add(
                DecisionRow,
                organisation=self.organisation,
                post=self.post,
                id=act.id,
                revision=act.revision,
                content_hash=act.content_hash,
                round=before.review.round,
                level=heard.level if heard else "",
                actor=act.actor,
                verdict=act.verdict,
                reason=act.reason,
                at=act.at,
                seal_key=act.seal.key,
                seal=act.seal.signature,
            )

    def verdict(self, key: str, stage: str, found: Examination) -> None:
        """Keep what an examination found: the next entry tells of it. An empty list is one, too."""
        told = {
            "organisation": self.organisation,
            "post": self.post,
            "key": key,
            "stage": stage,
            "content_hash": found.content_hash,
            "pack_version": found.pack_version,
            "input_hash": found.input_hash,
            "findings": plain(found.findings),
            "at": self.at,
        }
        self.growth.add(VerdictRow, **told)
        self.beside |= told_of(VerdictRow(**told))

    async def keep(self) -> None:
        """Write what was filed, and the row as it now stands. Call once, at the end."""
        if self.beside:  # the rules were asked, and nothing came of it that has its own entry
            asked = Fact(kind=FactKind.EXAMINED, findings=self.life.review.findings)
            await self.fact(asked, f"examined/{self.seq}")
        kept = row(self.life, self.at) | {"last_seq": self.seq, "last_hash": self.head}
        await self.growth.write(self.session, kept)


async def open_file(session: AsyncSession, organisation: str, post: str, key: str = "") -> File:
    """The post's file under its lock, empty if the post is new. Held until the transaction ends.

    `key`: of the entry that will be looked for, so that it needs no question of its own.
    """
    named = {"organisation": organisation, "post": post, "key": key}
    if found := (await session.execute(HELD, named)).one_or_none():
        return _found(session, key, *found)
    # Two first acts on one new post queue here, since there is no row yet to lock.
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"{organisation}/{post}"},
    )
    if found := (await session.execute(HELD, named)).one_or_none():
        return _found(session, key, *found)
    return File(
        session,
        Life(Post(organisation, post)),
        0,
        first_hash(organisation, post),
        None,
        await now(session),
    )


def _found(
    session: AsyncSession,
    key: str,
    life: dict[str, Any],
    seq: int,
    head: str,
    created_at: datetime,
    at: datetime,
    entry: dict[str, Any] | None,
    seen: int | None,
) -> File:
    """The file as found. What was seen of its entries counts only if none came while we waited."""
    known = {key: entry} if seen == seq else {}
    return File(session, reading.life(life), seq, head, created_at, at, known=known)


def row(life: Life, at: datetime) -> dict[str, Any]:
    """The list view of a life. `parapheur verify` derives it again and compares."""
    post = life.post
    return {
        "organisation": post.organisation,
        "id": post.id,
        "stage": life.stage.value,
        "end": life.end.value if life.end else None,
        "aside": life.aside.value if life.aside else None,
        "revision": post.revision,
        "content_hash": post.content_hash,
        "author": post.authors[0] if post.authors else "",
        "channels": list(post.channels),
        "urgency": post.urgency.value,
        "hour": post.hour,
        "closes": post.window.closes if post.window else None,
        "level": ", ".join(level.id for level in life.open_levels) or None,
        "waits_for": awaited(life),
        "life": plain(life),
        "last_seq": 0,
        "last_hash": "",
        "created_at": at,
        "updated_at": at,
    }


def awaited(life: Life) -> list[str]:
    """Who can decide now: each by name, and once more with the level, for those who stand in."""
    if not life.open_levels and not life.owes_review:
        return []
    waits = [(who, line.level) for line in life.review.waits_for for who in line.who]
    return sorted({name for who, level in waits for name in (who, f"{who}/{level}")})


async def now(session: AsyncSession) -> datetime:
    moment = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    assert isinstance(moment, datetime)
    return moment


async def entries(
    session: AsyncSession, organisation: str, post: str, since: int = 0, most: int = 10_000
) -> list[LedgerRow]:
    """The file, oldest first."""
    named = {"organisation": organisation, "post": post, "since": since, "most": most}
    return list((await session.execute(ENTRIES, named)).scalars())


ENTRIES = (
    select(LedgerRow)
    .where(
        LedgerRow.organisation == bindparam("organisation"),
        LedgerRow.post == bindparam("post"),
        LedgerRow.seq > bindparam("since"),
    )
    .order_by(LedgerRow.seq)
    .limit(bindparam("most"))
)


async def entry_of(database: Database, organisation: str, post: str, key: str) -> str | None:
    """What the entry with this key says was done; None if there is none."""
    asked = select(LedgerRow.done).where(
        LedgerRow.organisation == organisation, LedgerRow.post == post, LedgerRow.key == key
    )
    async with database.reading(organisation) as session:
        return (await session.execute(asked)).scalar_one_or_none()
