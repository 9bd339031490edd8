"""One slot, and a line of routine posts before it: an emergency does not stand in the line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.media import Album, open_store
from activities.platforms import Letter, Receipt
from domain.post import Urgency
from tests.newsroom import QUICK, FakePlatform, Newsroom
from worker import WORKFLOWS, Hands
from workflows.door import Doorkeeper
from workflows.post import Brief

pytestmark = pytest.mark.anyio
TOWN = ("town-square",)
ROUTINE = [f"The library opens at {hour}." for hour in range(8, 13)]


@dataclass
class Busy(FakePlatform):
    """Keeps the first sender until the test lets it go on."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, letter: Letter) -> Receipt:
        receipt = await super().send(letter)
        self.reached.set()
        await self.go_on.wait()
        return receipt


@asynccontextmanager
async def one_slot(room: Newsroom, folder: Path) -> AsyncIterator[Newsroom]:
    """The same newsroom on a queue of its own: one worker that thinks, and one that can send once.

    On the real engine: only it has a line in which tasks wait.
    """
    queue = f"{room.task_queue}-one-slot"
    album = Album(open_store(f"file:{folder / 'media'}"), room.database)
    patience = replace(QUICK, wall=QUICK.wall * 120)  # the first sender is kept for long
    hands = Hands(room.database, room.seals, room.switchboard, album, patience).activities()
    thinks = Worker(
        room.env.client,
        task_queue=queue,
        workflows=WORKFLOWS,
        activities=hands,
        interceptors=[Doorkeeper(room.seals)],
        workflow_runner=UnsandboxedWorkflowRunner(),
        no_remote_activities=True,
    )
    sends = Worker(room.env.client, task_queue=queue, activities=hands, max_concurrent_activities=1)
    async with thinks, sends:
        yield replace(room, task_queue=queue, door=replace(room.door, task_queue=queue))


async def is_about_to_be_sent(room: Newsroom) -> None:
    for _ in range(1200):  # a minute: machines are busy
        if (await room.handle.describe()).raw_description.pending_activities:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("its send was never asked for")


async def wait_in_line(room: Newsroom, many: int) -> None:
    """Until the engine has so many sends for which there is no hand. It counts every 5 seconds."""
    asked = DescribeTaskQueueRequest(
        namespace=room.env.client.namespace,
        task_queue=TaskQueue(name=room.task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        report_stats=True,
    )
    for _ in range(600):  # a minute: machines are busy
        told = await room.env.client.workflow_service.describe_task_queue(asked)
        if told.stats.approximate_backlog_count == many:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{told.stats.approximate_backlog_count} wait in line, not {many}")


async def an_emergency(room: Newsroom, text: str) -> None:
    await room.submits(text, chain="press", channels=TOWN, in_days=1, urgency=Urgency.EMERGENCY)


async def starts_anew_as_routine(room: Newsroom) -> None:
    """Its workflow has the priority of any other."""
    life = await room.life()
    await room.handle.terminate("to start it anew")
    await room.continues(Brief(life))


# I-23
@pytest.mark.parametrize("started_as", ["an emergency", "routine"])
async def test_an_emergency_is_sent_before_the_routine_that_waits(
    real_newsroom: Newsroom, tmp_path: Path, started_as: str
) -> None:
    platform = real_newsroom.switchboard.platforms["town-square"] = Busy()
    async with one_slot(real_newsroom, tmp_path / "one") as room:
        for text in ROUTINE:
            await room.submits(text, channels=TOWN, in_days=None)
            await room.is_signed_by_all()
        await platform.reached.wait()
        await an_emergency(room, "The dam may break.")
        if started_as == "routine":
            await starts_anew_as_routine(room)
        await room.hurries("otto")
        await room.hurries("olga")
        await is_about_to_be_sent(room)
        await wait_in_line(room, len(ROUTINE))  # all but the first of them, and the emergency
        platform.go_on.set()
        await room.eventually(lambda _: platform.copies == len(ROUTINE) + 1)

    assert platform.texts[1] == "The dam may break."
