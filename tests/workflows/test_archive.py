"""When a life is over, the engine's own account of it is kept, and found if anybody changes it."""

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Replayer, Worker

from activities.histories import Shelf, ShelfTrouble
from activities.ledger import Filing, Ledger
from activities.media import open_store
from domain.acts import Withdraw
from domain.post import End
from records.histories import History, Owed, kept, owed
from records.keys import Kind, Seals
from records.owed import HistoryOwedRow
from records.verify import prove
from tests.newsroom import Newsroom
from tests.replay.sandbox import sandbox
from worker import WORKFLOWS
from workflows.archive import Archivist, as_bytes

pytestmark = pytest.mark.anyio
SECRET = "The mayor has not signed yet."


@pytest.fixture
def archivist(newsroom: Newsroom, tmp_path: Path) -> Archivist:
    shelf = Shelf(open_store(f"file:{tmp_path / 'media'}"))
    return Archivist(newsroom.env.client, newsroom.database, shelf)


def owed_for(newsroom: Newsroom, *, is_old: bool = False, is_late: bool = False) -> Owed:
    return Owed(newsroom.organisation, newsroom.post, is_old, is_late)


async def is_owed(newsroom: Newsroom) -> bool:
    return owed_for(newsroom) in await owed(newsroom.database, most=10_000)


async def histories(newsroom: Newsroom) -> list[History]:
    found = await kept(newsroom.database, newsroom.organisation, newsroom.post)
    return [history for _, history in found]


async def test_a_life_that_is_over_is_told_once_and_can_be_replayed_from_the_store(
    newsroom: Newsroom, archivist: Archivist
) -> None:
    await newsroom.submits()
    await newsroom.approves("lena")
    await newsroom.approves("dara", reason=SECRET)
    assert not await is_owed(newsroom)
    await newsroom.ends()
    assert await is_owed(newsroom)

    await archivist.take(owed_for(newsroom))
    await archivist.take(owed_for(newsroom))

    assert (await newsroom.story())[-2:] == ["house closed", "house history_kept"]
    assert not await is_owed(newsroom)
    assert await newsroom.record_agrees()
    [history] = await histories(newsroom)
    stored = await archivist.shelf.read(newsroom.organisation, history.sha256)
    assert stored
    assert len(stored) == history.bytes
    assert len(json.loads(stored)["events"]) == history.events
    assert SECRET.encode() not in stored  # as encrypted as it was in the engine
    told = WorkflowHistory.from_json(newsroom.handle.id, stored.decode())
    converter = newsroom.env.client.data_converter
    replayer = Replayer(workflows=WORKFLOWS, data_converter=converter, workflow_runner=sandbox())
    await replayer.replay_workflow(told)


@workflow.defn(sandboxed=False)  # it shares this file with the tests
class Twice:
    """Goes on in a new history, as a long life does."""

    @workflow.run
    async def run(self, time: int) -> int:
        if time == 1:
            workflow.continue_as_new(2)
        return time


async def test_a_life_that_continued_is_told_from_its_first_run_on(
    newsroom: Newsroom, archivist: Archivist
) -> None:
    client, queue = newsroom.env.client, "continuing"
    async with Worker(client, task_queue=queue, workflows=[Twice]):
        handle = await client.start_workflow(Twice.run, 1, id="post/twice", task_queue=queue)
        assert await handle.result() == 2
    first, second = await archivist.runs("post/twice")
    assert first[0] == handle.first_execution_run_id != second[0]
    for _, history in (first, second):
        assert len(json.loads(as_bytes(history))["events"]) == len(history.events) > 3


async def test_a_workflow_that_has_not_heard_of_its_end_is_asked_again(
    newsroom: Newsroom, archivist: Archivist
) -> None:
    await newsroom.submits()
    await archivist.take(owed_for(newsroom, is_old=True))
    assert await newsroom.story() == ["ana drafted", "house admitted"]


async def test_a_workflow_that_never_heard_of_its_end_is_reminded_once_and_ends(
    newsroom: Newsroom, archivist: Archivist
) -> None:
    """Its answer was lost between record and engine: a draft would otherwise wait for ever."""
    await newsroom.drafts()
    act = await newsroom.act("ana", Withdraw)
    sealed = act.sealed(
        newsroom.door.sealer.seal(act.message(newsroom.organisation, newsroom.post))
    )
    ledger = Ledger(newsroom.database, newsroom.seals, newsroom.now)
    await ledger.file(Filing(newsroom.organisation, newsroom.post, sealed.as_entry()))

    await archivist.take(owed_for(newsroom))
    assert (await newsroom.handle.describe()).status is WorkflowExecutionStatus.RUNNING
    await archivist.take(owed_for(newsroom, is_late=True))
    await archivist.take(owed_for(newsroom, is_late=True))
    assert await newsroom.ends() is End.DISCARDED
    signals = [
        event
        for event in (await newsroom.handle.fetch_history()).events
        if event.HasField("workflow_execution_signaled_event_attributes")
    ]
    assert len(signals) == 1


async def test_a_reminder_that_did_not_get_through_is_given_again(
    newsroom: Newsroom, archivist: Archivist, monkeypatch: pytest.MonkeyPatch
) -> None:
    await newsroom.drafts()

    async def away(*_: object, **how: object) -> None:
        raise RPCError("the engine is away", RPCStatusCode.UNAVAILABLE, b"")

    with monkeypatch.context() as broken:
        broken.setattr(WorkflowHandle, "signal", away)
        with pytest.raises(RPCError):
            await archivist.take(owed_for(newsroom, is_late=True))
    assert archivist.reminded == set()
    await archivist.take(owed_for(newsroom, is_late=True))
    assert archivist.reminded == {owed_for(newsroom, is_late=True)}


async def test_what_is_owed_for_a_minute_is_late(newsroom: Newsroom) -> None:
    await newsroom.drafts()
    await newsroom.withdraws("ana")
    await newsroom.ends()
    assert owed_for(newsroom) in await owed(newsroom.database, most=10_000)
    for ago, told in (
        (timedelta(minutes=2), {"is_late": True}),
        (timedelta(days=8), {"is_late": True, "is_old": True}),
    ):
        async with newsroom.database.transaction(newsroom.organisation) as session:
            row = await session.get_one(HistoryOwedRow, (newsroom.organisation, newsroom.post))
            row.since -= ago
        assert owed_for(newsroom, **told) in await owed(newsroom.database, most=10_000)


async def test_what_the_engine_has_forgotten_is_on_record_as_lost_but_not_at_once(
    newsroom: Newsroom, archivist: Archivist
) -> None:
    await newsroom.drafts()
    await newsroom.withdraws("ana")
    elsewhere = replace(archivist, client=await connected_elsewhere(newsroom))
    await elsewhere.take(owed_for(newsroom))
    assert await is_owed(newsroom)
    await elsewhere.take(owed_for(newsroom, is_old=True))
    assert (await newsroom.story())[-1] == "house history_lost"
    assert not await is_owed(newsroom)


async def connected_elsewhere(newsroom: Newsroom) -> Client:
    """The same engine, in a namespace that knows none of our posts."""
    config = newsroom.env.client.config()
    return Client(**config | {"namespace": "elsewhere"})


@pytest.fixture
async def told(newsroom: Newsroom, archivist: Archivist) -> History:
    await newsroom.submits()
    await newsroom.rejects("lena", "Not in these words.")
    await newsroom.ends()
    await archivist.take(owed_for(newsroom))
    [history] = await histories(newsroom)
    return history


async def test_a_history_that_was_changed_or_taken_away_is_named(
    newsroom: Newsroom, archivist: Archivist, told: History, keys: Path, tmp_path: Path
) -> None:
    organisation, read = newsroom.organisation, archivist.shelf.read
    named = f"histories {organisation}/{newsroom.post}/{told.run}"
    seals, witness = Seals.of(keys), Seals.of(keys, Kind.CHECKPOINT)
    [stored] = (tmp_path / "media" / organisation / "histories").rglob("*.gz")
    whole = gzip.decompress(stored.read_bytes())
    assert (await prove(newsroom.database, organisation, seals, witness, read)).faults == ()
    for forged in (gzip.compress(whole + b" "), whole + b" ", b"\x1f\x8b", b""):
        stored.write_bytes(forged)
        [fault] = (await prove(newsroom.database, organisation, seals, witness, read)).faults
        assert str(fault) == f"{named}: it was changed: it does not hash to what its ledger tells"
    stored.unlink()
    [fault] = (await prove(newsroom.database, organisation, seals, witness, read)).faults
    assert str(fault) == f"{named}: it is on record, and not in the store"
    assert (await prove(newsroom.database, organisation, seals, witness)).faults == ()


async def test_a_store_that_cannot_be_reached_is_trouble_and_not_a_fault(tmp_path: Path) -> None:
    store = open_store(f"file:{tmp_path / 'media'}")
    (tmp_path / "media").rmdir()
    (tmp_path / "media").write_text("a file where the folder was")
    with pytest.raises(ShelfTrouble):
        await Shelf(store).put("office", b"{}")
