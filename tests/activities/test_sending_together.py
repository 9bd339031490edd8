"""All channels in one asking: nobody waits for a slow one, and each is still one copy."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from temporalio.exceptions import ApplicationError

from activities.platforms import NotSent, Refused, SignInFailed, Throttled
from activities.publishing import Sent
from domain.acts import Found
from domain.sending import Orders, SendState
from records.database import connect
from records.publications import FileBroken
from tests.activities.desk import SQUARE, Desk
from tests.activities.switchboard import freeze
from tests.fakes import FakePlatform

pytestmark = pytest.mark.anyio
HARBOUR = "harbour"
BOTH = (SQUARE, HARBOUR)


async def approved(desk: Desk) -> Orders:
    """A post for two channels, at its hour."""
    desk.switchboard.platforms |= {SQUARE: FakePlatform(), HARBOUR: FakePlatform()}
    order = await desk.approved(channels=BOTH)
    return Orders(order.organisation, order.post, BOTH, order.content_hash)


async def sends(desk: Desk, orders: Orders) -> tuple[Sent, ...]:
    return await desk.publishing_on(desk.database).send_all(orders)


def copies(desk: Desk) -> list[int]:
    return [desk.switchboard.platforms[channel].copies for channel in BOTH]


async def test_both_go_out_and_each_is_told_in_its_place(desk: Desk) -> None:
    square, harbour = await sends(desk, await approved(desk))

    assert (square.state, harbour.state) == (SendState.PUBLISHED, SendState.PUBLISHED)
    assert (await desk.row(await desk.order(SQUARE))).url == square.url
    assert (await desk.row(await desk.order(HARBOUR))).url == harbour.url
    assert copies(desk) == [1, 1]


async def test_all_asked_twice_at_once_are_one_copy_each(desk: Desk) -> None:
    orders = await approved(desk)
    twice = await asyncio.gather(sends(desk, orders), sends(desk, orders))

    assert copies(desk) == [1, 1]
    known = [sent.state for answers in twice for sent in answers if sent.again_in is None]
    assert set(known) == {SendState.PUBLISHED}


@pytest.mark.parametrize(
    ("trouble", "pause"),
    [
        (Throttled("too many", timedelta(minutes=10)), timedelta(minutes=10)),
        (NotSent("no route"), timedelta(seconds=2)),
        (SignInFailed("the password changed"), timedelta(seconds=15)),
    ],
    ids=["throttled", "no route", "no sign-in"],
)
async def test_one_that_has_to_wait_holds_up_nobody(
    desk: Desk, trouble: NotSent | SignInFailed, pause: timedelta
) -> None:
    orders = await approved(desk)
    desk.switchboard.platforms[HARBOUR].next = [trouble]
    square, harbour = await sends(desk, orders)

    assert square.state is SendState.PUBLISHED
    assert (harbour.state, harbour.again_in) == (None, pause)
    assert str(trouble) in harbour.because
    assert copies(desk) == [1, 0]


async def test_a_lost_answer_is_looked_for_after_its_lease(desk: Desk) -> None:
    orders = await approved(desk)
    desk.switchboard.platforms[HARBOUR].next = ["lost"]
    square, harbour = await sends(desk, orders)

    assert square.state is SendState.PUBLISHED
    assert harbour.again_in == desk.patience.lease
    desk.lease_ends()
    assert [sent.state for sent in await sends(desk, orders)] == [SendState.PUBLISHED] * 2
    assert copies(desk) == [1, 1]


async def test_a_final_no_of_one_is_its_answer(desk: Desk) -> None:
    orders = await approved(desk)
    desk.switchboard.platforms[HARBOUR].next = [Refused("no such account")]
    square, harbour = await sends(desk, orders)

    assert (square.state, harbour.state) == (SendState.PUBLISHED, SendState.FAILED)
    assert (harbour.because, harbour.again_in) == ("no such account", None)


async def test_both_in_trouble_are_asked_again_each_in_its_time(desk: Desk) -> None:
    orders = await approved(desk)
    for channel, minutes in ((SQUARE, 1), (HARBOUR, 60)):
        trouble = Throttled("too many", timedelta(minutes=minutes))
        desk.switchboard.platforms[channel].next = [trouble]

    pauses = [sent.again_in for sent in await sends(desk, orders)]
    assert pauses == [timedelta(minutes=1), timedelta(minutes=60)]


# Where no platform was asked, all of them ask again together.


async def test_a_gate_that_is_shut_for_all_is_asked_again_for_all(desk: Desk) -> None:
    orders = await approved(desk)
    hour = desk.moment
    desk.moment = hour - timedelta(minutes=5)
    with pytest.raises(ApplicationError) as early:
        await sends(desk, orders)

    assert early.value.type == "TooEarly"
    assert early.value.next_retry_delay == timedelta(minutes=5)
    assert copies(desk) == [0, 0]


async def test_a_gate_that_is_shut_for_one_is_asked_again_for_one(desk: Desk) -> None:
    orders = await approved(desk)
    freeze(desk, HARBOUR)
    square, harbour = await sends(desk, orders)

    assert square.state is SendState.PUBLISHED
    assert (harbour.state, harbour.again_in) == (None, desk.patience.gate)
    assert copies(desk) == [1, 0]


async def test_what_may_never_go_out_ends_every_order(desk: Desk) -> None:
    orders = await approved(desk)
    await desk.withdraws()
    for sent in await sends(desk, orders):
        assert (sent.state, sent.again_in) == (None, None)
        assert sent.because
    assert copies(desk) == [0, 0]


async def test_a_broken_file_fails_aloud(desk: Desk) -> None:
    orders = await approved(desk)
    forgery = "jsonb_set(content, '{text}', '\"Drink it.\"')"
    desk.as_owner(f"UPDATE contents SET content = {forgery} WHERE hash = %s", orders.content_hash)
    with pytest.raises(FileBroken):
        await sends(desk, orders)
    assert copies(desk) == [0, 0]


async def test_a_record_that_is_away_fails_aloud(desk: Desk) -> None:
    orders = await approved(desk)
    nowhere = connect("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(OperationalError):
        await desk.publishing_on(nowhere).send_all(orders)
    await nowhere.close()
    assert copies(desk) == [0, 0]


async def test_what_a_person_settled_meanwhile_is_the_answer(desk: Desk) -> None:
    orders = await approved(desk)
    desk.switchboard.platforms[SQUARE].knows_all = False
    desk.switchboard.platforms[SQUARE].next = ["gone"]
    assert (await sends(desk, orders))[0].again_in
    desk.lease_ends()
    assert [sent.state for sent in await sends(desk, orders)] == ["unknown", "published"]
    await desk.settles(Found.DROP)
    assert [sent.state for sent in await sends(desk, orders)] == ["dropped", "published"]
