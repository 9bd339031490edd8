"""I-16: what can be done to a workflow from outside: cancel it, reset it, act in its place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, PendingActivityState
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    ResetWorkflowExecutionRequest,
)
from temporalio.client import ActivityFailureError, WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

from activities.ledger import Closing, Filing
from activities.measures import Look
from activities.publishing import Sent
from api.door import NotConfirmed
from domain.acts import Decide, Reschedule, Withdraw
from domain.post import End, Stage
from domain.sending import Order, Orders, SendState
from tests.forged.burglar import Burglar
from tests.forged.errands import Errand, run_errands
from workflows.names import act_id_in_engine
from workflows.resume import resume

pytestmark = pytest.mark.anyio
ALIVE = ["a draft", "a post in review", "a half-signed post", "a held post"]


async def test_whoever_cancels_a_workflow_withdraws_no_post(burglar: Burglar) -> None:
    """It stands still, on record where it was, until it is resumed."""
    room = burglar.newsroom
    posts = [await burglar.finds(what) for what in ALIVE]
    async with burglar.in_vain():
        for room.post in posts:
            await room.handle.cancel()
            with pytest.raises(WorkflowFailureError):
                await asyncio.wait_for(room.handle.result(), 120)
    await resume(burglar.client, room.database, room.organisation, room.task_queue)
    await burglar.its_hour_comes()
    assert await burglar.ends() is End.PUBLISHED
    assert room.copies == 2
    await burglar.is_proven()


async def resets(burglar: Burglar) -> int:
    """Take the life back to every point to which it can be taken. Answers how many there were."""
    handle = burglar.newsroom.handle
    first = (await handle.describe()).run_id
    history = [event async for event in handle.fetch_history_events()]
    points = [
        event.event_id
        for event in history
        if event.event_type
        in (
            EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
            EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
            EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
        )
    ]
    for point in points:
        await burglar.client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=burglar.client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=handle.id, run_id=first),
                reason="to see",
                workflow_task_finish_event_id=point,
                request_id=f"{first}-{point}",
            )
        )
        await asyncio.sleep(0.05)
    return len(points)


async def test_a_finished_life_lives_again_and_sends_nothing(real: Burglar) -> None:
    await real.finds("a finished post")
    assert real.newsroom.copies == 2
    async with real.in_vain():
        assert await resets(real) >= 4
        await real.a_while_passes()


async def test_a_held_life_taken_back_comes_to_its_hour_all_the_same(real: Burglar) -> None:
    await real.finds("a held post")
    async with real.in_vain():
        assert await resets(real) >= 3
        await real.a_while_passes()
    room = real.newsroom
    assert (await room.life()).stage is Stage.HOLDING
    await real.its_hour_comes()
    assert await real.ends() is End.PUBLISHED
    assert room.copies == 2
    await real.is_proven()


async def test_a_withdrawn_life_taken_back_stays_withdrawn(real: Burglar) -> None:
    """I-13: back to before the withdrawal, with its hour at the door."""
    await real.finds("a withdrawn post")
    async with real.in_vain():
        assert await resets(real) >= 3
        await real.a_while_passes()
    assert (await real.newsroom.life()).end is End.WITHDRAWN


# Calling the activities themselves.


async def errands(burglar: Burglar, post: str) -> list[Errand]:
    """What our activities can be asked, with whatever could hurt in it."""
    room = burglar.newsroom
    room.post = post
    house, life = room.organisation, await room.life()
    sends = [
        Order(house, post, channel, hash)
        for channel in ("town-square", "elsewhere")
        for hash in (life.post.content_hash, (await burglar.approved_life("x")).post.content_hash)
    ]
    room.post = post
    forged = [
        Filing(house, post, act.sealed(seal(act.message(house, post))).as_entry())
        for seal in burglar.seals().values()
        for act in await burglar.acts(post)
    ]
    fact = Filing(house, post, {"kind": "published", "channel": "harbour", "fence": 1})
    return [
        *(Errand("publishing.send", order) for order in sends),
        *(
            Errand("publishing.send_all", Orders(house, post, channels, life.post.content_hash))
            for channels in (("town-square", "harbour"), ("town-square", "elsewhere"), ())
        ),
        Errand("publishing.send", Order(house, "nobody", "harbour", "0" * 64)),
        Errand("publishing.send", Order("elsewhere", post, "harbour", life.post.content_hash)),
        *(Errand("ledger.close", Closing(house, post, end, "Over.")) for end in End),
        *(Errand("measures.take", Look(house, post, n, is_last=True)) for n in (1, 2, 3)),
        *(Errand("ledger.file", filing) for filing in [*forged, fact]),
        *(Errand("policy.examine", filing) for filing in [*forged[:8], fact]),
    ]


NOT_OUT = [*ALIVE, "a withdrawn post"]


# I-16
async def test_an_activity_does_for_strangers_only_what_the_record_allows(
    skipping: Burglar,
) -> None:
    posts = [await skipping.finds(what) for what in NOT_OUT]
    async with skipping.in_vain():
        for post in posts:
            asked = await errands(skipping, post)
            assert len(asked) > await run_errands(skipping, asked) > 50


async def test_nor_when_it_is_called_without_any_workflow(real: Burglar) -> None:
    """A server may offer activities that stand alone."""
    post = await real.finds("a held post")
    room = real.newsroom
    async with real.in_vain():
        for place, errand in enumerate((await errands(real, post))[:20]):
            try:
                await real.client.execute_activity(
                    errand.activity,
                    errand.said,
                    id=f"alone {place} in {room.organisation}",
                    task_queue=room.task_queue,
                    start_to_close_timeout=timedelta(seconds=60),
                    retry_policy=RetryPolicy(maximum_attempts=1),
                )
            except ActivityFailureError:
                continue
            except RPCError as unknown:
                if unknown.status is RPCStatusCode.UNIMPLEMENTED:
                    pytest.skip("this server offers no activities that stand alone")
                raise


async def test_an_invented_answer_of_a_platform_publishes_nothing(real: Burglar) -> None:
    """They answer in the place of our worker, while a freeze makes it wait."""
    await real.finds("a held post")
    room = real.newsroom
    await room.freezes("A crisis.")
    await real.its_hour_comes()
    await room.eventually_in_story("house held")
    async with real.in_vain():
        pending = real.client.get_async_activity_handle(
            workflow_id=room.handle.id, run_id=None, activity_id=await send_under_way(real)
        )
        answer = Sent(SendState.PUBLISHED, "https://evil.example", "So they say.")
        await pending.complete((answer, answer))
        await real.a_while_passes()
    assert not (await room.life()).live


async def send_under_way(burglar: Burglar) -> str:
    """The activity that waits to be tried again."""
    for _ in range(1200):  # a minute: machines are busy
        told = await burglar.client.workflow_service.describe_workflow_execution(
            DescribeWorkflowExecutionRequest(
                namespace=burglar.client.namespace,
                execution=WorkflowExecution(workflow_id=burglar.newsroom.handle.id),
            )
        )
        waiting = [
            pending.activity_id
            for pending in told.pending_activities
            if pending.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
            and pending.attempt > 1
        ]
        if waiting:
            return waiting[0]
        await asyncio.sleep(0.05)
    raise AssertionError("nothing waits")


# Answering in the place of our workflow.


@workflow.defn(name="Post", sandboxed=False)
class YesToAll:
    """A worker of theirs, which takes our tasks and agrees to everything."""

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def draft(self, act: Any) -> None:
        return None

    @workflow.update
    async def decide(self, act: Any) -> None:
        return None

    @workflow.update
    async def withdraw(self, act: Any) -> None:
        return None


@asynccontextmanager
async def an_impostor(burglar: Burglar) -> AsyncIterator[str]:
    queue = f"impostor-{burglar.organisation}"
    async with Worker(burglar.client, task_queue=queue, workflows=[YesToAll]):
        yield queue


async def test_what_only_an_impostor_heard_is_not_confirmed(burglar: Burglar) -> None:
    """I-5, I-13: "withdrawn" is said when it is on record, and never before."""
    await burglar.finds("a held post")
    room = burglar.newsroom
    async with burglar.in_vain(), an_impostor(burglar) as queue:
        await room.handle.terminate("mine now")
        await burglar.client.start_workflow("Post", id=room.handle.id, task_queue=queue)
        with pytest.raises(NotConfirmed):
            await room.withdraws("ana")
        true = room.door
        room.door = replace(true, task_queue=queue)
        with pytest.raises(NotConfirmed):
            await room.drafts()
        room.door = true


async def test_an_answer_prepared_for_an_act_to_come_is_not_its_answer(burglar: Burglar) -> None:
    """They know the name that the withdrawal will have, and spend it on something harmless."""
    post = await burglar.finds("a held post")
    room = burglar.newsroom
    (signed, *_) = [act for act in await burglar.captured(post) if isinstance(act, Decide)]
    async with burglar.in_vain():
        name = act_id_in_engine("withdrawal-1")
        await room.handle.execute_update("decide", signed, id=name)
    act: Withdraw = await room.act("ana", Withdraw, reason="The leak is closed.", id="withdrawal-1")
    try:
        await room.door.tell(room.organisation, post, act)
    except NotConfirmed:
        assert not (await room.life()).is_over
    else:
        assert (await room.life()).end is End.WITHDRAWN


async def test_an_act_that_the_engine_takes_for_another_is_not_confirmed(burglar: Burglar) -> None:
    """Two names that begin alike: fifty random bits say that nobody will ever see it."""
    post = await burglar.finds("a held post")
    room = burglar.newsroom
    hour = (await room.life()).post.hour
    await room.does("carl", Reschedule, hour=hour, id="harbour-morning-1")
    withdrawal: Withdraw = await room.act("ana", Withdraw, id="harbour-morning-2")
    with pytest.raises(NotConfirmed):
        await room.door.tell(room.organisation, post, withdrawal)

    assert not (await room.life()).is_over
    await room.withdraws("ana")  # by another name
    assert (await room.life()).end is End.WITHDRAWN


async def test_a_life_that_claims_to_have_heard_it_all_confirms_nothing(burglar: Burglar) -> None:
    post = await burglar.finds("a held post")
    room = burglar.newsroom
    act = await room.act("ana", Withdraw, id="withdrawal-2")
    async with burglar.in_vain():
        await room.handle.terminate("mine now")
        await burglar.starts(await room.life(), heard=(act.id,))
        with pytest.raises(NotConfirmed):
            await room.door.tell(room.organisation, post, act)
