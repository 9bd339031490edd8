"""Stories of a hurdle and how somebody gets a post over it: a waiver, a fresh sign-in."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from domain.objection import Code
from domain.post import Aside, End
from records.tables import PersonRow
from tests.journeys.test_policies import Facts
from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio


async def test_what_a_rule_holds_at_its_hour_a_waiver_lets_out(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    await newsroom.submits(in_days=1, window_days=3)
    await newsroom.is_signed_by_all()
    await Facts(newsroom, tmp_path).are(crisis={"active": True, "reason": "flood"})
    await newsroom.days_pass(1.1)
    await newsroom.eventually(lambda life: life.aside is Aside.HELD_POLICY)
    assert newsroom.copies == 0

    newsroom.groups["carl"] = ("comms_lead", "crisis_lead")
    pause = "crisis.pause_active"
    early = newsroom.waives("lena", pause, "It is about the flood.")
    assert await newsroom.refusal(early) == Code.NOT_ELIGIBLE
    mute = newsroom.waives("carl", pause, " ")
    assert await newsroom.refusal(mute) == Code.COMMENT_REQUIRED
    await newsroom.waives("carl", pause, "It is about the flood.")
    assert await newsroom.ends() is End.PUBLISHED
    assert newsroom.copies == 2
    story = await newsroom.story()
    assert story.index("carl waived") < story.index("house sending")
    assert await newsroom.record_agrees()


async def test_who_has_to_step_up_signs_after_a_fresh_sign_in(newsroom: Newsroom) -> None:
    lena = (PersonRow.organisation == newsroom.organisation) & (PersonRow.id == "lena")
    async with newsroom.database.transaction(newsroom.organisation) as session:
        await session.execute(update(PersonRow).where(lena).values(traits=["step_up"]))
    await newsroom.submits(in_days=5)
    now = await newsroom.now()
    assert await newsroom.refusal(newsroom.approves("lena")) == Code.STEP_UP_AUTH_REQUIRED
    stale = newsroom.approves("lena", signed_in=now - timedelta(minutes=6))
    assert await newsroom.refusal(stale) == Code.STEP_UP_AUTH_REQUIRED
    await newsroom.approves("lena", signed_in=now - timedelta(minutes=1))
    assert await newsroom.is_open() == ["direction: dara"]
    assert await newsroom.record_agrees()
