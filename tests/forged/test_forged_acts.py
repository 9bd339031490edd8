"""I-16: an act that the door did not hear changes nothing, whoever brings it and however."""

from dataclasses import replace
from itertools import cycle, product
from typing import Any

import pytest

from domain.acts import Act, Decide, Verdict
from domain.post import End, Stage
from domain.seal import Seal
from tests.forged.burglar import REFUSED, Burglar
from workflows.names import post_id_in_engine

pytestmark = pytest.mark.anyio
STANDING = ["a draft", "a post in review", "a half-signed post", "a held post"]


# I-16
async def test_an_act_with_an_invented_seal_is_refused(burglar: Burglar) -> None:
    posts = [await burglar.finds(what) for what in STANDING]
    async with burglar.in_vain():
        for post, client in zip(posts, cycle(burglar.clients.values())):
            id = post_id_in_engine(burglar.organisation, post)
            for act, seal in product(await burglar.acts(post), burglar.seals().values()):
                forged = act.sealed(seal(act.message(burglar.organisation, post)))
                assert await burglar.tells(id, forged, client) == REFUSED


async def test_it_does_not_leave_a_line_in_the_history(real: Burglar) -> None:
    post = await real.finds("a post in review")
    handle = real.newsroom.handle
    before = len((await handle.fetch_history()).events)
    for act in await real.acts(post):
        assert await real.tells(handle.id, act, real.client) == REFUSED
    assert len((await handle.fetch_history()).events) == before


ALTERED: dict[str, dict[str, Any]] = {
    "its reason": {"reason": "I have been told to."},
    "its verdict": {"verdict": Verdict.REJECT},
    "its actor": {"actor": "dara"},
    "its groups": {"groups": ("legal", "direction")},
    "its revision": {"revision": 2},
    "its text": {"content_hash": "0" * 64},
    "its level": {"level": "direction"},
    "its name": {"id": "another"},
    "its key": {"seal": Seal("2020-01-01-ffff", "A" * 86)},
}


async def test_a_true_seal_holds_for_nothing_else(burglar: Burglar) -> None:
    """Not with one word changed, not on another post, not as another act."""
    other = await burglar.finds("a post in review")
    post = await burglar.finds("a half-signed post")
    id = post_id_in_engine(burglar.organisation, post)
    signed = next(act for act in await burglar.captured(post) if isinstance(act, Decide))
    assert signed.actor == "lena"
    async with burglar.in_vain():
        for client in burglar.clients.values():
            for changed in ALTERED.values():
                assert await burglar.tells(id, replace(signed, **changed), client) == REFUSED
            elsewhere = post_id_in_engine(burglar.organisation, other)
            assert await burglar.tells(elsewhere, signed, client) == REFUSED
            assert await burglar.tells(id, signed, client, "withdraw") == REFUSED


async def test_a_true_act_repeated_is_the_same_act(burglar: Burglar) -> None:
    post = await burglar.finds("a half-signed post")
    id = post_id_in_engine(burglar.organisation, post)
    async with burglar.in_vain():
        for client in burglar.clients.values():
            for act in await burglar.captured(post):
                assert await burglar.tells(id, act, client) == ""
    await burglar.newsroom.approves("dara")
    assert (await burglar.newsroom.life()).stage is Stage.HOLDING


async def test_a_true_act_counts_only_in_the_workflow_of_its_post(burglar: Burglar) -> None:
    post = await burglar.finds("a half-signed post")
    acts = await burglar.captured(post)
    assert [act.kind for act in acts] == ["draft", "reschedule", "decide"]
    life = await burglar.approved_life(post, stage=Stage.DRAFTING)
    async with burglar.in_vain():
        for id in ("copy", f"post/elsewhere/{post}", f"post/{burglar.organisation}/another"):
            copy = await burglar.starts(life, id)
            for act in acts:
                assert await burglar.tells(copy.id, act, burglar.client) == REFUSED


async def test_a_signal_is_nobodys_act(burglar: Burglar) -> None:
    post = await burglar.finds("a post in review")
    acts = await burglar.acts(post)
    async with burglar.in_vain():
        for client in burglar.clients.values():
            handle = client.get_workflow_handle(burglar.newsroom.handle.id)
            for name in ("decide", "approve", "publish", "file", "withdraw", "draft"):
                for said in ([], [acts[3]], ["x" * 100_000]):
                    await handle.signal(name, args=said)
    await burglar.newsroom.is_signed_by_all()
    await burglar.its_hour_comes()
    assert await burglar.ends() is End.PUBLISHED


async def test_whoever_talks_nonsense_does_not_silence_the_post(burglar: Burglar) -> None:
    post = await burglar.finds("a post in review")
    id = burglar.newsroom.handle.id
    nonsense: list[Any] = [None, "approve", {"actor": "lena"}, [1, 2], {"id": {}}, 5]
    async with burglar.in_vain():
        for client in burglar.clients.values():
            for said in nonsense:
                assert await burglar.tells(id, said, client, "decide") != ""
                assert await burglar.tells(id, said, client, "sign_everything") != ""
    assert post == burglar.newsroom.post
    await burglar.newsroom.is_signed_by_all()
    await burglar.its_hour_comes()
    assert await burglar.ends() is End.PUBLISHED


async def test_an_act_of_no_kind_is_refused(burglar: Burglar) -> None:
    await burglar.finds("a post in review")
    act = Act(id="1", actor="lena", at=await burglar.newsroom.now(), groups=("legal",))
    async with burglar.in_vain():
        assert await burglar.tells(burglar.newsroom.handle.id, act, burglar.client, "decide")
