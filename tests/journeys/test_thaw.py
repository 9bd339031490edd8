"""A freeze at the hour, and its end: people are asked, and nothing goes out behind their back."""

import pytest

from domain.objection import Code
from domain.post import Aside, End, Stage
from tests.newsroom import Newsroom
from tests.replay.record import asked_after_a_thaw
from workflows.resume import resume

pytestmark = pytest.mark.anyio


# I-12
async def test_after_a_thaw_it_goes_out_at_the_hour_that_somebody_gives_it(
    newsroom: Newsroom,
) -> None:
    await asked_after_a_thaw(newsroom)
    await newsroom.days_pass(1)
    life = await newsroom.life()
    assert (life.stage, life.aside) == (Stage.HOLDING, Aside.NEEDS_RESCHEDULE)
    assert newsroom.copies == 0
    assert life.post.window is not None
    closes = f"{life.post.window.closes:%Y-%m-%d %H:%M} UTC"
    told = {who for who, says in await newsroom.notices() if "new hour" in says and closes in says}
    assert told == {"ana", "carl"}  # its author and the lead of its chain

    late = newsroom.reschedules("carl", in_days=9)
    assert await newsroom.refusal(late) == Code.OUTSIDE_WINDOW
    await newsroom.reschedules("carl", in_days=0.5)
    assert await newsroom.ends() is End.PUBLISHED
    assert newsroom.copies == 1
    assert (await newsroom.story()).count("lena approved") == 1  # signatures stayed
    assert await newsroom.record_agrees()


# I-12
async def test_what_nobody_gives_an_hour_after_a_thaw_is_missed(newsroom: Newsroom) -> None:
    await asked_after_a_thaw(newsroom)
    assert await newsroom.ends() is End.MISSED
    assert newsroom.copies == 0
    life = await newsroom.life()
    assert life.because == "Nobody gave it a new hour inside its window."
    assert any("missed its window" in says for _, says in await newsroom.notices())


# I-12
async def test_what_the_engine_lost_in_a_freeze_is_asked_about_after_it(
    real_newsroom: Newsroom,
) -> None:
    """All its channels try at once, on the real engine."""
    room = real_newsroom
    await room.freezes("a disaster")
    await room.submits(in_days=None)
    await room.is_signed_by_all()
    await room.eventually(lambda life: life.aside is Aside.FROZEN)
    await room.handle.terminate("its store was lost")
    await room.thaws()
    client, queue = room.env.client, room.task_queue
    assert (await resume(client, room.database, room.organisation, queue)).started
    await room.eventually(lambda life: life.aside is Aside.NEEDS_RESCHEDULE)
    assert room.copies == 0

    await room.reschedules("ana", in_days=1 / 86_400)
    await room.eventually(lambda life: len(life.live) == 2)
    assert room.copies == 2
    assert (await room.story()).count("house held") == 2
    assert await room.record_agrees()
