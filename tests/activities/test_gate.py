"""The gate: whatever Temporal or a sender believes, the record alone says what may go out."""

import json
from datetime import timedelta

import pytest

from activities.platforms import Letter, Receipt
from domain.acts import Verdict
from domain.sending import Order, SendState
from tests.activities.desk import SQUARE, Desk
from tests.activities.switchboard import freeze, switch
from tests.newsroom import FakePlatform

pytestmark = pytest.mark.anyio

OUR_NUMBER = "Call us: 01 42 76 40 40."


async def is_shut_for_good(desk: Desk, order: Order) -> str:
    """Refused without a trace; answers why."""
    before = len(await desk.file())
    sent = await desk.sends(order)
    assert (sent.state, sent.url) == (None, "")
    assert desk.platform.copies == 0
    assert len(await desk.file()) == before
    assert sent.because.endswith(".")
    return sent.because


# This revision may not go out.


async def test_a_draft_does_not_go_out(desk: Desk) -> None:
    order = await desk.submitted()
    desk.moment += timedelta(hours=1)
    assert "not been approved by every level" in await is_shut_for_good(desk, order)


# I-1
async def test_one_signature_of_two_is_not_enough(desk: Desk) -> None:
    order = await desk.submitted()
    await desk.signs("lena")
    desk.moment += timedelta(hours=1)
    assert "not been approved by every level" in await is_shut_for_good(desk, order)


async def test_what_was_sent_back_does_not_go_out(desk: Desk) -> None:
    order = await desk.submitted()
    await desk.signs("lena")
    await desk.decides("dara", Verdict.REQUEST_CHANGES, "Say until when.")
    desk.moment += timedelta(hours=1)
    assert "not been approved by every level" in await is_shut_for_good(desk, order)


async def test_a_rejected_post_does_not_go_out(desk: Desk) -> None:
    order = await desk.submitted()
    await desk.decides("lena", Verdict.REJECT, "No.")
    desk.moment += timedelta(hours=1)
    assert "no longer the one that may go out" in await is_shut_for_good(desk, order)


async def test_a_withdrawn_post_does_not_go_out(desk: Desk) -> None:
    order = await desk.approved()
    await desk.withdraws()
    assert "no longer the one that may go out" in await is_shut_for_good(desk, order)


# I-2
async def test_an_approved_text_does_not_go_out_once_it_was_revised(desk: Desk) -> None:
    approved = await desk.approved("Boil water.")
    await desk.revises("Boil all water.")
    await is_shut_for_good(desk, approved)
    revised = await desk.order()
    assert "not been approved by every level" in await is_shut_for_good(desk, revised)


async def test_a_signature_under_one_revision_does_not_send_another(desk: Desk) -> None:
    """Not even back to the words that were signed: the round they were signed in is over."""
    order = await desk.approved()
    await desk.revises("Boil all water.")
    await desk.revises("Boil water, all of it.")
    await desk.signs("lena")
    for asked in (order, await desk.order()):
        await is_shut_for_good(desk, asked)


async def test_a_channel_that_nobody_approved_gets_nothing(desk: Desk) -> None:
    await desk.approved(channels=(SQUARE,))
    assert "not meant for this channel" in await is_shut_for_good(desk, await desk.order("harbour"))
    assert desk.switchboard.platforms["harbour"].copies == 0


async def test_what_was_approved_after_its_hour_asks_for_a_new_one(desk: Desk) -> None:
    order = await desk.submitted()
    desk.moment += timedelta(hours=2)
    await desk.signs("lena")
    await desk.signs("dara")
    assert "needs a new one" in await is_shut_for_good(desk, order)

    await desk.reschedules(desk.moment + timedelta(minutes=1))
    desk.moment += timedelta(minutes=1)
    assert (await desk.sends(order)).state is SendState.PUBLISHED


# Not now.


# I-10
async def test_before_its_hour_it_is_asked_to_come_back_at_its_hour(desk: Desk) -> None:
    order = await desk.approved()
    desk.moment -= timedelta(seconds=90)

    early = await desk.is_put_off(order)

    assert (early.type, early.next_retry_delay) == ("TooEarly", timedelta(seconds=90))
    assert desk.platform.copies == 0
    assert await desk.story() == []
    desk.moment += timedelta(seconds=90)
    assert (await desk.sends(order)).state is SendState.PUBLISHED


async def test_a_later_hour_given_in_the_last_moment_holds(desk: Desk) -> None:
    order = await desk.approved()
    await desk.reschedules(desk.moment + timedelta(hours=2))

    early = await desk.is_put_off(order)

    assert (early.type, early.next_retry_delay) == ("TooEarly", timedelta(hours=2))
    assert desk.platform.copies == 0


async def test_at_the_last_instant_of_its_window_it_still_goes_out(desk: Desk) -> None:
    order = await desk.approved()
    desk.moment += timedelta(hours=4)
    assert (await desk.sends(order)).state is SendState.PUBLISHED


# I-10
async def test_after_its_window_it_is_missed_for_good(desk: Desk) -> None:
    order = await desk.approved()
    desk.moment += timedelta(hours=4, microseconds=1)

    assert (await desk.sends(order)).state is SendState.MISSED
    assert await desk.story() == ["missed"]
    desk.moment -= timedelta(hours=1)
    assert (await desk.sends(order)).state is SendState.MISSED
    assert desk.platform.copies == 0


async def test_a_send_proven_absent_after_the_window_is_missed_not_sent_late(desk: Desk) -> None:
    order = await desk.approved()
    desk.switchboard.platforms[SQUARE] = platform = Silent()
    await desk.is_put_off(order)
    desk.moment += timedelta(hours=5)
    desk.lease_ends()

    assert (await desk.sends(order)).state is SendState.MISSED
    assert platform.copies == 0
    assert await desk.story() == ["sending", "not_sent proved_absent", "missed"]


class Silent(FakePlatform):
    async def send(self, letter: Letter) -> Receipt:
        raise TimeoutError("silence")


# I-11
@pytest.mark.parametrize("channel", ["", SQUARE])
async def test_a_freeze_holds_it_and_that_is_told_once(desk: Desk, channel: str) -> None:
    order = await desk.approved()
    freeze(desk, channel)

    for _ in range(3):
        held = await desk.is_put_off(order)
        assert (held.type, held.next_retry_delay) == ("GateShut", desk.patience.gate)
        assert "a false alarm is about" in str(held)
    assert desk.platform.copies == 0
    assert await desk.story() == ["held"]  # however often it was asked
    assert (await desk.life()).aside == "frozen"


async def test_a_freeze_of_one_channel_and_a_freeze_that_is_over_hold_nothing(desk: Desk) -> None:
    order = await desk.approved()
    freeze(desk, "harbour")
    freeze(desk, thawed=True)
    assert (await desk.sends(order)).state is SendState.PUBLISHED


async def test_a_freeze_of_another_organisation_holds_nothing(desk: Desk) -> None:
    order = await desk.approved()
    name, desk.organisation = desk.organisation, "another-office"
    freeze(desk)
    desk.organisation = name
    assert (await desk.sends(order)).state is SendState.PUBLISHED


async def test_what_is_frozen_until_its_window_closes_is_missed(desk: Desk) -> None:
    order = await desk.approved()
    freeze(desk)
    await desk.is_put_off(order)
    desk.moment += timedelta(hours=5)
    assert (await desk.sends(order)).state is SendState.MISSED


async def test_a_freeze_does_not_keep_us_from_finding_what_went_out_before(desk: Desk) -> None:
    order = await desk.approved()
    desk.platform.next = ["lost"]
    await desk.is_put_off(order)
    freeze(desk)
    desk.lease_ends()
    assert (await desk.sends(order)).state is SendState.PUBLISHED
    assert desk.platform.copies == 1


async def test_what_proves_absent_under_a_freeze_is_not_sent_again(desk: Desk) -> None:
    order = await desk.approved()
    desk.switchboard.platforms[SQUARE] = platform = Silent()
    await desk.is_put_off(order)
    freeze(desk)
    desk.lease_ends()
    assert (await desk.is_put_off(order)).type == "GateShut"
    assert platform.copies == 0


async def test_a_channel_that_is_switched_off_holds_it(desk: Desk) -> None:
    order = await desk.approved()
    switch(desk, on=False)
    held = await desk.is_put_off(order)
    assert (held.type, desk.platform.copies) == ("GateShut", 0)
    assert f"{SQUARE} is switched off" in str(held)


def own_numbers(desk: Desk, *numbers: str) -> None:
    desk.as_owner(
        "UPDATE organisations SET settings = jsonb_set(settings, '{public_phones}', %s::jsonb)"
        " WHERE organisation = %s",
        json.dumps(numbers),
        desk.organisation,
    )


async def test_the_rules_are_asked_again_at_its_hour(desk: Desk) -> None:
    """What was the office's own number when it was approved is somebody's private one by now."""
    order = await desk.approved(OUR_NUMBER)
    own_numbers(desk)

    held = await desk.is_put_off(order)

    assert held.type == "GateShut"
    assert "pii.phone.personal" in str(held)
    assert desk.platform.copies == 0
    assert await desk.story() == ["held"]
    assert (await desk.life()).aside == "held_policy"

    own_numbers(desk, "+33 1 42 76 40 40")
    assert (await desk.sends(order)).state is SendState.PUBLISHED


async def test_a_freeze_of_one_channel_and_a_rule_on_the_other_are_told_once_each(
    desk: Desk,
) -> None:
    await desk.approved(OUR_NUMBER, channels=(SQUARE, "harbour"))
    own_numbers(desk)
    freeze(desk, "harbour")
    orders = [await desk.order(channel) for channel in (SQUARE, "harbour")]
    for _ in range(4):
        for order in orders:
            await desk.is_put_off(order)
    told = [entry for entry in await desk.story() if entry == "held"]
    assert len(told) <= 3  # the rule, the freeze, and the rule that holds the rest all the same
    assert await desk.story() == told
    own_numbers(desk, "+33 1 42 76 40 40")
    assert (await desk.sends(orders[0])).state is SendState.PUBLISHED
    await desk.is_put_off(orders[1])


def verdicts(desk: Desk, order: Order, findings: str) -> int:
    query = (
        "SELECT 1 FROM verdicts WHERE organisation = %s AND post = %s AND stage = 'publishing'"
        f" AND content_hash = %s AND pack_version <> '' AND findings {findings} '[]'"
    )
    return desk.as_owner(query, order.organisation, order.post, order.content_hash)


async def test_the_verdict_at_its_hour_is_kept_even_if_it_is_clean(desk: Desk) -> None:
    order = await desk.approved()
    await desk.sends(order)
    assert verdicts(desk, order, "=") == 1


async def test_a_block_that_was_lifted_leaves_both_verdicts(desk: Desk) -> None:
    """What went out went out under the clean one, and the record has to show it."""
    order = await desk.approved(OUR_NUMBER)
    own_numbers(desk)
    await desk.is_put_off(order)
    assert (verdicts(desk, order, "="), verdicts(desk, order, "<>")) == (0, 1)
    own_numbers(desk, "+33 1 42 76 40 40")
    await desk.sends(order)
    assert (verdicts(desk, order, "="), verdicts(desk, order, "<>")) == (1, 1)
