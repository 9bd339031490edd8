"""Looking at what is live: is it there, is it what was approved, what do people make of it."""

from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.ledger import closed
from activities.monitoring import hold_against_the_rules
from activities.platforms import Live, PlatformError, Receipt
from activities.publishing import Channels
from domain.facts import Fact, FactKind
from domain.post import Content, Stage
from domain.sending import Order, Send
from records import publications
from records.database import Database
from records.filing import now, open_file
from records.notices import tell_of_drift
from records.tables import MeasureRow


@dataclass(frozen=True)
class Look:
    """The n-th look at all that this post has live. The last one closes its file."""

    organisation: str
    post: str
    number: int
    is_last: bool = False


@dataclass(frozen=True)
class Seen:
    state: str  # as_approved, changed, gone, out_of_reach
    counts: dict[str, int]
    live: Live | None = None  # None: gone, or out of reach


@dataclass(frozen=True)
class Measures:
    database: Database
    channels: Channels

    @activity.defn(name="measures.take")
    async def take(self, look: Look) -> None:
        """Look at each live channel and put on record what was seen. Safe to repeat."""
        async with self.database.transaction(look.organisation) as session:
            file = await open_file(session, look.organisation, look.post)
            life = file.life
            content = await self._content(session, look, life.post.content_hash)
        seen = {
            send.channel: await self._see(look.organisation, send, content) for send in life.live
        }
        await self._record(look, seen)

    async def _content(self, session: AsyncSession, look: Look, hash: str) -> Content:
        return await publications.content_of(session, Order(look.organisation, look.post, "", hash))

    async def _see(self, organisation: str, send: Send, content: Content) -> Seen:
        if not send.remote_id:  # a person found it; we know where people see it, not its address
            return Seen("out_of_reach", {})
        platform = await self.channels.platform(organisation, send.channel)
        try:
            live = await platform.look(Receipt(send.remote_id, send.url))
        except PlatformError:
            return Seen("out_of_reach", {})  # a later look will tell; silence is no drift
        return Seen(compared(live, content, send.channel), live.counts if live else {}, live)

    async def _record(self, look: Look, seen: dict[str, Seen]) -> None:
        async with self.database.transaction(look.organisation) as session:
            file = await open_file(session, look.organisation, look.post)
            if file.life.stage is not Stage.WATCHING or await file.holds(f"look/{look.number}"):
                return
            states = tuple((channel, what.state) for channel, what in seen.items())
            await file.fact(Fact(kind=FactKind.MEASURED, details=states), f"look/{look.number}")
            told = {name: what.live for name, what in seen.items() if what.state != "out_of_reach"}
            await hold_against_the_rules(file, look.number, told)
            at = await now(session)
            for channel, what in seen.items():
                row = insert(MeasureRow).values(
                    organisation=look.organisation,
                    post=look.post,
                    channel=channel,
                    look=look.number,
                    at=at,
                    state=what.state,
                    counts=what.counts,
                )
                await session.execute(row)
                if what.state in ("changed", "gone"):
                    drift = Fact(kind=FactKind.DRIFTED, channel=channel, because=what.state)
                    key = f"look/{look.number}/{channel}"
                    await file.fact(drift, key)
                    await tell_of_drift(session, file.life, channel, what.state, key)
            if look.is_last and file.life.may_end_as(file.life.natural_end):
                await file.fact(closed(file.life.natural_end), "closed")
            await file.keep()


def compared(live: Live | None, content: Content, channel: str) -> str:
    """Whether the public sees what was approved."""
    if live is None:
        return "gone"
    same_text = live.text == content.text_on(channel)
    same_alts = live.alts == tuple(medium.alt for medium in content.media)
    return "as_approved" if same_text and same_alts else "changed"
