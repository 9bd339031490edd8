"""Verdicts over HTTP: what an approver reads beside a text, and an auditor years later."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.post import Aside, End
from records.office import apply_office
from records.packs import shipped
from tests.api.desk import Desk, done, refused
from tests.offices import office_named

pytestmark = pytest.mark.anyio

GUILTY = "Le meurtrier a été interpellé hier soir par la police."
PRESUMED = "legal.presumption_of_innocence"
WORD = {"rule": PRESUMED, "revision": 1, "reason": "It quotes the court."}


async def has_waived(desk: Desk) -> str:
    """A post that its author could not submit, and that a lawyer then let pass."""
    path = await desk.has_a_post_in_review(text=GUILTY, languages=["fr"])
    done(await desk.sends("lena", f"{path}/waivers", **WORD))
    done(await desk.sends("ana", f"{path}/submission", revision=1))
    return path


async def verdicts(desk: Desk, path: str, who: str = "lena", **query: Any) -> list[dict[str, Any]]:
    page = done(await desk.reads(who, f"{path}/verdicts", **query), 200)
    told: list[dict[str, Any]] = page["verdicts"]
    return told


async def test_an_approver_reads_who_waived_a_finding_and_why(desk: Desk) -> None:
    path = await desk.has_a_post_in_review(text=GUILTY, languages=["fr"])
    (found,) = [f for f in done(await desk.reads("dara", path), 200)["findings"] if blocks(f)]
    assert (found["id"], found["waiver"], found["waived"]) == (PRESUMED, "legal", None)
    assert found["clause"]
    assert found["source"]

    done(await desk.sends("lena", f"{path}/waivers", **WORD))
    told = done(await desk.sends("ana", f"{path}/submission", revision=1))
    assert told["stage"] == "approving"
    for place, query in ((path, {}), ("/v1/findings", {"post": told["id"]})):
        answer = done(await desk.reads("dara", place, **query), 200)
        (found,) = [f for f in answer["findings"] if blocks(f)]
        assert (found["waived"]["by"], found["waived"]["reason"]) == ("lena", WORD["reason"])
        assert found["waived"]["at"]


async def test_a_waiver_is_not_shown_beside_the_next_revision(desk: Desk) -> None:
    path = await has_waived(desk)
    said = await desk.post_saying(text=f"{GUILTY} Il est entendu.", languages=["fr"])
    del said["chain"]
    told = done(await desk.sends("ana", f"{path}/revisions", seen=1, **said))
    (found,) = [found for found in told["findings"] if blocks(found)]
    assert found["waived"] is None
    old, *_, new = await verdicts(desk, path)
    assert (old["revision"], new["revision"]) == (1, 2)
    assert [f["waived"]["by"] for f in old["findings"] if blocks(f)] == ["lena"]
    assert [f["waived"] for f in new["findings"] if blocks(f)] == [None]


async def test_an_auditor_sees_which_packs_passed_which_content(desk: Desk) -> None:
    path = await has_waived(desk)
    content = done(await desk.reads("ana", path), 200)["content_hash"]
    first, second = await verdicts(desk, path)
    for verdict in (first, second):
        assert verdict["pack_version"] == shipped().version
        assert verdict["content_hash"] == content
        assert (verdict["passed"], verdict["blocked"]) == (False, [PRESUMED])
        assert len(verdict["input_hash"]) == 64
    assert await verdicts(desk, path, limit=1) == [first]
    page = done(await desk.reads("lena", f"{path}/verdicts", limit=1), 200)
    assert await verdicts(desk, path, after=page["next"]) == [second]


async def test_verdicts_are_for_those_who_may_read_the_post(desk: Desk) -> None:
    path = await desk.has_a_post()
    (verdict,) = await verdicts(desk, path)
    assert (verdict["stage"], verdict["passed"]) == ("draft", True)
    refused(await desk.reads("", f"{path}/verdicts"), 401, "UNAUTHENTICATED")
    refused(await desk.reads("ana", "/v1/posts/nobody/verdicts"), 404, "NOT_FOUND")


async def test_what_a_pause_holds_at_its_hour_is_waived_and_goes_out(
    desk: Desk, tmp_path: Path
) -> None:
    """Waive, then release: the whole way through HTTP."""
    path = await desk.has_a_held_post()
    await pauses(desk, tmp_path)
    await desk.newsroom.days_pass(1.1)
    await desk.newsroom.eventually(lambda life: life.aside is Aside.HELD_POLICY)
    told = done(await desk.reads("carl", path), 200)
    (found,) = [found for found in told["findings"] if blocks(found)]
    assert (found["id"], found["waiver"]) == ("crisis.pause_active", "crisis_lead")
    assert found["clause"] == "Crisis procedure"

    word = {"rule": "crisis.pause_active", "revision": 1, "reason": "It tells where to get water."}
    refused(await desk.sends("lena", f"{path}/waivers", **word), 409, "NOT_ELIGIBLE")
    done(await desk.sends("carl", f"{path}/waivers", **word))
    assert await desk.newsroom.ends() is End.PUBLISHED
    assert desk.newsroom.copies == 2

    story = await desk.story(path)
    held, waived = story.index("house held"), story.index("carl waived")
    assert held < waived < story.index("house released") < story.index("house sending")
    at_its_hour = [v for v in await verdicts(desk, path) if v["stage"] == "publishing"]
    (found,) = [f for f in at_its_hour[-1]["findings"] if blocks(f)]
    assert found["waived"]["by"] == "carl"


async def pauses(desk: Desk, folder: Path) -> None:
    """A crisis begins, as `parapheur apply` tells."""
    office = office_named(desk.organisation, folder / "pause")
    sheet = yaml.safe_load((office / "office.yaml").read_text())
    paused = {**sheet, "crisis": {"active": True, "reason": "flood"}}
    (office / "office.yaml").write_text(yaml.safe_dump(paused))
    await apply_office(desk.database, office)


def blocks(finding: dict[str, Any]) -> bool:
    return finding["severity"] == "block"
