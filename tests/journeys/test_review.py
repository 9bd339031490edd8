"""Stories of a review: who signs, who may not, and what a change costs."""

import pytest

from domain.naming import fresh_name
from domain.objection import Code
from domain.post import Aside, End, Stage
from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("who", "more", "code"),
    [
        ("dara", {}, Code.LEVEL_NOT_OPEN),
        ("dara", {"level": "direction"}, Code.LEVEL_NOT_OPEN),
        ("carl", {}, Code.NOT_ELIGIBLE),
        ("lena", {"level": "nobody"}, Code.NOT_ELIGIBLE),
        ("lena", {"revision": 9}, Code.STALE_VERSION),
        ("key:cms", {}, Code.MACHINES_NEVER_APPROVE),
    ],
)
async def test_a_refused_signature_says_why_and_leaves_no_trace(
    newsroom: Newsroom, who: str, more: dict[str, object], code: Code
) -> None:
    await newsroom.submits()
    before = await newsroom.story()
    assert await newsroom.refusal(newsroom.approves(who, **more)) == code
    assert await newsroom.story() == before


# I-3
async def test_nobody_signs_what_they_wrote(newsroom: Newsroom) -> None:
    await newsroom.submits(who="lena")
    assert await newsroom.refusal(newsroom.approves("lena")) == Code.SELF_APPROVAL
    await newsroom.approves("li")


async def test_whoever_edits_becomes_an_author(newsroom: Newsroom) -> None:
    await newsroom.drafts()
    await newsroom.revises("Boil water until Friday.", who="lena", submit=True)
    assert await newsroom.refusal(newsroom.approves("lena")) == Code.SELF_APPROVAL


# I-3
async def test_nobody_signs_two_levels(newsroom: Newsroom) -> None:
    newsroom.groups["lena"] = ("legal", "direction")
    await newsroom.submits()
    await newsroom.approves("lena")
    assert await newsroom.refusal(newsroom.approves("lena")) == Code.SEPARATION_OF_DUTIES


async def test_a_level_that_signed_is_closed(newsroom: Newsroom) -> None:
    await newsroom.submits()
    await newsroom.approves("lena")
    assert await newsroom.refusal(newsroom.approves("li")) == Code.LEVEL_CLOSED
    assert await newsroom.refusal(newsroom.approves("li", level="legal")) == Code.LEVEL_CLOSED


async def test_a_changed_text_loses_its_signatures(newsroom: Newsroom) -> None:
    await newsroom.submits()
    await newsroom.approves("lena")
    await newsroom.revises("Boil water until Friday.", submit=True)

    life = await newsroom.life()
    assert (life.post.revision, life.review.round, life.review.votes) == (2, 2, ())
    assert await newsroom.refusal(newsroom.approves("li", revision=1)) == Code.STALE_VERSION
    await newsroom.is_signed_by_all()
    assert await newsroom.ends() is End.PUBLISHED
    assert newsroom.platform("harbour").texts == ["Boil water until Friday."]


# I-2
async def test_a_text_changed_back_does_not_get_its_signatures_back(newsroom: Newsroom) -> None:
    await newsroom.submits("One.")
    await newsroom.is_signed_by_all()
    await newsroom.revises("Two.")
    await newsroom.revises("One.", submit=True)
    life = await newsroom.life()
    assert (life.stage, life.review.votes) == (Stage.APPROVING, ())


async def test_a_post_sent_back_tells_its_author_why(newsroom: Newsroom) -> None:
    await newsroom.submits()
    assert await newsroom.refusal(newsroom.asks_for_changes("lena", " ")) == Code.COMMENT_REQUIRED
    await newsroom.asks_for_changes("lena", "Name the district.")

    assert ("ana", "Your post came back: Name the district.") in await newsroom.notices()
    assert await newsroom.refusal(newsroom.resubmits()) == Code.NO_CHANGES_SINCE_REVIEW
    await newsroom.revises("Boil water in the harbour district.", submit=True)
    assert (await newsroom.life()).stage is Stage.APPROVING


async def test_the_same_text_submitted_anew_is_still_no_change(newsroom: Newsroom) -> None:
    await newsroom.submits("One.", in_days=None)
    content = (await newsroom.life()).post
    await newsroom.asks_for_changes("lena", "Name the district.")
    same = newsroom.revises_as(content, submit=True)
    assert await newsroom.refusal(same) == Code.NO_CHANGES_SINCE_REVIEW


async def test_a_rejected_post_is_over(newsroom: Newsroom) -> None:
    await newsroom.submits()
    await newsroom.rejects("lena", "Not ours to say.")
    assert await newsroom.ends() is End.REJECTED
    assert await newsroom.refusal(newsroom.approves("li")) == Code.REJECTED
    assert newsroom.copies == 0


async def test_rules_refuse_a_submission_and_keep_the_draft(newsroom: Newsroom) -> None:
    await newsroom.drafts("Call Marc on 06 12 34 56 78.")
    assert await newsroom.refusal(newsroom.resubmits()) == Code.POLICY_BLOCK
    assert (await newsroom.life()).stage is Stage.DRAFTING
    assert (await newsroom.story())[-1] == "house blocked"

    await newsroom.revises("Call the town hall on 01 42 76 40 40.", submit=True)
    assert (await newsroom.life()).stage is Stage.APPROVING


async def test_a_post_signed_after_its_hour_needs_a_new_one(newsroom: Newsroom) -> None:
    await newsroom.submits(in_days=1, window_days=3)
    await newsroom.approves("lena")
    await newsroom.days_pass(2)
    await newsroom.approves("dara")
    assert (await newsroom.life()).aside is Aside.NEEDS_RESCHEDULE
    assert newsroom.copies == 0

    late = newsroom.reschedules("ana", in_days=-1)
    assert await newsroom.refusal(late) == Code.IN_THE_PAST
    far = newsroom.reschedules("ana", in_days=30)
    assert await newsroom.refusal(far) == Code.OUTSIDE_WINDOW
    await newsroom.reschedules("ana", in_days=0.5)
    assert await newsroom.ends() is End.PUBLISHED


async def test_a_post_that_nobody_gives_a_new_hour_is_missed(newsroom: Newsroom) -> None:
    await newsroom.submits(in_days=1, window_days=3)
    await newsroom.approves("lena")
    await newsroom.days_pass(2)
    await newsroom.approves("dara")
    assert await newsroom.ends() is End.MISSED
    assert newsroom.copies == 0


async def test_a_new_hour_inside_the_window_keeps_the_signatures(newsroom: Newsroom) -> None:
    await newsroom.submits(in_days=1, window_days=5)
    await newsroom.is_signed_by_all()
    await newsroom.reschedules("carl", in_days=3)
    await newsroom.days_pass(2)
    assert newsroom.copies == 0
    assert await newsroom.ends() is End.PUBLISHED


async def test_a_draft_is_discarded_and_a_signed_post_withdrawn(newsroom: Newsroom) -> None:
    await newsroom.drafts()
    assert await newsroom.refusal(newsroom.withdraws("basile")) == Code.NOT_YOURS
    await newsroom.withdraws("ana")
    assert await newsroom.ends() is End.DISCARDED

    await newsroom.submits()
    await newsroom.is_signed_by_all()
    await newsroom.withdraws("carl", "Overtaken by events.")
    assert await newsroom.ends() is End.WITHDRAWN
    assert await newsroom.refusal(newsroom.approves("lena")) == Code.WITHDRAWN
    assert newsroom.copies == 0


# I-13
async def test_what_is_out_cannot_be_withdrawn(newsroom: Newsroom) -> None:
    await newsroom.submits(in_days=None)
    await newsroom.is_signed_by_all()
    await newsroom.ends()
    assert await newsroom.refusal(newsroom.withdraws("ana")) == Code.ALREADY_PUBLISHED


async def test_the_same_decision_twice_counts_once(newsroom: Newsroom) -> None:
    await newsroom.submits()
    id = fresh_name()
    await newsroom.approves("lena", id=id)
    await newsroom.approves("lena", id=id)
    assert (await newsroom.story()).count("lena approved") == 1
