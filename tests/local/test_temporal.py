"""Temporal on this machine: workflows stay, whoever is killed, and nobody outside can reach it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from local.namespace import SearchAttributes, add_missing
from local.processes import CannotStart, Trace
from local.temporal import Temporal

pytestmark = pytest.mark.anyio

STAGE = SearchAttributeKey.for_keyword("Stage")
LEVELS = SearchAttributeKey.for_keyword_list("Levels")
ONE: SearchAttributes = {"Stage": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD}
BOTH = {**ONE, "Levels": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "temporal.db"


@pytest.fixture
async def temporal(store: Path) -> AsyncIterator[Temporal]:
    server = Temporal(store, search_attributes=ONE)
    await server.start()
    yield server
    await at_once(server)


async def at_once(server: Temporal) -> None:
    hurry = asyncio.Event()
    hurry.set()
    await server.stop(hurry)


async def begin(client: Client, id: str, *pairs: SearchAttributePair[str]) -> None:
    attributes = TypedSearchAttributes(list(pairs))
    await client.start_workflow("Post", id=id, task_queue="posts", search_attributes=attributes)


async def test_a_later_start_finds_the_workflows_and_learns_new_attributes_and_retention(
    temporal: Temporal, store: Path
) -> None:
    await begin(await temporal.connected(), "post:1", SearchAttributePair(STAGE, "drafting"))
    await temporal.stop()
    later = Temporal(store, search_attributes=BOTH, retention=timedelta(days=500))
    await later.start()
    try:
        client = await later.connected()
        found = await client.get_workflow_handle("post:1").describe()
        assert found.status is WorkflowExecutionStatus.RUNNING
        assert found.typed_search_attributes[STAGE] == "drafting"
        levels = TypedSearchAttributes([SearchAttributePair(LEVELS, ["legal"])])
        await client.start_workflow(  # at once: no waiting for the server's caches
            "Post", id="post:2", task_queue="posts", search_attributes=levels
        )
        request = DescribeNamespaceRequest(namespace="default")
        namespace = await client.workflow_service.describe_namespace(request)
        retention = namespace.config.workflow_execution_retention_ttl
        assert retention.ToTimedelta() == timedelta(days=500)
    finally:
        await at_once(later)


async def test_after_a_killed_server_the_workflows_are_there(temporal: Temporal) -> None:
    await begin(await temporal.connected(), "post:1")
    assert temporal.pid
    os.kill(temporal.pid, signal.SIGKILL)
    while temporal.alive:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert temporal.returncode == -signal.SIGKILL
    await temporal.start()
    found = await (await temporal.connected()).get_workflow_handle("post:1").describe()
    assert found.status is WorkflowExecutionStatus.RUNNING


async def test_two_servers_never_share_a_store(temporal: Temporal, store: Path) -> None:
    with pytest.raises(CannotStart, match=f"already in use, by process {os.getpid()}"):
        await Temporal(store, search_attributes=ONE).start()
    assert temporal.alive


async def test_a_server_left_behind_is_ended_and_its_store_and_ports_taken_over(
    temporal: Temporal, store: Path
) -> None:
    await begin(await temporal.connected(), "post:1")
    assert temporal._claim
    temporal._claim.release()  # as if its supervisor had died, on a system that leaves orphans
    heir = Temporal(store, search_attributes=ONE, port=temporal.port, ui_port=temporal.ui_port)
    await heir.start()
    try:
        assert not temporal.alive
        await (await heir.connected()).get_workflow_handle("post:1").describe()
    finally:
        await at_once(heir)


async def test_a_process_that_only_got_the_number_is_left_alone(store: Path) -> None:
    bystander = await asyncio.create_subprocess_exec("sleep", "30")
    try:
        left = Trace(bystander.pid, "some other time", str(store))
        left.write(store.with_name("temporal.db.pid"))
        await Temporal(store, search_attributes=ONE).prepare()
        assert bystander.returncode is None
    finally:
        bystander.kill()
        await bystander.wait()


async def test_an_attribute_that_changed_its_type_is_refused_with_a_sentence(
    temporal: Temporal,
) -> None:
    changed = {"Stage": IndexedValueType.INDEXED_VALUE_TYPE_INT}
    with pytest.raises(CannotStart, match="Stage is Keyword in Temporal's store, but should be I"):
        await add_missing(await temporal.connected(), changed)


@pytest.mark.skipif(sys.platform != "linux", reason="reads what the Linux kernel knows")
async def test_it_listens_on_loopback_only() -> None:
    async with Temporal(search_attributes=BOTH) as server:
        assert server.pid
        assert {address for address, _ in _listening(server.pid)} == {"0100007F"}
        fixed = {server.port, server.ui_port, server.http_port, server.metrics_port}
        assert fixed <= {port for _, port in _listening(server.pid)}


def _listening(pid: int) -> set[tuple[str, int]]:
    """Address and port of every socket on which the process listens, as in /proc/net/tcp."""
    links = [link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return {
        (row[1].split(":")[0], int(row[1].split(":")[1], 16))
        for row in rows
        if row[3] == "0A" and Path(f"socket:[{row[9]}]") in links
    }
