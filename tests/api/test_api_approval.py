"""Approval over HTTP beyond plain signatures: fresh sign-ins, waivers, emergencies."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.post import End
from records import sign_in
from records.tables import PersonRow
from tests.api.desk import Desk, done, refused

pytestmark = pytest.mark.anyio
PERSONAL = "Questions? Call Marc on 06 12 34 56 78."


async def becomes(desk: Desk, who: str, **values: object) -> None:
    """The record now says something else of this person."""
    async with desk.database.transaction(desk.organisation) as session:
        await session.execute(
            update(PersonRow)
            .where(PersonRow.organisation == desk.organisation, PersonRow.id == who)
            .values(**values)
        )


async def test_who_has_to_sign_in_afresh_does_so_and_then_decides(desk: Desk) -> None:
    await becomes(desk, "lena", traits=["step_up"])
    path = await desk.has_a_post_in_review()
    now = await desk.newsroom.now()
    began, ends = now - timedelta(minutes=10), now + timedelta(hours=1)
    desk.tokens["lena"] = sign_in.token(
        desk.settings.keys, desk.organisation, "lena", ends, began=began
    )
    refused(await desk.decides("lena", path, "approve"), 409, "STEP_UP_AUTH_REQUIRED")
    del desk.tokens["lena"]
    assert done(await desk.decides("lena", path, "approve"))["level"] == "direction"


async def test_a_trait_counts_from_the_moment_the_record_has_it(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    now = await desk.newsroom.now()
    old = {"ends": now + timedelta(hours=1), "began": now - timedelta(hours=1)}
    desk.tokens["lena"] = sign_in.token(desk.settings.keys, desk.organisation, "lena", **old)
    await becomes(desk, "lena", traits=["step_up"])
    refused(await desk.decides("lena", path, "approve"), 409, "STEP_UP_AUTH_REQUIRED")
    await becomes(desk, "lena", traits=[])
    done(await desk.decides("lena", path, "approve"))


async def test_nobody_takes_a_seat_that_was_not_lent_to_them(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    told = await desk.decides("dara", path, "approve", on_behalf_of="lena")
    refused(told, 409, "NOT_ELIGIBLE")


async def test_a_waiver_lets_one_revision_pass_one_rule(desk: Desk) -> None:
    path = await desk.has_a_post(text=PERSONAL)
    refused(await desk.sends("ana", f"{path}/submission", revision=1), 409, "POLICY_BLOCK")
    said = {"rule": "pii.phone.personal", "revision": 1, "reason": "He agreed in writing."}
    waivers = f"{path}/waivers"

    await desk.gives_a_key("cms")
    refused(await desk.sends("cms", waivers, **said), 403, "FORBIDDEN")
    refused(await desk.sends("lena", waivers, **said), 409, "NOT_ELIGIBLE")
    silent = {**said, "reason": " "}
    refused(await desk.sends("dora", waivers, **silent), 409, "COMMENT_REQUIRED")
    other = {**said, "rule": "no.such.rule"}
    refused(await desk.sends("dora", waivers, **other), 409, "NOT_OVERRIDABLE")
    done(await desk.sends("dora", waivers, "w-1", **said))
    done(await desk.sends("dora", waivers, "w-1", **said))
    assert (await desk.story(path)).count("dora waived") == 1

    sent = done(await desk.sends("ana", f"{path}/submission", revision=1))
    assert sent["state"] == "in_review"


async def test_two_officers_publish_an_emergency_and_it_waits_for_its_review(desk: Desk) -> None:
    emergency = {"declared": {"category": "emergency"}, "chain": "press", "urgency": "emergency"}
    path = await desk.has_a_post_in_review(**emergency)
    said = {"revision": 1, "reason": "The dam may break."}
    hurry = f"{path}/emergency"

    refused(await desk.sends("lena", hurry, **said), 409, "NOT_ELIGIBLE")
    refused(await desk.sends("otto", hurry, revision=7, reason="Now."), 409, "STALE_VERSION")
    refused(await desk.sends("otto", hurry, revision=1), 409, "COMMENT_REQUIRED")
    assert done(await desk.sends("otto", hurry, **said))["state"] == "in_review"
    refused(await desk.sends("otto", hurry, **said), 409, "SECOND_PERSON_REQUIRED")
    done(await desk.sends("olga", hurry, **said))

    await desk.newsroom.eventually(lambda life: len(life.live) == 2)
    assert done(await desk.reads("ana", path), 200)["state"] == "published_pending_review"
    refused(await desk.decides("otto", path, "approve"), 409, "NOT_ELIGIBLE")
    done(await desk.decides("dara", path, "approve"))
    assert await desk.newsroom.ends() is End.PUBLISHED
