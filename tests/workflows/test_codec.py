"""Temporal sees no clear text, and keys change while posts live."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.api.enums.v1 import EventType
from temporalio.api.failure.v1 import Failure
from temporalio.client import (
    Client,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import RetryPolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from records.keys import Keyring, Kind, add_key, make_keys
    from records.keys import activate as activate_key
    from tests.workflows.keyrings import NEW, OLD, keyring
    from workflows.codec import AesGcmCodec, data_converter

pytestmark = pytest.mark.anyio

MARKER = "Mirabelle"


@pytest.fixture
def codec() -> AesGcmCodec:
    return AesGcmCodec(keyring(OLD))


@dataclass(frozen=True)
class Note:
    words: str
    at: datetime = datetime(2027, 1, 4, 9, tzinfo=UTC)
    within: timedelta = timedelta(days=2)
    signers: tuple[str, ...] = ()


@activity.defn(name="stumble")
async def stumble(note: Note) -> Note:
    if activity.info().attempt == 1:
        raise ApplicationError(f"no {note.words} today", note)
    return note


@activity.defn(name="stamp")
async def stamp(note: Note) -> Note:
    return note


@workflow.defn(name="Diary")
class Diary:
    """Says its words wherever a workflow can say something."""

    @workflow.init
    def __init__(self, first: Note) -> None:
        self.notes = [first]
        self.closed = False

    @workflow.run
    async def run(self, first: Note) -> list[Note]:
        words = first.words
        workflow.set_current_details(f"thinking of {words}")
        await workflow.sleep(timedelta(days=1), summary=f"waiting for {words}")
        for do in (workflow.execute_activity, workflow.execute_local_activity):
            await do(
                stumble,
                first,
                schedule_to_close_timeout=timedelta(days=1),
                retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=10)),
                summary=f"stumbling over {words}",
            )
            await do(stamp, first, schedule_to_close_timeout=timedelta(days=1))
        workflow.upsert_memo({"memo": words})
        await workflow.wait_condition(
            lambda: self.closed, timeout=timedelta(days=9), timeout_summary=f"until {words} ends"
        )
        if first.signers:
            raise ApplicationError(f"{words} failed", first)
        return self.notes

    @workflow.update
    def add(self, note: Note) -> int:
        self.notes.append(note)
        return len(self.notes)

    @add.validator
    def must_not_be_empty(self, note: Note) -> None:
        if not note.words:
            raise ApplicationError(f"{self.notes[0].words} needs company")

    @workflow.update
    def scold(self, note: Note) -> None:
        raise ApplicationError(f"{note.words} again", note)

    @workflow.signal
    def close(self, note: Note) -> None:
        self.closed = True

    @workflow.query
    def words(self) -> list[str]:
        return [note.words for note in self.notes]


@workflow.defn(name="Guestbook")
class Guestbook:
    def __init__(self) -> None:
        self.names: list[str] = []
        self.closed = False

    @workflow.run
    async def run(self, first: Note) -> list[str]:
        await workflow.wait_condition(lambda: self.closed)
        return [first.words, *self.names]

    @workflow.update
    def sign(self, note: Note) -> int:
        self.names.append(note.words)
        return len(self.names)

    @workflow.signal
    def close(self, note: Note) -> None:
        self.closed = True


@pytest.fixture
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
    ) as env:
        yield env


def speaking(env: WorkflowEnvironment, converter: DataConverter) -> Client:
    config = env.client.config()
    config["data_converter"] = converter
    return Client(**config)


def diarist(client: Client) -> Worker:
    return Worker(client, task_queue="diaries", workflows=[Diary], activities=[stumble, stamp])


def clerk(client: Client) -> Worker:
    """Remembers nothing between tasks, so the next clerk is not kept waiting for this one."""
    return Worker(client, task_queue="books", workflows=[Guestbook], max_cached_workflows=0)


async def open_diary(client: Client, first: Note) -> WorkflowHandle[Diary, list[Note]]:
    return await client.start_workflow(
        Diary.run,
        first,
        id="diary",
        task_queue="diaries",
        memo={"about": first.words},
        static_summary=f"about {first.words}",
        static_details=f"all about {first.words}",
    )


async def open_guestbook(client: Client, first: Note) -> WorkflowHandle[Guestbook, list[str]]:
    return await client.start_workflow(
        Guestbook.run,
        first,
        id="guestbook",
        task_queue="books",
        task_timeout=timedelta(seconds=3),
    )


async def whole_life(client: Client) -> WorkflowHandle[Diary, list[Note]]:
    """Every way in and out: start, updates done, refused and failed, a signal, a query, the end."""
    note = Note(MARKER, signers=(MARKER,))
    async with diarist(client):
        diary = await open_diary(client, note)
        assert await diary.execute_update(Diary.add, note) == 2
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await diary.execute_update(Diary.add, Note(""))
        assert f"{MARKER} needs company" in str(refused.value.cause)
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await diary.execute_update(Diary.scold, note)
        assert f"{MARKER} again" in str(failed.value.cause)
        assert await diary.query(Diary.words) == [MARKER, MARKER]
        await diary.signal(Diary.close, note)
        with pytest.raises(WorkflowFailureError) as ended:
            await diary.result()
        assert f"{MARKER} failed" in str(ended.value.cause)
    return diary


async def what_temporal_holds(diary: WorkflowHandle[Any, Any]) -> bytes:
    """Every byte of the history and of the description; in JSON, payloads would hide in base64."""
    history = await diary.fetch_history()
    description = await diary.describe()
    events = b"".join(event.SerializeToString() for event in history.events)
    return events + description.raw_description.SerializeToString()


async def test_no_clear_text_anywhere_in_a_history(
    temporal: WorkflowEnvironment, codec: AesGcmCodec
) -> None:
    diary = await whole_life(speaking(temporal, data_converter(codec)))
    held = await what_temporal_holds(diary)
    assert MARKER.encode() not in held
    assert b"test_codec.py" not in held  # stack traces tell too much as well


async def test_the_same_life_unencrypted_shows_its_words(temporal: WorkflowEnvironment) -> None:
    """Or else the test before this one would find nothing whatever happened."""
    diary = await whole_life(speaking(temporal, pydantic_data_converter))
    assert (await what_temporal_holds(diary)).count(MARKER.encode()) > 15


async def test_keys_change_in_two_steps_while_a_post_lives(
    temporal: WorkflowEnvironment, tmp_path: Path
) -> None:
    make_keys(tmp_path)
    old = speaking(temporal, data_converter(AesGcmCodec(Keyring.of(tmp_path, Kind.CODEC))))
    async with clerk(old):
        await (await open_guestbook(old, Note("ana"))).execute_update(Guestbook.sign, Note("bo"))

    key = add_key(tmp_path, Kind.CODEC)
    prepared = speaking(temporal, data_converter(AesGcmCodec(Keyring.of(tmp_path, Kind.CODEC))))
    activate_key(tmp_path, Kind.CODEC, key)
    new = speaking(temporal, data_converter(AesGcmCodec(Keyring.of(tmp_path, Kind.CODEC))))

    book = new.get_workflow_handle_for(Guestbook.run, "guestbook")
    async with clerk(prepared):  # it has the new key, and does not use it yet
        await book.execute_update(Guestbook.sign, Note("cy"))
    async with clerk(new):
        await book.execute_update(Guestbook.sign, Note("di"))
        await book.signal(Guestbook.close, Note("end"))
        assert await book.result() == ["ana", "bo", "cy", "di"]


async def test_a_worker_without_the_key_says_which_one_and_goes_on_when_it_has_it(
    temporal: WorkflowEnvironment,
) -> None:
    behind = data_converter(AesGcmCodec(keyring(OLD)))
    ahead = speaking(temporal, data_converter(AesGcmCodec(keyring(OLD, NEW))))
    book = await open_guestbook(ahead, Note("ana"))

    async with clerk(speaking(temporal, behind)):
        failure = (await first_failed_task(book)).workflow_task_failed_event_attributes.failure
    sentence = str(await behind.decode_failure(failure))
    assert f"does not have the codec key '{NEW}'" in sentence

    async with clerk(ahead):
        assert await book.execute_update(Guestbook.sign, Note("bo")) == 1


async def first_failed_task(book: WorkflowHandle[Any, Any]) -> Any:
    for _ in range(3000):  # a minute: machines are busy
        async for event in book.fetch_history_events():
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
                return event
        await asyncio.sleep(0.02)
    raise AssertionError("no workflow task failed")


async def test_what_went_wrong_is_hidden_from_temporal_and_still_typed_for_us(
    codec: AesGcmCodec,
) -> None:
    converter, failure = data_converter(codec), Failure()
    await converter.encode_failure(ApplicationError("lost", Note("x"), type="Lost"), failure)
    assert (failure.message, failure.stack_trace) == ("Encoded failure", "")

    again = await converter.decode_failure(failure)
    assert isinstance(again, ApplicationError)
    assert (again.message, again.type, again.details[0]["words"]) == ("lost", "Lost", "x")
