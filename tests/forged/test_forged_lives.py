"""I-16: a life that says it was approved is believed by nobody but itself."""

from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest

from domain.objection import Code
from domain.post import Aside, End, Stage
from domain.sending import Send, SendState
from tests.forged.burglar import FORGED, Burglar
from workflows.names import post_id_in_engine
from workflows.resume import resume

pytestmark = pytest.mark.anyio
NOT_IN_REVIEW = str(Code.NOT_IN_REVIEW)

THAWED: dict[str, Any] = {"frozen_on": (), "aside": None, "stage": Stage.HOLDING}

NOT_YET = ["a draft", "a post in review", "a half-signed post", "a held post", "a withdrawn post"]
SAYS: dict[str, dict[str, Any]] = {
    "publish": {},
    "its hour is now": {"stage": Stage.HOLDING},
    "a person has settled": {
        "aside": Aside.UNKNOWN,
        "sends": (Send("harbour", SendState.PLANNED),),
    },
    "it is out": {
        "stage": Stage.WATCHING,
        "sends": (
            Send("harbour", SendState.PUBLISHED, "https://evil.example"),
            Send("town-square", SendState.PUBLISHED, "https://evil.example"),
        ),
    },
    "nobody took it": {
        "stage": Stage.WATCHING,
        "sends": (Send("harbour", SendState.FAILED), Send("town-square", SendState.FAILED)),
    },
    "nobody gave it an hour": {"stage": Stage.HOLDING, "aside": Aside.NEEDS_RESCHEDULE},
    "it was rejected": {"stage": Stage.CLOSED, "end": End.REJECTED},
}


async def test_whatever_a_started_life_says_the_record_is_asked(burglar: Burglar) -> None:
    posts = [await burglar.finds(what) for what in NOT_YET]
    async with burglar.in_vain():
        for post in posts:
            for (says, more), client in zip(SAYS.items(), cycle(burglar.clients.values())):
                life = await burglar.approved_life(post, **more)
                window = life.post.window
                if life.aside is Aside.NEEDS_RESCHEDULE and window:
                    closed = replace(window, closes=window.opens + timedelta(seconds=1))
                    life = replace(life, post=replace(life.post, window=closed))
                await burglar.starts(life, f"{says} {post}", client)
        await burglar.a_while_passes()
    burglar.newsroom.post = posts[NOT_YET.index("a held post")]
    await burglar.its_hour_comes()
    assert await burglar.ends() is End.PUBLISHED
    assert burglar.newsroom.copies == 2
    await burglar.is_proven()


async def test_what_was_never_signed_does_not_go_out_in_the_place_of_what_was(
    burglar: Burglar,
) -> None:
    """Another text, at the very hour at which the signed one may go."""
    post = await burglar.finds("a held post")
    await burglar.starts(await burglar.approved_life(post, FORGED), "other text")
    wider = await burglar.approved_life(post)
    channels = ("town-square", "harbour", "elsewhere")
    await burglar.starts(replace(wider, post=replace(wider.post, channels=channels)), "wider")
    await burglar.its_hour_comes()
    assert await burglar.ends() is End.PUBLISHED
    for channel in ("town-square", "harbour"):
        assert burglar.newsroom.platform(channel).texts == ["Boil water before drinking."]
    assert burglar.newsroom.copies == 2
    await burglar.is_proven()


async def test_a_post_that_nobody_wrote_is_not_there(burglar: Burglar) -> None:
    await burglar.finds("a draft")
    async with burglar.in_vain():
        for client in burglar.clients.values():
            for id in ("", "another"):
                life = await burglar.approved_life(f"ghost{id}{client is burglar.client}", FORGED)
                await burglar.starts(life, id and f"{id}-{client is burglar.client}", client)
        await burglar.a_while_passes()


async def test_a_life_in_the_name_of_another_house_finds_nothing_there(burglar: Burglar) -> None:
    """I-19: its content is not theirs, whatever the workflow says."""
    post = await burglar.finds("a held post")
    life = await burglar.approved_life(post)
    async with burglar.in_vain():
        abroad = replace(life.post, organisation="elsewhere")
        await burglar.starts(replace(life, post=abroad), "abroad")
        await burglar.a_while_passes()


async def test_twins_at_the_hour_send_once(burglar: Burglar) -> None:
    """I-8: the true life, its copy, and its copy's copy."""
    post = await burglar.finds("a held post")
    await burglar.its_hour_comes()
    for twin in ("one", "two", "three"):
        await burglar.starts(await burglar.approved_life(post), twin)
    assert await burglar.ends() is End.PUBLISHED
    assert burglar.newsroom.copies == 2
    story = await burglar.newsroom.story()
    assert story.count("house published") == 2
    assert story.count("house sending") == 2
    await burglar.is_proven()


async def test_a_freeze_holds_for_a_forged_life_too(burglar: Burglar) -> None:
    """I-11, and I-12: after the thaw it waits for a person like any other."""
    post = await burglar.finds("a held post")
    await burglar.newsroom.freezes("A crisis.")
    await burglar.its_hour_comes()
    await burglar.starts(await burglar.approved_life(post), "hot")
    await burglar.a_while_passes()
    assert burglar.newsroom.copies == 0
    await burglar.newsroom.thaws()
    await burglar.starts(await burglar.approved_life(post), "warm")
    await burglar.starts(await burglar.approved_life(post, **THAWED), "thawed")
    await burglar.newsroom.eventually(lambda life: life.aside is Aside.NEEDS_RESCHEDULE)
    await burglar.a_while_passes()
    assert burglar.newsroom.copies == 0
    await burglar.its_hour_comes()
    assert await burglar.ends() is End.PUBLISHED
    assert burglar.newsroom.copies == 2


async def test_whoever_ends_a_workflow_ends_no_post(burglar: Burglar) -> None:
    """Terminated, then started again under its own name with an invented life, then resumed."""
    post = await burglar.finds("a half-signed post")
    true = burglar.newsroom.handle
    async with burglar.in_vain():
        await true.terminate("because")
        forged = await burglar.starts(await burglar.approved_life(post))
        await burglar.a_while_passes()
        assert await burglar.newsroom.refusal(burglar.newsroom.approves("dara")) == NOT_IN_REVIEW
        await forged.terminate("enough")
    room = burglar.newsroom
    started = await resume(burglar.client, room.database, room.organisation, room.task_queue)
    assert started.started == (post_id_in_engine(room.organisation, post),)
    await room.approves("dara")
    await burglar.its_hour_comes()
    assert await burglar.ends() is End.PUBLISHED
    assert room.copies == 2
    await burglar.is_proven()
