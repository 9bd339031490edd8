"""Temporal sees no clear text, and keys change while posts live."""

import asyncio
import sys
from base64 import b64encode, urlsafe_b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.api.common.v1 import Payload
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
    from records.keys import Keyring, Kind, NoSuchKey, Unreadable, add_key, make_keys
    from records.keys import activate as activate_key
    from workflows.codec import AesGcmCodec, NotPayloads, data_converter, decode_for_ui

pytestmark = pytest.mark.anyio

MARKER = "Mirabelle"
OLD, NEW = "2026-11-22-a1b2", "2027-11-22-c3d4"


def keyring(*keys: str) -> Keyring:
    """The last one is active; each one's secret follows from its id."""
    return Keyring(Kind.CODEC, keys[-1], {key: key.encode().ljust(32) for key in keys})


@pytest.fixture
def codec() -> AesGcmCodec:
    return AesGcmCodec(keyring(OLD))


@dataclass(frozen=True)
class Note:
    words: str
    at: datetime = datetime(2027, 1, 4, 9, tzinfo=UTC)
    within: timedelta = timedelta(days=2)
    signers: tuple[str, ...] = ()


def json_payload(text: str) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=text.encode())


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
        task_timeout=timedelta(seconds=1),
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
    for _ in range(500):
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


@pytest.mark.parametrize(
    "payload",
    [
        json_payload('{"short":1}'),
        json_payload("x" * 5000),
        json_payload(""),
        Payload(metadata={"encoding": b"binary/plain"}, data=bytes(range(256))),
        Payload(metadata={"encoding": b"json/plain", "other": b"y"}, data=b"{}"),
        Payload(metadata={"encoding": b"binary/null"}, data=b"not null at all"),
        Payload(),
    ],
    ids=["short", "long", "empty", "binary", "metadata", "false null", "nothing"],
)
async def test_comes_out_as_it_went_in(codec: AesGcmCodec, payload: Payload) -> None:
    (hidden,) = await codec.encode([payload])
    assert hidden.metadata["encoding"] == b"aes-gcm"
    assert await codec.decode([hidden]) == [payload]


def test_hides_nothing_where_nothing_is(codec: AesGcmCodec) -> None:
    (null,) = data_converter(codec).payload_converter.to_payloads([None])
    assert codec.hide(null) == null
    assert codec.reveal(null) == null


def test_reads_histories_from_before_encryption(codec: AesGcmCodec) -> None:
    assert codec.reveal(json_payload('{"old":1}')) == json_payload('{"old":1}')


def test_the_envelope_is_small(codec: AesGcmCodec) -> None:
    incompressible = json_payload("".join(chr(33 + (i * i * 31 + i // 7) % 90) for i in range(100)))
    assert codec.hide(incompressible).ByteSize() - incompressible.ByteSize() <= 58
    assert codec.hide(json_payload("a" * 5000)).ByteSize() < 200


def test_dataclasses_travel_as_compact_json(codec: AesGcmCodec) -> None:
    (payload,) = data_converter(codec).payload_converter.to_payloads([Note("é", signers=("a",))])
    assert payload.data.decode() == (
        '{"words":"é","at":"2027-01-04T09:00:00Z","within":"P2D","signers":["a"]}'
    )


def test_the_same_words_never_look_the_same_twice(codec: AesGcmCodec) -> None:
    once, again = codec.hide(json_payload("x")), codec.hide(json_payload("x"))
    assert once.data[:12] != again.data[:12]
    assert once.data[12:] != again.data[12:]


def test_a_single_altered_bit_is_refused(codec: AesGcmCodec) -> None:
    hidden = codec.hide(json_payload('{"verdict":"approve"}'))
    for place in range(len(hidden.data)):
        data = bytearray(hidden.data)
        data[place] ^= 1
        with pytest.raises(Unreadable, match=f"codec key '{OLD}'"):
            codec.reveal(Payload(metadata=hidden.metadata, data=bytes(data)))
    for length in (0, 5, 12, 27, len(hidden.data) - 1):
        with pytest.raises(Unreadable):
            codec.reveal(Payload(metadata=hidden.metadata, data=hidden.data[:length]))


def test_a_payload_does_not_open_under_the_name_of_another_key() -> None:
    twins = AesGcmCodec(Keyring(Kind.CODEC, OLD, {OLD: bytes(32), NEW: bytes(32)}))
    hidden = twins.hide(json_payload("x"))
    hidden.metadata["k"] = NEW.encode()
    with pytest.raises(Unreadable):
        twins.reveal(hidden)


def test_an_unknown_key_is_named(codec: AesGcmCodec) -> None:
    hidden = AesGcmCodec(keyring(NEW)).hide(json_payload("x"))
    with pytest.raises(NoSuchKey, match=f"codec key '{NEW}'"):
        codec.reveal(hidden)
    hidden.metadata["k"] = b"\xff"
    with pytest.raises(NoSuchKey):
        codec.reveal(hidden)
    with pytest.raises(NoSuchKey):
        AesGcmCodec(Keyring(Kind.CODEC, NEW, {OLD: bytes(32)}))


def test_the_temporal_ui_gets_clear_text(codec: AesGcmCodec) -> None:
    def asked(payload: Payload) -> dict[str, Any]:
        metadata = {name: b64encode(text).decode() for name, text in payload.metadata.items()}
        return {"metadata": metadata, "data": b64encode(payload.data).decode()}

    clear = [json_payload('{"words":"hello"}'), json_payload('"from before"')]
    body = {"payloads": [asked(codec.hide(clear[0])), asked(clear[1])], "unknown": 1}

    assert decode_for_ui(codec, body) == {"payloads": [asked(payload) for payload in clear]}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"payloads": 1},
        {"payloads": ["x"]},
        {"payloads": [{"data": "AAA"}]},
        {"payloads": [{"metadata": {"\ud800": ""}}]},
    ],
    ids=ascii,
)
def test_what_is_no_payload_is_not_decoded(codec: AesGcmCodec, body: dict[str, Any]) -> None:
    with pytest.raises(NotPayloads, match="list of payloads"):
        decode_for_ui(codec, body)


SPELT = [
    '{"hash":"%s"}' % ("a1" * 32),
    '"%s"' % ("Zm9_-x" * 14 + "AA"),
    '"%s"' % ("Zm9_-x" * 14 + "AB"),  # ends in bits that no bytes have: it is left as it is
    '"2026-11-22T13:38:10.454121Z"',
    '"2026-02-31T13:38:10.454121Z"',
    '"1066-10-14T09:00:00.000001Z"',
    f'"{"0" * 200}"',
    '"\x01\x02\x03"',
    f'"\x01{"a1" * 32}"',
]


@pytest.mark.parametrize("text", SPELT)
def test_what_is_spelt_out_comes_out_as_it_was_spelt(codec: AesGcmCodec, text: str) -> None:
    assert codec.reveal(codec.hide(json_payload(text))) == json_payload(text)


def test_hashes_and_signatures_take_no_more_room_than_their_bytes(codec: AesGcmCodec) -> None:
    raw = bytes((number * 89 + 7) % 256 for number in range(64))
    seal = json_payload(f'"{urlsafe_b64encode(raw).decode().rstrip("=")}"')
    hash = json_payload(f'"{raw[:32].hex()}"')
    assert codec.hide(seal).ByteSize() < seal.ByteSize() + 40
    assert codec.hide(hash).ByteSize() < hash.ByteSize() + 30
