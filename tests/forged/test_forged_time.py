"""I-16: no time passes because somebody says so; what is due is for the record's clock to say."""

from datetime import timedelta

import pytest

from activities.ledger import Closing, Passing
from activities.measures import Look
from domain.acts import Reschedule
from domain.post import Aside, End, Stage
from tests.forged.burglar import Burglar
from tests.forged.errands import Errand, run_errands

pytestmark = pytest.mark.anyio


# I-16
async def test_a_deadline_passes_when_it_is_due(burglar: Burglar) -> None:
    """A request does not expire, and nobody is asked in another's place, before the hour."""
    room = burglar.newsroom
    post = await room.submits(in_days=20, chain="committee", channels=("town-square",))
    due = (await room.life()).review.deadlines
    assert len(due) >= 2
    async with burglar.in_vain():
        for one in due:
            errand = Errand("ledger.deadline", Passing(room.organisation, post, one))
            await run_errands(burglar, [errand])


async def test_what_waits_for_a_new_hour_is_missed_only_when_its_window_closes(
    burglar: Burglar,
) -> None:
    post = await burglar.finds("a half-signed post")
    room = burglar.newsroom
    soon = await room.now() + timedelta(seconds=0.3)
    await room.does("carl", Reschedule, hour=soon)
    await burglar.a_while_passes()
    await room.approves("dara")
    assert (await room.life()).aside is Aside.NEEDS_RESCHEDULE
    async with burglar.in_vain():
        closing = Closing(room.organisation, post, End.MISSED, "Too bad.")
        await run_errands(burglar, [Errand("ledger.close", closing)])
    await burglar.its_hour_comes()
    assert await burglar.ends() is End.PUBLISHED


async def test_nobody_ends_a_watch_before_its_last_look(burglar: Burglar) -> None:
    room = burglar.newsroom
    post = await room.submits(in_days=None, chain="press")
    await room.is_signed_by_all()
    await room.reaches(Stage.WATCHING)
    await room.eventually_in_story("house measured")
    async with burglar.in_vain():
        looks = [Look(room.organisation, post, number, True) for number in (2, 3, 4, 5, 6)]
        closing = Closing(room.organisation, post, End.PUBLISHED, "Enough seen.")
        asked = [Errand("measures.take", look) for look in looks]
        await run_errands(burglar, [*asked, Errand("ledger.close", closing)])
