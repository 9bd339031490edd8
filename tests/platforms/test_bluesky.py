"""Stories on a real Bluesky server: what we asked for is what the public sees, once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count

import httpx
import pytest

from activities.platforms import (
    InDoubt,
    Letter,
    Live,
    NotSent,
    Picture,
    Refused,
    SignInFailed,
    Throttled,
)
from activities.platforms.atproto_text import tid
from activities.platforms.bluesky import Bluesky
from tests.platforms.fault_proxy import Fault, bad_line_to

pytestmark = pytest.mark.anyio

WRITTEN_AT = datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=UTC)
MAP = Picture(b"\x89PNG the districts", "image/png", "Carte : Forêt et Bruyère, en bleu", 640, 360)
_numbers = count(1)


def a_letter(text="L’eau est coupée à Forêt. Elle revient ce soir.", **changes) -> Letter:
    key = sha256(str(next(_numbers)).encode()).hexdigest()
    letter = Letter(text, ("fr",), (), WRITTEN_AT, key, tid(key, WRITTEN_AT))
    return replace(letter, **changes)


async def test_the_public_sees_what_was_written(pds, account, bluesky):
    text = (
        f"🏛️ Forêt : fuite d’eau 👨‍👩‍👧 https://ville.example/eau?d=2, "
        f"#Forêt @{account.handle} @nobody.test"
    )
    letter = a_letter(text, languages=("fr", "nl-BE"), pictures=(MAP,))

    receipt = await bluesky.send(letter)

    [post] = pds.posts(account.did)
    record = post["value"]
    underlined = {
        text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): {
            name: value for name, value in facet["features"][0].items() if name != "$type"
        }
        for facet in record["facets"]
    }
    [image] = record["embed"]["images"]
    assert record["text"] == text
    assert record["createdAt"] == "2026-11-22T10:00:00.123Z"
    assert record["langs"] == ["fr", "nl-BE"]
    assert underlined == {
        "https://ville.example/eau?d=2": {"uri": "https://ville.example/eau?d=2"},
        "#Forêt": {"tag": "Forêt"},
        f"@{account.handle}": {"did": account.did},
    }
    assert image["alt"] == MAP.alt
    assert image["aspectRatio"] == {"width": 640, "height": 360}
    assert image["image"]["size"] == len(MAP.bytes)
    assert receipt.remote_id == post["uri"]
    assert receipt.url == f"https://bsky.app/profile/{account.handle}/post/{letter.remote_key}"
    links = ("https://ville.example/eau?d=2",)
    assert await bluesky.look(receipt) == Live(text, ("fr", "nl-BE"), (MAP.alt,), {}, links)
    assert bluesky.links(text) == links


async def test_the_same_letter_twice_is_one_post(pds, account, bluesky):
    letter = a_letter(pictures=(MAP,))
    first = await bluesky.send(letter)
    [before] = pds.posts(account.did)

    after_a_crash = Bluesky(pds.url, account.did, account.app_password)
    second = await after_a_crash.send(letter)
    await after_a_crash.close()

    assert second == first
    assert pds.posts(account.did) == [before]  # its cid included


async def test_ten_at_once_are_one_post_and_one_sign_in(pds, account):
    letter = a_letter(pictures=(MAP,))
    async with bad_line_to(pds.url) as line:
        bluesky = Bluesky(line.url, account.handle, account.app_password)
        receipts = await asyncio.gather(*(bluesky.send(letter) for _ in range(10)))
        await bluesky.close()

    assert len(set(receipts)) == 1
    assert len(pds.posts(account.did)) == 1
    assert line.asked("createSession") == 1


async def test_another_post_at_our_address_is_never_replaced(pds, account, bluesky):
    theirs = a_letter("Votez pour moi !")
    await bluesky.send(theirs)
    ours = a_letter(remote_key=theirs.remote_key)

    with pytest.raises(Refused, match="Another post stands at the address"):
        await bluesky.send(ours)
    with pytest.raises(Refused, match="Another post stands at the address"):
        await bluesky.find(ours)

    assert [post["value"]["text"] for post in pds.posts(account.did)] == ["Votez pour moi !"]


async def test_our_own_post_is_known_again_although_a_mention_reads_otherwise(
    pds, account, bluesky
):
    letter = a_letter("Merci @late.test")
    first = await bluesky.send(letter)
    pds.make_account("late.test")

    assert await bluesky.send(letter) == first
    assert len(pds.posts(account.did)) == 1


async def test_a_post_that_was_taken_down_is_gone(pds, account, bluesky):
    receipt = await bluesky.send(a_letter())
    pds.delete(receipt.remote_id)

    assert await bluesky.look(receipt) is None


async def test_a_picture_that_the_server_threw_away_is_sent_again(pds, account, bluesky):
    slow, quick = a_letter(pictures=(MAP,)), a_letter(pictures=(MAP,))
    await bluesky.prepare(slow)
    receipt = await bluesky.send(quick)
    pds.delete(receipt.remote_id)  # and the picture with it

    await bluesky.send(slow)

    [post] = pds.posts(account.did)
    assert post["uri"].endswith(slow.remote_key)


NO_PLACE_ON_BLUESKY = (
    ({"text": "é" * 301}, "too long for Bluesky: 300 characters"),
    ({"text": "👨‍👩‍👧‍👦" * 130}, "too long for Bluesky: 300 characters, and 3000 bytes"),
    ({"languages": ("not a language",)}, "at most three languages"),
    ({"pictures": (MAP,) * 5}, "at most four pictures"),
    ({"pictures": (replace(MAP, bytes=b"x" * 2_000_001),)}, "too large for Bluesky"),
    ({"pictures": (replace(MAP, bytes=b"x" * 5_300_000),)}, "too large for this Bluesky server"),
    ({"pictures": (replace(MAP, mime="application/pdf"),)}, "not accept one of the pictures"),
)


async def test_what_bluesky_cannot_take_is_refused_in_words(pds, account, bluesky):
    for changes, sentence in NO_PLACE_ON_BLUESKY:
        with pytest.raises(Refused, match=sentence):
            await bluesky.send(a_letter(**changes))

    assert pds.posts(account.did) == []


async def test_a_fourth_language_does_not_cost_the_post(pds, account, bluesky):
    await bluesky.send(a_letter(languages=("fr", "nl", "de", "en")))

    [post] = pds.posts(account.did)
    assert post["value"]["langs"] == ["fr", "nl", "de"]


async def test_a_wrong_password_is_for_a_person_to_mend(pds, account):
    bluesky = Bluesky(pds.url, account.handle, "not-the-pass-word")

    for ask in (bluesky.prepare, bluesky.send):
        with pytest.raises(SignInFailed, match="Make a new app password") as refusal:
            await ask(a_letter())
        assert "not-the-pass-word" not in str(refusal.value) + repr(bluesky)
    with pytest.raises(InDoubt, match="could not look"):  # which proves nothing about the post
        await bluesky.find(a_letter())
    await bluesky.close()


async def test_too_many_sign_ins_are_told_to_wait(pds, account):
    bluesky = Bluesky(pds.url, account.handle, account.app_password)
    body = {"identifier": account.handle, "password": "guess"}
    async with httpx.AsyncClient() as stranger:
        await asyncio.gather(
            *(
                stranger.post(f"{pds.url}/xrpc/com.atproto.server.createSession", json=body)
                for _ in range(30)
            )
        )

    with pytest.raises(Throttled) as pause:
        await bluesky.prepare(a_letter())

    assert timedelta(minutes=4) < pause.value.retry_after <= timedelta(minutes=5)
    await bluesky.close()


async def test_a_forgotten_session_is_opened_again_in_the_middle_of_a_send(pds, account):
    spoiled = []

    async def spoil_the_first_token(request: httpx.Request) -> None:
        if "putRecord" in request.url.path and not spoiled:
            spoiled.append(request.headers["Authorization"])
            request.headers["Authorization"] = "Bearer nonsense"

    http = httpx.AsyncClient(event_hooks={"request": [spoil_the_first_token]})
    bluesky = Bluesky(pds.url, account.handle, account.app_password, http)

    await bluesky.send(a_letter())
    await bluesky.close()

    assert len(spoiled) == len(pds.posts(account.did)) == 1


async def test_a_session_is_renewed_before_it_ends_without_the_password(pds, account):
    moments = [datetime.now(UTC)]
    async with bad_line_to(pds.url) as line:
        bluesky = Bluesky(line.url, account.handle, account.app_password, now=lambda: moments[-1])
        await bluesky.send(a_letter())
        moments.append(moments[-1] + timedelta(hours=1, minutes=56))  # of two hours
        await bluesky.send(a_letter())
        await bluesky.close()

    assert line.asked("createSession") == line.asked("refreshSession") == 1
    assert len(pds.posts(account.did)) == 2


async def test_a_server_that_cannot_be_reached_was_sent_nothing(account):
    bluesky = Bluesky("http://127.0.0.1:1", account.handle, account.app_password)

    for ask in (bluesky.prepare, bluesky.send):
        with pytest.raises(NotSent, match="cannot be reached"):
            await ask(a_letter())
    with pytest.raises(InDoubt):
        await bluesky.find(a_letter())
    await bluesky.close()


async def test_a_deactivated_account_proves_nothing(pds, account, bluesky):
    await bluesky.prepare(a_letter())
    pds.deactivate(account.did)

    with pytest.raises(Refused, match="deactivated"):
        await bluesky.send(a_letter())
    with pytest.raises(InDoubt):
        await bluesky.find(a_letter())


@pytest.fixture
async def bad_line(pds):
    async with bad_line_to(pds.url) as line:
        yield line


@pytest.fixture
async def far_away(bad_line, account):
    """Ourselves at the other end of the bad line."""
    bluesky = Bluesky(bad_line.url, account.handle, account.app_password)
    yield bluesky
    await bluesky.close()


DONE = (Fault.LOST_ANSWER, Fault.SPOILED_ANSWER, Fault.BUSY_BUT_DONE)
NOT_DONE = (Fault.LOST_REQUEST, Fault.BUSY, Fault.HTML)


async def test_whatever_happens_to_the_answer_there_is_one_post(pds, account, bad_line, far_away):
    for number, fault in enumerate(DONE + NOT_DONE, start=1):
        letter = a_letter()
        bad_line.plan("putRecord", fault)

        with pytest.raises(InDoubt):
            await far_away.send(letter)
        found = await far_away.find(letter)
        receipt = await far_away.send(letter)

        assert found == (receipt if fault in DONE else None), fault
        assert len(pds.posts(account.did)) == number, fault


async def test_asked_to_slow_down_we_know_that_nothing_was_published(
    pds, account, bad_line, far_away
):
    bad_line.plan("putRecord", Fault.SLOW_DOWN)

    with pytest.raises(Throttled) as pause:
        await far_away.send(a_letter())

    assert pause.value.retry_after == timedelta(seconds=7)
    assert pds.posts(account.did) == []


async def test_trouble_before_the_post_is_never_a_doubt(pds, account, bad_line, far_away):
    letter = a_letter("Merci @nobody.test", pictures=(MAP,))
    for step in ("createSession", "uploadBlob", "resolveHandle"):
        for fault in (Fault.LOST_ANSWER, Fault.BUSY):
            bad_line.plan(step, fault)
            with pytest.raises(NotSent):
                await far_away.send(letter)

    await far_away.prepare(letter)
    uploads = bad_line.asked("uploadBlob")
    await far_away.prepare(letter)
    await far_away.send(letter)

    assert bad_line.asked("uploadBlob") == uploads  # what is prepared stays prepared
    assert len(pds.posts(account.did)) == 1


async def test_trouble_while_looking_is_no_proof_of_absence(bad_line, far_away):
    letter = a_letter()
    receipt = await far_away.send(letter)
    for fault in (*NOT_DONE, Fault.SPOILED_ANSWER, Fault.SLOW_DOWN):
        bad_line.plan("getRecord", fault, fault)
        with pytest.raises(InDoubt, match="could not look"):
            await far_away.find(letter)
        with pytest.raises(InDoubt, match="could not look"):
            await far_away.look(receipt)
