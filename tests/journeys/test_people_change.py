"""The office's people change while posts wait for them: reviews hear of it, and go on at once."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from cli import app
from domain.acts import Delegate, Revoke
from domain.facts import FactKind
from domain.objection import Code
from domain.post import End
from local.postgres import Postgres
from records.delegations import delegations_of, take_back
from records.keys import make_keys
from records.office import apply_office
from settings import Settings
from tests.newsroom import Newsroom
from workflows.informing import inform
from workflows.resume import resume

pytestmark = pytest.mark.anyio
TOWN = ("town-square",)


async def applied(newsroom: Newsroom, office: Path, **people: dict[str, object]) -> list[str]:
    """The folder says something else of these people, is applied, and running reviews are told."""
    path = office / "people.yaml"
    told = yaml.safe_load(path.read_text())
    for who, changed in people.items():
        told["people"].setdefault(who, {"name": who.title(), "email": f"{who}@clairmont.example"})
        told["people"][who].update(changed)
    path.write_text(yaml.safe_dump(told))
    await apply_office(newsroom.database, office)
    return await inform(newsroom.env.client, newsroom.database, newsroom.organisation)


#
async def test_when_the_last_approver_leaves_others_are_asked_at_once(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    office = tmp_path / "office"
    await newsroom.submits(chain="committee", channels=TOWN, in_days=5)
    said = await applied(newsroom, office, eva={"active": False})
    assert said == [f"Post {newsroom.post}, under review, is told who came, left or changed."]
    await newsroom.eventually_in_story("house people_changed")
    assert await newsroom.is_open() == ["editorial: emil"]
    assert await newsroom.refusal(newsroom.approves("eva")) == Code.ACTOR_INACTIVE

    await applied(newsroom, office, emil={"active": False})
    await newsroom.eventually(lambda life: bool(life.review.opened[0].added))
    assert await newsroom.is_open() == ["editorial: carl"]
    says = "Editorial needs your help; please decide on revision 1."
    assert ("carl", says) in await newsroom.notices()
    assert await newsroom.facts(FactKind.DEADLINE) == {}, "no deadline had to pass for it"
    await newsroom.approves("carl")
    assert await newsroom.record_agrees()


#
async def test_a_vote_given_before_leaving_stands(newsroom: Newsroom, tmp_path: Path) -> None:
    await newsroom.submits(chain="committee", channels=TOWN, in_days=5)
    await newsroom.approves("eva")
    await newsroom.approves("lena")
    await applied(newsroom, tmp_path / "office", lena={"active": False})
    await newsroom.eventually_in_story("house people_changed")
    assert await newsroom.is_open() == ["legal: li, lou", "privacy: dora"]
    await newsroom.approves("li")
    assert [vote.actor for vote in (await newsroom.life()).review.votes_on("legal")] == [
        "lena",
        "li",
    ]


async def test_who_comes_or_changes_groups_is_asked_or_not_asked_any_more(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    await newsroom.submits(in_days=5)
    await applied(
        newsroom,
        tmp_path / "office",
        noor={"groups": ["legal"]},
        lena={"groups": ["author"]},
        basile={"name": "Basil Roy"},  # who has no seat here: nothing to tell
    )
    newsroom.groups |= {"noor": ("legal",), "lena": ("author",)}
    await newsroom.eventually_in_story("house people_changed")
    assert await newsroom.is_open() == ["legal: li, lou, noor"]
    assert await newsroom.refusal(newsroom.approves("lena")) == Code.NOT_ELIGIBLE
    await newsroom.approves("noor")
    await newsroom.approves("dara")
    assert await newsroom.ends() is End.PUBLISHED
    assert await newsroom.record_agrees()


async def test_apply_says_when_the_engine_does_not_answer(
    newsroom: Newsroom, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_keys(tmp_path / "keys")
    told = Settings(
        database_url=postgres.url, temporal_address="127.0.0.1:1", keys=tmp_path / "keys"
    )
    monkeypatch.setattr("local.here.settings", lambda: told)
    office = tmp_path / "office"

    async def apply() -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, ["apply", str(office)])

    assert "not told" not in (await apply()).output, "nothing waits, so nobody has to be told"
    await newsroom.submits(in_days=5)
    text = (office / "people.yaml").read_text()
    (office / "people.yaml").write_text(text.replace("  lena:", "  noor:"))
    said = await apply()
    assert said.exit_code == 0, said.output
    assert "Running reviews were not told, since Temporal does not answer." in said.output


async def test_what_is_known_is_not_told_again(newsroom: Newsroom, tmp_path: Path) -> None:
    await newsroom.submits(in_days=5)
    assert await applied(newsroom, tmp_path / "office") == []
    await newsroom.handle.signal("learn")
    await newsroom.approves("lena")
    assert "house people_changed" not in await newsroom.story()


async def test_a_life_that_was_lost_hears_what_it_missed_when_it_goes_on(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    await newsroom.submits(in_days=5)
    await newsroom.handle.terminate("the engine's store was lost")
    said = await applied(newsroom, tmp_path / "office", lena={"active": False})
    assert said == [
        f"Post {newsroom.post} is unknown to the engine; "
        "run `parapheur resume`, which tells it, too."
    ]
    client, queue = newsroom.env.client, newsroom.task_queue
    await resume(client, newsroom.database, newsroom.organisation, queue)
    await newsroom.eventually_in_story("house people_changed")
    assert await newsroom.is_open() == ["legal: li, lou"]


LOAN = """
delegations:
  - {id: summer, from: lena, to: carl, starts: 2020-01-01 00:00, ends: 2099-01-01 00:00}
"""


#
async def test_a_delegation_of_the_folder_is_heard_and_once_taken_back_stays_so(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    office, organisation = tmp_path / "office", newsroom.organisation
    await newsroom.submits(in_days=5)
    (office / "delegations.yaml").write_text(LOAN)
    await applied(newsroom, office)
    await newsroom.eventually_in_story("house people_changed")

    now = await newsroom.now()
    await take_back(newsroom.database, organisation, "summer", now)
    await newsroom.does("lena", Revoke, delegation="summer")
    said = await apply_office(newsroom.database, office)
    assert said == [
        f"Delegation summer was taken back on {now:%Y-%m-%d} and stays so; "
        "give it another id to lend the seat anew."
    ]
    loans = await delegations_of(newsroom.database, organisation)
    assert [loan.revoked for loan in loans if loan.id == "summer"] == [now]
    assert await inform(newsroom.env.client, newsroom.database, organisation) == []
    late = newsroom.approves("carl", on_behalf_of="lena")
    assert await newsroom.refusal(late) == Code.DELEGATION_REVOKED


async def test_a_delegate_signs_in_a_lent_seat_until_the_loan_ends(newsroom: Newsroom) -> None:
    now = await newsroom.now()
    await newsroom.submits(in_days=9)
    loan = {"to": "carl", "starts": now + timedelta(days=1), "ends": now + timedelta(days=3)}
    await newsroom.does("lena", Delegate, levels=("legal",), **loan)
    early = newsroom.approves("carl", on_behalf_of="lena")
    assert await newsroom.refusal(early) == Code.DELEGATION_NOT_STARTED
    await newsroom.days_pass(1.5)
    await newsroom.approves("carl", on_behalf_of="lena")
    votes = (await newsroom.life()).review.votes
    assert [vote.reads for vote in votes] == ["carl for lena"]

    await newsroom.submits(in_days=9)
    await newsroom.does("lena", Delegate, levels=("legal",), **loan)
    await newsroom.days_pass(3)
    late = newsroom.approves("carl", on_behalf_of="lena")
    assert await newsroom.refusal(late) == Code.DELEGATION_EXPIRED
