"""Whole lives whose channel is a real Bluesky server: what was signed is what the public sees."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import update

from activities.media import Album, open_store
from activities.platforms.bluesky import Bluesky
from domain.acts import Revise
from domain.facts import FactKind
from domain.post import End, Medium, Stage
from records.filing import entries
from records.tables import LedgerRow, PublicationRow
from tests.newsroom import Newsroom
from tests.platforms.conftest import OurAccount
from tests.platforms.fault_proxy import Fault, FaultProxy, bad_line_to
from tests.platforms.pds_server import Pds

pytestmark = pytest.mark.anyio

SQUARE = "town-square"
TEXT = "🏛️ L’eau est coupée à Forêt : https://ville.example/eau?d=2 #Forêt"
ALT = "Carte des quartiers : Forêt et Bruyère, en bleu"


@asynccontextmanager
async def speaking_on(newsroom: Newsroom, url: str, account: OurAccount) -> AsyncIterator[Bluesky]:
    """The town square is an account on the server at `url`, whatever stands in between."""
    bluesky = Bluesky(url, account.handle, account.app_password)
    newsroom.switchboard.platforms[SQUARE] = bluesky  # type: ignore[assignment]
    try:
        yield bluesky
    finally:
        await bluesky.close()


@pytest.fixture
async def spoken(newsroom: Newsroom, pds: Pds, account: OurAccount) -> AsyncIterator[Bluesky]:
    async with speaking_on(newsroom, pds.url, account) as bluesky:
        yield bluesky


async def a_map(newsroom: Newsroom, folder: Path) -> Medium:
    """Uploaded as an author would, into the store that the newsroom publishes from."""
    album = Album(open_store(f"file:{folder / 'media'}"), newsroom.database)
    picture = BytesIO()
    Image.new("RGB", (640, 360), "steelblue").save(picture, "PNG")
    return Medium((await album.keep(newsroom.organisation, picture.getvalue())).sha256, ALT)


async def file(newsroom: Newsroom, kind: FactKind) -> list[LedgerRow]:
    async with newsroom.database.transaction(newsroom.organisation) as session:
        rows = await entries(session, newsroom.organisation, newsroom.post)
    return [row for row in rows if row.done == kind]


async def is_out(newsroom: Newsroom, text: str, chain: str = "press") -> None:
    """Signed by all, and published at once."""
    await newsroom.submits(text, channels=(SQUARE,), in_days=None, chain=chain)
    await newsroom.is_signed_by_all()
    await newsroom.reaches(Stage.WATCHING)


async def test_the_public_sees_what_was_signed(
    newsroom: Newsroom, pds: Pds, account: OurAccount, spoken: Bluesky, tmp_path: Path
) -> None:
    map = await a_map(newsroom, tmp_path)
    await newsroom.submits("L’eau est coupée.", channels=(SQUARE,), languages=("fr",))
    await newsroom.asks_for_changes("lena", "Où, et montrez une carte.")
    said = await newsroom.said(
        TEXT, 1, 3, channels=(SQUARE,), languages=("fr", "nl-BE"), media=(map,)
    )
    await newsroom.does("ana", Revise, seen=1, submit=True, **said)
    await newsroom.is_signed_by_all()

    assert await newsroom.ends() is End.PUBLISHED

    [post] = pds.posts(account.did)
    record, [image] = post["value"], post["value"]["embed"]["images"]
    marked = {
        TEXT.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): next(
            value for name, value in facet["features"][0].items() if name != "$type"
        )
        for facet in record["facets"]
    }
    assert record["text"] == TEXT
    assert record["langs"] == ["fr", "nl-BE"]
    assert marked == {
        "https://ville.example/eau?d=2": "https://ville.example/eau?d=2",
        "#Forêt": "Forêt",
    }
    assert image["alt"] == ALT
    assert image["aspectRatio"] == {"width": 640, "height": 360}
    assert sha256(picture(pds, account, image)).hexdigest() == map.sha256

    [published] = await file(newsroom, FactKind.PUBLISHED)
    assert published.body["remote_id"] == post["uri"]
    assert published.body["how"] == "answered"
    looks = await file(newsroom, FactKind.MEASURED)
    assert [look.body["details"] for look in looks] == [[[SQUARE, "as_approved"]]] * 2
    assert await file(newsroom, FactKind.DRIFTED) == []


def picture(pds: Pds, account: OurAccount, image: dict[str, Any]) -> bytes:
    asked = {"did": account.did, "cid": image["image"]["ref"]["$link"]}
    answer = pds.http.get(f"{pds.url}/xrpc/com.atproto.sync.getBlob", params=asked)
    return answer.raise_for_status().content


# A bad line.

LOST = (Fault.LOST_ANSWER, Fault.SPOILED_ANSWER, Fault.BUSY_BUT_DONE)


@pytest.mark.parametrize("fault", LOST)
async def test_a_lost_answer_is_one_post_and_the_file_says_how_we_know(
    newsroom: Newsroom, pds: Pds, account: OurAccount, fault: Fault
) -> None:
    async with bad_line_to(pds.url) as line, speaking_on(newsroom, line.url, account):
        line.plan("putRecord", fault)
        await newsroom.submits(TEXT, channels=(SQUARE,))
        await newsroom.is_signed_by_all()
        passing = asyncio.create_task(the_lease_passes(newsroom, line))
        assert await newsroom.ends() is End.PUBLISHED
        await passing

    [post] = pds.posts(account.did)
    assert post["value"]["text"] == TEXT
    assert line.asked("putRecord") == 1
    [published] = await file(newsroom, FactKind.PUBLISHED)
    assert (published.body["how"], published.body["remote_id"]) == ("reconciled", post["uri"])
    assert len(await file(newsroom, FactKind.SENDING)) == 1


async def test_a_lost_request_is_proven_absent_and_sent_again(
    newsroom: Newsroom, pds: Pds, account: OurAccount
) -> None:
    async with bad_line_to(pds.url) as line, speaking_on(newsroom, line.url, account):
        line.plan("putRecord", Fault.LOST_REQUEST)
        await newsroom.submits(TEXT, channels=(SQUARE,))
        await newsroom.is_signed_by_all()
        passing = asyncio.create_task(the_lease_passes(newsroom, line))
        assert await newsroom.ends() is End.PUBLISHED
        await passing

    assert len(pds.posts(account.did)) == 1
    assert line.asked("putRecord") == 2
    [absent] = await file(newsroom, FactKind.NOT_SENT)
    [published] = await file(newsroom, FactKind.PUBLISHED)
    assert absent.body["how"] == "proved_absent"
    assert (published.body["how"], published.body["fence"]) == ("answered", 2)


async def the_lease_passes(newsroom: Newsroom, line: FaultProxy) -> None:
    """The lease goes by PostgreSQL's clock, which no test can hurry: so we move its end."""
    ours = (
        (PublicationRow.organisation == newsroom.organisation)
        & (PublicationRow.post == newsroom.post)
        & (PublicationRow.state == "sending")
    )
    earlier = PublicationRow.lease_until - timedelta(minutes=5)
    while not line.met:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    async with newsroom.database.transaction(newsroom.organisation) as session:
        done = await session.execute(update(PublicationRow).where(ours).values(lease_until=earlier))
    assert done.rowcount == 1  # type: ignore[attr-defined]


# Behind our back.


def edited(pds: Pds, account: OurAccount, change: Callable[[dict[str, Any]], None]) -> None:
    """Somebody else with this account's password rewrites our post."""
    [post] = pds.posts(account.did)
    change(post["value"])
    did, collection, key = post["uri"].removeprefix("at://").split("/")
    record = {"repo": did, "collection": collection, "rkey": key, "record": post["value"]}
    who = {"identifier": account.did, "password": account.app_password}
    session = httpx.post(f"{pds.url}/xrpc/com.atproto.server.createSession", json=who).json()
    token = {"Authorization": f"Bearer {session['accessJwt']}"}
    answer = httpx.post(f"{pds.url}/xrpc/com.atproto.repo.putRecord", json=record, headers=token)
    answer.raise_for_status()


def other_languages(record: dict[str, Any]) -> None:
    record["langs"] = ["ru"]


def another_way(record: dict[str, Any]) -> None:
    """The words stay, and lead elsewhere."""
    [link] = [one for facet in record["facets"] for one in facet["features"] if "uri" in one]
    link["uri"] = "https://evil.example"


def another_text(record: dict[str, Any]) -> None:
    record.update(text="Votez pour moi !", facets=[])


@pytest.mark.parametrize("change", [another_text, other_languages, another_way])
async def test_a_post_that_was_rewritten_is_noticed_once(
    newsroom: Newsroom,
    pds: Pds,
    account: OurAccount,
    spoken: Bluesky,
    change: Callable[[dict[str, Any]], None],
) -> None:
    """I-14."""
    await is_out(newsroom, TEXT)
    edited(pds, account, change)

    assert await newsroom.ends() is End.PUBLISHED

    [drift] = await file(newsroom, FactKind.DRIFTED)
    assert (drift.body["channel"], drift.body["because"]) == (SQUARE, "changed")
    states = [look.body["details"][0][1] for look in await file(newsroom, FactKind.MEASURED)]
    assert states[-1] == "changed"


async def test_a_post_that_was_taken_down_is_noticed(
    newsroom: Newsroom, pds: Pds, account: OurAccount, spoken: Bluesky
) -> None:
    await is_out(newsroom, TEXT)
    [post] = pds.posts(account.did)
    pds.delete(post["uri"])

    assert await newsroom.ends() is End.PUBLISHED

    drifts = await file(newsroom, FactKind.DRIFTED)
    assert {(drift.body["channel"], drift.body["because"]) for drift in drifts} == {
        (SQUARE, "gone")
    }


async def test_a_server_that_cannot_be_asked_is_no_drift(
    newsroom: Newsroom, pds: Pds, account: OurAccount
) -> None:
    async with bad_line_to(pds.url) as line, speaking_on(newsroom, line.url, account):
        await is_out(newsroom, TEXT)
        line.plan("getRecord", *[Fault.BUSY] * 20)
        assert await newsroom.ends() is End.PUBLISHED

    assert await file(newsroom, FactKind.DRIFTED) == []
    looks = await file(newsroom, FactKind.MEASURED)
    assert looks[-1].body["details"] == [[SQUARE, "out_of_reach"]]
