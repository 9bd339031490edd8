"""Histories recorded by earlier releases still replay on today's code.

When this fails, the change would strand posts that are already on their way: put it behind
`workflow.patched("...")`, then record a history of the new path beside the old ones
(`python -m tests.replay.record`).
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from domain.post import End
from tests.replay.sandbox import sandbox
from worker import WORKFLOWS
from workflows.post import Brief

pytestmark = pytest.mark.anyio
HISTORIES = sorted(Path(__file__).with_name("histories").glob("*.json"))


def replayer(workflows: Sequence[type] = WORKFLOWS) -> Replayer:
    return Replayer(
        workflows=workflows, data_converter=pydantic_data_converter, workflow_runner=sandbox()
    )


def history(name: str) -> WorkflowHistory:
    """Under the id that its post had: a life takes its names from there."""
    told = (Path(__file__).with_name("histories") / f"{name}.json").read_text()
    begun = json.loads(told)["events"][0]["workflowExecutionStartedEventAttributes"]
    return WorkflowHistory.from_json(begun["workflowId"], told)


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_recorded_histories_replay(path: Path) -> None:
    await replayer().replay_workflow(history(path.stem))


async def test_a_workflow_that_does_something_else_does_not_replay() -> None:
    """The guard can fail: a history that this code would not have written is refused."""
    told = history("published")
    altered = told.to_json().replace("publishing.send_all", "publishing.shout")
    with pytest.raises(NondeterminismError):
        await replayer().replay_workflow(WorkflowHistory.from_json(told.workflow_id, altered))


@workflow.defn(name="Post")
class Careless:
    """Asks the machine what time it is: another answer at every replay."""

    @workflow.run
    async def run(self, brief: Brief | None = None) -> str:
        return str(datetime.now(UTC))


async def test_a_workflow_that_looks_at_the_clock_is_stopped() -> None:
    with pytest.raises(RuntimeError, match=r"datetime\.now"):
        await replayer([Careless]).replay_workflow(history("published"))


def test_every_way_a_life_can_end_has_a_history() -> None:
    names = " ".join(path.stem for path in HISTORIES)
    assert [end for end in End if end.value not in names] == []
