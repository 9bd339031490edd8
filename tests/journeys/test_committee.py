"""Stories of a post that many have to answer for: the committee chain of the example office."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from domain.explaining import explain
from domain.facts import FactKind
from domain.held import Held
from domain.objection import Code
from domain.post import End, Medium, Stage, Urgency
from domain.waiting import state
from records.verify import prove
from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio
PARIS = ZoneInfo("Europe/Paris")
TOWN = ("town-square",)  # and not the harbour, whose port would have to sign
PERSONAL = "Call Marc on 06 12 34 56 78."


async def test_levels_open_together_and_two_of_three_are_enough(newsroom: Newsroom) -> None:
    await newsroom.submits(chain="committee", channels=TOWN, in_days=5)
    assert await newsroom.is_open() == ["editorial: emil, eva"]
    await newsroom.approves("eva")
    assert await newsroom.is_open() == ["legal: lena, li, lou", "privacy: dora"]
    assert ("lou", "Legal, please decide on revision 1.") in await newsroom.notices()

    await newsroom.approves("dora")
    await newsroom.approves("lena")
    assert await newsroom.refusal(newsroom.approves("lena")) == Code.ALREADY_DECIDED
    assert await newsroom.is_open() == ["legal: li, lou"]
    await newsroom.approves("lou")

    assert (await newsroom.life()).stage is Stage.HOLDING  # unpaid: no finance
    assert await newsroom.ends() is End.PUBLISHED


async def test_a_level_is_asked_only_where_its_condition_holds(newsroom: Newsroom) -> None:
    await newsroom.submits(chain="committee", in_days=5)
    assert (await newsroom.life()).review.required == (
        "editorial",
        "legal",
        "privacy",
        "partner",
    )
    await newsroom.submits(
        chain="committee", channels=TOWN, in_days=5, media=(Medium("0" * 64, "A dyke."),)
    )
    required = (await newsroom.life()).review.required
    assert "accessibility" in required
    assert "partner" not in required


#
async def test_two_at_once_who_both_complete_a_quorum(newsroom: Newsroom) -> None:
    for _ in range(3):
        await newsroom.submits(chain="committee", channels=TOWN, in_days=5)
        for who in ("eva", "lena"):
            await newsroom.approves(who)
        both = await asyncio.gather(
            newsroom.approves("li"), newsroom.approves("lou"), return_exceptions=True
        )
        assert sum(answer is None for answer in both) == 1, both
        assert await newsroom.record_agrees()


async def test_somebody_outside_decides_through_a_link(newsroom: Newsroom) -> None:
    await newsroom.submits(chain="committee", in_days=5)
    for who in ("eva", "lena", "li", "dora"):
        await newsroom.approves(who)
    assert await newsroom.refusal(newsroom.approves("pia")) == Code.EXTERNAL_LINK_REQUIRED

    link = await newsroom.invites("ana", "pia", "partner")
    await newsroom.approves("pia", link=link)
    assert (await newsroom.life()).stage is Stage.HOLDING


async def test_an_escalation_waits_over_easter_and_a_clock_change(newsroom: Newsroom) -> None:
    await newsroom.comes("2027-03-26T15:00")  # Good Friday, which is a working day in Paris
    await newsroom.submits(chain="committee", channels=TOWN, in_days=20)
    await newsroom.comes("2027-03-30T11:25")  # Tuesday; Monday was a holiday
    assert await newsroom.is_open() == ["editorial: emil, eva"]
    assert ("eva", "Editorial still waits for you: revision 1.") in await newsroom.notices()

    await newsroom.comes("2027-03-30T11:35")
    await newsroom.eventually(lambda life: bool(life.review.opened[0].added))
    assert await newsroom.is_open() == ["editorial: emil, eva, carl"]
    due = (await newsroom.facts(FactKind.DEADLINE))[""]["deadline"]
    assert due["due"] == "escalate"
    at = datetime.fromisoformat(due["at"]).astimezone(PARIS)
    assert f"{at:%A %H:%M}" == "Tuesday 11:30"
    says = "Editorial needs your help; please decide on revision 1."
    assert ("carl", says) in await newsroom.notices()

    await newsroom.approves("carl")
    assert (await newsroom.life()).open_levels[0].id == "legal"


async def test_nobody_decides_and_it_expires(newsroom: Newsroom) -> None:
    await newsroom.submits(chain="committee", in_days=60)
    assert await newsroom.ends() is End.EXPIRED
    assert newsroom.copies == 0
    assert ("ana", "Your post expired. Nobody decided in time.") in await newsroom.notices()
    assert await newsroom.refusal(newsroom.approves("eva")) == Code.EXPIRED
    assert (await newsroom.story()).count("house deadline_passed") == 3


async def test_a_second_round_keeps_what_the_edit_does_not_touch(newsroom: Newsroom) -> None:
    await newsroom.submits(chain="committee", channels=TOWN, in_days=5)
    for who in ("eva", "dora"):
        await newsroom.approves(who)
    await newsroom.asks_for_changes("lena", "Name the decree.")
    assert len((await newsroom.life()).open_levels) == 1  # li and lou may still outvote her
    await newsroom.asks_for_changes("li", "Name the decree.")
    assert state(await newsroom.life()) == "changes_requested"

    await newsroom.revises(
        "By decree, boil water.", channels=TOWN, in_days=5, touches=("legal",), submit=True
    )
    review = (await newsroom.life()).review
    assert [one.level for one in review.carried] == ["editorial", "privacy"]
    assert await newsroom.is_open() == ["legal: lena, li, lou"]
    for who in ("lena", "li"):
        await newsroom.approves(who)
    await newsroom.withdraws("carl", "Overtaken by events.")
    assert await newsroom.ends() is End.WITHDRAWN
    assert await newsroom.refusal(newsroom.approves("lou")) == Code.WITHDRAWN


async def test_a_vetoer_stops_what_all_have_signed(newsroom: Newsroom) -> None:
    await newsroom.submits(chain="committee", channels=TOWN, in_days=5)
    assert await newsroom.refusal(newsroom.vetoes("dara", "No.")) == Code.LEVEL_NOT_OPEN
    for who in ("eva", "lena", "li", "dora"):
        await newsroom.approves(who)
    assert await newsroom.refusal(newsroom.vetoes("dara", "")) == Code.COMMENT_REQUIRED
    await newsroom.vetoes("dara", "An election was called.")
    assert await newsroom.ends() is End.REJECTED
    assert newsroom.copies == 0


async def test_two_officers_publish_an_emergency_and_others_review_it(newsroom: Newsroom) -> None:
    await newsroom.submits(chain="press", in_days=9, urgency=Urgency.EMERGENCY)
    assert await newsroom.refusal(newsroom.hurries("lena")) == Code.NOT_ELIGIBLE
    await newsroom.hurries("otto")
    assert newsroom.copies == 0
    assert await newsroom.refusal(newsroom.hurries("otto")) == Code.SECOND_PERSON_REQUIRED
    await newsroom.hurries("olga")
    await newsroom.reaches(Stage.WATCHING)
    assert newsroom.copies == 2
    assert state(await newsroom.life()) == "published_pending_review"

    await newsroom.days_pass(12)  # the watch is long over, and so is the time for the review
    life = await newsroom.life()
    assert (state(life), life.stage) == ("post_review_overdue", Stage.WATCHING)
    says = "The review of this emergency is overdue. Please give it."
    assert ("dara", says) in await newsroom.notices()
    assert await newsroom.refusal(newsroom.approves("olga")) == Code.NOT_ELIGIBLE

    await newsroom.approves("dara")
    assert await newsroom.ends() is End.PUBLISHED
    assert state(await newsroom.life()) == "published"


async def test_a_refused_emergency_has_to_be_retracted(newsroom: Newsroom) -> None:
    await newsroom.submits(chain="press", in_days=9, urgency=Urgency.EMERGENCY)
    await newsroom.hurries("otto")
    asked = explain(await newsroom.life(), [], await newsroom.now(), Held())
    assert any("another officer on duty" in one.en for one in asked.sentences)
    await newsroom.hurries("olga")
    await newsroom.reaches(Stage.WATCHING)
    await newsroom.rejects("carl", "Nobody was in danger.")
    life = await newsroom.life()
    assert state(life) == "retraction_required"
    told = explain(life, [], await newsroom.now(), Held())
    assert "should not be" in told.sentences[0].en
    assert told.next
    assert "takes it down" in told.next.en


async def test_what_is_no_emergency_waits_its_turn(newsroom: Newsroom) -> None:
    await newsroom.submits(chain="press")
    assert await newsroom.refusal(newsroom.hurries("otto")) == Code.NOT_AN_EMERGENCY
    await newsroom.drafts(PERSONAL, chain="press", urgency=Urgency.EMERGENCY)
    assert await newsroom.refusal(newsroom.resubmits()) == Code.POLICY_BLOCK
    assert await newsroom.refusal(newsroom.hurries("otto")) == Code.NON_BYPASSABLE_RULE


async def test_a_rule_that_nobody_may_waive(newsroom: Newsroom) -> None:
    await newsroom.submits(PERSONAL)
    waiver = newsroom.waives("lena", "pii.phone.personal", "He agreed.")
    assert await newsroom.refusal(waiver) in (Code.NOT_OVERRIDABLE, Code.NOT_ELIGIBLE)


async def test_the_record_of_all_this_can_be_proven(newsroom: Newsroom) -> None:
    await newsroom.submits(chain="committee", in_days=60)
    await newsroom.ends()
    await newsroom.submits(chain="press", in_days=9, urgency=Urgency.EMERGENCY)
    await newsroom.hurries("otto")
    await newsroom.hurries("olga")
    await newsroom.reaches(Stage.WATCHING)
    proof = await prove(newsroom.database, newsroom.organisation, newsroom.seals, newsroom.seals)
    assert proof.faults == ()
    assert await newsroom.record_agrees()
