"""Sending a post to one channel exactly as often as proven: claim, send once, and look if in doubt.

The algorithm and its crash matrix are told in docs/lifecycle.md, "Publishing". In one line: an
intent row, one send with a deterministic key, on any doubt look before sending again, and where
nobody can look, ask a person.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.media import Album
from activities.platforms import (
    InDoubt,
    Letter,
    NotSent,
    Platform,
    Receipt,
    Refused,
    SignInFailed,
    Throttled,
)
from domain.facts import Fact, FactKind
from domain.post import Aside
from domain.sending import Order, Orders, SendState
from records import publications
from records.database import Database
from records.filing import Seals
from records.organisations import house
from records.publications import Claim, Closed, Ended, InFlight

LOST = "Its answer was lost and the platform cannot say; a person has to look."
ASKED = ("OutcomeUnknown", "NotSent", "SignInFailed")  # the platform was, whatever it said
A_MOMENT = timedelta(seconds=2)


@dataclass(frozen=True)
class Sent:
    """What became of an order. No state: the gate is shut for good, and `because` says why.

    `again_in`: nothing is settled yet, and after this long it is worth asking again.
    """

    state: SendState | None
    url: str = ""
    because: str = ""
    again_in: timedelta | None = None


@dataclass(frozen=True)
class Patience:
    """How long a send may take, in all its parts."""

    wall: timedelta = timedelta(seconds=20)  # one send, from first byte to answer
    claim: timedelta = timedelta(seconds=2)  # from the claim to the first byte
    gate: timedelta = timedelta(seconds=15)  # before a shut gate is tried again

    @property
    def lease(self) -> timedelta:
        return self.wall + self.claim


class Channels(Protocol):
    """Finds the platform behind a channel: activities.channels.Connections, or a test's own."""

    async def platform(self, organisation: str, channel: str) -> Platform: ...


@dataclass(frozen=True)
class Publishing:
    database: Database
    seals: Seals
    channels: Channels
    album: Album
    clock: Callable[[], Awaitable[datetime]]  # by which the gate knows the hour: PostgreSQL's
    patience: Patience = Patience()

    @activity.defn(name="publishing.send")
    async def send(self, order: Order) -> Sent:
        """Bring one order as far as it can be brought. Safe to call again, at any time, by anyone.

        Raises ApplicationError (retried by the engine) of type OutcomeUnknown, NotSent, TooEarly or
        GateShut, each with the delay after which asking again makes sense.
        """
        platform = await self.channels.platform(order.organisation, order.channel)
        letter = await self._letter(order, platform)
        if isinstance(letter, Sent):
            return letter
        try:
            await platform.prepare(letter)
        except NotSent as trouble:
            raise in_a_while("NotSent", trouble, pause_after(trouble)) from trouble
        except SignInFailed as no:  # the account has to be connected again; the post can wait
            raise in_a_while("SignInFailed", no, self.patience.gate) from no
        except Refused as no:
            return await self._refused_before_claim(order, no)
        return await self._claim_and_send(order, platform, letter)

    @activity.defn(name="publishing.send_all")
    async def send_all(self, orders: Orders) -> tuple[Sent, ...]:
        """Try every channel once, all at the same time; answers in the order of the channels.

        A channel that got no answer says when to ask again, so that it holds up none that did.
        Raises as `send` does where nothing was tried: the gate is shut, or the record is away.
        """
        tried = await asyncio.gather(*map(self.send, orders.each), return_exceptions=True)
        untried = [one for one in tried if isinstance(one, BaseException) and not _tried(one)]
        if untried and len(untried) == len(tried):
            raise min(untried, key=_pause)
        return tuple(
            one if isinstance(one, Sent) else Sent(None, because=str(one), again_in=_pause(one))
            for one in tried
        )

    async def _letter(self, order: Order, platform: Platform) -> Letter | Sent:
        """The letter, rebuilt from the record; or what became of it, if that is settled."""
        async with self.database.transaction(order.organisation) as session:
            planned = await publications.plan(session, order)
            if planned is None:
                return Sent(None, because="The record knows no such post.")
            row, state = planned.row, planned.state
            if state.is_final or state is SendState.UNKNOWN:
                return Sent(state, row.url)
            remote_key = row.remote_key or platform.new_remote_key(order.key, row.written_at)
            if remote_key != row.remote_key:
                await publications.choose_remote_key(session, order, remote_key)
            content = await publications.content_of(session, order)
        pictures = await self.album.pictures(order.organisation, content.media)
        text = content.text_on(order.channel)
        return Letter(text, content.languages, pictures, row.written_at, order.key, remote_key)

    async def _claim_and_send(self, order: Order, platform: Platform, letter: Letter) -> Sent:
        moment = await self.clock()
        async with self.database.transaction(order.organisation) as session:
            told = await house(session, order.organisation)
            found = await publications.claim(
                session, order, self.seals, told, moment, self.patience.lease
            )
        begun = monotonic()
        match found:
            case Ended():
                return Sent(found.state, found.url, found.because)
            case Closed():
                return shut(found, self.patience.gate)
            case InFlight():
                return await self._look(order, platform, letter, found)
            case Claim():
                return await self._send_once(order, platform, letter, found, begun)

    async def _send_once(
        self, order: Order, platform: Platform, letter: Letter, claim: Claim, begun: float
    ) -> Sent:
        if monotonic() - begun > self.patience.claim.total_seconds():
            # we were paused on the way: another sender may believe us gone, so we must not send
            raise in_a_while(
                "OutcomeUnknown", "The claim grew old before the send.", self._settled(platform)
            )
        try:
            async with asyncio.timeout(self.patience.wall.total_seconds()):
                receipt = await platform.send(letter)
        except (InDoubt, TimeoutError) as doubt:
            raise in_a_while("OutcomeUnknown", doubt, self._settled(platform)) from doubt
        except NotSent as trouble:
            await self._settle(order, not_sent(order, claim.fence, trouble))
            raise in_a_while("NotSent", trouble, pause_after(trouble)) from trouble
        except SignInFailed as no:  # the account has to be connected again; the post can wait
            await self._settle(order, not_sent(order, claim.fence, no))
            raise in_a_while("SignInFailed", no, self.patience.gate) from no
        except Refused as no:
            return await self._settle(order, failed(order, claim.fence, no))
        return await self._settle(order, out(order, claim.fence, receipt, "answered"))

    async def _look(
        self, order: Order, platform: Platform, letter: Letter, flight: InFlight
    ) -> Sent:
        """An earlier send has no answer on record. Wait until it must have shown, then look."""
        left = flight.lease_left + platform.settle
        if left > timedelta():
            raise in_a_while("OutcomeUnknown", "An earlier send may still arrive.", left)
        try:
            receipt = await platform.find(letter)
        except (InDoubt, NotSent, SignInFailed) as trouble:  # we could not even look
            raise in_a_while("OutcomeUnknown", trouble, None) from trouble
        except Refused as no:  # something else stands where ours should be
            return await self._settle(order, failed(order, flight.fence, no))
        if receipt:
            return await self._settle(order, out(order, flight.fence, receipt, "reconciled"))
        if not platform.knows_all:
            return await self._settle(
                order,
                Fact(
                    kind=FactKind.UNKNOWN,
                    channel=order.channel,
                    fence=flight.fence,
                    because=LOST,
                ),
            )
        await self._settle(
            order,
            Fact(
                kind=FactKind.NOT_SENT,
                channel=order.channel,
                fence=flight.fence,
                how="proved_absent",
            ),
        )
        return await self._claim_and_send(order, platform, letter)

    async def _refused_before_claim(self, order: Order, no: Refused) -> Sent:
        """The platform will not take it; nothing was claimed, so claim in order to say so."""
        moment = await self.clock()
        async with self.database.transaction(order.organisation) as session:
            told = await house(session, order.organisation)
            found = await publications.claim(
                session, order, self.seals, told, moment, self.patience.lease
            )
        if isinstance(found, Claim):
            return await self._settle(order, failed(order, found.fence, no))
        if isinstance(found, Closed):
            return shut(found, self.patience.gate)
        if isinstance(found, Ended):
            return Sent(found.state, found.url, found.because)
        raise in_a_while("OutcomeUnknown", no, found.lease_left)

    async def _settle(self, order: Order, fact: Fact) -> Sent:
        async with self.database.transaction(order.organisation) as session:
            ended = await publications.settle(session, order, fact)
        return Sent(ended.state, ended.url, ended.because)

    def _settled(self, platform: Platform) -> timedelta:
        return self.patience.lease + platform.settle


def out(order: Order, fence: int, receipt: Receipt, how: str) -> Fact:
    return Fact(
        kind=FactKind.PUBLISHED,
        channel=order.channel,
        fence=fence,
        how=how,
        url=receipt.url,
        remote_id=receipt.remote_id,
    )


def not_sent(order: Order, fence: int, why: object) -> Fact:
    return Fact(kind=FactKind.NOT_SENT, channel=order.channel, fence=fence, because=str(why))


def failed(order: Order, fence: int, no: Refused) -> Fact:
    return Fact(kind=FactKind.FAILED, channel=order.channel, fence=fence, because=str(no))


def shut(closed: Closed, pause: timedelta) -> Sent:
    """A gate that may yet open is asked again; one that will not open by itself ends this order."""
    if closed.too_early:
        raise in_a_while("TooEarly", closed.because, closed.too_early)
    if closed.aside in (Aside.FROZEN, Aside.HELD_POLICY):
        raise in_a_while("GateShut", closed.because, pause)
    return Sent(None, because=closed.because)


def pause_after(trouble: NotSent) -> timedelta | None:
    return trouble.retry_after if isinstance(trouble, Throttled) else None


def _tried(error: BaseException) -> bool:
    """Whether the platform was asked, so that this is about one channel alone."""
    return isinstance(error, ApplicationError) and error.type in ASKED


def _pause(error: BaseException) -> timedelta:
    asked = error.next_retry_delay if isinstance(error, ApplicationError) else None
    return asked or A_MOMENT


def in_a_while(type: str, says: object, pause: timedelta | None) -> ApplicationError:
    """Ask again after `pause`; None leaves it to the engine's own back-off."""
    return ApplicationError(str(says), type=type, next_retry_delay=pause)
