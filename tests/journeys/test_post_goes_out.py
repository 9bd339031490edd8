"""Whole stories: what people did, and what the ledger says happened."""

import asyncio
from datetime import timedelta

import pytest

from activities.platforms import Throttled
from api.door import EngineLost
from domain.acts import Found
from domain.facts import FactKind
from domain.objection import Code
from domain.post import Aside, End, Stage
from tests.newsroom import FakePlatform, Newsroom
from workflows.post import PostLife

pytestmark = pytest.mark.anyio


async def test_a_post_goes_out_at_its_hour_after_both_signatures(newsroom: Newsroom) -> None:
    await newsroom.submits("Boil water before drinking.")
    await newsroom.is_signed_by_all()
    assert (await newsroom.life()).stage is Stage.HOLDING

    assert await newsroom.ends() is End.PUBLISHED

    assert newsroom.platform("town-square").texts == ["Boil water before drinking."]
    assert newsroom.platform("harbour").texts == ["Boil water before drinking."]
    story = await newsroom.story()
    assert story[:4] == ["ana drafted", "house admitted", "lena approved", "dara approved"]
    assert sorted(story[4:]) == [
        "house closed",
        "house measured",
        "house measured",
        "house published",
        "house published",
        "house sending",
        "house sending",
    ]


async def test_it_never_goes_out_before_its_hour(newsroom: Newsroom) -> None:
    await newsroom.submits(in_days=2)
    await newsroom.is_signed_by_all()

    await newsroom.days_pass(1.9)
    assert newsroom.copies == 0

    await newsroom.ends()
    assert newsroom.copies == 2


async def test_a_post_without_an_hour_goes_out_as_soon_as_it_is_signed(newsroom: Newsroom) -> None:
    await newsroom.submits(in_days=None)
    await newsroom.is_signed_by_all()
    assert await newsroom.ends() is End.PUBLISHED
    assert newsroom.copies == 2


async def test_a_draft_waits_for_its_author(newsroom: Newsroom) -> None:
    await newsroom.drafts()
    await newsroom.days_pass(0.5)
    assert (await newsroom.life()).stage is Stage.DRAFTING

    await newsroom.resubmits()
    assert (await newsroom.life()).stage is Stage.APPROVING


async def test_each_channel_says_its_own_variant(newsroom: Newsroom) -> None:
    from domain.post import Variant

    await newsroom.submits(
        "To all.", in_days=None, variants=(Variant("harbour", "To the harbour."),)
    )
    await newsroom.is_signed_by_all()
    await newsroom.ends()
    assert newsroom.platform("town-square").texts == ["To all."]
    assert newsroom.platform("harbour").texts == ["To the harbour."]


async def test_a_lost_answer_is_looked_for_before_anything_is_sent_again(
    newsroom: Newsroom,
) -> None:
    newsroom.platform("harbour").next = ["lost"]
    await newsroom.submits(in_days=None)
    await newsroom.is_signed_by_all()

    assert await newsroom.ends() is End.PUBLISHED

    assert newsroom.platform("harbour").copies == 1
    assert (await newsroom.facts(FactKind.PUBLISHED))["harbour"]["how"] == "reconciled"


async def test_who_has_to_wait_goes_on_alone_and_holds_up_nobody(newsroom: Newsroom) -> None:
    later = timedelta(minutes=10)
    newsroom.platform("harbour").next = [Throttled("too many", later)]
    await newsroom.submits(in_days=None)
    await newsroom.is_signed_by_all()
    assert await newsroom.ends() is End.PUBLISHED

    assert (newsroom.platform("town-square").copies, newsroom.platform("harbour").copies) == (1, 1)
    sends = [
        event.activity_task_scheduled_event_attributes.activity_type.name
        for event in (await newsroom.handle.fetch_history()).events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]
    assert sends == ["publishing.send_all", "publishing.send"]


async def test_what_is_out_is_known_while_the_rest_still_waits(newsroom: Newsroom) -> None:
    newsroom.platform("harbour").next = [Throttled("too many", timedelta(days=30))]
    await newsroom.submits(in_days=None)
    await newsroom.is_signed_by_all()
    async with asyncio.timeout(60):
        while not (standing := await newsroom.handle.query(PostLife.standing)).live:  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    assert [send.channel for send in standing.live] == ["town-square"]
    assert standing.to_send == ("harbour",)
    assert await newsroom.refusal(newsroom.withdraws("carl")) == Code.ALREADY_PUBLISHED


async def test_what_nobody_can_look_up_waits_for_a_person(newsroom: Newsroom) -> None:
    newsroom.switchboard.platforms["harbour"] = blind = FakePlatform(knows_all=False, next=["lost"])
    blind.find = nothing_found  # type: ignore[method-assign]
    await newsroom.submits(in_days=None)
    await newsroom.is_signed_by_all()
    await newsroom.eventually(lambda life: life.aside is Aside.UNKNOWN)

    settling = newsroom.settles("ana", "town-square", Found.LIVE, "https://social.example/x")
    assert await newsroom.refusal(settling) == Code.NOTHING_UNKNOWN
    await newsroom.settles("carl", "harbour", Found.LIVE, "https://social.example/seen")

    assert await newsroom.ends() is End.PUBLISHED
    assert blind.copies == 1
    assert "carl settled" in await newsroom.story()


async def test_what_a_person_says_is_not_live_is_sent_again(newsroom: Newsroom) -> None:
    newsroom.switchboard.platforms["harbour"] = blind = FakePlatform(knows_all=False, next=["gone"])
    await newsroom.submits(in_days=None)
    await newsroom.is_signed_by_all()
    await newsroom.eventually(lambda life: life.aside is Aside.UNKNOWN)
    assert blind.copies == 0

    await newsroom.settles("carl", "harbour", Found.NOT_LIVE)

    assert await newsroom.ends() is End.PUBLISHED
    assert blind.copies == 1


async def test_a_platform_that_refuses_does_not_stop_the_others(newsroom: Newsroom) -> None:
    from activities.platforms import Refused

    newsroom.platform("harbour").next = [Refused("It is too long for the harbour.")]
    await newsroom.submits(in_days=None)
    await newsroom.is_signed_by_all()

    assert await newsroom.ends() is End.PUBLISHED

    life = await newsroom.life()
    assert {send.channel: send.state for send in life.sends} == {
        "town-square": "published",
        "harbour": "failed",
    }
    assert ("ana", "harbour refused your post: It is too long for the harbour.") in (
        await newsroom.notices()
    )


async def test_a_post_that_every_platform_refuses_ends_as_failed(newsroom: Newsroom) -> None:
    from activities.platforms import Refused

    for channel in ("harbour", "town-square"):
        newsroom.platform(channel).next = [Refused("No.")]
    await newsroom.submits(in_days=None)
    await newsroom.is_signed_by_all()
    assert await newsroom.ends() is End.FAILED


async def test_what_is_live_is_compared_with_what_was_approved(newsroom: Newsroom) -> None:
    await newsroom.submits("The exact words.", in_days=None, chain="press")
    await newsroom.is_signed_by_all()
    await newsroom.reaches(Stage.WATCHING)
    await newsroom.eventually_in_story("house measured")
    newsroom.platform("harbour").posts.clear()

    await newsroom.ends()

    drifts = await newsroom.facts(FactKind.DRIFTED)
    assert drifts["harbour"]["because"] == "gone"
    assert "town-square" not in drifts


# I-9
async def test_a_window_that_closes_while_nobody_can_send_ends_as_missed(
    newsroom: Newsroom,
) -> None:
    await newsroom.freezes("a disaster")
    await newsroom.submits(in_days=0.5, window_days=1)
    await newsroom.is_signed_by_all()
    await newsroom.days_pass(0.6)
    await newsroom.eventually(lambda life: life.aside is Aside.FROZEN)
    assert newsroom.copies == 0

    await newsroom.days_pass(2)
    assert await newsroom.ends() is End.MISSED
    assert newsroom.copies == 0


async def test_a_life_goes_on_in_a_new_history_when_the_old_one_grew_long(
    newsroom: Newsroom,
) -> None:
    """Continue-as-new: the snapshot carries the life, and nothing is asked twice."""
    from workflows.post import Brief

    await newsroom.submits(in_days=30, window_days=60)
    await newsroom.approves("lena")
    life = await newsroom.life()
    await newsroom.handle.terminate("as if it had continued")
    brief = Brief(life)
    await newsroom.continues(brief)

    await newsroom.approves("dara")

    assert await newsroom.ends() is End.PUBLISHED
    assert newsroom.copies == 2


async def nothing_found(letter: object) -> None:
    return None


async def test_a_life_that_the_engine_lost_goes_on_from_the_record(newsroom: Newsroom) -> None:
    from workflows.resume import resume

    await newsroom.submits(in_days=2)
    await newsroom.is_signed_by_all()
    await newsroom.handle.terminate("its store was lost")
    with pytest.raises(EngineLost):
        await newsroom.reschedules("ana", in_days=2.5)

    client, queue = newsroom.env.client, newsroom.task_queue
    for started in (1, 0):  # a second time there is nothing left to start
        done = await resume(client, newsroom.database, newsroom.organisation, queue)
        assert (done.open, len(done.started)) == (1, started)

    await newsroom.reschedules("ana", in_days=2.5)
    assert await newsroom.ends() is End.PUBLISHED
    assert newsroom.copies == 2
