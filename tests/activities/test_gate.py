"""The gate: whatever Temporal or a sender believes, the record alone says what may go out."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from activities.media import NotAnImage
from activities.platforms import Letter, NotSent, Receipt
from domain.acts import Decide, Verdict
from domain.canonical import instant, plain
from domain.ledger import Entry
from domain.post import Medium
from domain.sending import Order, SendState
from records import reading
from records.publications import FileBroken
from tests.activities.desk import SQUARE, Desk, forged
from tests.newsroom import FakePlatform

pytestmark = pytest.mark.anyio

OUR_NUMBER = "Call us: 01 42 76 40 40."


async def is_shut_for_good(desk: Desk, order: Order) -> str:
    """Refused without a trace; answers why."""
    before = len(await desk.file())
    sent = await desk.sends(order)
    assert (sent.state, sent.url) == (None, "")
    assert desk.platform.copies == 0
    assert len(await desk.file()) == before
    assert sent.because.endswith(".")
    return sent.because


# This revision may not go out.


async def test_a_draft_does_not_go_out(desk: Desk) -> None:
    order = await desk.submitted()
    desk.moment += timedelta(hours=1)
    assert "not been approved by every level" in await is_shut_for_good(desk, order)


async def test_one_signature_of_two_is_not_enough(desk: Desk) -> None:
    order = await desk.submitted()
    await desk.signs("lena")
    desk.moment += timedelta(hours=1)
    assert "not been approved by every level" in await is_shut_for_good(desk, order)


async def test_what_was_sent_back_does_not_go_out(desk: Desk) -> None:
    order = await desk.submitted()
    await desk.signs("lena")
    await desk.decides("dara", Verdict.REQUEST_CHANGES, "Say until when.")
    desk.moment += timedelta(hours=1)
    assert "not been approved by every level" in await is_shut_for_good(desk, order)


async def test_a_rejected_post_does_not_go_out(desk: Desk) -> None:
    order = await desk.submitted()
    await desk.decides("lena", Verdict.REJECT, "No.")
    desk.moment += timedelta(hours=1)
    assert "no longer the one that may go out" in await is_shut_for_good(desk, order)


async def test_a_withdrawn_post_does_not_go_out(desk: Desk) -> None:
    order = await desk.approved()
    await desk.withdraws()
    assert "no longer the one that may go out" in await is_shut_for_good(desk, order)


async def test_an_approved_text_does_not_go_out_once_it_was_revised(desk: Desk) -> None:
    approved = await desk.approved("Boil water.")
    await desk.revises("Boil all water.")
    await is_shut_for_good(desk, approved)
    revised = await desk.order()
    assert "not been approved by every level" in await is_shut_for_good(desk, revised)


async def test_a_signature_under_one_revision_does_not_send_another(desk: Desk) -> None:
    """Not even back to the words that were signed: the round they were signed in is over."""
    order = await desk.approved()
    await desk.revises("Boil all water.")
    await desk.revises("Boil water, all of it.")
    await desk.signs("lena")
    for asked in (order, await desk.order()):
        await is_shut_for_good(desk, asked)


async def test_a_channel_that_nobody_approved_gets_nothing(desk: Desk) -> None:
    await desk.approved(channels=(SQUARE,))
    assert "not meant for this channel" in await is_shut_for_good(desk, await desk.order("harbour"))
    assert desk.switchboard.platforms["harbour"].copies == 0


async def test_what_was_approved_after_its_hour_asks_for_a_new_one(desk: Desk) -> None:
    order = await desk.submitted()
    desk.moment += timedelta(hours=2)
    await desk.signs("lena")
    await desk.signs("dara")
    assert "needs a new one" in await is_shut_for_good(desk, order)

    await desk.reschedules(desk.moment + timedelta(minutes=1))
    desk.moment += timedelta(minutes=1)
    assert (await desk.sends(order)).state is SendState.PUBLISHED


# Not now.


async def test_before_its_hour_it_is_asked_to_come_back_at_its_hour(desk: Desk) -> None:
    order = await desk.approved()
    desk.moment -= timedelta(seconds=90)

    early = await desk.is_put_off(order)

    assert (early.type, early.next_retry_delay) == ("TooEarly", timedelta(seconds=90))
    assert desk.platform.copies == 0
    assert await desk.story() == []
    desk.moment += timedelta(seconds=90)
    assert (await desk.sends(order)).state is SendState.PUBLISHED


async def test_a_later_hour_given_in_the_last_moment_holds(desk: Desk) -> None:
    order = await desk.approved()
    await desk.reschedules(desk.moment + timedelta(hours=2))

    early = await desk.is_put_off(order)

    assert (early.type, early.next_retry_delay) == ("TooEarly", timedelta(hours=2))
    assert desk.platform.copies == 0


async def test_at_the_last_instant_of_its_window_it_still_goes_out(desk: Desk) -> None:
    order = await desk.approved()
    desk.moment += timedelta(hours=4)
    assert (await desk.sends(order)).state is SendState.PUBLISHED


async def test_after_its_window_it_is_missed_for_good(desk: Desk) -> None:
    order = await desk.approved()
    desk.moment += timedelta(hours=4, microseconds=1)

    assert (await desk.sends(order)).state is SendState.MISSED
    assert await desk.story() == ["missed"]
    desk.moment -= timedelta(hours=1)
    assert (await desk.sends(order)).state is SendState.MISSED
    assert desk.platform.copies == 0


async def test_a_send_proven_absent_after_the_window_is_missed_not_sent_late(desk: Desk) -> None:
    order = await desk.approved()
    desk.switchboard.platforms[SQUARE] = platform = Silent()
    await desk.is_put_off(order)
    desk.moment += timedelta(hours=5)
    desk.lease_ends()

    assert (await desk.sends(order)).state is SendState.MISSED
    assert platform.copies == 0
    assert await desk.story() == ["sending", "not_sent proved_absent", "missed"]


class Silent(FakePlatform):
    async def send(self, letter: Letter) -> Receipt:
        raise TimeoutError("silence")


def freeze(desk: Desk, channel: str = "", thawed: bool = False) -> None:
    desk.as_owner(
        "INSERT INTO freezes (organisation, id, channel, reason, frozen_by, thawed_at)"
        " VALUES (%s, %s, %s, 'a false alarm is about', 'carl', "
        f"{'clock_timestamp()' if thawed else 'NULL'})",
        desk.organisation,
        f"f{channel}{thawed}",
        channel,
    )


def thaw(desk: Desk) -> None:
    query = "UPDATE freezes SET thawed_at = clock_timestamp() WHERE organisation = %s"
    desk.as_owner(query, desk.organisation)


def switch(desk: Desk, on: bool) -> None:
    query = "UPDATE channels SET enabled = %s WHERE organisation = %s AND id = %s"
    desk.as_owner(query, on, desk.organisation, SQUARE)


@pytest.mark.parametrize("channel", ["", SQUARE])
async def test_a_freeze_holds_it_and_a_thaw_lets_it_go(desk: Desk, channel: str) -> None:
    order = await desk.approved()
    freeze(desk, channel)

    for _ in range(3):
        held = await desk.is_put_off(order)
        assert (held.type, held.next_retry_delay) == ("GateShut", desk.patience.gate)
        assert "a false alarm is about" in str(held)
    assert desk.platform.copies == 0
    assert await desk.story() == ["held"]  # told once, however often it was asked
    assert (await desk.life()).aside == "frozen"

    thaw(desk)
    assert (await desk.sends(order)).state is SendState.PUBLISHED
    assert (await desk.life()).aside is None


async def test_a_freeze_of_one_channel_and_a_freeze_that_is_over_hold_nothing(desk: Desk) -> None:
    order = await desk.approved()
    freeze(desk, "harbour")
    freeze(desk, thawed=True)
    assert (await desk.sends(order)).state is SendState.PUBLISHED


async def test_a_freeze_of_another_organisation_holds_nothing(desk: Desk) -> None:
    order = await desk.approved()
    name, desk.organisation = desk.organisation, "another-office"
    freeze(desk)
    desk.organisation = name
    assert (await desk.sends(order)).state is SendState.PUBLISHED


async def test_what_is_frozen_until_its_window_closes_is_missed(desk: Desk) -> None:
    order = await desk.approved()
    freeze(desk)
    await desk.is_put_off(order)
    desk.moment += timedelta(hours=5)
    assert (await desk.sends(order)).state is SendState.MISSED


async def test_a_freeze_does_not_keep_us_from_finding_what_went_out_before(desk: Desk) -> None:
    order = await desk.approved()
    desk.platform.next = ["lost"]
    await desk.is_put_off(order)
    freeze(desk)
    desk.lease_ends()
    assert (await desk.sends(order)).state is SendState.PUBLISHED
    assert desk.platform.copies == 1


async def test_what_proves_absent_under_a_freeze_is_not_sent_again(desk: Desk) -> None:
    order = await desk.approved()
    desk.switchboard.platforms[SQUARE] = platform = Silent()
    await desk.is_put_off(order)
    freeze(desk)
    desk.lease_ends()
    assert (await desk.is_put_off(order)).type == "GateShut"
    assert platform.copies == 0


async def test_a_channel_that_is_switched_off_holds_it_until_it_is_on(desk: Desk) -> None:
    order = await desk.approved()
    switch(desk, on=False)
    held = await desk.is_put_off(order)
    assert (held.type, desk.platform.copies) == ("GateShut", 0)
    switch(desk, on=True)
    assert (await desk.sends(order)).state is SendState.PUBLISHED


def own_numbers(desk: Desk, *numbers: str) -> None:
    desk.as_owner(
        "UPDATE organisations SET settings = jsonb_set(settings, '{public_phones}', %s::jsonb)"
        " WHERE organisation = %s",
        json.dumps(numbers),
        desk.organisation,
    )


async def test_the_rules_are_asked_again_at_its_hour(desk: Desk) -> None:
    """What was the office's own number when it was approved is somebody's private one by now."""
    order = await desk.approved(OUR_NUMBER)
    own_numbers(desk)

    held = await desk.is_put_off(order)

    assert held.type == "GateShut"
    assert "pii.phone.personal" in str(held)
    assert desk.platform.copies == 0
    assert await desk.story() == ["held"]
    assert (await desk.life()).aside == "held_policy"

    own_numbers(desk, "+33 1 42 76 40 40")
    assert (await desk.sends(order)).state is SendState.PUBLISHED


def verdicts(desk: Desk, order: Order, findings: str) -> int:
    query = (
        "SELECT 1 FROM verdicts WHERE organisation = %s AND post = %s AND stage = 'publishing'"
        f" AND content_hash = %s AND pack_version <> '' AND findings {findings} '[]'"
    )
    return desk.as_owner(query, order.organisation, order.post, order.content_hash)


async def test_the_verdict_at_its_hour_is_kept_even_if_it_is_clean(desk: Desk) -> None:
    order = await desk.approved()
    await desk.sends(order)
    assert verdicts(desk, order, "=") == 1


async def test_a_block_that_was_lifted_leaves_both_verdicts(desk: Desk) -> None:
    """What went out went out under the clean one, and the record has to show it."""
    order = await desk.approved(OUR_NUMBER)
    own_numbers(desk)
    await desk.is_put_off(order)
    assert (verdicts(desk, order, "="), verdicts(desk, order, "<>")) == (0, 1)
    own_numbers(desk, "+33 1 42 76 40 40")
    await desk.sends(order)
    assert (verdicts(desk, order, "="), verdicts(desk, order, "<>")) == (1, 1)


# Somebody was at the record.


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
