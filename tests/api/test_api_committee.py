"""A committee at work over HTTP, on the real engine: two rounds, a veto, a withdrawal."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.canonical import instant
from domain.post import Stage
from records.verify import prove
from tests.api.desk import Desk, a_desk, done, over_the_wire, refused
from tests.api.test_api_links import ADDRESS, fields, invited
from tests.api.test_api_media import picture
from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio
BOUGHT = {
    "paid": True,
    "payer": "Ville de Clairmont",
    "amount": 30_000,
    "currency": "EUR",
    "starts": "2030-01-01T00:00:00Z",
    "ends": "2030-01-10T00:00:00Z",
    "targeting": "Clairmont",
    "audience": "adults",
    "age_min": 18,
    "ad_country": "FR",
    "budget_line": "COM-1",
}
PAID: Any = {"declared": {"paid": BOUGHT}}


@dataclass
class Town:
    """One post of a real newsroom, and what people ask for over the wire."""

    desk: Desk
    path: str = ""
    revision: int = 1

    async def submits(self, text: str, **more: Any) -> dict[str, Any]:
        desk = self.desk
        window = {
            "opens": instant(datetime.now(UTC) - timedelta(minutes=1)),
            "closes": instant(datetime.now(UTC) + timedelta(days=3)),
        }
        said = {"text": text, "channels": ["harbour"], "window": window, **PAID, **more}
        if self.path:
            self.revision += 1
            said |= {"seen": self.revision - 1, "submit": True}
            return done(await desk.sends("ana", f"{self.path}/revisions", **said))
        said |= {"chain": "committee", "submit": True}
        told = done(await desk.sends("ana", "/v1/posts", "the post", **said))
        assert told["state"] == "in_review", told["findings"]
        self.path, desk.newsroom.post = f"/v1/posts/{told['id']}", str(told["id"])
        return told

    async def decides(self, who: str, verdict: str, reason: str = "", **more: Any) -> Any:
        return await self.desk.decides(
            who, self.path, verdict, reason, revision=self.revision, **more
        )

    async def approve(self, *people: str) -> None:
        for who in people:
            done(await self.decides(who, "approve"))

    async def state(self) -> str:
        return str(done(await self.desk.reads("ana", self.path), 200)["state"])

    async def is_waited_for(self) -> list[str]:
        told = done(await self.desk.reads("ana", f"{self.path}/explain"), 200)
        signers = told["waits_for"]["signers"]
        return [f"{one['level']}: {one['person']}" for one in signers]

    async def gives_the_port_a_link(self) -> str:
        answer = await invited(self.desk, self.path, revision=self.revision)
        link: str = done(answer)["link"]
        return f"/links/{link.rpartition('/')[2]}"

    async def is_proven(self) -> None:
        room = self.desk.newsroom
        proof = await prove(room.database, room.organisation, room.seals, room.seals)
        assert proof.faults == ()
        assert await room.record_agrees()


@pytest.fixture
async def town(real_newsroom: Newsroom, keys: Path, tmp_path: Path) -> AsyncIterator[Town]:
    """Engine, worker, record, and an API that listens on a port of its own."""
    async with (
        a_desk(real_newsroom, keys, tmp_path, api_hosts=("127.0.0.1",)) as desk,
        over_the_wire(desk),
    ):
        yield Town(desk)


async def test_two_rounds_with_everybody_and_a_partner_outside(town: Town) -> None:
    desk = town.desk
    raw = picture("PNG")
    medium = done(await desk.asks("ana", "POST", "/v1/media", content=raw))["sha256"]
    quay: Any = {"media": [{"sha256": medium, "alt": "The quay"}]}
    await town.submits("The quay is closed.", **quay)
    assert await town.is_waited_for() == ["editorial: emil", "editorial: eva"]
    refused(await town.decides("ana", "approve"), 409, "NOT_ELIGIBLE")
    refused(await town.decides("lena", "approve"), 409, "LEVEL_NOT_OPEN")
    await town.approve("eva", "lena", "li", "aude")
    refused(await town.decides("lou", "approve"), 409, "LEVEL_CLOSED")
    refused(await town.decides("dora", "request_changes"), 409, "COMMENT_REQUIRED")
    old = await town.gives_the_port_a_link()
    back = done(await town.decides("dora", "request_changes", "Name no berth."))
    assert back["state"] == "changes_requested"
    again = await desk.sends("ana", f"{town.path}/submission", revision=1)
    refused(again, 409, "NO_CHANGES_SINCE_REVIEW")

    told = await town.submits("The quay is closed until Monday.", **quay)
    assert (told["round"], told["revision"], told["signatures"]) == (2, 2, [])
    assert (await desk.http.get(old)).status_code == 409
    await town.approve("emil")
    done(await town.decides("li", "abstain"))
    await town.approve("dora", "aude", "lena")
    both = await asyncio.gather(town.decides("lou", "approve"), town.decides("lou", "approve"))
    assert sorted(answer.status_code for answer in both) == [201, 409]
    assert await town.is_waited_for() == ["finance: fay"]
    await town.approve("fay")
    refused(await town.decides("pia", "approve"), 409, "EXTERNAL_LINK_REQUIRED")

    link = await town.gives_the_port_a_link()
    page = await desk.http.get(link)
    assert "until Monday" in page.text
    said = fields(page, verdict="approve", address=ADDRESS)
    assert (await desk.http.post(link, data=said)).status_code == 303
    await desk.newsroom.reaches(Stage.WATCHING)
    assert await town.state() == "published"
    assert desk.newsroom.platform("harbour").texts == ["The quay is closed until Monday."]
    await town.is_proven()


async def test_a_veto_stops_what_all_have_signed(town: Town) -> None:
    desk, later = town.desk, instant(datetime.now(UTC) + timedelta(days=1))
    await town.submits("The quay is closed.", release_at=later)
    refused(await town.decides("dara", "veto", "No."), 409, "LEVEL_NOT_OPEN")
    await town.approve("eva", "dora", "lena", "li", "fay")
    link = await town.gives_the_port_a_link()
    said = fields(await desk.http.get(link), verdict="approve", address=ADDRESS)
    assert (await desk.http.post(link, data=said)).status_code == 303
    assert await town.state() == "scheduled"
    refused(await town.decides("dara", "veto"), 409, "COMMENT_REQUIRED")
    refused(await town.decides("carl", "veto", "No."), 409, "NOT_ELIGIBLE")
    assert (
        done(await town.decides("dara", "veto", "An election was called."))["state"] == "rejected"
    )
    refused(await town.decides("eva", "approve"), 409, "REJECTED")
    assert (await desk.http.get(link)).status_code == 409
    assert desk.newsroom.copies == 0
    await town.is_proven()


#
async def test_an_edit_that_names_what_it_touches_reopens_that_and_the_last_step(
    town: Town,
) -> None:
    await town.submits("The quay is closed.")
    await town.approve("eva", "dora", "lena")
    done(await town.decides("li", "request_changes", "Until when?"))
    path, said = f"{town.path}/revisions", {"text": "The quay is closed until Monday."}
    edit: Any = {"channels": ["harbour"], "seen": 1, "submit": True, **PAID, **said}
    misspelt = await town.desk.sends("ana", path, **edit, touches=["leagl"])
    refused(misspelt, 409, "UNKNOWN_LEVEL")
    told = done(await town.desk.sends("ana", path, **edit, touches=["legal"]))
    assert (told["round"], told["revision"]) == (2, 2)
    waited = await town.is_waited_for()
    assert {one.partition(":")[0] for one in waited} == {"legal"}


async def test_a_withdrawal_ends_a_review_in_the_middle(town: Town) -> None:
    desk, now = town.desk, datetime.now(UTC)
    await town.submits("The quay is closed.")
    loan = {
        "to": "ines",
        "starts": instant(now - timedelta(minutes=1)),
        "ends": instant(now + timedelta(hours=1)),
        "levels": ["editorial"],
    }
    done(await desk.sends("eva", "/v1/delegations", **loan))
    assert await town.is_waited_for() == ["editorial: emil", "editorial: eva", "editorial: ines"]
    signed = done(await town.decides("ines", "approve", on_behalf_of="eva"))
    assert signed["signatures"] == [{"level": "editorial", "by": "ines", "for": "eva"}]
    await town.approve("lena")
    link = await town.gives_the_port_a_link()
    refused(await desk.sends("lena", f"{town.path}/withdrawal"), 409, "NOT_YOURS")
    over = done(await desk.sends("carl", f"{town.path}/withdrawal", reason="Overtaken."))
    assert over["state"] == "withdrawn"
    refused(await town.decides("li", "approve"), 409, "WITHDRAWN")
    refused(await town.decides("li", "reject", "Late."), 409, "WITHDRAWN")
    assert (await desk.http.get(link)).status_code == 409
    codes = done(await desk.reads("ines", "/v1/refusals", post=desk.newsroom.post), 200)
    assert [one["code"] for one in codes["refusals"]] == ["WITHDRAWN", "WITHDRAWN", "NOT_YOURS"]
    assert desk.newsroom.copies == 0
    await town.is_proven()
