"""Taking the engine's own account of every life that is over, before the engine forgets it.

The engine keeps the history of a closed workflow for its retention; the record keeps it for good.
A workflow cannot see its own end, so a worker looks after it: what is owed stands in the record
from the moment a life ends, and stays there until it is paid.
"""

import asyncio
import json
import logging
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from activities.histories import Shelf, ShelfTrouble
from records.database import Database
from records.histories import History, Owed, owed, settle
from workflows.names import post_id_in_engine
from workflows.post import PostLife

log = logging.getLogger("parapheur.archive")
PAUSE = timedelta(seconds=5)


class StillRunning(Exception):
    """The life is over on record, and its workflow has not heard of it yet."""


@dataclass(frozen=True)
class Archivist:
    """Two archivists may meet at one post: they store the same bytes, and one of them files it."""

    client: Client
    database: Database
    shelf: Shelf
    reminded: set[Owed] = field(default_factory=set)  # since this worker began

    async def keep_for_ever(self) -> None:
        while True:
            await self.keep()
            await asyncio.sleep(PAUSE.total_seconds())

    async def keep(self) -> None:
        """Whatever is owed. What cannot be had now is still owed the next time."""
        for one in await owed(self.database):
            try:
                await self.take(one)
            except (RPCError, ShelfTrouble) as trouble:
                log.warning("histories of finished posts have to wait: %s", trouble)
                return

    async def take(self, one: Owed) -> None:
        try:
            runs = await self.runs(post_id_in_engine(one.organisation, one.post))
        except StillRunning:
            await self._remind(one)
            return
        if runs or one.is_old:
            stored = [await self._stored(one.organisation, *run) for run in runs]
            await settle(self.database, one.organisation, one.post, stored)

    async def _remind(self, one: Owed) -> None:
        """The answer that ended it was lost on its workflow: once it looks, it hears of its end."""
        if one.is_late and one not in self.reminded:
            name = post_id_in_engine(one.organisation, one.post)
            await self.client.get_workflow_handle(name).signal(PostLife.learn)
            self.reminded.add(one)

    async def runs(self, workflow: str) -> list[tuple[str, WorkflowHistory]]:
        """The last run, and those that it goes on from; the first of them first."""
        runs, before = list[tuple[str, WorkflowHistory]](), ""
        while found := await self._run(workflow, before):
            runs.insert(0, found)
            began = found[1].events[0].workflow_execution_started_event_attributes
            before = began.continued_execution_run_id
            if not before:
                break
        return runs

    async def _run(self, workflow: str, run: str) -> tuple[str, WorkflowHistory] | None:
        """One of them, or the last; None if the engine has forgotten it."""
        try:
            handle = self.client.get_workflow_handle(workflow, run_id=run or None)
            told = await handle.describe()
            if told.status is WorkflowExecutionStatus.RUNNING:
                raise StillRunning
            handle = self.client.get_workflow_handle(workflow, run_id=told.run_id)
            return told.run_id, await handle.fetch_history()
        except RPCError as refusal:
            if refusal.status is RPCStatusCode.NOT_FOUND:
                return None
            raise

    async def _stored(self, organisation: str, run: str, history: WorkflowHistory) -> History:
        told = as_bytes(history)
        hash = await self.shelf.put(organisation, told)
        return History(run, hash, len(told), len(history.events))


def as_bytes(history: WorkflowHistory) -> bytes:
    """The history as JSON that the engine's own tools read, the same for whoever asks."""
    told = history.to_json_dict()
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
