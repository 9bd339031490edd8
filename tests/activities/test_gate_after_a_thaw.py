"""After a thaw: what a freeze kept past its hour is asked about, and never goes out by itself."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from temporalio.exceptions import ApplicationError

from domain.acts import Draft, Found, Hurry, Settle
from domain.explaining import AFTER_A_FREEZE, explain
from domain.facts import Fact, FactKind, objection
from domain.held import Held
from domain.naming import fresh_name
from domain.post import Aside, Stage, Urgency
from domain.sending import Order, SendState
from records import reading
from tests.activities.desk import SQUARE, TEXT, Desk
from tests.activities.switchboard import freeze, freeze_of_the_past, switch, thaw
from tests.fakes import FakePlatform

pytestmark = pytest.mark.anyio
HARBOUR = "harbour"
BOTH = (SQUARE, HARBOUR)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


async def held(desk: Desk, *channels: str) -> list[Order]:
    """A post that a freeze held at its hour, on each of its channels."""
    await desk.approved(channels=channels)
    freeze(desk)
    orders = [await desk.order(channel) for channel in channels]
    for order in orders:
        await desk.is_put_off(order)
    return orders


async def is_asked_about(desk: Desk, order: Order) -> None:
    sent = await desk.sends(order)
    assert (sent.state, sent.url) == (None, "")
    assert "needs a new one" in sent.because
    life = await desk.life()
    assert (life.stage, life.aside) == (Stage.HOLDING, Aside.NEEDS_RESCHEDULE)
    assert copies(desk) == 0


def copies(desk: Desk) -> int:
    return sum(platform.copies for platform in desk.switchboard.platforms.values())


# I-12
async def test_what_a_freeze_held_asks_for_a_new_hour_when_it_ends(desk: Desk) -> None:
    (order,) = await held(desk, SQUARE)
    thaw(desk)
    for _ in range(3):
        await is_asked_about(desk, order)
    assert await desk.story() == ["held", "held"]  # once each, however often it was asked

    desk.moment += MINUTE
    await desk.reschedules(desk.moment + MINUTE)
    assert (await desk.is_put_off(order)).type == "TooEarly"
    desk.moment += MINUTE
    assert (await desk.sends(order)).state is SendState.PUBLISHED
    assert (await desk.life()).aside is None
    assert desk.platform.copies == 1


# I-12
async def test_what_a_switched_off_channel_held_asks_for_a_new_hour(desk: Desk) -> None:
    order = await desk.approved()
    switch(desk, on=False)
    await desk.is_put_off(order)
    switch(desk, on=True)
    await is_asked_about(desk, order)


# I-12
async def test_several_channels_ask_for_one_new_hour(desk: Desk) -> None:
    """All at once, in any order, and whether each was tried during the freeze or not."""
    orders = await held(desk, *BOTH)
    thaw(desk)
    await asyncio.gather(*(is_asked_about(desk, order) for order in (*orders, *orders)))
    assert await desk.story() == ["held", "held"]

    await desk.approved(channels=BOTH)
    freeze(desk)
    await desk.is_put_off(await desk.order(SQUARE))
    thaw(desk)
    await is_asked_about(desk, await desk.order(HARBOUR))


# I-12
async def test_a_freeze_that_nobody_tried_to_send_under_asks_as_well(desk: Desk) -> None:
    """The worker was away from before the hour until after the thaw."""
    order = await desk.approved()
    hour = desk.moment
    freeze_of_the_past(desk, hour - MINUTE, hour + MINUTE)
    desk.moment += 2 * MINUTE
    await is_asked_about(desk, order)


async def test_a_freeze_that_ended_before_its_hour_changes_nothing(desk: Desk) -> None:
    order = await desk.approved()
    freeze_of_the_past(desk, desk.moment - 3 * MINUTE, desk.moment - MINUTE)
    assert (await desk.sends(order)).state is SendState.PUBLISHED


async def test_a_freeze_that_ended_before_its_approval_changes_nothing(desk: Desk) -> None:
    """It goes out as soon as it is approved, so until then only its review held it."""
    desk.post = fresh_name()
    said = await desk.said(TEXT) | {"hour": None}
    await desk.submits(desk.act("ana", Draft, chain="demo", submit=True, **said))
    desk.moment += timedelta(hours=2)
    freeze_of_the_past(desk, desk.moment - 50 * MINUTE, desk.moment - 40 * MINUTE)
    await desk.signs("lena")
    await desk.signs("dara")
    assert (await desk.sends(await desk.order())).state is SendState.PUBLISHED


async def test_a_freeze_of_another_channel_leaves_the_rest_alone(desk: Desk) -> None:
    """And what is half out goes on by itself: it could not be given another hour."""
    await desk.approved(channels=BOTH)
    freeze(desk, SQUARE)
    await desk.is_put_off(await desk.order(SQUARE))
    assert (await desk.sends(await desk.order(HARBOUR))).state is SendState.PUBLISHED
    assert (await desk.is_put_off(await desk.order(SQUARE))).type == "GateShut"
    thaw(desk)
    assert (await desk.sends(await desk.order(SQUARE))).state is SendState.PUBLISHED


async def test_of_two_freezes_the_one_that_is_over_is_asked_about(desk: Desk) -> None:
    """All was frozen at the hour; by now it is one channel only."""
    square, harbour = await held(desk, *BOTH)
    freeze(desk, SQUARE)
    thaw(desk, "")
    assert (await desk.is_put_off(square)).type == "GateShut"
    await is_asked_about(desk, harbour)
    await is_asked_about(desk, square)


async def test_what_left_nothing_behind_is_asked_about_with_the_rest(desk: Desk) -> None:
    """A send that began before the freeze hides the freeze from the post, and then proves void."""
    await desk.approved(channels=BOTH)
    harbour, square = await desk.order(HARBOUR), await desk.order(SQUARE)
    desk.switchboard.platforms[HARBOUR] = FakePlatform(knows_all=False, next=["gone"])
    await desk.is_put_off(harbour)
    freeze(desk)
    await desk.is_put_off(square)
    desk.lease_ends()
    assert (await desk.sends(harbour)).state is SendState.UNKNOWN
    await desk.files(desk.act("carl", Settle, channel=HARBOUR, found=Found.NOT_LIVE, url=""))
    thaw(desk)
    await is_asked_about(desk, square)
    await is_asked_about(desk, harbour)


async def test_what_two_officers_released_goes_out_when_the_freeze_ends(desk: Desk) -> None:
    order = await an_emergency(desk)
    await hurry(desk)
    freeze(desk)
    await desk.is_put_off(order)
    thaw(desk)
    assert (await desk.sends(order)).state is SendState.PUBLISHED


async def an_emergency(desk: Desk) -> Order:
    desk.post, desk.by_the_rules = fresh_name(), True
    said = await desk.said(TEXT)
    marked = {"chain": "press", "submit": True, "urgency": Urgency.EMERGENCY}
    await desk.submits(desk.act("ana", Draft, **marked, **said))
    return await desk.order()


async def hurry(desk: Desk) -> None:
    for officer in ("otto", "olga"):
        post = (await desk.life()).post
        told = {"revision": post.revision, "content_hash": post.content_hash}
        await desk.files(desk.act(officer, Hurry, reason="The dam may break.", **told))


async def test_two_officers_may_release_what_is_asked_about(desk: Desk) -> None:
    order = await an_emergency(desk)
    await desk.signs("lena")
    await desk.signs("dara")
    desk.moment = max(desk.moment, (await desk.life()).post.hour or desk.moment)
    freeze(desk)
    await desk.is_put_off(order)
    thaw(desk)
    await is_asked_about(desk, order)
    await hurry(desk)
    assert (await desk.sends(order)).state is SendState.PUBLISHED


async def test_it_says_who_has_to_do_what_and_by_when(desk: Desk) -> None:
    (order,) = await held(desk, SQUARE)
    thaw(desk)
    await is_asked_about(desk, order)
    life = await desk.life()
    assert life.post.window is not None
    closes = f"{life.post.window.closes:%Y-%m-%d %H:%M} UTC"
    facts = [(row.at, reading.fact(row.body)) for row in await desk.file() if row.actor == "house"]

    told = explain(life, facts, desk.moment, Held())
    assert (told.state, told.trouble and told.trouble.kind) == ("needs_reschedule", FactKind.HELD)
    assert told.waits_for is not None
    assert (told.waits_for.people, told.waits_for.groups) == (("ana",), ("comms_lead",))
    assert told.waits_for.until == life.post.window.closes
    where, trouble, step = told.sentences
    assert (where.en, where.fr) == (AFTER_A_FREEZE.en, AFTER_A_FREEZE.fr)
    assert "kept it past its hour" in trouble.en
    assert "au-delà de son heure ; il lui en faut une autre" in trouble.fr
    assert step.en.startswith("An author or a lead names a new hour")
    assert step.fr.startswith("Un auteur ou un responsable choisit une nouvelle heure")
    assert closes in step.en
    assert closes in step.fr
    assert "freeze" in told.waits_for.says
    assert "gel" in told.waits_for.fr


# I-12
async def test_nobody_notes_a_send_of_what_waits_for_an_hour(desk: Desk) -> None:
    """Facts bear no seal, so the ledger itself has to be sound: `verify` asks the same."""
    (order,) = await held(desk, SQUARE)
    sending = Fact(kind=FactKind.SENDING, channel=order.channel, fence=1)
    assert "another hour" in str(objection(await desk.life(), sending))
    thaw(desk)
    await is_asked_about(desk, order)
    assert "another hour" in str(objection(await desk.life(), sending))


# I-12
@pytest.mark.parametrize("seed", range(8))
async def test_in_whatever_order_it_freezes_and_thaws(desk: Desk, seed: int) -> None:
    """What a freeze covered since its hour never begins to go out before it has another hour."""
    chance, covered = Random(seed), set[str]()
    await desk.approved(channels=BOTH)
    frozen: set[str] = set()
    for _ in range(16):
        desk.moment += SECOND
        match chance.choice(("freeze", "thaw", "try", "try", "hour")):
            case "freeze" if not frozen:
                channel = chance.choice(("", SQUARE))
                freeze(desk, channel)
                frozen = {channel} if channel else set(BOTH)
                covered |= frozen
            case "thaw":
                thaw(desk)
                frozen = set()
            case "hour" if not (await desk.life()).was_touched:
                await desk.reschedules(desk.moment + SECOND)
                covered = set(frozen)
            case "try":
                channel, begun = chance.choice(BOTH), copies(desk)
                await tries(desk, channel)
                assert begun or channel not in covered or not copies(desk)
    thaw(desk)
    if not (await desk.life()).was_touched:
        desk.moment += SECOND
        await desk.reschedules(desk.moment + SECOND)
    desk.moment += SECOND
    for channel in BOTH:
        assert (await desk.sends(await desk.order(channel))).state is SendState.PUBLISHED
        assert desk.switchboard.platforms[channel].copies == 1


async def tries(desk: Desk, channel: str) -> None:
    with suppress(ApplicationError):  # too early, or frozen
        await desk.sends(await desk.order(channel))
