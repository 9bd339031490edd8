"""Findings over HTTP: a draft looked over while it is written, and what has to be declared."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from domain.canonical import instant
from tests.api.desk import Desk, done, refused

pytestmark = pytest.mark.anyio

PHONE = "Call Marc on 06 12 34 56 78."
PRIVATE = "pii.phone.personal"


async def looks_over(desk: Desk, who: str = "ana", **said: Any) -> dict[str, Any]:
    return done(await desk.sends(who, "/v1/findings", **await content(desk, **said)), 200)


async def content(desk: Desk, **said: Any) -> dict[str, Any]:
    told = await desk.post_saying(**said)
    del told["chain"]
    return told


async def test_a_draft_is_looked_over_and_nothing_is_stored(desk: Desk) -> None:
    await desk.reads("ana", "/v1/posts")  # signed in
    before = await desk.everything_on_record()
    told = await looks_over(desk, text=PHONE)
    assert await desk.everything_on_record() == before

    assert told["blocked"] == [PRIVATE]
    (found,) = [found for found in told["findings"] if found["severity"] == "block"]
    assert (found["id"], found["piece"], found["waiver"]) == (PRIVATE, "06 12 34 56 78", "dpo")
    assert found["clause"].startswith("GDPR")
    assert found["title"] == "Personal telephone number"
    assert found["pack"].startswith("personal-data/")


async def test_a_finding_of_one_channel_says_which(desk: Desk) -> None:
    told = await looks_over(desk, text="Boil it. " * 700, variants={"harbour": "Short."})
    assert told["blocked"] == ["length.exceeded:town-square"]


async def test_a_saved_draft_shows_what_the_rules_find_before_anybody_submits(desk: Desk) -> None:
    path = await desk.has_a_post(text=PHONE)
    told = done(await desk.reads("ana", path), 200)
    assert told["state"] == "draft"
    assert PRIVATE in {found["id"] for found in told["findings"]}

    said = await content(desk, text="Boil water.")
    told = done(await desk.sends("ana", f"{path}/revisions", seen=1, **said))
    assert PRIVATE not in {found["id"] for found in told["findings"]}


async def test_what_a_post_says_now_is_held_against_the_rules_of_today(desk: Desk) -> None:
    path = await desk.has_a_post(text=PHONE)
    post = path.rpartition("/")[2]
    told = done(await desk.reads("lena", "/v1/findings", post=post), 200)
    assert told["blocked"] == [PRIVATE]
    refused(await desk.reads("lena", "/v1/findings", post="nobody"), 404, "NOT_FOUND")


async def test_a_draft_for_a_channel_that_is_not_there_is_refused(desk: Desk) -> None:
    said = await content(desk, channels=["moon"])
    refused(await desk.sends("ana", "/v1/findings", **said), 422, "UNKNOWN_CHANNEL")


async def test_only_who_may_write_looks_a_draft_over(desk: Desk) -> None:
    await desk.gives_a_key("reading", "posts:read")
    said = await content(desk)
    refused(await desk.sends("reading", "/v1/findings", **said), 403, "FORBIDDEN")
    refused(await desk.sends("", "/v1/findings", **said), 401, "UNAUTHENTICATED")


# Declarations.


async def test_a_mandatory_declaration_that_is_missing_is_a_finding(desk: Desk) -> None:
    bought = {"paid": {"paid": True}}
    post = done(await desk.starts(declared=bought, submit=True))
    assert post["state"] == "draft"
    assert {"ads.metadata_incomplete"} <= {found["rule"] for found in post["findings"]}
    assert "ads.metadata_incomplete" in post["because"]


async def test_what_is_declared_is_part_of_what_is_signed(desk: Desk) -> None:
    plain = done(await desk.starts(key="1"))
    event = {"category": "event", "event_start": "2030-01-01T10:00:00+01:00"}
    declared = done(await desk.starts(key="2", declared=event))
    again = done(await desk.starts(key="3", declared={"category": "undeclared"}))

    assert "declared" not in plain["content"]
    assert declared["content"]["declared"] == {
        "category": "event",
        "event_start": "2030-01-01T09:00:00.000000Z",
    }
    assert again["content"] == plain["content"] | {"window": again["content"]["window"]}
    assert declared["content_hash"] != plain["content_hash"]


MISFITS: dict[str, dict[str, Any]] = {
    "a word we do not know": {"colour": "red"},
    "a category we do not know": {"category": "rant"},
    "a moment without a zone": {"event_start": "2030-01-01T10:00:00"},
    "an event that ends before it starts": {
        "event_start": "2030-01-02T10:00:00Z",
        "event_end": "2030-01-01T10:00:00Z",
    },
    "a sum below nothing": {"paid": {"paid": True, "amount": -1}},
    "a sum that is no number": {"paid": {"amount": "a lot"}},
    "a currency of four letters": {"paid": {"currency": "EURO"}},
    "a campaign that ends before it starts": {
        "paid": {"starts": "2030-01-02T00:00:00Z", "ends": "2030-01-01T00:00:00Z"}
    },
    "a consent by a neighbour": {
        "media": [{"sha256": "0" * 64, "people": [{"consents": [{"by": "neighbour"}]}]}]
    },
    "a medium that the post does not have": {"media": [{"sha256": "0" * 64}]},
    "a language that is none": {"versions": [{"language": "!", "text": "Hello"}]},
    "a NUL": {"territory": "\x00"},
    "bytes that only we can tell": {"media": [{"sha256": "0" * 64, "exif_gps": True}]},
    "nothing at all": {"paid": None},
}


@pytest.mark.parametrize("declared", MISFITS.values(), ids=MISFITS)
async def test_a_declaration_that_makes_no_sense_is_refused(
    desk: Desk, declared: dict[str, Any]
) -> None:
    said = await content(desk, declared=declared)
    refused(await desk.sends("ana", "/v1/findings", **said), 422, "INVALID")


async def test_people_in_a_picture_need_their_consent(desk: Desk) -> None:
    told = await uploads(desk, picture())
    seen = {"sha256": told["sha256"], "alt": "A girl on a swing in the park", "decorative": False}
    child = {"role": "private", "minor": True}
    facts = {"sha256": told["sha256"], "people": [child], "rights": {"source": "own"}}
    found = await looks_over(desk, media=[seen], declared={"media": [facts]})
    assert "image.minor_consent_missing" in found["blocked"]

    child["consents"] = [{"by": "guardian"}, {"by": "guardian"}]  # two in France
    found = await looks_over(desk, media=[seen], declared={"media": [facts]})
    assert "image.minor_consent_missing" not in found["blocked"]


# Where a picture was taken.


def picture(*, with_place: bool = False) -> bytes:
    image, written = Image.new("RGB", (8, 6)), BytesIO()
    exif = Image.Exif()
    if with_place:
        exif.get_ifd(0x8825)[1] = "N"
        exif.get_ifd(0x8825)[2] = (48.0, 51.0, 24.0)
    image.save(written, "JPEG", exif=exif)
    return written.getvalue()


async def uploads(desk: Desk, raw: bytes) -> dict[str, Any]:
    kind = {"content-type": "application/octet-stream"}
    return done(await desk.asks("ana", "POST", "/v1/media", content=raw, headers=kind))


async def test_an_upload_says_that_the_place_was_taken_out(desk: Desk) -> None:
    assert (await uploads(desk, picture()))["had_place"] is False
    told = await uploads(desk, picture(with_place=True))
    assert told["had_place"] is True
    seen = {"sha256": told["sha256"], "alt": "The quay at dawn"}
    assert "media.exif_gps" not in ids(await looks_over(desk, media=[seen]))


def ids(told: dict[str, Any]) -> set[str]:
    return {found["id"] for found in told["findings"]}


async def test_the_hour_of_a_draft_counts(desk: Desk) -> None:
    """What would come out before now cannot be asked for."""
    past = await desk.newsroom.now() - timedelta(days=2)
    said = {"release_at": instant(past), "window": None}
    told = await looks_over(desk, **said)
    assert "schedule.in_past" in told["blocked"]
