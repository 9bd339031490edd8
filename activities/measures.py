"""Looking at what is live: is it there, is it what was approved, what do people make of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.ledger import closed, is_due
from activities.monitoring import hold_against_the_rules, tell_of_findings
from activities.platforms import Live, Platform, PlatformError, Receipt
from activities.publishing import Channels
from domain.facts import Fact, FactKind
from domain.post import Content, Stage
from domain.sending import Order, Send
from domain.watch import Watch
from records import publications
from records.beside import told_of
from records.database import Database
from records.filing import File, entries, open_file
from records.notices import tell_of_drift
from records.tables import MeasureRow
from records.watches import OUT_OF_REACH, watch_over


@dataclass(frozen=True)
class Look:
    """The n-th look at all that this post has live. The last one closes its file."""

    organisation: str
    post: str
    number: int
    is_last: bool = False

    @property
    def key(self) -> str:
        """Of the entry that this look leaves."""
        return f"look/{self.number}"


AS_APPROVED, CHANGED, GONE = "as_approved", "changed", "gone"


@dataclass(frozen=True)
class Seen:
    state: str  # one of these, or out_of_reach
    counts: dict[str, int]
    live: Live | None = None  # None: gone, or out of reach


@dataclass(frozen=True)
class Measures:
    database: Database
    channels: Channels
    clock: Callable[[], Awaitable[datetime]]  # by which the record knows the hour: PostgreSQL's

    @activity.defn(name="measures.take")
    async def take(self, look: Look) -> None:
        """Look at each live channel and put on record what was seen. Safe to repeat.

        Raises ApplicationError of type TooEarly (to be tried again) before a look is due by the
        record, and NoSuchLook for one that its chain does not ask for.
        """
        moment = await self.clock()
        async with self.database.transaction(look.organisation) as session:
            file = await open_file(session, look.organisation, look.post, look.key)
            life, watch = file.life, await _still_to_take(file, look)
            if watch is None:
                return
            is_due(watch.due(look.number), moment)
            content = await self._content(session, look, life.post.content_hash)
        seen = {
            send.channel: await self._see(look.organisation, send, content) for send in life.live
        }
        await self._record(look, seen)

    async def _content(self, session: AsyncSession, look: Look, hash: str) -> Content:
        return await publications.content_of(session, Order(look.organisation, look.post, "", hash))

    async def _see(self, organisation: str, send: Send, content: Content) -> Seen:
        if not send.remote_id:  # a person found it; we know where people see it, not its address
            return Seen(OUT_OF_REACH, {})
        platform = await self.channels.platform(organisation, send.channel)
        try:
            live = await platform.look(Receipt(send.remote_id, send.url))
        except PlatformError:
            return Seen(OUT_OF_REACH, {})  # a later look will tell; silence is no drift
        if live is None:
            return Seen(GONE, {})
        wanted = as_approved(content, send.channel, platform)
        return Seen(AS_APPROVED if shown(live) == wanted else CHANGED, live.counts, live)

    async def _record(self, look: Look, seen: dict[str, Seen]) -> None:
        async with self.database.transaction(look.organisation) as session:
            file = await open_file(session, look.organisation, look.post, look.key)
            watch = await _still_to_take(file, look)
            if watch is None:
                return
            told = {name: what.live for name, what in seen.items() if what.state != OUT_OF_REACH}
            news = await hold_against_the_rules(file, look.number, told)
            for channel, what in seen.items():
                row = MeasureRow(
                    organisation=look.organisation,
                    post=look.post,
                    channel=channel,
                    look=look.number,
                    at=file.at,
                    state=what.state,
                    counts=what.counts,
                )
                session.add(row)
                file.beside |= told_of(row)
            states = tuple((channel, what.state) for channel, what in seen.items())
            await file.fact(Fact(kind=FactKind.MEASURED, details=states), look.key)
            await tell_of_findings(file, look.number, news)
            for channel, what in seen.items():
                await _tell(file, watch, look, channel, what.state)
            end, closes = file.life.natural_end, look.is_last and watch.is_last(look.number)
            if closes and file.life.may_end_as(end):
                await file.fact(closed(end), "closed")
            await file.keep()


async def _tell(file: File, watch: Watch, look: Look, channel: str, state: str) -> None:
    """Tell of a drift when it begins, when it becomes another, and when it is over; only then."""
    before = watch.last_seen(channel) or AS_APPROVED
    if state in (before, OUT_OF_REACH):
        return
    key = f"{look.key}/{channel}"
    if state != AS_APPROVED:
        await file.fact(Fact(kind=FactKind.DRIFTED, channel=channel, because=state), key)
    await tell_of_drift(file.session, file.life, channel, state, key)


async def _still_to_take(file: File, look: Look) -> Watch | None:
    """The watch that asks for this look; None if it was taken, or nothing is watched any more."""
    if file.life.stage is not Stage.WATCHING or await file.holds(look.key):
        return None
    watch = watch_over(file.life, await entries(file.session, file.organisation, file.post))
    if watch is None or not watch.knows(look.number):
        says = f"Its chain asks for no look {look.number}."
        raise ApplicationError(says, type="NoSuchLook", non_retryable=True)
    return watch


def shown(live: Live) -> tuple[object, ...]:
    """Everything of a live post that somebody had to approve."""
    return live.text, live.languages, live.alts, live.links


def as_approved(content: Content, channel: str, platform: Platform) -> tuple[object, ...]:
    """The same of what was approved, as this platform shows it."""
    text = content.text_on(channel)
    languages = content.languages[: platform.most_languages]
    return text, languages, tuple(medium.alt for medium in content.media), platform.links(text)
