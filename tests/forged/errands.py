"""A workflow of a stranger's, which orders what it likes from our worker."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.naming import fresh_name
from tests.forged.burglar import Burglar


@dataclass(frozen=True)
class Errand:
    activity: str
    said: Any


@workflow.defn(name="Errands")
class Errands:
    """A workflow of theirs, which orders what it likes from our worker."""

    @workflow.run
    async def run(self, queue: str, errands: list[Errand]) -> int:
        """Answers how many were refused."""
        ordered = [
            workflow.execute_activity(
                errand.activity,
                errand.said,
                task_queue=queue,
                start_to_close_timeout=timedelta(seconds=60),
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
            for errand in errands
        ]
        came = await asyncio.gather(*ordered, return_exceptions=True)
        return sum(isinstance(answer, ActivityError) for answer in came)


async def run_errands(burglar: Burglar, errands: list[Errand]) -> int:
    """Have our worker asked for all of these at once. Answers how many it refused."""
    queue = f"theirs-{burglar.organisation}"
    async with Worker(
        burglar.client,
        task_queue=queue,
        workflows=[Errands],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        refused: int = await burglar.client.execute_workflow(
            Errands.run,
            args=[burglar.newsroom.task_queue, errands],
            id=fresh_name(),
            task_queue=queue,
        )
    return refused
