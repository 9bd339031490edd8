"""Nothing too large reaches Temporal: one update over 2 MiB would stop a workflow for good."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from tests.workflows.keyrings import OLD, keyring
    from workflows.codec import AesGcmCodec, SizeGuard, TooLarge, data_converter

pytestmark = pytest.mark.anyio

CONVERTER = data_converter(AesGcmCodec(keyring(OLD)))
HUGE = "x" * 300 * 1024


@workflow.defn(name="Diary")
class Diary:
    def __init__(self) -> None:
        self.words: list[str] = []

    @workflow.run
    async def run(self, first: str) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    def add(self, words: str) -> int:
        self.words.append(words)
        return len(self.words)

    @workflow.signal
    def close(self, words: str) -> None:
        self.words.append(words)

    @workflow.query
    def found(self, words: str) -> bool:
        return words in self.words


@pytest.fixture
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=CONVERTER,
        interceptors=[SizeGuard(CONVERTER)],
        test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
    ) as env:
        yield env


@pytest.fixture
async def nowhere() -> Client:
    """Nobody listens there, so whatever left would fail in another way."""
    return await Client.connect(
        "127.0.0.1:1", lazy=True, data_converter=CONVERTER, interceptors=[SizeGuard(CONVERTER)]
    )


async def test_a_workflow_answers_after_an_update_that_was_too_large(
    temporal: WorkflowEnvironment,
) -> None:
    client = temporal.client
    async with Worker(client, task_queue="diaries", workflows=[Diary]):
        diary = await client.start_workflow(Diary.run, "", id="diary", task_queue="diaries")
        with pytest.raises(TooLarge, match="The update add of diary carries 3072") as refusal:
            await diary.execute_update(Diary.add, HUGE)
        assert "at most 262144 may travel" in str(refusal.value)
        assert await diary.execute_update(Diary.add, "small") == 1
        assert await diary.query(Diary.found, "small")


async def test_nothing_too_large_leaves_by_any_door(nowhere: Client) -> None:
    diary = nowhere.get_workflow_handle_for(Diary.run, "diary")

    async def start(first: str, **more: Any) -> None:
        await nowhere.start_workflow("Diary", first, id="diary", task_queue="diaries", **more)

    with pytest.raises(TooLarge, match="The start of diary"):
        await start(HUGE)
    with pytest.raises(TooLarge, match="The start of diary"):
        await start("", memo={"about": HUGE})
    with pytest.raises(TooLarge, match="The signal close to diary"):
        await start("", start_signal="close", start_signal_args=[HUGE])
    with pytest.raises(TooLarge, match="The signal close to diary"):
        await diary.signal(Diary.close, HUGE)
    with pytest.raises(TooLarge, match="The query found of diary"):
        await diary.query(Diary.found, HUGE)
    with pytest.raises(TooLarge, match="The update add of diary"):
        await diary.execute_update(Diary.add, HUGE)


@pytest.mark.parametrize(
    ("first", "words", "what"),
    [(HUGE, "", "The start of diary"), ("", HUGE, "The update add of diary")],
    ids=["start", "update"],
)
async def test_an_update_with_start_that_is_too_large_keeps_nobody_waiting(
    nowhere: Client, first: str, words: str, what: str
) -> None:
    start = WithStartWorkflowOperation(
        Diary.run,
        first,
        id="diary",
        task_queue="diaries",
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    with pytest.raises(TooLarge, match=what):
        await nowhere.execute_update_with_start_workflow(
            Diary.add, words, start_workflow_operation=start
        )
    with pytest.raises(TooLarge, match=what):
        await asyncio.wait_for(start.workflow_handle(), timeout=60)


def test_what_is_exactly_as_large_as_allowed_may_travel() -> None:
    (payload,) = CONVERTER.payload_converter.to_payloads([HUGE])
    SizeGuard(CONVERTER, limit=payload.ByteSize()).check("this", HUGE)
    with pytest.raises(TooLarge) as refusal:
        SizeGuard(CONVERTER, limit=payload.ByteSize() - 1).check("this", HUGE)
    assert refusal.value.size == payload.ByteSize()
