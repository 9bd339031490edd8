"""The least that Temporal can do for a post: what every ratio is held against.

`python -m bench.floor` serves it: a worker of its own, unsandboxed, with our data converter, that
knows no record. Two updates with a validator, one activity that does nothing, and the end.
"""

import asyncio
import signal
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from settings import Settings, settings
from workflows import engine

QUEUE = "floor"
DECISIONS = 2


@dataclass(frozen=True)
class Said:
    """As much as a decision has to say."""

    id: str
    actor: str
    revision: int
    content_hash: str
    verdict: str = "approve"


@activity.defn(name="floor.nothing")
async def nothing(post: str) -> None:
    return None


@workflow.defn(name="Floor")
class Floor:
    """Start, two updates, one activity, complete. With one update it waits as a post does."""

    @workflow.init
    def __init__(self, post: str) -> None:
        self.heard: tuple[str, ...] = ()

    @workflow.run
    async def run(self, post: str) -> str:
        await workflow.wait_condition(lambda: len(self.heard) == DECISIONS)
        await workflow.execute_activity(nothing, post, start_to_close_timeout=timedelta(minutes=1))
        return "published"

    @workflow.update
    async def decide(self, said: Said) -> None:
        self.heard = (*self.heard, said.id)

    @decide.validator
    def may_decide(self, said: Said) -> None:
        if said.id in self.heard:
            raise ApplicationError("This was said before.", type="TWICE", non_retryable=True)


async def serve(settings: Settings) -> None:
    """Until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with Worker(
        await engine.connect(settings),
        task_queue=QUEUE,
        workflows=[Floor],
        activities=[nothing],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=1000,
        max_concurrent_workflow_tasks=100,
        max_concurrent_activities=100,
    ):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(settings()))
