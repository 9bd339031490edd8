"""Looking at what is live: each look once on record, and each drift told once."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from activities.measures import Look, Measures
from activities.platforms import InDoubt, Live, Receipt
from domain.acts import Found
from domain.post import End
from domain.sending import SendState
from records.publications import FileBroken
from records.tables import MeasureRow, NoticeRow
from tests.activities.desk import SQUARE, TEXT, Desk
from tests.newsroom import FakePlatform

pytestmark = pytest.mark.anyio


@dataclass
class Shown(FakePlatform):
    """A platform whose public sees what the test says, and else what was sent."""

    instead: Live | InDoubt | str = ""

    async def look(self, receipt: Receipt) -> Live | None:
        if isinstance(self.instead, InDoubt):
            raise self.instead
        if self.instead == "gone":
            return None
        return self.instead if isinstance(self.instead, Live) else await super().look(receipt)


@pytest.fixture
async def shown(desk: Desk) -> Shown:
    """One post, out on the square."""
    platform = Shown()
    desk.switchboard.platforms[SQUARE] = platform
    await desk.sends(await desk.approved(languages=("en",)))
    return platform


async def look(desk: Desk, number: int, *, is_last: bool = False) -> list[str]:
    """What the file says of it, but for what the rules say of it (test_rules_asked_again.py)."""
    before = len(await desk.file())
    desk.moment += timedelta(days=10)
    take = Measures(desk.database, desk.switchboard, desk.clock).take
    await take(Look(desk.organisation, desk.post, number, is_last))
    return [row.done for row in (await desk.file())[before:] if row.done != "examined"]


async def states(desk: Desk) -> list[str]:
    asked = select(MeasureRow.state).where(MeasureRow.post == desk.post).order_by(MeasureRow.look)
    async with desk.database.transaction(desk.organisation) as session:
        return list((await session.execute(asked)).scalars())


async def notices(desk: Desk, key: str) -> list[tuple[str, str]]:
    asked = select(NoticeRow.person, NoticeRow.says).where(
        NoticeRow.organisation == desk.organisation, NoticeRow.post == desk.post
    )
    async with desk.database.transaction(desk.organisation) as session:
        return [(who, says) for who, says in await session.execute(asked.filter_by(key=key))]


async def test_what_is_live_as_approved_is_measured(desk: Desk, shown: Shown) -> None:
    assert await look(desk, 1) == ["measured"]
    asked = select(MeasureRow).where(MeasureRow.post == desk.post)
    async with desk.database.transaction(desk.organisation) as session:
        [row] = (await session.execute(asked)).scalars()
    assert (row.channel, row.look, row.state, row.counts) == (
        SQUARE,
        1,
        "as_approved",
        {"likes": 3},
    )


async def test_a_look_is_on_record_once_however_often_it_is_taken(desk: Desk, shown: Shown) -> None:
    await asyncio.gather(*(look(desk, 1) for _ in range(4)))
    assert [row.done for row in await desk.file()].count("measured") == 1
    assert await look(desk, 1) == []


async def test_the_last_look_closes_the_file_and_no_look_follows(desk: Desk, shown: Shown) -> None:
    assert await look(desk, 1, is_last=True) == ["measured"]  # its chain asks for two
    assert await look(desk, 2, is_last=True) == ["measured", "closed"]
    assert (await desk.life()).end is End.PUBLISHED
    assert await look(desk, 2) == []


async def test_a_drift_is_told_when_it_begins_and_when_it_is_over_and_not_at_every_look(
    desk: Desk,
) -> None:
    platform = Shown()
    desk.switchboard.platforms[SQUARE] = platform
    await desk.sends(await desk.approved(languages=("en",), chain="press"))
    seen: list[tuple[Live | InDoubt | str, list[str], str]] = [
        ("gone", ["measured", "drifted"], "is not what was approved: it is gone."),
        (InDoubt("503"), ["measured"], ""),
        ("gone", ["measured"], ""),
        ("", ["measured"], "is again what was approved."),
        (replace(AS_SENT, text="Vote!"), ["measured", "drifted"], "approved: it is changed."),
    ]
    for number, (platform.instead, told, says) in enumerate(seen, start=1):
        assert await look(desk, number) == told
        heard = await notices(desk, f"look/{number}/{SQUARE}")
        assert {person for person, _ in heard} == ({"ana", "carl"} if says else set())
        assert all(line.endswith(says) for _, line in heard)
    assert await states(desk) == ["gone", "out_of_reach", "gone", "as_approved", "changed"]


AS_SENT = Live(TEXT, ("en",), ())


# I-14
@pytest.mark.parametrize(
    "live",
    [
        replace(AS_SENT, text="Boil water before drinking!"),
        replace(AS_SENT, languages=("fr",)),
        replace(AS_SENT, languages=()),
        replace(AS_SENT, alts=("A picture nobody approved",)),
        replace(AS_SENT, links=("https://evil.example",)),
    ],
)
async def test_whatever_is_not_as_approved_is_a_drift(desk: Desk, shown: Shown, live: Live) -> None:
    shown.instead = live
    assert await look(desk, 1) == ["measured", "drifted"]


async def test_a_platform_that_keeps_three_languages_of_four_has_changed_nothing(
    desk: Desk,
) -> None:
    platform = Shown(most_languages=3)
    desk.switchboard.platforms[SQUARE] = platform
    await desk.sends(await desk.approved(languages=("fr", "nl", "de", "en")))
    platform.instead = Live(TEXT, ("fr", "nl", "de"), ())
    assert await look(desk, 1) == ["measured"]
    platform.instead = Live(TEXT, ("fr", "nl"), ())
    assert await look(desk, 2) == ["measured", "drifted"]


async def test_what_a_person_found_is_not_called_gone_for_want_of_an_address(desk: Desk) -> None:
    order = await desk.approved()
    desk.platform.next, desk.platform.knows_all = [InDoubt("silence")], False
    assert (await desk.brings_it_out(order)).state is SendState.UNKNOWN
    await desk.settles(Found.LIVE, "https://social.example/found")

    assert await look(desk, 1) == ["measured"]
    assert await states(desk) == ["out_of_reach"]


async def test_a_content_changed_in_the_record_is_not_what_the_public_is_held_against(
    desk: Desk, shown: Shown
) -> None:
    query = "UPDATE contents SET content = content || %s::jsonb WHERE hash = %s"
    desk.as_owner(query, '{"text": "Vote!"}', (await desk.life()).post.content_hash)
    with pytest.raises(FileBroken):
        await look(desk, 1)
