"""Two people at once: what comes of it is always one of the orders in which it could have been.

The numbers are those of the invariants: I-2 a changed text keeps no signature, I-5 every decision
is on record once, I-6 of two opposite ones exactly one wins and the ledger's replay is the state,
I-13 what was withdrawn never goes out.
"""

import asyncio
from collections.abc import Awaitable

import pytest

from domain.acts import Disinvite, Verdict
from domain.naming import fresh_name
from domain.objection import Code, Refusal
from domain.post import End, Stage, Urgency
from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio
TOWN = ("town-square",)
TIMES = range(3)


@pytest.fixture
def newsroom(real_newsroom: Newsroom) -> Newsroom:
    """On the real engine: a race is between its own answers, and it loses none.

    The time-skipping server does: when an act calls off a send that has just ended, it refuses the
    workflow's whole step (ACTIVITY_UNKNOWN) and never gives it out again, so the life stands still.
    https://github.com/temporalio/sdk-java/issues/3088
    """
    return real_newsroom


async def at_once(*attempts: Awaitable[None]) -> list[Code | None]:
    """The code each was refused with; None if it stands."""
    said = await asyncio.gather(*(_said(attempt) for attempt in attempts))
    return list(said)


async def _said(attempt: Awaitable[None]) -> Code | None:
    try:
        await attempt
    except Refusal as refusal:
        return refusal.objection.code
    return None


async def test_one_decision_delivered_many_times_at_once_counts_once(newsroom: Newsroom) -> None:
    """I-5."""
    for _ in TIMES:
        await newsroom.submits()
        id = fresh_name()
        said = await at_once(*(newsroom.approves("lena", id=id) for _ in range(4)))
        assert said == [None] * 4
        assert (await newsroom.story()).count("lena approved") == 1
        assert await newsroom.record_agrees()


#
async def test_of_two_opposite_decisions_exactly_one_wins(newsroom: Newsroom) -> None:
    """I-6."""
    for _ in TIMES:
        await newsroom.submits()
        said = await at_once(newsroom.approves("lena"), newsroom.rejects("li", "No."))
        assert said in ([None, Code.LEVEL_CLOSED], [Code.REJECTED, None])
        story = await newsroom.story()
        assert ("lena approved" in story) == (said[0] is None)
        assert ("li rejected" in story) == (said[1] is None)
        assert await newsroom.record_agrees()


#
async def test_of_a_veto_and_a_withdrawal_exactly_one_ends_it(newsroom: Newsroom) -> None:
    """I-6."""
    for _ in TIMES:
        await newsroom.submits(chain="committee", channels=TOWN, in_days=5)
        for who in ("eva", "lena", "li", "dora"):
            await newsroom.approves(who)
        said = await at_once(newsroom.vetoes("dara", "No."), newsroom.withdraws("ana"))
        assert sorted(map(str, said)) in (["None", "REJECTED"], ["None", "WITHDRAWN"])
        end = End.REJECTED if said[0] is None else End.WITHDRAWN
        assert await asyncio.wait_for(newsroom.handle.result(), 120) is end
        assert await newsroom.record_agrees()
    assert newsroom.copies == 0


async def test_an_objection_and_an_approval_on_parallel_levels(newsroom: Newsroom) -> None:
    """I-6: the approval may come first, and then it closes with the others; never the reverse."""
    for _ in TIMES:
        await newsroom.submits(chain="committee", channels=TOWN, in_days=5)
        await newsroom.approves("eva")
        said = await at_once(
            newsroom.asks_for_changes("dora", "Whose data?"), newsroom.approves("lena")
        )
        assert said in ([None, None], [None, Code.NOT_IN_REVIEW])
        life = await newsroom.life()
        assert (life.stage, life.open_levels) == (Stage.DRAFTING, ())
        assert await newsroom.record_agrees()


async def test_a_vote_taken_back_while_another_completes_the_quorum(newsroom: Newsroom) -> None:
    """I-6: either the level passed with both, or it is open with one."""
    for _ in TIMES:
        await newsroom.submits(chain="committee", channels=TOWN, in_days=5)
        for who in ("eva", "dora", "lena"):
            await newsroom.approves(who)
        back = newsroom.decides("lena", Verdict.RETRACT, level="legal")
        said = await at_once(newsroom.approves("li"), back)
        votes = [vote.actor for vote in (await newsroom.life()).review.votes_on("legal")]
        if said == [None, None]:
            assert votes == ["li"]
            assert await newsroom.is_open() == ["legal: lena, lou"]
        else:
            assert said[0] is None
            assert votes == ["lena", "li"]
            assert (await newsroom.life()).stage is Stage.HOLDING
        assert await newsroom.record_agrees()


async def test_a_link_taken_back_while_somebody_decides_through_it(newsroom: Newsroom) -> None:
    """I-6."""
    for _ in TIMES:
        await newsroom.submits(chain="committee", in_days=5)
        for who in ("eva", "lena", "li", "dora"):
            await newsroom.approves(who)
        link = await newsroom.invites("ana", "pia", "partner")
        said = await at_once(
            newsroom.approves("pia", link=link), newsroom.does("ana", Disinvite, link=link)
        )
        assert said in ([None, None], [Code.LINK_EXPIRED, None])
        signed = "pia approved" in await newsroom.story()
        assert signed == (said[0] is None)
        assert ((await newsroom.life()).stage is Stage.HOLDING) == signed
        assert await newsroom.record_agrees()


#
async def test_an_edit_against_the_last_approval_leaves_no_signature(newsroom: Newsroom) -> None:
    """I-2: whichever came first, nobody has signed the new text."""
    for _ in TIMES:
        await newsroom.submits("One.", in_days=5)
        await newsroom.approves("lena")
        said = await at_once(newsroom.approves("dara", revision=1), newsroom.revises("Two."))
        assert said in ([None, None], [Code.STALE_VERSION, None])
        life = await newsroom.life()
        assert (life.stage, life.post.revision) == (Stage.DRAFTING, 2)
        assert (life.review.votes, life.review.passed) == ((), ())
        assert await newsroom.record_agrees()


async def test_an_edit_against_the_last_approval_never_sends_the_unread(
    newsroom: Newsroom,
) -> None:
    """I-2: the approval sends what was read, at once, or the edit takes it back in time."""
    for _ in TIMES:
        newsroom.switchboard.platforms.clear()
        await newsroom.submits("One.", in_days=None)
        await newsroom.approves("lena")
        said = await at_once(newsroom.approves("dara", revision=1), newsroom.revises("Two."))
        if said[1] is None:
            assert said[0] in (None, Code.STALE_VERSION)
            await newsroom.reaches(Stage.DRAFTING)
            assert newsroom.copies == 0
        else:
            assert said == [None, Code.LOCKED]
            await newsroom.reaches(Stage.WATCHING)
            assert newsroom.platform("harbour").texts == ["One."]
        assert await newsroom.record_agrees()


async def test_two_edits_of_one_text_make_one_new_revision(newsroom: Newsroom) -> None:
    """I-6."""
    for _ in TIMES:
        await newsroom.submits("One.", in_days=5)
        said = await at_once(
            newsroom.revises("Two.", seen=1), newsroom.revises("Three.", who="basile", seen=1)
        )
        assert sorted(map(str, said)) == ["None", "STALE_VERSION"]
        assert (await newsroom.life()).post.revision == 2
        assert await newsroom.record_agrees()


#
async def test_a_withdrawal_against_publication_is_one_or_the_other(newsroom: Newsroom) -> None:
    """I-13, and I-6: the ledger's replay is the state."""
    for _ in TIMES:
        newsroom.switchboard.platforms.clear()
        await newsroom.submits(in_days=None)
        await newsroom.approves("lena")
        said = await at_once(newsroom.approves("dara"), newsroom.withdraws("ana"))
        if said[1] is None:
            assert said[0] in (None, Code.WITHDRAWN)
            assert await asyncio.wait_for(newsroom.handle.result(), 120) is End.WITHDRAWN
            assert newsroom.copies == 0
        else:
            assert said == [None, Code.ALREADY_PUBLISHED]
            await newsroom.reaches(Stage.WATCHING)
            assert newsroom.copies == 2
        assert await newsroom.record_agrees()


async def test_two_officers_at_once_release_an_emergency_once(newsroom: Newsroom) -> None:
    """I-5: one asks and the other releases, in either order; and it goes out once."""
    await newsroom.submits(chain="press", in_days=9, urgency=Urgency.EMERGENCY)
    assert await at_once(newsroom.hurries("otto"), newsroom.hurries("olga")) == [None, None]
    await newsroom.reaches(Stage.WATCHING)
    hurried = (await newsroom.life()).review.emergency
    assert hurried
    assert sorted(hurried.officers) == ["olga", "otto"]
    assert newsroom.copies == 2
    assert await newsroom.record_agrees()
