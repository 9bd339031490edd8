"""People outside the house: invited by somebody who leads, deciding through a link, and no more."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from temporalio.client import Client

from domain.canonical import instant
from domain.post import Stage
from records.invitations import hash_of
from records.tables import InvitationRow
from tests.api.desk import Desk, done, refused

pytestmark = pytest.mark.anyio
ADDRESS = "pia@port.example"
LINK = "/v1/link"


async def waits_for_the_port(desk: Desk, **said: Any) -> str:
    """The path of a post on which everybody but the partner outside has signed."""
    path = await desk.has_a_post_in_review(chain="committee", **said)
    for who in ("eva", "lena", "li", "dora"):
        await desk.newsroom.approves(who)
    return path


async def invited(desk: Desk, path: str, who: str = "ana", key: str = "", **more: Any) -> Any:
    said = {"person": "pia", "level": "partner", "revision": 1, **more}
    return await desk.sends(who, f"{path}/invitations", key, **said)


async def token(desk: Desk, path: str, **more: Any) -> str:
    link = done(await invited(desk, path, **more))["link"]
    return str(link.rpartition("/")[2])


async def by_link(desk: Desk, token: str, **said: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    if said:
        return await desk.http.post(f"{LINK}/decisions", json=said, headers=headers)
    return await desk.http.get(LINK, headers=headers)


def fields(page: httpx.Response, **filled: str) -> dict[str, str]:
    """What a browser would send: the hidden fields of the page, and what somebody filled in."""
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    return {**dict(hidden), **filled}


async def test_a_partner_reads_and_signs_by_a_link_without_signing_in(desk: Desk) -> None:
    path = await waits_for_the_port(desk)
    await desk.sends("ana", f"{path}/remarks", text="Only for us.")
    await desk.sends("ana", f"{path}/remarks", text="For the port.", visibility="external")
    key = await token(desk, path)

    told = done(await by_link(desk, key), 200)
    assert (told["level"], told["revision"], told["decided"]) == ("The port", 1, None)
    assert told["content"]["text"] == "Boil water before drinking."
    assert [one["text"] for one in told["remarks"]] == ["For the port."]
    assert told["objection"] is None

    told = done(await by_link(desk, key, verdict="approve"))
    assert told["decided"] == "approve"
    story = await desk.story(path)
    assert story.count("pia link_opened") == 1
    assert story[-1] == "pia approved"
    assert (await desk.newsroom.life()).stage is Stage.HOLDING
    assert await desk.newsroom.record_agrees()
    sentence = "You are asked to decide on revision 1, by a link that is sent to you."
    assert ("pia", sentence) in await desk.newsroom.notices()


async def test_a_link_is_shown_once_and_kept_nowhere(desk: Desk) -> None:
    path = await waits_for_the_port(desk)
    first = done(await invited(desk, path, key="i-1"))
    again = done(await invited(desk, path, key="i-1"))
    assert again == {**first, "link": None}
    key = first["link"].rpartition("/")[2]

    record = repr(await desk.everything_on_record())
    assert hash_of(key) in record
    assert key.rpartition(".")[2] not in record
    history = (await desk.newsroom.handle.fetch_history()).to_json()
    assert key.rpartition(".")[2] not in history
    listed = done(await desk.reads("ana", f"{path}/invitations"), 200)["invitations"]
    assert [(one["person"], one["by"], one["opens"]) for one in listed] == [("pia", "ana", True)]
    assert "link" not in listed[0]


async def test_only_who_leads_or_an_admin_invites_and_only_somebody_outside(desk: Desk) -> None:
    path = await waits_for_the_port(desk)
    await desk.gives_a_key("cms")
    refused(await invited(desk, path, "cms"), 403, "FORBIDDEN")
    refused(await invited(desk, path, "eva"), 409, "NOT_YOURS")
    refused(await invited(desk, path, person="lena", level="legal"), 409, "NOT_ELIGIBLE")
    refused(await invited(desk, path, level="legal"), 409, "NOT_ELIGIBLE")
    refused(await invited(desk, path, revision=7), 409, "STALE_VERSION")
    now = await desk.newsroom.now()
    early, late = instant(now - timedelta(hours=1)), instant(now + timedelta(hours=73))
    refused(await invited(desk, path, expires=early), 409, "INVALID_WINDOW")
    refused(await invited(desk, path, expires=late), 422, "INVALID")
    refused(await invited(desk, "/v1/posts/unknown"), 404, "NOT_FOUND")
    for who in ("ana", "carl", "ines"):
        done(await invited(desk, path, who))


async def test_a_link_that_was_taken_back_opens_nothing(desk: Desk) -> None:
    path = await waits_for_the_port(desk)
    made = done(await invited(desk, path))
    key, place = made["link"].rpartition("/")[2], f"{path}/invitations/{made['id']}"
    refused(await desk.asks("eva", "DELETE", place), 409, "NOT_YOURS")
    assert (await desk.asks("ines", "DELETE", place)).status_code == 204
    refused(await by_link(desk, key), 409, "LINK_EXPIRED")
    refused(await by_link(desk, key, verdict="approve"), 409, "LINK_EXPIRED")
    refused(await desk.asks("ana", "DELETE", place), 409, "LINK_EXPIRED")
    listed = done(await desk.reads("ana", f"{path}/invitations"), 200)["invitations"]
    assert not listed[0]["opens"]
    assert "ines disinvited" in await desk.story(path)


async def test_a_link_ends_with_its_hour_and_with_its_revision(desk: Desk) -> None:
    path = await waits_for_the_port(desk, in_days=5)
    soon = instant(await desk.newsroom.now() + timedelta(hours=1))
    short, long = await token(desk, path, expires=soon), await token(desk, path)
    await desk.newsroom.days_pass(0.1)
    refused(await by_link(desk, short), 409, "LINK_EXPIRED")
    refused(await by_link(desk, short, verdict="approve"), 409, "LINK_EXPIRED")

    await desk.newsroom.revises("Boil water until Friday.", in_days=5, submit=True)
    refused(await by_link(desk, long), 409, "STALE_VERSION")
    refused(await by_link(desk, long, verdict="approve"), 409, "STALE_VERSION")
    page = await desk.http.get(f"/links/{long}")
    assert page.status_code == 409
    assert "until Friday" not in page.text


async def test_a_link_decides_on_its_own_level_and_when_it_is_open(desk: Desk) -> None:
    path = await desk.has_a_post_in_review(chain="committee")
    key = await token(desk, path)
    assert done(await by_link(desk, key), 200)["objection"]["code"] == "LEVEL_NOT_OPEN"
    refused(await by_link(desk, key, verdict="approve"), 409, "LEVEL_NOT_OPEN")
    page = await desk.http.get(f"/links/{key}", params={"lang": "fr"})
    assert "Un autre niveau signe d&#39;abord" in page.text
    assert "<form" not in page.text
    done(await desk.sends("ana", f"{path}/withdrawal"))
    refused(await by_link(desk, key), 409, "WITHDRAWN")


async def test_nothing_else_opens_a_link(desk: Desk) -> None:
    path = await waits_for_the_port(desk)
    key = await token(desk, path)
    for wrong in ("", "lk", key[:-1], f"{key}x", key.replace("lk.", "pk."), "lk..x", "lk.\x00.x"):
        headers = {"Authorization": f"Bearer {wrong}".encode()}
        refused(await desk.http.get(LINK, headers=headers), 401, "UNAUTHENTICATED")
    refused(await desk.http.get(LINK), 401, "UNAUTHENTICATED")
    refused(await desk.reads("", f"/v1/posts/{desk.newsroom.post}"), 401, "UNAUTHENTICATED")
    stranger = {"Authorization": f"Bearer {key}"}
    for place in (path, "/v1/posts", "/v1/sessions/mine"):
        says = refused(await desk.http.get(place, headers=stranger), 401, "UNAUTHENTICATED")
        assert says == "A link opens only its own page: `GET /v1/link`, and what is decided there."
    assert (await desk.http.get(f"/links/{key}x")).status_code == 404


async def test_a_row_beside_the_file_opens_nothing(desk: Desk) -> None:
    """Somebody with the role of the runtime adds a token of their own to an invitation."""
    path = await waits_for_the_port(desk)
    made = done(await invited(desk, path))
    forged = f"lk.{desk.organisation}.{'x' * 43}"
    async with desk.database.transaction(desk.organisation) as session:
        row = InvitationRow(
            organisation=desk.organisation,
            hash=hash_of(forged),
            post=desk.newsroom.post,
            id=made["id"],
            person="pia",
            level="partner",
            revision=1,
            expires=await desk.newsroom.now() + timedelta(days=1),
        )
        session.add(row)
    refused(await by_link(desk, forged, verdict="approve"), 401, "UNAUTHENTICATED")


async def test_people_outside_see_nothing_of_the_house_with_a_session_either(desk: Desk) -> None:
    path = await waits_for_the_port(desk)
    done(await invited(desk, path))
    for place in ("", "/ledger", "/explain", "/invitations"):
        refused(await desk.reads("pia", f"{path}{place}"), 403, "FORBIDDEN")
    refused(await desk.reads("pia", "/v1/posts"), 403, "FORBIDDEN")
    refused(await desk.reads("pia", "/v1/delegations"), 403, "FORBIDDEN")
    refused(await desk.starts("pia"), 403, "FORBIDDEN")
    refused(await desk.sends("pia", f"{path}/withdrawal"), 403, "FORBIDDEN")
    refused(await desk.decides("pia", path, "approve"), 409, "EXTERNAL_LINK_REQUIRED")
    done(await desk.reads("pia", "/v1/sessions/mine"), 200)


async def test_who_left_the_port_comes_no_more(desk: Desk) -> None:
    from tests.api.test_api_approval import becomes

    path = await waits_for_the_port(desk)
    key = await token(desk, path)
    await becomes(desk, "pia", active=False)
    refused(await by_link(desk, key), 403, "ACTOR_INACTIVE")
    refused(await by_link(desk, key, verdict="approve"), 403, "ACTOR_INACTIVE")


#
async def test_scanners_and_previews_may_look_as_often_as_they_like(desk: Desk) -> None:
    path = await waits_for_the_port(desk)
    key = await token(desk, path)
    page = await desk.http.get(f"/links/{key}")
    for _ in range(5):
        assert (await desk.http.get(f"/links/{key}")).status_code == 200
        await desk.http.head(f"/links/{key}")
        # one that presses every button, in the way of a browser
        for verdict in ("approve", "reject", ""):
            pressed = fields(page, verdict=verdict, address="someone@scanner.example")
            assert (await desk.http.post(f"/links/{key}", data=pressed)).status_code == 403
    assert not (await desk.newsroom.life()).review.votes_on("partner")
    assert (await desk.story(path)).count("pia link_opened") == 1
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "script" not in page.text


async def test_a_partner_decides_by_the_buttons_of_the_page(desk: Desk) -> None:
    path = await waits_for_the_port(desk, text="Quay <closed>.")
    key = await token(desk, path)
    here = f"/links/{key}"
    page = await desk.http.get(here, headers={"Accept-Language": "fr-FR, en;q=0.5"})
    assert '<html lang="fr">' in page.text
    assert "Quay &lt;closed&gt;." in page.text
    assert "Le port" in page.text
    assert "(Europe/Paris)" in page.text  # the hours of the office, and not of its server
    assert "UTC" not in page.text

    mute = await desk.http.post(here, data=fields(page, verdict="reject", address=ADDRESS))
    assert mute.status_code == 409
    assert "Say why" in mute.text
    for site in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        said = fields(page, verdict="approve", address=ADDRESS)
        assert (await desk.http.post(here, data=said, headers=site)).status_code == 403
    other = fields(page, verdict="approve", address=ADDRESS, content_hash="0" * 64)
    assert (await desk.http.post(here, data=other)).status_code == 409
    none = fields(page, address=ADDRESS)
    assert (await desk.http.post(here, data=none)).status_code == 422
    long = fields(page, verdict="reject", address=ADDRESS, reason="x" * 2_001)
    odd = await desk.http.post(here, data=long)
    assert (odd.status_code, "at most 2,000 characters" in odd.text) == (422, True)
    assert 'aria-describedby="reason-wrong reason-hint"' in odd.text
    said = fields(page, verdict="approve", address=" PIA@port.example ")
    assert (await desk.http.post(here, data=said)).status_code == 303
    assert (await desk.http.post(here, data=said)).status_code == 303, "a double click is one"
    after = await desk.http.get(here)
    assert "You decided: <strong>Approve</strong>" in after.text
    assert (await desk.story(path)).count("pia approved") == 1
    assert urlsplit(here).path.startswith("/links/")


async def test_a_decision_that_is_not_confirmed_is_pressed_again_on_the_page(desk: Desk) -> None:
    path = await waits_for_the_port(desk)
    here = f"/links/{await token(desk, path)}"
    page = await desk.http.get(here)
    house = desk.app.state.house
    away = await Client.connect("127.0.0.1:1", lazy=True)
    door = type(house.door)(**{**vars(house.door), "client": away})
    desk.app.state.house = type(house)(**{**vars(house), "door": door})
    said = fields(page, verdict="approve", address=ADDRESS)
    lost = await desk.http.post(here, data=said)
    assert (lost.status_code, "could not be confirmed" in lost.text) == (503, True)
    assert fields(lost)["once"] == said["once"], "both presses are one decision"

    desk.app.state.house = house  # and it is back
    again = fields(lost, verdict="approve", address=ADDRESS)
    assert (await desk.http.post(here, data=again)).status_code == 303
    assert (await desk.story(path)).count("pia approved") == 1


async def test_a_page_shows_the_images_of_its_own_post_and_no_other(desk: Desk) -> None:
    from tests.api.test_api_media import picture, uploads

    kept = done(await uploads(desk, picture("PNG")))["sha256"]
    other = done(await uploads(desk, picture("PNG", "L")))["sha256"]
    path = await desk.has_a_post_in_review(
        chain="committee", media=[{"sha256": kept, "alt": "The quay"}]
    )
    key = await token(desk, path)
    page = await desk.http.get(f"/links/{key}")
    assert f'<img src="/links/{key}/media/{kept}" alt="The quay">' in page.text
    shown = await desk.http.get(f"/links/{key}/media/{kept}")
    assert shown.headers["content-type"] == "image/png"
    refused(await desk.http.get(f"/links/{key}/media/{other}"), 404, "NOT_FOUND")
    refused(await desk.http.get(f"/links/{key}x/media/{kept}"), 404, "NOT_FOUND")
