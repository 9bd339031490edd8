"""The intent log: one claim at a time, and no claim while a freeze is being declared."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.facts import Fact, FactKind
from domain.post import Aside
from domain.sending import Order, SendState
from records import publications
from records.organisations import house
from records.publications import Claim, Closed, Ended, InFlight
from tests.activities.desk import SQUARE, Desk

pytestmark = pytest.mark.anyio

LEASE = timedelta(seconds=22)


class PowerCut(Exception):
    """Before the transaction was committed."""


@asynccontextmanager
async def transaction(desk: Desk) -> AsyncIterator[AsyncSession]:
    async with desk.database.transaction(desk.organisation) as session:
        yield session


async def planned(desk: Desk, order: Order) -> None:
    async with transaction(desk) as session:
        assert await publications.plan(session, order)


async def claimed(
    desk: Desk, order: Order, session: AsyncSession
) -> Claim | Ended | InFlight | Closed:
    told = await house(session, order.organisation)
    return await publications.claim(session, order, desk.seals, told, desk.moment, LEASE)


async def claims(desk: Desk, order: Order) -> Claim | Ended | InFlight | Closed:
    async with transaction(desk) as session:
        return await claimed(desk, order, session)


async def settles(desk: Desk, order: Order, kind: FactKind, fence: int, **more: str) -> Ended:
    async with transaction(desk) as session:
        fact = Fact(kind=kind, channel=order.channel, fence=fence, **more)  # type: ignore[arg-type]
        return await publications.settle(session, order, fact)


async def test_an_order_is_planned_once_and_keeps_its_instant(desk: Desk) -> None:
    order = await desk.approved()
    await asyncio.gather(*(planned(desk, order) for _ in range(5)))
    first = await desk.row(order)
    await planned(desk, order)

    assert (first.state, first.fence, first.key) == ("planned", 0, order.key)
    assert (await desk.row(order)).written_at == first.written_at


async def test_of_five_who_claim_at_once_one_may_send(desk: Desk) -> None:
    order = await desk.approved()
    await planned(desk, order)

    found = await asyncio.gather(*(claims(desk, order) for _ in range(5)))

    [claim] = [one for one in found if isinstance(one, Claim)]
    others = [one for one in found if isinstance(one, InFlight)]
    assert claim.fence == 1
    assert len(others) == 4
    assert all(other.fence == 1 and timedelta() < other.lease_left <= LEASE for other in others)


async def test_a_claim_that_is_not_committed_was_never_made(desk: Desk) -> None:
    order = await desk.approved()
    await planned(desk, order)
    with suppress(PowerCut):
        async with transaction(desk) as session:
            assert isinstance(await claimed(desk, order, session), Claim)
            raise PowerCut

    assert (await desk.row(order)).state == "planned"
    assert await desk.story() == []


async def test_each_claim_has_the_next_number_and_only_the_last_may_settle(desk: Desk) -> None:
    order = await desk.approved()
    await planned(desk, order)
    assert await claims(desk, order) == Claim(1, (await desk.row(order)).sent_at)  # type: ignore[arg-type]
    await settles(desk, order, FactKind.NOT_SENT, fence=1)
    assert isinstance(claim := await claims(desk, order), Claim)
    assert claim.fence == 2

    late = await settles(desk, order, FactKind.PUBLISHED, fence=1, remote_id="a", url="https://a/")
    assert late == Ended(SendState.SENDING, "")
    assert (await desk.row(order)).state == "sending"
    ended = await settles(desk, order, FactKind.PUBLISHED, fence=2, remote_id="b", url="https://b/")
    assert ended == Ended(SendState.PUBLISHED, "https://b/")
    assert await claims(desk, order) == ended
    assert await desk.story() == ["sending", "not_sent", "sending", "late_result", "published"]


async def test_a_late_answer_is_told_once_however_often_it_comes(desk: Desk) -> None:
    order = await desk.approved()
    await planned(desk, order)
    await claims(desk, order)
    await settles(desk, order, FactKind.NOT_SENT, fence=1)
    for _ in range(3):
        await settles(desk, order, FactKind.PUBLISHED, fence=1, remote_id="a", url="https://a/")
    assert await desk.story() == ["sending", "not_sent", "late_result"]


async def test_who_saw_nothing_after_the_next_send_began_has_nothing_to_tell(desk: Desk) -> None:
    order = await desk.approved()
    await planned(desk, order)
    await claims(desk, order)
    await settles(desk, order, FactKind.NOT_SENT, fence=1)
    await claims(desk, order)
    ended = await settles(desk, order, FactKind.NOT_SENT, fence=1)
    assert ended == Ended(SendState.SENDING, "")
    assert await desk.story() == ["sending", "not_sent", "sending"]
    await settles(desk, order, FactKind.FAILED, fence=1)
    assert "late_result" in await desk.story()


FREEZE = """INSERT INTO freezes (organisation, id, reason, frozen_by)
            VALUES (:organisation, 'f', 'a false alarm', 'carl')"""
WHOLE = "SELECT 1 FROM organisations WHERE organisation = :organisation FOR UPDATE"


async def freezes(desk: Desk, session: AsyncSession) -> None:
    for query in (WHOLE, FREEZE):
        await session.execute(text(query), {"organisation": desk.organisation})


# I-11
async def test_a_claim_waits_for_a_freeze_that_is_being_declared_and_obeys_it(desk: Desk) -> None:
    order = await desk.approved()
    await planned(desk, order)
    async with transaction(desk) as session:
        await freezes(desk, session)
        claim = asyncio.create_task(claims(desk, order))
        await desk.somebody_waits()
        assert not claim.done()

    assert await claim == Closed("A freeze is on: a false alarm", Aside.FROZEN)


# I-11
async def test_a_freeze_waits_for_a_claim_that_is_being_made_and_sees_it(desk: Desk) -> None:
    order = await desk.approved()
    await planned(desk, order)

    async def freeze() -> str:
        async with transaction(desk) as session:
            await freezes(desk, session)
        return (await desk.row(order)).state

    async with transaction(desk) as session:
        assert isinstance(await claimed(desk, order, session), Claim)
        declared = asyncio.create_task(freeze())
        await desk.somebody_waits()
        assert not declared.done()

    assert await declared == "sending"  # so that whoever froze can wait until it has landed


async def test_claims_for_two_posts_do_not_wait_for_each_other(desk: Desk) -> None:
    first = await desk.approved("One.")
    second = await desk.approved("Two.")
    await planned(desk, first)
    await planned(desk, second)
    async with transaction(desk) as session:
        assert isinstance(await claimed(desk, first, session), Claim)
        async with asyncio.timeout(60):
            assert isinstance(await claims(desk, second), Claim)


async def test_a_late_hour_is_not_kept_open_by_another_channel(desk: Desk) -> None:
    """One channel is out, the window closes: the other is missed, and the first stays out."""
    await desk.approved(channels=(SQUARE, "harbour"))
    await desk.sends(await desk.order(SQUARE))
    desk.moment += timedelta(hours=5)

    assert (await desk.sends(await desk.order("harbour"))).state is SendState.MISSED
    assert {send.channel: send.state for send in (await desk.life()).sends} == {
        SQUARE: SendState.PUBLISHED,
        "harbour": SendState.MISSED,
    }
