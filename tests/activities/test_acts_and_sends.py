"""Acts that come twice, and withdrawals that come before, during and after a send."""

from datetime import timedelta

import pytest

from activities.ledger import Filed, Filing, Ledger
from activities.platforms import InDoubt, NotSent
from domain.acts import Decide, Verdict
from domain.objection import Code, Refusal
from domain.post import End
from domain.sending import SendState
from tests.activities.desk import Desk

pytestmark = pytest.mark.anyio


async def test_a_decision_delivered_twice_is_on_record_once_and_answered_alike(desk: Desk) -> None:
    """I-5: the second delivery is no second vote, and no refusal either."""
    await desk.submitted()
    post = (await desk.life()).post
    told = {"revision": post.revision, "content_hash": post.content_hash}
    act = desk.act("lena", Decide, verdict=Verdict.APPROVE, **told)
    file = Ledger(desk.database, desk.seals, desk.clock).file
    filing = Filing(desk.organisation, desk.post, act.as_entry())
    assert await file(filing) is None
    for _ in range(2):
        assert await file(filing) == Filed(await desk.life())
    assert [line.key for line in await desk.file()].count(act.id) == 1
    assert len((await desk.life()).review.votes) == 1


async def test_while_a_send_may_have_arrived_nobody_can_withdraw(desk: Desk) -> None:
    """I-13: nor once it is out; and a refused withdrawal leaves no trace."""
    order = await desk.approved()
    desk.platform.next = [InDoubt("silence")]
    await desk.is_put_off(order)
    await is_too_late(desk, "it is going out")
    desk.lease_ends()
    assert (await desk.sends(order)).state is SendState.PUBLISHED
    await is_too_late(desk, "it is published as https://social.example/")
    assert desk.platform.copies == 1
    assert "withdrawn" not in [line.done for line in await desk.file()]


async def is_too_late(desk: Desk, why: str) -> None:
    with pytest.raises(Refusal, match=why) as late:
        await desk.withdraws()
    assert late.value.objection.code is Code.ALREADY_PUBLISHED


async def test_what_is_proven_not_to_have_left_can_be_withdrawn_and_stays_at_home(
    desk: Desk,
) -> None:
    """I-13."""
    order = await desk.approved()
    desk.platform.next = [NotSent("no route")]
    await desk.is_put_off(order)
    await desk.withdraws()
    assert (await desk.life()).end is End.WITHDRAWN
    desk.moment += timedelta(minutes=1)
    assert (await desk.sends(order)).state is None
    assert desk.platform.copies == 0
