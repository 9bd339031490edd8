"""Stories of rules that are asked again: as somebody signs, and once the post is out."""

from datetime import timedelta
from pathlib import Path

import pytest

from activities.monitoring import observed
from activities.platforms import Live
from domain.canonical import instant
from domain.case import Case, Moment
from domain.facts import FactKind
from domain.objection import Code
from domain.policy import examine
from domain.post import Content, End, Medium, Stage, Window
from domain.sending import Send, SendState
from records.packs import TODAY, houses, shipped
from tests.journeys.test_policies import PRAISE, Facts, verdicts
from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio

BLACKOUT = "blackout.election"


@pytest.fixture
def facts(newsroom: Newsroom, tmp_path: Path) -> Facts:
    return Facts(newsroom, tmp_path)


async def an_election_is_called(newsroom: Newsroom, facts: Facts) -> None:
    now = await newsroom.now()
    window = {
        "rule": BLACKOUT,
        "opens": instant(now),
        "closes": instant(now + timedelta(days=9)),
        "legal_basis": "Code électoral, art. L52-1 al. 2",
    }
    await facts.are(elections=[{"id": "by-election", "restrictions": [window]}])


async def test_nobody_signs_what_a_rule_of_approval_forbids_by_now(
    newsroom: Newsroom, facts: Facts
) -> None:
    await newsroom.submits(PRAISE, in_days=1, languages=("fr",))
    await an_election_is_called(newsroom, facts)
    assert await newsroom.refusal(newsroom.approves("lena")) == Code.POLICY_BLOCK
    assert "lena approved" not in await newsroom.story()
    warned = {who for who, says in await newsroom.notices() if "Have it waived" in says}
    assert {"ana", "lena"} <= warned
    assert [row.stage for row in await verdicts(newsroom)][-1] == "approve"

    await newsroom.waives("lena", BLACKOUT, "It is a date, and no praise.")
    await newsroom.is_signed_by_all()
    assert await newsroom.ends() is End.PUBLISHED
    story = await newsroom.story()
    assert story.count("house examined") == 1
    assert story.index("house examined") < story.index("lena waived") < story.index("dara approved")
    assert await newsroom.record_agrees()


async def test_what_stood_against_a_signature_does_not_outlive_its_cause(
    newsroom: Newsroom, facts: Facts
) -> None:
    await newsroom.submits(PRAISE, in_days=1, languages=("fr",))
    await an_election_is_called(newsroom, facts)
    assert await newsroom.refusal(newsroom.approves("lena")) == Code.POLICY_BLOCK
    await facts.are(elections=[])
    await newsroom.is_signed_by_all()
    assert (await newsroom.life()).stage is Stage.HOLDING
    assert not (await newsroom.life()).review.findings
    assert await newsroom.record_agrees()


async def test_what_a_look_finds_is_filed_once_with_its_clause(newsroom: Newsroom) -> None:
    await newsroom.submits("The exact words.", in_days=None, chain="press")
    await newsroom.is_signed_by_all()
    await newsroom.eventually_in_story("house measured")
    newsroom.platform("harbour").posts.clear()
    assert await newsroom.ends() is End.PUBLISHED
    examined = (await newsroom.facts(FactKind.EXAMINED))[""]
    assert examined["details"] == [["monitor.deleted_outside:harbour", 2]]  # at look 2
    assert (await newsroom.story()).count("house examined") == 1
    looks = [row for row in await verdicts(newsroom) if row.stage == "look"]
    assert looks[0].findings == []
    assert len(looks) == 5
    assert [found["rule"] for row in looks[1:] for found in row.findings] == [
        "monitor.deleted_outside"
    ] * 4


# What a look tells the rules.

WINDOW = Window(TODAY, TODAY + timedelta(days=1))
SAID = Content("Boil water.", ("mastodon",), WINDOW, (), (Medium("m", "A tap"),), (), ("en",))
OUT = Send("mastodon", SendState.PUBLISHED, "https://social.example/1", "1")


def found_in(live: Live | None, send: Send = OUT) -> set[str]:
    seen = observed(SAID, (send,), {"mastodon": live})
    case = Case(SAID, houses()["fr"], TODAY, Moment.MONITORING, observed=seen)
    return {finding.rule for finding in examine(case, shipped())}


async def test_what_is_read_back_is_held_against_what_was_approved() -> None:
    as_sent = Live("Boil water.", ("en",), ("A tap",), {"replies": 2})
    assert found_in(as_sent) == set()
    assert found_in(Live(" Boil\u00a0water. ", (), ("A tap",))) == set()
    assert found_in(Live("Boil water.", ("en-GB",), ("A tap",))) == set()
    assert found_in(Live("Drink it.", ("en",), ("A tap",))) == {"monitor.content_drift"}
    assert found_in(Live("Boil water.", ("en",), ("",))) == {"monitor.content_drift"}
    assert found_in(Live("Boil water.", ("fr",), ("A tap",))) == {"monitor.content_drift"}
    assert found_in(None) == {"monitor.deleted_outside"}


async def test_a_publication_without_its_address_is_no_complete_record() -> None:
    as_sent = Live("Boil water.", ("en",), ("A tap",))
    lost = Send("mastodon", SendState.PUBLISHED, "https://social.example/1")
    assert found_in(as_sent, lost) == {"records.capture_complete"}
