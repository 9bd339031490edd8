"""Late answers, and several senders at once: still one copy."""

import asyncio

import pytest

from activities.platforms import (
    InDoubt,
)
from activities.publishing import Sent
from domain.acts import Found
from domain.sending import Order, SendState
from records.filing import entries
from tests.activities.desk import SQUARE, Desk, Hanging

pytestmark = pytest.mark.anyio


async def test_a_late_answer_changes_nothing_and_is_told(desk: Desk) -> None:
    """The one hole no sender can close: paused on the wire for longer than lease and settle."""
    platform = Hanging()
    desk.switchboard.platforms[SQUARE] = platform
    order = await desk.approved()
    sleeper = asyncio.create_task(desk.sends(order))
    await platform.reached.wait()

    desk.lease_ends()
    sent = await desk.sends(order)  # proven absent, and sent under the next number
    row, life = await desk.row(order), await desk.life()
    platform.go_on.set()
    woken = await sleeper

    assert woken.url == sent.url == row.url
    assert (await desk.row(order)).remote_id == row.remote_id
    assert await desk.life() == life
    [late] = [line for line in await desk.file() if line.done == "late_result"]
    assert (late.body["fence"], late.body["remote_id"]) == (1, "second-copy")


async def test_a_late_answer_after_a_person_settled_changes_nothing(desk: Desk) -> None:
    platform = Hanging(knows_all=False)
    desk.switchboard.platforms[SQUARE] = platform
    order = await desk.approved()
    sleeper = asyncio.create_task(desk.sends(order))
    await platform.reached.wait()
    desk.lease_ends()
    assert (await desk.sends(order)).state is SendState.UNKNOWN
    await desk.settles(Found.DROP)
    platform.go_on.set()

    assert (await sleeper).state is SendState.DROPPED
    assert (await desk.row(order)).state == "dropped"
    assert "late_result" in await desk.story()


# Many at once.


# I-8
async def test_five_senders_at_once_are_one_copy(desk: Desk) -> None:
    order = await desk.approved()
    answers = await asyncio.gather(*(desk.sends(order) for _ in range(5)), return_exceptions=True)

    assert [a.state for a in answers if isinstance(a, Sent)].count(SendState.PUBLISHED) >= 1
    assert all(a.type == "OutcomeUnknown" for a in answers if not isinstance(a, Sent))
    assert desk.platform.copies == 1
    assert await desk.story() == ["sending", "published answered"]


async def test_five_who_look_at_once_find_one_copy(desk: Desk) -> None:
    order = await desk.approved()
    desk.platform.next = ["lost"]
    await desk.is_put_off(order)
    desk.lease_ends()

    answers = await asyncio.gather(*(desk.sends(order) for _ in range(5)))

    assert {answer.state for answer in answers} == {SendState.PUBLISHED}
    assert len({answer.url for answer in answers}) == 1
    assert desk.platform.copies == 1
    assert await desk.story() == ["sending", "published reconciled"]  # and no alarm


async def test_five_who_prove_absence_at_once_send_one_copy(desk: Desk) -> None:
    order = await desk.approved()
    desk.platform.next = [InDoubt("silence")]
    await desk.is_put_off(order)
    desk.lease_ends()

    await asyncio.gather(*(desk.sends(order) for _ in range(5)), return_exceptions=True)

    assert (await desk.sends(order)).state is SendState.PUBLISHED
    assert desk.platform.copies == 1
    assert (await desk.story()).count("sending") == 2


async def test_two_channels_of_one_post_do_not_wait_for_each_other(desk: Desk) -> None:
    harbour = Hanging()
    desk.switchboard.platforms["harbour"] = harbour
    await desk.approved(channels=(SQUARE, "harbour"))
    slow = asyncio.create_task(desk.sends(await desk.order("harbour")))
    await harbour.reached.wait()

    assert (await desk.sends(await desk.order())).state is SendState.PUBLISHED
    harbour.go_on.set()
    assert (await slow).state is SendState.PUBLISHED


async def test_while_a_platform_keeps_us_waiting_no_transaction_is_open(desk: Desk) -> None:
    platform = Hanging()
    desk.switchboard.platforms[SQUARE] = platform
    order = await desk.approved()
    sleeper = asyncio.create_task(desk.sends(order))
    await platform.reached.wait()

    async with desk.database.transaction(desk.organisation) as session:
        assert (await entries(session, desk.organisation, desk.post))[-1].done == "sending"
    locked = "SELECT 1 FROM posts WHERE id = %s FOR UPDATE NOWAIT"
    assert desk.as_owner(locked, desk.post) == 1
    platform.go_on.set()
    assert (await sleeper).state is SendState.PUBLISHED


async def test_an_order_for_a_post_nobody_knows_sends_nothing(desk: Desk) -> None:
    sent = await desk.sends(Order(desk.organisation, "invented", SQUARE, "0" * 64))

    assert sent.state is None
    assert desk.platform.copies == 0
