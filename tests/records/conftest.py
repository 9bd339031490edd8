"""Three finished lives that had everything, and somebody with the owner's key to what they left."""

from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from activities.measures import Look, Measures
from activities.platforms import InDoubt
from domain.acts import Found, Invite, Verdict
from domain.post import Medium
from local.postgres import Postgres
from records.checkpoints import seal_heads
from records.database import Database
from records.keys import Kind, Sealer, Seals
from tests.activities.desk import SQUARE, Desk, a_desk
from tests.records.burglar import Burglar


@pytest.fixture
async def finished(
    database: Database, postgres: Postgres, keys: Path, tmp_path: Path, anyio_backend: str
) -> Desk:
    """Sent back, moved, two channels, a picture, lost answers, a drift, a person's word."""
    desk = await a_desk(database, postgres.owner_url, keys, tmp_path)
    desk.by_the_rules = True
    sealer = Sealer.of(keys, Kind.CHECKPOINT)
    both = {"channels": (SQUARE, "harbour"), "chain": "press"}
    picture = BytesIO()
    Image.new("RGB", (64, 36), "steelblue").save(picture, "PNG")
    stored = await desk.album.keep(desk.organisation, picture.getvalue())
    map = Medium(stored.sha256, "A map of the two districts that have no water")
    await desk.submitted("Boil water.", **both)
    await desk.signs("lena")
    await desk.decides("dara", Verdict.REQUEST_CHANGES, "Say until when.")
    await desk.revises("Boil water until Friday.", channels=both["channels"], media=(map,))
    await desk.signs("lena")
    await desk.signs("dara")
    await desk.reschedules(desk.moment + timedelta(hours=2))
    await seals(desk, sealer)
    desk.moment += timedelta(hours=2)
    harbour = await desk.switchboard.platform(desk.organisation, "harbour")
    harbour.next = [InDoubt("silence"), "lost"]
    for order in (await desk.order(SQUARE), await desk.order("harbour")):
        await desk.brings_it_out(order)
    harbour.posts.clear()  # somebody takes it down
    await is_watched(desk, looks=5)
    await seals(desk, sealer)

    desk.platform.next, desk.platform.knows_all = [InDoubt("silence")], False
    await desk.brings_it_out(await desk.approved("Schools are closed."))
    await desk.settles(Found.LIVE, "https://social.example/found")
    await is_watched(desk, looks=2)
    await seals(desk, sealer)

    await desk.submitted("The port is closed.", channels=("harbour",), chain="committee")
    life = await desk.life()
    invitation = {
        "person": "pia",
        "level": "partner",
        "revision": 1,
        "expires": desk.moment + timedelta(days=2),
        "content_hash": life.post.content_hash,
        "link_hash": "ab" * 32,
    }
    await desk.files(desk.act("carl", Invite, **invitation))
    await desk.withdraws()
    await seals(desk, sealer)
    return desk


async def seals(desk: Desk, sealer: Sealer) -> None:
    async with desk.database.transaction(desk.organisation) as session:
        assert await seal_heads(session, desk.organisation, sealer) == 1


async def is_watched(desk: Desk, looks: int) -> None:
    desk.moment += timedelta(days=10)
    take = Measures(desk.database, desk.switchboard, desk.clock).take
    for number in range(1, looks + 1):
        await take(Look(desk.organisation, desk.post, number, is_last=number == looks))
    assert (await desk.life()).is_over


@pytest.fixture
async def burglar(finished: Desk, keys: Path) -> AsyncIterator[Burglar]:
    engine = create_async_engine(finished.owner)
    async with engine.connect() as connection:
        await connection.execute(text("SET session_replication_role = replica"))
        yield Burglar(connection, finished, Seals.of(keys, Kind.CHECKPOINT))
        await connection.rollback()
    await engine.dispose()
