"""Stories of rules that change while a post waits: what holds it, who hears, what frees it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from domain.canonical import instant
from domain.declarations import Category, Declarations, Paid
from domain.facts import FactKind
from domain.objection import Code
from domain.post import Aside, End, Stage
from records.office import apply_office
from records.tables import VerdictRow
from tests.newsroom import Newsroom
from tests.offices import office_named

pytestmark = pytest.mark.anyio

PRAISE = "Promesses tenues ! Voyez la nouvelle école."


class Facts:
    """What the office tells the rules of itself: told anew by each call, and applied."""

    def __init__(self, newsroom: Newsroom, folder: Path) -> None:
        self.newsroom = newsroom
        self.folder = folder
        self.turns = 0

    async def are(self, **told: Any) -> list[str]:
        self.turns += 1
        office = office_named(self.newsroom.organisation, self.folder / f"turn-{self.turns}")
        sheet = yaml.safe_load((office / "office.yaml").read_text())
        (office / "office.yaml").write_text(yaml.safe_dump({**sheet, **told}))
        return await apply_office(self.newsroom.database, office)


@pytest.fixture
def facts(newsroom: Newsroom, tmp_path: Path) -> Facts:
    return Facts(newsroom, tmp_path)


async def verdicts(newsroom: Newsroom) -> list[VerdictRow]:
    asked = (
        select(VerdictRow)
        .where(VerdictRow.organisation == newsroom.organisation, VerdictRow.post == newsroom.post)
        .order_by(VerdictRow.at)
    )
    async with newsroom.database.transaction(newsroom.organisation) as session:
        return list((await session.execute(asked)).scalars())


async def is_held(newsroom: Newsroom) -> None:
    await newsroom.eventually(lambda life: life.aside is Aside.HELD_POLICY)
    assert newsroom.copies == 0


async def test_a_pause_after_approval_holds_it_and_its_end_lets_it_out(
    newsroom: Newsroom, facts: Facts
) -> None:
    await newsroom.submits(in_days=1)
    await newsroom.is_signed_by_all()

    said = await facts.are(crisis={"active": True, "reason": "flood"})
    told = f"Post {newsroom.post} would now be held at its hour: crisis.pause_active."
    assert told in said
    warned = [says for who, says in await newsroom.notices() if who == "ana"]
    assert any("they will hold it at its hour" in says for says in warned)
    assert (await newsroom.life()).aside is None  # the gate decides, at the hour

    await newsroom.days_pass(1.1)
    await is_held(newsroom)
    held = (await newsroom.facts(FactKind.HELD))[""]
    assert held["because"] == (
        "Policy holds it at its hour: crisis.pause_active (Crisis procedure)."
    )
    assert any("Crisis procedure" in says for _, says in await newsroom.notices())

    said = await facts.are(crisis={"active": False})
    assert f"Post {newsroom.post} would no longer be held at its hour." in said
    assert await newsroom.ends() is End.PUBLISHED
    assert newsroom.copies == 2
    story = await newsroom.story()
    assert story.index("house held") < story.index("house released") < story.index("house sending")
    assert ("ana", "No rule holds it back any more.") in await newsroom.notices()


async def test_an_election_called_after_approval_holds_praise_until_the_polls_close(
    newsroom: Newsroom, facts: Facts
) -> None:
    await newsroom.submits(PRAISE, in_days=1, languages=("fr",))
    await newsroom.is_signed_by_all()
    now = await newsroom.now()
    window = {
        "rule": "blackout.election",
        "opens": instant(now),
        "closes": instant(now + timedelta(days=2)),
        "legal_basis": "Code électoral, art. L52-1 al. 2",
    }
    await facts.are(elections=[{"id": "by-election", "restrictions": [window]}])

    await newsroom.days_pass(1.1)
    await is_held(newsroom)
    assert "blackout.election" in (await newsroom.facts(FactKind.HELD))[""]["because"]

    assert await newsroom.ends() is End.PUBLISHED
    assert newsroom.copies == 2
    assert await newsroom.now() > now + timedelta(days=2)


async def test_an_embargo_that_outlives_the_window_lets_nothing_out(
    newsroom: Newsroom, facts: Facts
) -> None:
    await newsroom.submits("We are 18 400 now.", in_days=1, window_days=1)
    await newsroom.is_signed_by_all()
    lifts = await newsroom.now() + timedelta(days=30)
    embargo = {"ref": "census", "until": instant(lifts), "phrases": ["18 400"]}
    await facts.are(embargoes=[embargo])
    assert await newsroom.ends() is End.MISSED
    assert newsroom.copies == 0


async def test_an_embargo_forbids_a_new_hour_before_it_lifts(
    newsroom: Newsroom, facts: Facts
) -> None:
    await newsroom.submits("We are 18 400 now.", in_days=3, window_days=3)
    await newsroom.is_signed_by_all()
    lifts = await newsroom.now() + timedelta(days=4)
    embargo = {"ref": "census", "until": instant(lifts), "phrases": ["18 400"]}
    await facts.are(embargoes=[embargo])
    early = newsroom.reschedules("ana", in_days=3.5)
    assert await newsroom.refusal(early) == Code.POLICY_BLOCK
    await newsroom.reschedules("ana", in_days=4.5)
    assert await newsroom.ends() is End.PUBLISHED


async def test_each_examination_leaves_a_verdict_with_packs_clause_and_input(
    newsroom: Newsroom, facts: Facts
) -> None:
    await newsroom.submits(in_days=1)
    await newsroom.is_signed_by_all()
    await facts.are(crisis={"active": True})
    await newsroom.days_pass(1.1)
    await is_held(newsroom)
    await facts.are(crisis={"active": False})
    await newsroom.ends()

    kept = await verdicts(newsroom)
    stages = list(dict.fromkeys(row.stage for row in kept))
    assert stages == ["draft", "approve", "apply", "publishing", "look"]
    assert all(row.pack_version and len(row.input_hash) == 64 for row in kept)
    paused = [found for row in kept for found in row.findings if found["severity"] == "block"]
    assert {(f["rule"], f["pack"].split("/")[0], f["clause"]) for f in paused} == {
        ("crisis.pause_active", "accuracy", "Crisis procedure")
    }
    assert not [found for found in kept[-1].findings if found["severity"] == "block"]


async def test_facts_applied_twice_are_told_once(newsroom: Newsroom, facts: Facts) -> None:
    await newsroom.submits(in_days=1)
    await newsroom.is_signed_by_all()
    pause = {"active": True, "reason": "flood"}
    await facts.are(crisis=pause)
    before = (len(await newsroom.notices()), len(await verdicts(newsroom)))
    assert not [said for said in await facts.are(crisis=pause) if newsroom.post in said]
    assert (len(await newsroom.notices()), len(await verdicts(newsroom))) == before


async def test_what_is_declared_is_signed_and_examined(newsroom: Newsroom, facts: Facts) -> None:
    await facts.are(crisis={"active": True, "reason": "flood"})
    urgent = Declarations(category=Category.EMERGENCY)
    await newsroom.submits(in_days=1, declared=urgent)
    assert (await newsroom.life()).stage is Stage.APPROVING

    bought = Declarations(category=Category.EMERGENCY, paid=Paid(paid=True))
    await newsroom.drafts(in_days=1, declared=bought)
    assert await newsroom.refusal(newsroom.resubmits()) == Code.POLICY_BLOCK
    assert "ads.metadata_incomplete" in (await newsroom.life()).because


async def test_a_rule_that_only_approval_asks_keeps_a_text_from_its_approvers(
    newsroom: Newsroom,
) -> None:
    await newsroom.drafts("Le meurtrier a été interpellé hier soir par la police.")
    assert await newsroom.refusal(newsroom.resubmits()) == Code.POLICY_BLOCK
    assert "legal.presumption_of_innocence" in (await newsroom.life()).because


async def test_a_change_of_facts_is_told_to_drafts_and_to_those_asked_to_sign(
    newsroom: Newsroom, facts: Facts
) -> None:
    draft = await newsroom.drafts("Une crèche ouvre.", in_days=2, languages=("fr",))
    await newsroom.submits(PRAISE, in_days=1, languages=("fr",))
    asked, now = newsroom.post, await newsroom.now()
    window = {
        "rule": "blackout.election",
        "opens": instant(now),
        "closes": instant(now + timedelta(days=2)),
        "legal_basis": "Code électoral, art. L52-1 al. 2",
    }
    embargo = {"ref": "crèche", "until": instant(now + timedelta(days=9)), "phrases": ["crèche"]}
    said = await facts.are(
        elections=[{"id": "by-election", "restrictions": [window]}], embargoes=[embargo]
    )
    assert f"Post {asked} would now be held at its hour: blackout.election." in said
    assert f"Post {draft} could now not be submitted: embargo.violated." in said
    told = {who for who, says in await newsroom.notices() if "blackout.election" in says}
    assert {"ana", "lena"} <= told
    newsroom.post = draft
    assert any("could not be submitted" in says for _, says in await newsroom.notices())
    assert f"Post {draft} would no longer be held at its hour." in await facts.are(embargoes=[])


async def test_what_was_waived_is_not_told_again_when_facts_change(
    newsroom: Newsroom, facts: Facts
) -> None:
    await newsroom.drafts("Call Marc on 06 12 34 56 78.", in_days=1)
    assert await newsroom.refusal(newsroom.resubmits()) == Code.POLICY_BLOCK
    await newsroom.waives("dora", "pii.phone.personal", "He asked for it.")
    await newsroom.resubmits()
    await newsroom.is_signed_by_all()
    said = await facts.are(official_domains=["clairmont.example"])
    assert not [line for line in said if newsroom.post in line]
    assert await newsroom.ends() is End.PUBLISHED
