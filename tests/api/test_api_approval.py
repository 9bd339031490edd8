"""Approval over HTTP beyond signatures: fresh sign-ins, waivers, emergencies, remarks, refusals."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.post import End
from records import sign_in
from records.tables import ChannelRow, FreezeRow, PersonRow, RefusalRow
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
    old: Any = {"ends": now + timedelta(hours=1), "began": now - timedelta(hours=1)}
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
    said: Any = {"rule": "pii.phone.personal", "revision": 1, "reason": "He agreed in writing."}
    waivers = f"{path}/waivers"

    await desk.gives_a_key("cms")
    refused(await desk.sends("cms", waivers, **said), 403, "FORBIDDEN")
    refused(await desk.sends("lena", waivers, **said), 409, "NOT_ELIGIBLE")
    silent: Any = {**said, "reason": " "}
    refused(await desk.sends("dora", waivers, **silent), 409, "COMMENT_REQUIRED")
    other: Any = {**said, "rule": "no.such.rule"}
    refused(await desk.sends("dora", waivers, **other), 409, "NOT_OVERRIDABLE")
    waived = done(await desk.sends("dora", waivers, "w-1", **said))
    assert waived["because"] == "Every rule that blocked it is waived: it can be submitted."
    done(await desk.sends("dora", waivers, "w-1", **said))
    assert (await desk.story(path)).count("dora waived") == 1

    sent = done(await desk.sends("ana", f"{path}/submission", revision=1))
    assert sent["state"] == "in_review"


async def test_two_officers_publish_an_emergency_and_it_waits_for_its_review(desk: Desk) -> None:
    emergency: Any = {
        "declared": {"category": "emergency"},
        "chain": "press",
        "urgency": "emergency",
    }
    path = await desk.has_a_post_in_review(**emergency)
    said: Any = {"revision": 1, "reason": "The dam may break."}
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


#
async def test_whatever_is_refused_is_on_record_by_names_and_codes(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    post = desk.newsroom.post
    refused(await desk.decides("dara", path, "approve", "Fine!"), 409, "LEVEL_NOT_OPEN")
    refused(await desk.decides("lena", path, "approve", revision=9), 409, "STALE_VERSION")
    refused(await desk.sends("ana", f"{path}/submission", revision=1), 409, "NOT_SUBMITTABLE")
    refused(await desk.sends("lena", f"{path}/withdrawal"), 409, "NOT_YOURS")
    refused(await desk.sends("ana", "/v1/posts/unknown/withdrawal"), 404, "NOT_FOUND")
    done(await desk.decides("lena", path, "approve"))

    async with desk.database.transaction(desk.organisation) as session:
        asked = select(RefusalRow).where(RefusalRow.organisation == desk.organisation)
        rows = list((await session.execute(asked.order_by(RefusalRow.at))).scalars())
    assert [(row.post, row.actor, row.act, row.code) for row in rows] == [
        (post, "dara", "decide", "LEVEL_NOT_OPEN"),
        (post, "lena", "decide", "STALE_VERSION"),
        (post, "ana", "submit", "NOT_SUBMITTABLE"),
        (post, "lena", "withdraw", "NOT_YOURS"),
    ]
    assert not any(row.says for row in rows)


async def test_remarks_stand_beside_a_post_and_outside_sees_only_its_own(desk: Desk) -> None:
    path = await desk.has_a_post(chain="committee")
    remarks = f"{path}/remarks"
    first = done(await desk.sends("lena", remarks, "r-1", text=" Which decree? "))
    assert (first["author"], first["visibility"]) == ("lena", "internal")
    assert (first["text"], first["revision"]) == ("Which decree?", 1)
    again = done(await desk.sends("lena", remarks, "r-1", text=" Which decree? "))
    assert again == first
    done(await desk.sends("ana", remarks, text="For the port, too.", visibility="external"))
    refused(await desk.sends("pia", remarks, text="Seen."), 404, "NOT_FOUND")
    done(await desk.sends("ana", f"{path}/submission", revision=1))
    await desk.newsroom.invites("ana", "pia", "partner")
    assert done(await desk.sends("pia", remarks, text="Seen."))["visibility"] == "external"

    async def reads(who: str) -> list[str]:
        return [one["text"] for one in done(await desk.reads(who, remarks), 200)["remarks"]]

    assert await reads("li") == ["Which decree?", "For the port, too.", "Seen."]
    assert await reads("pia") == ["For the port, too.", "Seen."]
    for text in ("", "  ", "x" * 4_001, "\x00"):
        refused(await desk.sends("lena", remarks, text=text), 422, "INVALID")
    refused(await desk.sends("lena", "/v1/posts/unknown/remarks", text="?"), 404, "NOT_FOUND")
    refused(await desk.reads("lena", "/v1/posts/unknown/remarks"), 404, "NOT_FOUND")
    assert await desk.story(path) == [
        "ana drafted", "ana submitted", "house admitted", "ana invited",
    ]  # fmt: skip


async def test_a_post_explains_why_it_is_not_out(desk: Desk) -> None:
    async def told() -> dict[str, Any]:
        return done(await desk.reads("ana", f"{path}/explain"), 200)

    path = await desk.has_a_post(text=PERSONAL, key="blocked")
    assert (await told())["next_step"]["en"] == "Its author submits it."
    refused(await desk.sends("ana", f"{path}/submission", revision=1), 409, "POLICY_BLOCK")
    blocked = await told()
    assert (blocked["state"], blocked["last_trouble"]["kind"]) == ("draft", "blocked")
    assert "pii.phone.personal" in blocked["last_trouble"]["because"]
    assert blocked["next_step"]["fr"] == "Son auteur le révise et le soumet."

    path = await desk.has_a_post_in_review(key="second")
    waits = await told()
    assert (waits["state"], waits["last_trouble"]) == ("in_review", None)
    assert "lena" in waits["waits_for"]["people"]
    assert waits["text"].startswith("It is under review. Legal waits for 1 of:")
    assert "Legal waits for 1 of:" in waits["sentences"][1]["en"]
    assert "attend 1 signature(s) parmi" in waits["sentences"][1]["fr"]
    closes = done(await desk.reads("ana", path), 200)["window"]["closes"]
    assert waits["waits_for"]["until"] == closes  # its chain has no deadline; its window does
    assert "undecided by then, it is missed." in waits["sentences"][2]["en"]
    assert "sans décision, il la manque." in waits["sentences"][2]["fr"]
    await desk.newsroom.is_signed_by_all()
    assert (await told())["sentences"][-1]["en"] == "Wait for its hour."

    done(await desk.sends("ana", f"{path}/withdrawal", reason="Not now."))
    over = await told()
    assert (over["state"], over["waits_for"]) == ("withdrawn", None)
    assert [one["en"] for one in over["sentences"]] == ["It was withdrawn.", "Start a new post."]
    refused(await desk.reads("ana", "/v1/posts/unknown/explain"), 404, "NOT_FOUND")


async def test_a_held_post_explains_what_holds_it(desk: Desk) -> None:
    path = await desk.has_a_held_post()
    await desk.newsroom.freezes("A crisis")
    await desk.newsroom.days_pass(1.1)
    await desk.newsroom.eventually(lambda life: life.aside is not None)
    told = done(await desk.reads("ana", f"{path}/explain"), 200)
    assert (told["last_trouble"]["kind"], told["waits_for"]["says"]) == (
        "held",
        "The end of a freeze.",
    )
    assert told["last_trouble"]["because"] in told["sentences"][1]["en"]


async def test_what_a_freeze_or_a_switch_holds_on_one_channel_is_told_wherever_it_is_read(
    desk: Desk,
) -> None:
    path = await desk.has_a_held_post()
    off = update(ChannelRow).where(ChannelRow.organisation == desk.organisation)
    off = off.where(ChannelRow.id == "harbour").values(enabled=False)
    async with desk.database.transaction(desk.organisation) as session:
        await session.execute(off)
    await desk.newsroom.days_pass(1.1)
    await desk.newsroom.eventually(lambda life: bool(life.live and life.frozen_on))
    says = "The channel harbour, which is switched off, to be switched on again."

    (listed,) = done(await desk.reads("ana", "/v1/posts"), 200)["posts"]
    told = done(await desk.reads("ana", path), 200)
    explained = done(await desk.reads("ana", f"{path}/explain"), 200)
    assert (listed["frozen"], told["frozen"]) == (True, True)
    assert {one["waits_for"]["says"] for one in (listed, told, explained)} == {says}
    assert explained["next_step"]["en"] == "Wait, or have an admin switch harbour on again."

    freeze: dict[str, Any] = {"id": "1", "channel": "harbour", "reason": "x", "frozen_by": "carl"}
    async with desk.database.transaction(desk.organisation) as session:
        await session.execute(off.values(enabled=True))
        session.add(FreezeRow(organisation=desk.organisation, **freeze))
    says = "The end of a freeze of harbour."
    assert done(await desk.reads("ana", path), 200)["waits_for"]["says"] == says
