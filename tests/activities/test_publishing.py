"""Sending: whatever a platform answers, or does not, what goes out goes out once."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, repeat

import pytest
from temporalio.exceptions import ApplicationError

from activities import publishing
from activities.platforms import (
    InDoubt,
    Letter,
    NotSent,
    Receipt,
    Refused,
    SignInFailed,
    Throttled,
)
from activities.publishing import Patience, Sent
from domain.acts import Found
from domain.post import Aside
from domain.sending import SendState
from tests.activities.desk import SQUARE, TEXT, Desk, Hanging
from tests.newsroom import FakePlatform

pytestmark = pytest.mark.anyio

URL = "https://social.example/"


async def test_what_was_approved_is_sent_and_put_on_record(desk: Desk) -> None:
    order = await desk.approved()
    sent = await desk.sends(order)
    row = await desk.row(order)

    assert sent == Sent(SendState.PUBLISHED, URL + row.remote_key)
    assert desk.platform.texts == [TEXT]
    assert (row.state, row.fence, row.how, row.url) == ("published", 1, "answered", sent.url)
    assert await desk.story() == ["sending", "published answered"]
    [send] = (await desk.life()).sends
    assert (send.state, send.url, send.remote_id) == ("published", sent.url, row.remote_key)


async def test_every_attempt_carries_the_same_letter(desk: Desk) -> None:
    seen: list[Letter] = []

    @dataclass
    class Attentive(FakePlatform):
        async def prepare(self, letter: Letter) -> None:
            seen.append(letter)

    desk.switchboard.platforms[SQUARE] = Attentive(next=[NotSent("no route"), InDoubt("silence")])
    await desk.brings_it_out(await desk.approved())

    assert len(seen) >= 3
    assert len(set(seen)) == 1


# Settled: whoever asks again hears the same, and nothing moves.


async def is_published(desk: Desk) -> SendState:
    return SendState.PUBLISHED


async def is_refused(desk: Desk) -> SendState:
    desk.platform.next = [Refused("Nobody may say this here.")]
    return SendState.FAILED


async def is_missed(desk: Desk) -> SendState:
    desk.moment += timedelta(hours=5)
    return SendState.MISSED


async def is_unknown(desk: Desk) -> SendState:
    desk.platform.knows_all = False
    desk.platform.next = [InDoubt("silence")]
    return SendState.UNKNOWN


@pytest.mark.parametrize("comes_to", [is_published, is_refused, is_missed, is_unknown])
async def test_a_settled_order_is_answered_again_and_nothing_moves(desk: Desk, comes_to) -> None:
    order = await desk.approved()
    state = await comes_to(desk)
    first = await desk.brings_it_out(order)
    copies, file, row = desk.platform.copies, len(await desk.file()), await desk.row(order)

    for _ in range(3):
        again = await desk.sends(order)
        assert (again.state, again.url) == (first.state, first.url) == (state, row.url)
        desk.lease_ends()

    assert desk.platform.copies == copies
    assert len(await desk.file()) == file
    assert (await desk.row(order)).fence == row.fence


async def test_what_a_person_gave_up_stays_given_up(desk: Desk) -> None:
    order = await desk.approved()
    await is_unknown(desk)
    await desk.brings_it_out(order)
    await desk.settles(Found.DROP)

    assert (await desk.sends(order)).state is SendState.DROPPED
    assert desk.platform.copies == 0


# In doubt: look before ever sending again.


async def test_while_an_earlier_send_may_still_arrive_nobody_sends_or_looks(desk: Desk) -> None:
    order = await desk.approved()
    desk.platform.next, desk.platform.settle = ["lost"], timedelta(seconds=90)

    doubt = await desk.is_put_off(order)
    again = await desk.is_put_off(order)

    assert doubt.type == again.type == "OutcomeUnknown"
    assert doubt.next_retry_delay == timedelta(seconds=22 + 90)
    assert again.next_retry_delay
    assert timedelta(seconds=100) < again.next_retry_delay < timedelta(seconds=22 + 90)
    assert (await desk.row(order)).state == "sending"
    assert await desk.story() == ["sending"]


# I-8
async def test_a_lost_answer_is_found_and_never_sent_again(desk: Desk) -> None:
    order = await desk.approved()
    desk.platform.next = ["lost"]
    await desk.is_put_off(order)
    desk.lease_ends()

    sent = await desk.sends(order)

    assert sent.state is SendState.PUBLISHED
    assert desk.platform.copies == 1
    assert await desk.story() == ["sending", "published reconciled"]
    assert (await desk.row(order)).url == sent.url != ""


async def test_what_is_proven_absent_is_sent_again_under_the_next_number(desk: Desk) -> None:
    order = await desk.approved()
    desk.platform.next = [InDoubt("silence")]
    await desk.is_put_off(order)
    desk.lease_ends()

    sent = await desk.sends(order)

    assert sent.state is SendState.PUBLISHED
    assert desk.platform.copies == 1
    assert await desk.story() == [
        "sending",
        "not_sent proved_absent",
        "sending",
        "published answered",
    ]
    assert (await desk.row(order)).fence == 2


@pytest.mark.parametrize("trouble", [InDoubt("503"), NotSent("no route")])
async def test_a_look_that_fails_proves_nothing(desk: Desk, trouble: Exception) -> None:
    @dataclass
    class Dark(FakePlatform):
        async def find(self, letter: Letter) -> Receipt | None:
            raise trouble

    desk.switchboard.platforms[SQUARE] = Dark(next=["lost"])
    order = await desk.approved()
    await desk.is_put_off(order)
    desk.lease_ends()

    for _ in range(3):
        doubt = await desk.is_put_off(order)
        assert (doubt.type, doubt.next_retry_delay) == ("OutcomeUnknown", None)
    assert desk.platform.copies == 1
    assert await desk.story() == ["sending"]


async def test_a_stranger_at_our_address_ends_the_order(desk: Desk) -> None:
    @dataclass
    class Taken(FakePlatform):
        async def find(self, letter: Letter) -> Receipt | None:
            raise Refused("Another post stands at our address.")

    desk.switchboard.platforms[SQUARE] = Taken(next=[InDoubt("silence")])
    sent = await desk.brings_it_out(await desk.approved())

    assert sent == Sent(SendState.FAILED, because="Another post stands at our address.")
    assert desk.platform.copies == 0


@pytest.mark.parametrize("arrived", [True, False])
async def test_where_nobody_can_look_it_is_never_sent_again(desk: Desk, arrived: bool) -> None:
    """Absence is not proven by not finding (I-15): a person has to say."""

    @dataclass
    class Blind(FakePlatform):
        async def find(self, letter: Letter) -> Receipt | None:
            return None

    desk.switchboard.platforms[SQUARE] = Blind(
        next=["lost" if arrived else InDoubt("silence")], knows_all=False
    )
    order = await desk.approved()
    for _ in range(4):
        try:
            sent = await desk.sends(order)
        except ApplicationError:
            sent = None
        desk.lease_ends()

    assert sent == Sent(SendState.UNKNOWN)
    assert desk.platform.copies == arrived
    assert await desk.story() == ["sending", "unknown"]
    assert (await desk.life()).aside is Aside.UNKNOWN


async def test_a_person_who_looked_and_found_nothing_lets_it_be_sent(desk: Desk) -> None:
    order = await desk.approved()
    await is_unknown(desk)
    await desk.brings_it_out(order)
    await desk.settles(Found.NOT_LIVE)

    assert (await desk.sends(order)).state is SendState.PUBLISHED
    assert desk.platform.copies == 1
    assert (await desk.row(order)).fence == 2


async def test_a_person_who_looked_and_found_it_ends_the_question(desk: Desk) -> None:
    order = await desk.approved()
    await is_unknown(desk)
    await desk.brings_it_out(order)
    await desk.settles(Found.LIVE, url="https://social.example/as-found")

    assert await desk.sends(order) == Sent(SendState.PUBLISHED, "https://social.example/as-found")
    assert desk.platform.copies == 0


# Nothing left the house: safe to try again.


async def test_what_never_left_is_planned_again(desk: Desk) -> None:
    order = await desk.approved()
    desk.platform.next = [NotSent("no route to the platform")]

    later = await desk.is_put_off(order)

    assert (later.type, later.next_retry_delay) == ("NotSent", None)
    assert (await desk.row(order)).state == "planned"
    assert not (await desk.life()).was_touched
    assert (await desk.sends(order)).state is SendState.PUBLISHED
    assert await desk.story() == ["sending", "not_sent", "sending", "published answered"]
    assert (await desk.row(order)).fence == 2


async def test_a_platform_that_asks_to_wait_is_asked_again_then(desk: Desk) -> None:
    order = await desk.approved()
    desk.platform.next = [Throttled("slow down", timedelta(seconds=7))]

    later = await desk.is_put_off(order)

    assert (later.type, later.next_retry_delay) == ("NotSent", timedelta(seconds=7))
    assert (await desk.sends(order)).state is SendState.PUBLISHED


@dataclass
class Unprepared(FakePlatform):
    trouble: Exception | None = None  # before the send
    blind: Exception | None = None  # while looking

    async def prepare(self, letter: Letter) -> None:
        if self.trouble:
            raise self.trouble

    async def find(self, letter: Letter) -> Receipt | None:
        if self.blind:
            raise self.blind
        return await super().find(letter)


async def test_trouble_while_preparing_leaves_no_claim(desk: Desk) -> None:
    platform = Unprepared(trouble=Throttled("slow down", timedelta(seconds=7)))
    desk.switchboard.platforms[SQUARE] = platform
    order = await desk.approved()

    later = await desk.is_put_off(order)
    assert (later.type, later.next_retry_delay) == ("NotSent", timedelta(seconds=7))
    assert (await desk.row(order)).fence == 0
    assert await desk.story() == []

    platform.trouble = None
    assert (await desk.sends(order)).state is SendState.PUBLISHED


async def test_an_account_that_must_be_connected_again_keeps_its_posts_waiting(desk: Desk) -> None:
    """A wrong password is nobody's no to the post: before the send, in it, or while we look."""
    platform = Unprepared(trouble=SignInFailed("Wrong password."))
    desk.switchboard.platforms[SQUARE] = platform
    order = await desk.approved()
    before = await desk.is_put_off(order)
    assert (before.type, before.next_retry_delay) == ("SignInFailed", desk.patience.gate)
    assert await desk.story() == []

    platform.trouble, platform.next = None, [SignInFailed("Wrong password."), "lost"]
    assert (await desk.is_put_off(order)).type == "SignInFailed"
    assert (await desk.row(order)).state == "planned"

    await desk.is_put_off(order)  # it is out, and the answer is lost
    platform.blind = SignInFailed("Wrong password.")
    desk.lease_ends()
    assert (await desk.is_put_off(order)).type == "OutcomeUnknown"
    assert (await desk.row(order)).state == "sending"

    platform.blind = None
    assert (await desk.sends(order)).state is SendState.PUBLISHED
    assert platform.copies == 1


# A final no.


async def test_a_final_no_is_put_on_record_with_its_reason(desk: Desk) -> None:
    order = await desk.approved()
    desk.platform.next = [Refused("The text is too long.")]

    assert await desk.sends(order) == Sent(SendState.FAILED, because="The text is too long.")
    assert await desk.story() == ["sending", "failed"]
    [send] = (await desk.life()).sends
    assert send.because == "The text is too long."


async def test_a_final_no_while_preparing_is_the_same(desk: Desk) -> None:
    desk.switchboard.platforms[SQUARE] = Unprepared(trouble=Refused("Too many pictures."))
    order = await desk.approved()

    assert await desk.sends(order) == Sent(SendState.FAILED, because="Too many pictures.")
    assert await desk.story() == ["sending", "failed"]
    assert desk.platform.copies == 0


async def test_a_final_no_while_preparing_opens_no_shut_gate(desk: Desk) -> None:
    """An order nobody approved cannot be made to fail, either."""
    desk.switchboard.platforms[SQUARE] = Unprepared(trouble=Refused("Too many pictures."))
    order = await desk.submitted()

    assert (await desk.sends(order)).state is None
    assert await desk.story() == []


# Time.


async def test_a_send_that_hangs_is_given_up_at_the_wall(desk: Desk) -> None:
    platform = Hanging()
    desk.switchboard.platforms[SQUARE] = platform
    desk.patience = Patience(wall=timedelta(seconds=0.1))
    order = await desk.approved()

    doubt = await desk.is_put_off(order)

    assert doubt.type == "OutcomeUnknown"
    assert (await desk.row(order)).state == "sending"


async def test_a_sender_that_slept_on_its_claim_does_not_send(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await desk.approved()
    seconds = chain([100.0, 102.1], repeat(200.0))  # at the claim, and when it wakes
    with monkeypatch.context() as paused:
        paused.setattr(publishing, "monotonic", lambda: next(seconds))
        doubt = await desk.is_put_off(order)

    assert doubt.type == "OutcomeUnknown"
    assert desk.platform.copies == 0
    assert (await desk.row(order)).state == "sending"  # who comes next must look first
    assert (await desk.brings_it_out(order)).state is SendState.PUBLISHED
    assert desk.platform.copies == 1
