"""How much a request may carry, which hosts we answer to, and whether we are well."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from api.limits import BODY, IMAGE
from records.database import connect
from tests.api.desk import HOST, Desk, done, refused

pytestmark = pytest.mark.anyio


async def in_pieces(size: int) -> AsyncIterator[bytes]:
    """A body that does not say its length."""
    for _ in range(size // 1024):
        yield b"x" * 1024


async def test_a_body_over_its_limit_is_refused_and_the_post_still_answers(desk: Desk) -> None:
    path = await desk.has_a_post_in_review()
    for way in ("submission", "decisions", "withdrawal", "hour", "settlement", "revisions"):
        said = await desk.asks("lena", "POST", f"{path}/{way}", content=b"x" * (BODY + 1))
        refused(said, 413, "TOO_LARGE")
        unsaid = await desk.asks("lena", "POST", f"{path}/{way}", content=in_pieces(BODY + 1024))
        assert "content-length" not in unsaid.request.headers
        refused(unsaid, 413, "TOO_LARGE")
    assert await desk.story(path) == ["ana drafted", "house admitted"]
    done(await desk.decides("lena", path, "approve"))


async def test_the_largest_post_that_fits_goes_through(desk: Desk) -> None:
    said = await desk.post_saying("x" * 20_000, variants={"harbour": "é" * 20_000})
    done(await desk.sends("ana", "/v1/posts", "k-1", **said))


async def test_a_length_that_is_a_lie_does_not_help(desk: Desk) -> None:
    for lie in ("1", "-1", "many", ""):
        headers = {"Content-Length": lie, "Idempotency-Key": f"k-{lie}"}
        body = in_pieces(BODY + 1024)
        answer = await desk.asks("ana", "POST", "/v1/posts", content=body, headers=headers)
        refused(answer, 413, "TOO_LARGE")


async def test_images_may_be_larger_but_not_without_end(desk: Desk) -> None:
    body = b"x" * (BODY + 1)
    refused(await desk.asks("ana", "POST", "/v1/media", content=body), 415, "NOT_AN_IMAGE")
    refused(await desk.asks("ana", "POST", "/v1/media/", content=body), 413, "TOO_LARGE")
    more = in_pieces(IMAGE + 2048)
    refused(await desk.asks("ana", "POST", "/v1/media", content=more), 413, "TOO_LARGE")


async def test_we_answer_only_to_our_own_names(desk: Desk) -> None:
    """A page that points its own name at us (DNS rebinding) gets nothing."""
    await desk.reads("ana", "/v1/posts")
    for host in ("evil.example", f"{HOST}.evil.example", "127.0.0.1"):
        answer = await desk.asks("ana", "GET", "/v1/posts", headers={"Host": host})
        refused(answer, 400, "UNKNOWN_HOST")
    for host in (HOST, f"{HOST}:8000"):
        done(await desk.asks("ana", "GET", "/v1/posts", headers={"Host": host}), 200)


async def test_what_is_not_there_and_what_is_not_done_here_are_refused_alike(desk: Desk) -> None:
    path = await desk.has_a_post()
    refused(await desk.reads("ana", "/nowhere"), 404, "NOT_FOUND")
    refused(await desk.reads("ana", "/static/nothing.css"), 404, "NOT_FOUND")
    refused(await desk.reads("ana", "/static/../app.py"), 404, "NOT_FOUND")
    for verb in ("DELETE", "PUT", "PATCH"):
        answer = await desk.asks("ana", verb, path)
        refused(answer, 405, "METHOD_NOT_ALLOWED")
        assert answer.headers["allow"] == "GET"
    assert (await desk.asks("ana", "PUT", "/v1/posts")).headers["allow"] == "GET, POST"


async def test_nobody_is_sent_to_another_address_with_their_credentials(desk: Desk) -> None:
    """Behind a proxy that speaks TLS we would name http://, and clients take their key along."""
    refused(await desk.reads("ana", "/v1/posts/"), 404, "NOT_FOUND")


async def test_what_is_wrong_is_told_in_words_that_help(desk: Desk) -> None:
    said = await desk.post_saying(channels=["harbour"], variants={"town-square": "x"})
    answer = await desk.sends("ana", "/v1/posts", "k-1", **said)
    refused(answer, 422, "INVALID")
    says = answer.json()["errors"][0]["says"]
    assert says == "variants for channels that are not named: town-square"
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        headers = {"Idempotency-Key": "k-2", "Content-Type": kind}
        answer = await desk.asks("ana", "POST", "/v1/posts", content=b"{}", headers=headers)
        assert "Content-Type: application/json" in refused(answer, 422, "INVALID")


async def test_a_healthy_house_says_so_to_anybody(desk: Desk) -> None:
    assert done(await desk.reads("", "/livez"), 200) == {"status": "alive"}
    told = done(await desk.reads("", "/readyz"), 200)
    assert told == {"record": "ready", "engine": "ready"}
    for asked in ("/livez", "/readyz"):
        assert (await desk.asks("", "HEAD", asked)).status_code == 200


async def test_without_its_record_a_house_is_not_ready(desk: Desk, tmp_path: Path) -> None:
    house = desk.app.state.house
    nowhere = connect(f"postgresql+psycopg://nobody@/nothing?host={tmp_path}")
    desk.app.state.house = type(house)(**{**vars(house), "database": nowhere})
    answer = await desk.reads("", "/readyz")
    assert (answer.status_code, answer.json()["record"]) == (503, "out of reach")
    done(await desk.reads("", "/livez"), 200)
    await nowhere.close()


async def test_while_its_record_is_away_requests_are_told_to_come_again(
    desk: Desk, tmp_path: Path
) -> None:
    await desk.reads("ana", "/v1/posts")
    house = desk.app.state.house
    nowhere = connect(f"postgresql+psycopg://nobody@/nothing?host={tmp_path}")
    desk.app.state.house = type(house)(**{**vars(house), "database": nowhere})
    answer = await desk.reads("ana", "/v1/posts")
    refused(answer, 503, "RECORD_LOST")
    assert answer.headers["Retry-After"]
    await nowhere.close()


async def test_without_its_engine_a_house_reads_and_does_not_confirm(desk: Desk) -> None:
    path = await desk.has_a_post()
    house = desk.app.state.house
    away = await Client.connect("127.0.0.1:1", lazy=True)
    door = type(house.door)(**{**vars(house.door), "client": away})
    desk.app.state.house = type(house)(**{**vars(house), "door": door})

    told = done(await desk.reads("", "/readyz"), 200)
    assert told == {"record": "ready", "engine": "out of reach"}
    done(await desk.reads("ana", path), 200)
    for answer in (
        await desk.sends("ana", f"{path}/withdrawal", "w-1"),
        await desk.starts(key="k-2"),
    ):
        assert "same Idempotency-Key" in refused(answer, 503, "NOT_CONFIRMED")
        assert answer.headers["Retry-After"]

    desk.app.state.house = house  # and it is back
    assert done(await desk.sends("ana", f"{path}/withdrawal", "w-1"))["state"] == "discarded"


async def test_the_sandboxs_page_is_public_and_escapes_what_it_shows(desk: Desk) -> None:
    answer = await desk.reads("", "/sandbox", lang="fr")
    assert answer.status_code == 200
    assert "Le bac à sable" in answer.text
    answer = await desk.reads("", "/sandbox/<script>alert(1)<script>")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
