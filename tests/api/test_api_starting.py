"""Starting a post over HTTP: once however often it is asked, and never from what does not fit."""

import asyncio
from typing import Any

import pytest

from tests.api.desk import TEXT, Desk, done, refused

pytestmark = pytest.mark.anyio


async def test_an_integrator_starts_a_post_and_reads_what_it_waits_for(desk: Desk) -> None:
    await desk.gives_a_key("cms")
    post = done(await desk.starts("cms", author="ana"))
    assert (post["state"], post["revision"], post["content"]["text"]) == ("draft", 1, TEXT)
    assert post["authors"][0].startswith("key:")
    assert post["authors"][1] == "ana"
    assert post["waits_for"]["says"] == "Its author, to submit it."
    assert done(await desk.reads("cms", f"/v1/posts/{post['id']}"), 200) == post


async def test_a_post_can_be_started_and_submitted_in_one_call(desk: Desk) -> None:
    post = done(await desk.starts(submit=True))
    assert (post["state"], post["level"], post["round"]) == ("in_review", "legal", 1)
    assert "lena" in post["waits_for"]["people"]


async def test_without_an_idempotency_key_nothing_is_started(desk: Desk) -> None:
    before = await desk.everything_on_record()
    refused(await desk.starts(key=""), 400, "IDEMPOTENCY_KEY_MISSING")
    assert await desk.everything_on_record() == before


async def test_the_same_key_and_body_are_the_same_post(desk: Desk) -> None:
    said = await desk.post_saying()
    first = done(await desk.sends("ana", "/v1/posts", "k-1", **said))
    assert done(await desk.sends("ana", "/v1/posts", "k-1", **said)) == first
    assert await desk.story(f"/v1/posts/{first['id']}") == ["ana drafted"]


async def test_the_same_key_with_another_body_is_refused(desk: Desk) -> None:
    path = await desk.has_a_post(key="k-1")
    refused(await desk.starts(key="k-1", text="Something else."), 422, "IDEMPOTENCY_KEY_REUSED")
    assert await desk.story(path) == ["ana drafted"]


async def test_a_key_belongs_to_who_used_it_and_to_what_for(desk: Desk) -> None:
    said = await desk.post_saying()
    first = done(await desk.sends("ana", "/v1/posts", "k-1", **said))
    second = done(await desk.sends("basile", "/v1/posts", "k-1", **said))
    assert first["id"] != second["id"]
    reused = await desk.sends("ana", f"/v1/posts/{first['id']}/submission", "k-1", revision=1)
    refused(reused, 422, "IDEMPOTENCY_KEY_REUSED")


async def test_many_identical_requests_at_once_start_one_post(desk: Desk) -> None:
    said = await desk.post_saying(submit=True)
    await desk.reads("ana", "/v1/posts")  # signed in
    asked = [desk.sends("ana", "/v1/posts", "k-1", **said) for _ in range(12)]
    answers = [done(answer) for answer in await asyncio.gather(*asked)]
    assert len({answer["id"] for answer in answers}) == 1
    page = done(await desk.reads("ana", "/v1/posts"), 200)
    assert [post["id"] for post in page["posts"]] == [answers[0]["id"]]
    assert await desk.story(f"/v1/posts/{answers[0]['id']}") == ["ana drafted", "house admitted"]


async def test_a_submission_that_the_rules_block_leaves_the_draft_and_its_findings(
    desk: Desk,
) -> None:
    post = done(await desk.starts(text="Call Marc on 06 12 34 56 78.", submit=True))
    assert post["state"] == "draft"
    assert "pii.phone.personal" in post["because"]
    assert {"pii.phone.personal"} <= {found["rule"] for found in post["findings"]}


def moments(**said: Any) -> dict[str, Any]:
    return {"release_at": None, "window": None, **said}


def window(opens: str, closes: str) -> dict[str, Any]:
    return moments(window={"opens": opens, "closes": closes})


MISFITS: dict[str, dict[str, Any]] = {
    "a field we do not know": {"colour": "red"},
    "a NUL in the text": {"text": "Boil\x00water"},
    "a NUL in a variant": {"variants": {"harbour": "\x00"}},
    "a NUL in an alternative text": {"media": [{"sha256": "0" * 64, "alt": "\x00"}]},
    "no text": {"text": None},
    "too much text": {"text": "x" * 20_001},
    "no channel": {"channels": []},
    "a channel twice": {"channels": ["harbour", "harbour"]},
    "a channel with a name that none can have": {"channels": ["../etc"]},
    "a variant for a channel that is not meant": {
        "channels": ["harbour"],
        "variants": {"town-square": "Hello."},
    },
    "an hour without a time zone": moments(release_at="2027-01-01T10:00:00"),
    "an hour that is no hour": moments(release_at="tomorrow"),
    "an hour before there were clocks": moments(release_at="0001-01-01T00:00:00+14:00"),
    "an hour after the last one": moments(release_at="9999-12-31T23:59:59Z"),
    "an hour after the last one, in the west": moments(release_at="9999-12-31T23:59:59-14:00"),
    "a window that ends before it begins": window("2030-01-02T00:00:00Z", "2030-01-01T00:00:00Z"),
    "a window that is a moment": window("2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z"),
    "a window without a time zone": window("2030-01-01T00:00:00", "2030-01-02T00:00:00"),
    "a window older than we can count": window("0001-01-01T00:00:00+14:00", "2030-01-02T00:00:00Z"),
    "an hour outside its window": {"release_at": "2040-01-01T00:00:00Z"},
    "a language that is none": {"languages": ["français"]},
    "a link that leads nowhere": {"links": ["javascript:alert(1)"]},
    "a hash that is none": {"media": [{"sha256": "abc"}]},
    "an urgency that we do not know": {"urgency": "panic"},
}


async def test_what_does_not_fit_is_refused_and_leaves_nothing(desk: Desk) -> None:
    fitting = await desk.post_saying()
    await desk.reads("ana", "/v1/posts")
    before = (await desk.everything_on_record())["posts"]
    for name, misfit in MISFITS.items():
        answer = await desk.sends("ana", "/v1/posts", name, **{**fitting, **misfit})
        assert refused(answer, 422, "INVALID"), name
        assert all(wrong["says"] for wrong in answer.json()["errors"]), name
    assert (await desk.everything_on_record())["posts"] == before
    done(await desk.sends("ana", "/v1/posts", "a-fitting-one", **fitting))


BODIES = {
    "half of a surrogate pair": rb'{"text": "\ud800", "channels": ["harbour"]}',
    "half a pair in a name": rb'{"text": "x", "channels": ["\udfff"]}',
    "not a number": b'{"text": NaN, "channels": ["harbour"]}',
    "no UTF-8": b'{"text": "\xff\xfe"}',
    "not JSON": b"{",
    "a list": b"[]",
    "a text": b'"hello"',
    "nothing": b"",
    "a very deep one": b"[" * 60_000,
}


async def test_a_body_that_is_no_request_is_refused(desk: Desk) -> None:
    for name, body in BODIES.items():
        headers = {"Content-Type": "application/json", "Idempotency-Key": name}
        answer = await desk.asks("ana", "POST", "/v1/posts", content=body, headers=headers)
        assert refused(answer, 422, "INVALID"), name


async def test_what_the_organisation_does_not_have_is_named(desk: Desk) -> None:
    strange: list[tuple[str, str, dict[str, Any]]] = [
        ("UNKNOWN_CHANNEL", "myspace", {"channels": ["harbour", "myspace"]}),
        ("UNKNOWN_CHAIN", "royal", {"chain": "royal"}),
        ("UNKNOWN_PERSON", "nobody", {"author": "nobody"}),
        ("UNKNOWN_MEDIA", "f" * 64, {"media": [{"sha256": "f" * 64, "alt": "A tap."}]}),
    ]
    for code, name, said in strange:
        assert name in refused(await desk.starts(key=code, **said), 422, code)


async def test_a_window_in_the_past_is_refused(desk: Desk) -> None:
    refused(await desk.starts(in_days=-10), 409, "IN_THE_PAST")


async def test_an_urgent_post_without_an_hour_goes_out_as_soon_as_it_is_signed(
    desk: Desk,
) -> None:
    path = await desk.has_a_post_in_review(release_at=None, window=None, urgency="urgent")
    await desk.newsroom.is_signed_by_all()
    await desk.newsroom.ends()
    post = done(await desk.reads("ana", path), 200)
    assert (post["state"], post["urgency"]) == ("published", "urgent")
    assert desk.newsroom.copies == 2
    assert all(send["url"].startswith("https://social.example/") for send in post["sends"])
