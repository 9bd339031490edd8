"""A desk without an engine: posts brought to their hour by sealed acts, and what sends them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import select, text
from temporalio.exceptions import ApplicationError

from activities.ledger import Filing
from activities.media import Album, open_store
from activities.platforms import InDoubt, Letter, Receipt
from activities.policy import Policy
from activities.publishing import Patience, Publishing, Sent
from domain.acts import Act, Decide, Draft, Reschedule, Revise, Settle, Verdict, Withdraw
from domain.facts import Fact, FactKind
from domain.lifecycle import Life
from domain.naming import fresh_name
from domain.post import Content, Window
from domain.review.admission import Admission
from domain.sending import Order
from records.database import Database
from records.filing import File, entries, open_file
from records.keys import Sealer, Seals
from records.organisations import book
from records.posts import keep_content, life_of
from records.tables import LedgerRow, PublicationRow
from tests.newsroom import GROUPS, FakePlatform, Switchboard
from tests.offices import open_office

TEXT = "Boil water before drinking."
SQUARE = "town-square"


@dataclass
class Desk:
    """One organisation. Its clock stands still until a test moves it."""

    database: Database
    owner: str  # where the owner of the database, or a burglar with his key, gets in
    sealer: Sealer
    seals: Seals
    organisation: str
    album: Album
    switchboard: Switchboard = field(default_factory=Switchboard)
    patience: Patience = field(default_factory=Patience)
    moment: datetime = field(default_factory=lambda: datetime.now(UTC))
    post: str = ""
    by_the_rules: bool = False  # whether submissions and new hours are held against them

    # What people do. Each act is sealed and filed like any other.

    async def approved(self, text: str = TEXT, **more: Any) -> Order:
        """A post with both signatures, at its hour."""
        order = await self.submitted(text, **more)
        await self.signs("lena")
        await self.signs("dara")
        self.moment = max(self.moment, await self._hour())
        return order

    async def submitted(self, text: str = TEXT, *, chain: str = "demo", **more: Any) -> Order:
        self.post = fresh_name()
        said = await self.said(text, **more)
        await self.submits(self.act("ana", Draft, chain=chain, submit=True, **said))
        return await self.order()

    async def drafted(self, text: str = TEXT, **more: Any) -> None:
        self.post = fresh_name()
        await self.files(self.act("ana", Draft, chain="demo", **await self.said(text, **more)))

    async def revises(self, text: str, **more: Any) -> None:
        seen = (await self.life()).post.revision
        said = await self.said(text, **more)
        await self.submits(self.act("ana", Revise, seen=seen, submit=True, **said))

    async def submits(self, act: Act) -> None:
        if self.by_the_rules:
            await self.examines(act)
            return
        await self.files(act)
        await self.is_admitted()

    async def examines(self, act: Act) -> None:
        filing = Filing(self.organisation, self.post, act.as_entry())
        assert (await Policy(self.database, self.seals).examine(filing)).objection is None

    async def is_admitted(self) -> None:
        async with self.database.transaction(self.organisation) as session:
            chain = (await open_file(session, self.organisation, self.post)).life.post.chain
            terms = await book(session, self.organisation, chain)
        admission = Admission(terms, self.moment)
        await self.notes(Fact(kind=FactKind.ADMITTED, admission=admission))

    async def signs(self, who: str) -> None:
        await self.decides(who, Verdict.APPROVE)

    async def decides(self, who: str, verdict: Verdict, reason: str = "") -> None:
        post = (await self.life()).post
        told = {"revision": post.revision, "content_hash": post.content_hash, "reason": reason}
        await self.files(self.act(who, Decide, verdict=verdict, **told))

    async def withdraws(self) -> None:
        await self.files(self.act("ana", Withdraw, reason="It is over."))

    async def reschedules(self, hour: datetime) -> None:
        act = self.act("ana", Reschedule, hour=hour)
        await (self.examines(act) if self.by_the_rules else self.files(act))

    async def settles(self, found: Any, url: str = "") -> None:
        await self.files(self.act("carl", Settle, channel=SQUARE, found=found, url=url))

    def act(self, who: str, kind: type[Act], **said: Any) -> Act:
        act = kind(id=fresh_name(), actor=who, groups=GROUPS[who], at=self.moment, **said)
        return act.sealed(self.sealer.seal(act.message(self.organisation, self.post)))

    async def said(
        self,
        text: str,
        channels: tuple[str, ...] = (SQUARE,),
        hours: float = 4,
        **more: Any,
    ) -> dict[str, Any]:
        hour = self.moment + timedelta(hours=1)
        window = Window(hour, hour + timedelta(hours=hours))
        content = Content(text, channels, window, **more)
        hash = await keep_content(self.database, self.organisation, content)
        return {"content_hash": hash, "channels": channels, "window": window, "hour": hour}

    async def files(self, act: Act) -> None:
        await self._in_the_file(lambda file: file.act(act, self.seals))

    async def notes(self, fact: Fact) -> None:
        await self._in_the_file(lambda file: file.fact(fact, fresh_name()))

    async def _in_the_file(self, grow: Callable[[File], Any]) -> None:
        async with self.database.transaction(self.organisation) as session:
            file = await open_file(session, self.organisation, self.post)
            await grow(file)
            await file.keep()

    # What the worker does.

    def publishing_on(self, database: Database) -> Publishing:
        return Publishing(
            database, self.seals, self.switchboard, self.album, self.clock, self.patience
        )

    async def clock(self) -> datetime:
        return self.moment

    async def sends(self, order: Order) -> Sent:
        return await self.publishing_on(self.database).send(order)

    async def is_put_off(self, order: Order) -> ApplicationError:
        """The error with which the activity asks to be called again."""
        with pytest.raises(ApplicationError) as later:
            await self.sends(order)
        assert not later.value.non_retryable
        return later.value

    async def brings_it_out(self, order: Order) -> Sent:
        """Ask as often as the engine would, each time after the pause that was asked for."""
        for _ in range(20):
            try:
                return await self.sends(order)
            except ApplicationError:
                self.lease_ends()
        raise AssertionError(f"never settled; the story so far: {await self.story()}")

    def lease_ends(self) -> None:
        """So much time passes that whatever was under way must have shown."""
        platforms = self.switchboard.platforms.values()
        for platform in platforms:
            if isinstance(platform, Line):
                platform.all_arrives()
        settle = max((platform.settle for platform in platforms), default=timedelta())
        self.as_owner(
            "UPDATE publications SET lease_until = lease_until - %s WHERE state = 'sending'"
            " AND organisation = %s",
            self.patience.lease + settle + timedelta(seconds=1),
            self.organisation,
        )

    # What can be seen, and what somebody with the owner's key can do behind our back.

    @property
    def platform(self) -> FakePlatform:
        return self.switchboard.platforms.setdefault(SQUARE, FakePlatform())

    async def order(self, channel: str = SQUARE) -> Order:
        hash = (await self.life()).post.content_hash
        return Order(self.organisation, self.post, channel, hash)

    async def life(self) -> Life:
        life = await life_of(self.database, self.organisation, self.post)
        assert life is not None
        return life

    async def _hour(self) -> datetime:
        hour = (await self.life()).post.hour
        assert hour is not None
        return hour

    async def row(self, order: Order) -> PublicationRow:
        asked = select(PublicationRow).where(
            PublicationRow.organisation == order.organisation,
            PublicationRow.post == order.post,
            PublicationRow.content_hash == order.content_hash,
            PublicationRow.channel == order.channel,
        )
        async with self.database.transaction(self.organisation) as session:
            return (await session.execute(asked)).scalar_one()

    async def file(self) -> list[LedgerRow]:
        async with self.database.transaction(self.organisation) as session:
            return await entries(session, self.organisation, self.post)

    async def story(self) -> list[str]:
        """What happened from the first send on, with how we know it."""
        return [
            " ".join((row.done, row.body["how"])) if "how" in row.body else row.done
            for row in await self.file()
            if row.actor == "house" and row.done != "admitted"
        ]

    def as_owner(self, query: str, *values: object) -> int:
        """Past triggers, foreign keys and good manners. Answers how many rows it touched."""
        with psycopg.connect(self.owner.replace("+psycopg", "")) as connection:
            connection.execute("SET session_replication_role = replica")
            return connection.execute(query.encode(), values).rowcount

    async def somebody_waits(self) -> None:
        """Return when a transaction waits for what another one holds."""
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        for _ in range(3000):  # a minute: machines are busy
            async with self.database.reading(self.organisation) as session:
                if (await session.execute(waiting)).scalar_one():
                    return
            await asyncio.sleep(0.02)
        raise AssertionError("nobody waits for anything")


@dataclass
class Line(FakePlatform):
    """A platform at the end of a slow line: what it was sent may arrive after we gave up."""

    settle: timedelta = timedelta(seconds=5)
    on_the_way: list[Letter] = field(default_factory=list)

    async def send(self, letter: Letter) -> Receipt:
        if self.next and self.next[0] == "slow":
            self.next.pop(0)
            self.on_the_way.append(letter)
            raise InDoubt("the line went dead")
        return await super().send(letter)

    def all_arrives(self) -> None:
        for letter in self.on_the_way:
            self.posts.setdefault(letter.key, []).append(letter)
        self.on_the_way.clear()


@dataclass
class Hanging(FakePlatform):
    """A platform that keeps the first sender waiting until the test lets it go on."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, letter: Letter) -> Receipt:
        if not self.reached.is_set():
            self.reached.set()
            await self.go_on.wait()
            await super().send(letter)
            return Receipt("second-copy", "https://social.example/second-copy")
        return await super().send(letter)


async def a_desk(database: Database, owner: str, keys: Path, folder: Path) -> Desk:
    organisation = f"desk-{uuid4().hex[:8]}"
    await open_office(database, organisation, folder / "office")
    album = Album(open_store(f"file:{folder / 'media'}"), database)
    return Desk(database, owner, Sealer.of(keys), Seals.of(keys), organisation, album)


def forged(act: Act) -> Act:
    """The same act with another actor's name under the seal that was made for the first."""
    return replace(act, actor="dara", groups=GROUPS["dara"])
