"""What passes by itself passes when the record's clock says so; an engine that is early waits."""

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.ledger import Closing, Ledger, Passing
from activities.measures import Look, Measures
from domain.acts import Verdict
from domain.objection import Code, Refusal
from domain.post import End
from tests.activities.desk import Desk

pytestmark = pytest.mark.anyio
SECOND = timedelta(seconds=1)


def ledger(desk: Desk) -> Ledger:
    return Ledger(desk.database, desk.seals, desk.clock)


def measures(desk: Desk) -> Measures:
    return Measures(desk.database, desk.switchboard, desk.clock)


async def test_a_deadline_is_filed_at_its_moment_and_before_it_the_engine_is_told_to_wait(
    desk: Desk,
) -> None:
    await desk.submitted(chain="press", hours=400)
    (due, *_) = (await desk.life()).review.deadlines
    passing = Passing(desk.organisation, desk.post, due)
    desk.moment = due.at - SECOND
    with pytest.raises(ApplicationError) as early:
        await ledger(desk).deadline(passing)
    assert (early.value.type, early.value.non_retryable) == ("TooEarly", False)
    assert early.value.next_retry_delay == SECOND
    assert await desk.story() == []
    desk.moment = due.at
    await ledger(desk).deadline(passing)
    assert await desk.story() == ["deadline_passed escalate"]


async def test_a_post_without_an_hour_is_missed_when_its_window_has_closed(desk: Desk) -> None:
    await desk.submitted()
    await desk.signs("lena")
    desk.moment += timedelta(hours=2)  # its hour passes before the last signature
    await desk.signs("dara")
    window = (await desk.life()).post.window
    assert window is not None
    closing = Closing(desk.organisation, desk.post, End.MISSED)
    desk.moment = window.closes - SECOND
    with pytest.raises(ApplicationError) as early:
        await ledger(desk).close(closing)
    assert early.value.next_retry_delay == SECOND
    assert not (await desk.life()).is_over
    desk.moment = window.closes
    assert await ledger(desk).close(closing) is None
    assert (await desk.life()).end is End.MISSED


@pytest.mark.parametrize(
    "verdict", [Verdict.APPROVE, Verdict.REQUEST_CHANGES, Verdict.REJECT, Verdict.ABSTAIN]
)
async def test_no_decision_stands_once_the_window_has_closed(desk: Desk, verdict: Verdict) -> None:
    """I-10: nothing can go out any more, so no signature may say that it can."""
    await desk.submitted()
    window = (await desk.life()).post.window
    assert window is not None
    desk.moment = window.closes
    with pytest.raises(Refusal) as late:
        await desk.decides("lena", verdict, "Fine.")
    assert late.value.objection.code is Code.EXPIRED
    assert (await desk.life()).review.votes == ()
    closing = Closing(desk.organisation, desk.post, End.MISSED)
    assert await ledger(desk).close(closing) is None
    with pytest.raises(Refusal) as over:
        await desk.decides("lena", verdict, "Fine.")
    assert over.value.objection == late.value.objection


async def test_a_window_closes_at_its_moment_and_not_before(desk: Desk) -> None:
    await desk.submitted()
    window = (await desk.life()).post.window
    assert window is not None
    closing = Closing(desk.organisation, desk.post, End.MISSED)
    desk.moment = window.closes - SECOND
    with pytest.raises(ApplicationError, match="It is not"):
        await ledger(desk).close(closing)
    await desk.signs("lena")
    assert not (await desk.life()).is_over


async def test_a_look_is_taken_when_it_is_due_and_only_the_last_one_closes(desk: Desk) -> None:
    await desk.sends(await desk.approved())
    [out] = [line.at for line in await desk.file() if line.done == "published"]
    for number, after in ((1, 0), (2, 2)):  # the chain's watch: [0s, 2s]
        look = Look(desk.organisation, desk.post, number, is_last=True)
        desk.moment = out + timedelta(seconds=after) - SECOND
        with pytest.raises(ApplicationError) as early:
            await measures(desk).take(look)
        assert early.value.next_retry_delay == SECOND
        desk.moment += SECOND
        await measures(desk).take(look)
        assert (await desk.life()).is_over is (number == 2)


async def test_a_watch_ends_with_its_looks_and_not_before(desk: Desk) -> None:
    await desk.sends(await desk.approved())
    desk.moment += timedelta(days=1)
    closing = Closing(desk.organisation, desk.post, End.PUBLISHED)
    for number in (1, 2):
        with pytest.raises(ApplicationError, match=f"Look {number} at what is live"):
            await ledger(desk).close(closing)
        await measures(desk).take(Look(desk.organisation, desk.post, number))
    assert await ledger(desk).close(closing) is None
    assert (await desk.life()).end is End.PUBLISHED


@pytest.mark.parametrize("number", [-1, 0, 3])
async def test_a_look_that_the_chain_does_not_ask_for_is_never_taken(
    desk: Desk, number: int
) -> None:
    await desk.sends(await desk.approved())
    desk.moment += timedelta(days=100)
    with pytest.raises(ApplicationError) as never:
        await measures(desk).take(Look(desk.organisation, desk.post, number, is_last=True))
    assert (never.value.type, never.value.non_retryable) == ("NoSuchLook", True)
