"""What an answer means, for the answers that no real server gives on demand."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from activities.platforms import (
    InDoubt,
    Letter,
    NotSent,
    Picture,
    Platform,
    Receipt,
    Refused,
    SignInFailed,
    Throttled,
)
from activities.platforms.bluesky import Bluesky

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
LETTER = Letter("Bonjour", ("fr",), (), NOW, "key", "3n2vkvrlof4xh")
HERE = "at://did:plc:town/app.bsky.feed.post/3n2vkvrlof4xh"
OPENED = {
    "did": "did:plc:town",
    "handle": "town.example",
    "accessJwt": "opaque-access",
    "refreshJwt": "opaque-refresh",
}


def says(code, error="", **rest):
    return httpx.Response(code, json={"error": error, "message": "because"} if error else rest)


class Server:
    """Answers each call as told, the last answer for ever, and remembers who asked for what."""

    def __init__(self, **told):
        self.told = {"createSession": [says(200, **OPENED)], "putRecord": [says(200, uri=HERE)]}
        self.told |= told
        self.asked = []
        http = httpx.AsyncClient(transport=httpx.MockTransport(self.answer))
        self.bluesky = Bluesky(
            "https://pds.example/", "town.example", "pass-word", http, now=lambda: NOW
        )

    def answer(self, request):
        name = request.url.path.rsplit(".", 1)[-1]
        self.asked.append(name)
        answers = self.told[name]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (says(500, "InternalServerError"), InDoubt),
        (says(502, "UpstreamFailure"), InDoubt),
        (says(408, "RequestTimeout"), InDoubt),
        (httpx.Response(404, text="<html>"), InDoubt),
        (httpx.Response(403, json=["no"]), InDoubt),
        (httpx.Response(301, headers={"location": "https://elsewhere.example"}), InDoubt),
        (httpx.Response(200, text="ok"), InDoubt),
        (says(200, uri="at://did:plc:town/app.bsky.feed.post/elsewhere"), InDoubt),
        (says(200), InDoubt),
        (httpx.ReadTimeout("slow"), InDoubt),
        (httpx.WriteTimeout("slow"), InDoubt),
        (httpx.ReadError("reset"), InDoubt),
        (httpx.RemoteProtocolError("cut"), InDoubt),
        (httpx.ConnectError("no such name"), NotSent),
        (httpx.ConnectTimeout("slow"), NotSent),
        (httpx.PoolTimeout("busy"), NotSent),
        (says(429, "RateLimitExceeded"), Throttled),
        (says(400, "InvalidRequest"), Refused),
        (says(403, "Forbidden"), Refused),
        (says(401, "AccountTakedown"), Refused),
        (says(400, "BlobNotFound"), Refused),  # twice
        (says(400, "InvalidToken"), SignInFailed),  # twice
        (says(401, "AuthenticationRequired"), SignInFailed),
    ],
)
async def test_an_answer_to_a_post_means_one_thing(answer, meaning):
    server = Server(putRecord=[answer])

    with pytest.raises((NotSent, Refused, InDoubt)) as raised:
        await server.bluesky.send(LETTER)

    assert isinstance(raised.value, meaning)
    assert not any(word in str(raised.value) for word in ("pass-word", "opaque", LETTER.text))


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"retry-after": "90"}, timedelta(seconds=90)),
        ({"retry-after": "0"}, timedelta(seconds=1)),
        ({"retry-after": "Sun, 22 Nov 2026 10:02:00 GMT"}, timedelta(minutes=2)),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 200)}, timedelta(seconds=200)),
        ({"ratelimit-reset": "1"}, timedelta(seconds=1)),
        ({"retry-after": "soon"}, timedelta(minutes=1)),
        ({}, timedelta(minutes=1)),
    ],
)
async def test_we_wait_as_long_as_we_are_asked_to(headers, pause):
    server = Server(putRecord=[httpx.Response(429, headers=headers)])

    with pytest.raises(Throttled) as raised:
        await server.bluesky.send(LETTER)

    assert raised.value.retry_after == pause


async def test_a_refused_token_costs_one_more_sign_in_and_no_more():
    server = Server(putRecord=[says(400, "ExpiredToken")])

    with pytest.raises(SignInFailed):
        await server.bluesky.send(LETTER)

    assert server.asked == ["createSession", "putRecord"] * 2


async def test_a_picture_lost_once_is_uploaded_once_more():
    server = Server(
        uploadBlob=[says(200, blob={"ref": {"$link": "bafy"}})],
        putRecord=[says(400, "BlobNotFound"), says(200, uri=HERE)],
    )
    picture = Picture(b"bytes", "image/png", "a map", 1, 1)
    letter = Letter("Bonjour", (), (picture,), NOW, "key", LETTER.remote_key)

    await server.bluesky.send(letter)

    assert server.asked[1:] == ["uploadBlob", "putRecord"] * 2


async def test_an_address_that_was_taken_and_is_free_again_is_a_doubt():
    server = Server(
        putRecord=[says(400, "InvalidSwap")],
        getRecord=[says(400, "RecordNotFound")],
        getSession=[says(200, active=True)],
    )

    with pytest.raises(InDoubt, match="free now"):
        await server.bluesky.send(LETTER)


async def test_not_found_is_proof_only_from_an_active_account():
    missing = [says(400, "RecordNotFound")]
    active = Server(getRecord=missing, getSession=[says(200, active=True)])
    asleep = Server(getRecord=missing, getSession=[says(200, active=False, status="deactivated")])

    assert await active.bluesky.find(LETTER) is None
    with pytest.raises(InDoubt, match="deactivated"):
        await asleep.bluesky.find(LETTER)
    with pytest.raises(InDoubt, match="deactivated"):
        await asleep.bluesky.look(Receipt(HERE, ""))


async def test_likes_are_counted_where_somebody_counts_them():
    post = {"likeCount": 2, "replyCount": 0, "repostCount": 1, "cid": "bafy"}
    record = [says(200, value={"text": "Bonjour"})]
    counted = Server(getRecord=record, getPosts=[says(200, posts=[post])])
    silent = Server(getRecord=record, getPosts=[httpx.Response(404, text="<html>")])

    live = await counted.bluesky.look(Receipt(HERE, ""))
    uncounted = await silent.bluesky.look(Receipt(HERE, ""))

    assert live is not None
    assert live.counts == {"likes": 2, "replies": 0, "reposts": 1}
    assert uncounted is not None
    assert uncounted.counts == {}


async def test_an_account_without_a_working_handle_is_linked_by_its_did():
    server = Server(createSession=[says(200, **OPENED | {"handle": "handle.invalid"})])

    receipt = await server.bluesky.send(LETTER)

    assert receipt.url == "https://bsky.app/profile/did:plc:town/post/3n2vkvrlof4xh"


@pytest.mark.parametrize("service", ["pds.example", "https://[", "ftp://pds.example"])
async def test_a_misspelt_service_was_sent_nothing(service):
    bluesky: Platform = Bluesky(service, "town.example", "pass-word")

    with pytest.raises(NotSent):
        await bluesky.send(LETTER)
    await bluesky.close()
