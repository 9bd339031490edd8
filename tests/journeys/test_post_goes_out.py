"""Whole stories: what people did, and what the ledger says happened."""

import pytest

from domain.post import End, Stage
from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio


async def test_a_post_goes_out_at_its_hour_after_both_signatures(newsroom: Newsroom) -> None:
    await newsroom.submits("Boil water before drinking.")
    await newsroom.is_signed_by_all()
    assert (await newsroom.life()).stage is Stage.HOLDING

    assert await newsroom.ends() is End.PUBLISHED
    assert newsroom.platform("town-square").texts == ["Boil water before drinking."]
    assert newsroom.platform("harbour").texts == ["Boil water before drinking."]
    assert sorted(await newsroom.story()) == sorted(
        [
            "ana drafted",
            "house admitted",
            "lena approved",
            "dara approved",
            "house sending",
            "house sending",
            "house published",
            "house published",
            "house measured",
            "house measured",
            "house closed",
        ]
    )
