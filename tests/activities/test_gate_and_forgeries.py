"""What was changed behind the record's back opens no gate."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from activities.media import NotAnImage
from activities.platforms import NotSent
from domain.acts import Decide, Verdict
from domain.canonical import instant, plain
from domain.ledger import Entry
from domain.post import Medium
from domain.sending import Order, SendState
from records import reading
from records.publications import FileBroken
from tests.activities.desk import SQUARE, Desk, forged

pytestmark = pytest.mark.anyio


async def breaks(desk: Desk, order: Order) -> str:
    with pytest.raises(FileBroken) as broken:
        await desk.sends(order)
    assert desk.platform.copies == 0
    return str(broken.value)


@pytest.mark.parametrize(
    "forgery",
    [
        """{"stage": "holding", "votes": [{"level": "legal", "actor": "lena"},
                                          {"level": "direction", "actor": "dara"}]}""",
        '{"stage": "publishing", "chain": {"id": "demo", "version": 9, "levels": []}}',
    ],
)
async def test_a_row_that_says_more_than_its_file_opens_nothing(desk: Desk, forgery: str) -> None:
    order = await desk.submitted()
    desk.moment += timedelta(hours=1)
    desk.as_owner("UPDATE posts SET life = life || %s::jsonb WHERE id = %s", forgery, desk.post)
    assert "parapheur verify" in await breaks(desk, order)


async def append(desk: Desk, body: dict[str, object], done: str, key: str) -> None:
    """An entry as only the chain of hashes demands it, and a row that follows from it."""
    rows = await desk.file()
    last, actor = rows[-1], str(body.get("actor", "house"))
    entry = Entry(last.organisation, last.post, last.seq + 1, last.at, actor, done, body, key)
    life = reading.fold(last.organisation, last.post, [*(row.body for row in rows), body])
    hash = entry.hash(last.hash)
    desk.as_owner(
        "INSERT INTO ledger (organisation, post, seq, at, actor, done, body, key, hash)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        *(entry.organisation, entry.post, entry.seq, entry.at, actor, done),
        *(json.dumps(body), key, hash),
    )
    desk.as_owner(
        "UPDATE posts SET life = %s, stage = %s, last_seq = %s, last_hash = %s WHERE id = %s",
        *(json.dumps(plain(life)), life.stage.value, entry.seq, hash, desk.post),
    )


async def second_signature(desk: Desk) -> Decide:
    post = (await desk.life()).post
    told = {"revision": post.revision, "content_hash": post.content_hash}
    act = desk.act("dara", Decide, verdict=Verdict.APPROVE, **told)
    assert isinstance(act, Decide)
    return act


# I-16
@pytest.mark.parametrize("name", ["another name", "another instant", "another key", "no seal"])
async def test_a_signature_that_the_door_did_not_seal_opens_nothing(desk: Desk, name: str) -> None:
    order = await desk.submitted()
    await desk.signs("lena")
    body = (await second_signature(desk)).as_entry()
    seal = dict(body["seal"])  # type: ignore[call-overload]
    body |= {
        "another name": forged(desk.act("lena", Decide, **_said(body))).as_entry(),
        "another instant": {"at": instant(desk.moment + timedelta(microseconds=1))},
        "another key": {"seal": seal | {"key": "2020-01-01-dead"}},
        "no seal": {"seal": {"key": "", "signature": ""}},
    }[name]
    await append(desk, body, "approved", str(body["id"]))
    desk.moment += timedelta(hours=1)
    assert "the seal is not the door's" in await breaks(desk, order)


def _said(body: dict[str, object]) -> dict[str, object]:
    told = ("revision", "content_hash")
    return {"verdict": Verdict.APPROVE} | {name: body[name] for name in told}


async def test_a_seal_from_another_post_opens_nothing(desk: Desk) -> None:
    order = await desk.submitted()
    await desk.signs("lena")
    stolen = await second_signature(desk)
    ours, desk.post = desk.post, "another-post"
    elsewhere = desk.act("dara", Decide, **_said(stolen.as_entry()))
    desk.post = ours
    await append(desk, elsewhere.as_entry(), "approved", elsewhere.id)
    desk.moment += timedelta(hours=1)
    assert "the seal is not the door's" in await breaks(desk, order)


async def test_one_signature_does_not_count_twice(desk: Desk) -> None:
    """A true entry, copied to where the next level should have signed."""
    order = await desk.submitted()
    await desk.signs("lena")
    [signed] = [row for row in await desk.file() if row.done == "approved"]
    await append(desk, signed.body, "approved", "another-key")
    desk.moment += timedelta(hours=1)
    await breaks(desk, order)


async def test_an_entry_changed_in_its_place_opens_nothing(desk: Desk) -> None:
    """The chain of hashes is gone over before anything goes out, facts included."""
    order = await desk.approved()
    desk.as_owner(
        "UPDATE ledger SET body = jsonb_set(body, '{how}', '\"by hand\"')"
        " WHERE post = %s AND done = 'admitted'",
        desk.post,
    )
    await breaks(desk, order)


async def test_an_intent_log_that_forgot_a_send_sends_nothing_twice(desk: Desk) -> None:
    """Two channels, one out: the row of that one says it never was. The ledger knows better."""
    await desk.approved(channels=(SQUARE, "harbour"))
    order = await desk.order()
    await desk.sends(order)
    desk.as_owner(
        "UPDATE publications SET state = 'planned', url = '', fence = 0"
        " WHERE post = %s AND channel = %s",
        *(desk.post, SQUARE),
    )
    with pytest.raises(FileBroken):
        await desk.sends(order)
    assert desk.platform.copies == 1


@pytest.mark.parametrize("state", ["published", "failed", "missed", "dropped", "unknown"])
async def test_an_intent_log_that_invents_an_end_is_not_believed(desk: Desk, state: str) -> None:
    order = await desk.approved()
    desk.platform.next = [NotSent("no route")]
    await desk.is_put_off(order)
    desk.as_owner("UPDATE publications SET state = %s WHERE post = %s", state, desk.post)
    await breaks(desk, order)


# I-1
@pytest.mark.parametrize(
    "forgery",
    [
        """jsonb_set(content, '{text}', '"Vote for me."')""",
        """jsonb_set(content, '{variants}', '[{"channel": "town-square", "text": "Vote!"}]')""",
        """jsonb_set(content, '{window,closes}', '"2099-01-01T00:00:00.000000Z"')""",
        """jsonb_set(content, '{languages}', '["la"]')""",
    ],
)
async def test_a_text_changed_behind_its_hash_is_not_sent(desk: Desk, forgery: str) -> None:
    order = await desk.approved()
    query = f"UPDATE contents SET content = {forgery} WHERE hash = %s"
    desk.as_owner(query, order.content_hash)
    assert "does not hash to what was approved" in await breaks(desk, order)


@pytest.mark.parametrize("forgery", ["'{}'", "'[]'", "'1'", "content - 'text'"])
async def test_a_content_that_cannot_be_read_is_not_sent(desk: Desk, forgery: str) -> None:
    order = await desk.approved()
    desk.as_owner(f"UPDATE contents SET content = {forgery} WHERE hash = %s", order.content_hash)
    await breaks(desk, order)


async def test_a_content_that_is_gone_is_not_sent(desk: Desk) -> None:
    order = await desk.approved()
    desk.as_owner("DELETE FROM contents WHERE hash = %s", order.content_hash)
    await breaks(desk, order)


def a_png(colour: str) -> bytes:
    picture = BytesIO()
    Image.new("RGB", (64, 64), colour).save(picture, "PNG")
    return picture.getvalue()


async def test_the_picture_that_is_sent_is_the_one_that_was_approved(desk: Desk, tmp_path) -> None:
    kept = await desk.album.keep(desk.organisation, a_png("blue"))
    order = await desk.approved(media=(Medium(kept.sha256, "The districts, in blue"),))
    [stored] = [path for path in (tmp_path / "media").rglob(kept.sha256) if path.is_file()]
    approved = stored.read_bytes()
    stored.write_bytes(a_png("red"))

    with pytest.raises(NotAnImage):
        await desk.sends(order)
    assert desk.platform.copies == 0

    stored.write_bytes(approved)
    assert (await desk.sends(order)).state is SendState.PUBLISHED
    [[letter]] = desk.platform.posts.values()
    assert letter.pictures[0].alt == "The districts, in blue"
    assert letter.pictures[0].bytes == approved
