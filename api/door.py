"""The door: who may come in was asked before; here an act is sealed and handed to its post.

The only place that holds the private seal key. What leaves it bears the actor, their groups as the
record has them now, and the instant the door heard them.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import Priority, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.acts import Act, Draft, Submit
from domain.facts import FactKind
from domain.lifecycle import Life
from domain.objection import Code, Objection, Refusal
from domain.post import Post
from records.audit import keep_refusal
from records.database import Database
from records.filing import entry_of
from records.keys import Sealer
from records.posts import InFull, Known, in_full, known_of, life_of
from workflows import attributes
from workflows.names import act_id_in_engine, post_id_in_engine
from workflows.post import PostLife

A = TypeVar("A", bound=Act)
MAY_STILL_HAPPEN = (
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.ABORTED,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.UNKNOWN,
)


class NoSuchPost(Exception):
    """The record knows no such post in this organisation."""


class NotConfirmed(Exception):
    """The engine did not answer in time. The act may still take effect; asking again is safe."""


class EngineLost(Exception):
    """The record has this post and the engine does not: its store was lost."""


@dataclass(frozen=True)
class Door:
    client: Client
    database: Database
    sealer: Sealer
    task_queue: str
    patience: timedelta = timedelta(seconds=10)
    clock: Callable[[], Awaitable[datetime]] | None = None  # None: PostgreSQL's

    async def now(self) -> datetime:
        return await (self.clock or self.database.now)()

    async def begin(self, organisation: str, post: str, act: Draft) -> InFull:
        """Start a life with its first act, in one round trip. Raises Refusal, NotConfirmed."""
        async with self._watched(organisation, post, act):
            return await self._begin(organisation, post, act)

    async def _begin(self, organisation: str, post: str, act: Draft) -> InFull:
        sealed = self._sealed(organisation, post, act, await self.now())
        life = Life(Post(organisation, post)).after(replace(sealed, submit=False))
        start = WithStartWorkflowOperation(
            PostLife.run,
            id=post_id_in_engine(organisation, post),
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            search_attributes=attributes.at_start(life),
            static_summary=attributes.in_short(life),
            priority=Priority(priority_key=act.urgency.priority, fairness_key=organisation),
        )
        started = asyncio.ensure_future(start.workflow_handle())
        started.add_done_callback(lambda it: it.cancelled() or it.exception())  # or the log has it
        try:
            return await self._heard(
                organisation,
                post,
                sealed,
                self.client.execute_update_with_start_workflow(
                    PostLife.draft,
                    sealed,
                    start_workflow_operation=start,
                    id=act_id_in_engine(sealed.id),
                    rpc_timeout=self.patience,
                ),
            )
        finally:
            started.cancel()

    async def known(self, organisation: str, post: str, act: str, revision: int = 0) -> Known:
        """What the record knows as an act on this revision comes in. Raises NoSuchPost."""
        known = await known_of(self.database, organisation, post, act, revision)
        if known is None:
            raise NoSuchPost
        return replace(known, now=await self.clock()) if self.clock else known

    async def tell(
        self,
        organisation: str,
        post: str,
        act: Act,
        known: Known | None = None,
        *,
        audited: bool = True,
    ) -> InFull:
        """Hand an act to its post, wait until it is on record, and answer with how it then stands.

        Raises Refusal, NoSuchPost, NotConfirmed or EngineLost. An act that was heard before is
        answered as the first time. `known`, if it was asked for; `audited`: a refusal is put on
        record.
        """
        async with self._watched(organisation, post, act) if audited else nullcontext():
            return await self._tell(organisation, post, act, known)

    @asynccontextmanager
    async def _watched(self, organisation: str, post: str, act: Act) -> AsyncIterator[None]:
        """Whatever is refused in here is put on record: who tried what, and the code."""
        try:
            yield
        except Refusal as refusal:
            code = refusal.objection.code
            await keep_refusal(self.database, organisation, post, act, code)
            raise

    async def _tell(
        self, organisation: str, post: str, act: Act, known: Known | None = None
    ) -> InFull:
        known = known or await self.known(organisation, post, act.id)
        if known.was_heard:
            return await self._as_before(organisation, post, act)
        sealed = self._sealed(organisation, post, act, known.now)
        handle = self.client.get_workflow_handle(post_id_in_engine(organisation, post))
        return await self._heard(
            organisation,
            post,
            sealed,
            handle.execute_update(
                sealed.kind, sealed, id=act_id_in_engine(sealed.id), rpc_timeout=self.patience
            ),
        )

    async def _as_before(self, organisation: str, post: str, act: Act) -> InFull:
        """The answer of the first delivery: a submission may have been blocked."""
        verdict = await entry_of(self.database, organisation, post, f"{act.id}/verdict")
        if isinstance(act, Submit) and verdict == FactKind.BLOCKED:
            says = "Policy blocked this submission. Read the findings, then revise the post."
            raise Refusal(Objection(Code.POLICY_BLOCK, says))
        return await self._confirmed(organisation, post, act)

    def _sealed(self, organisation: str, post: str, act: A, at: datetime) -> A:
        heard = replace(act, at=at)
        return heard.sealed(self.sealer.seal(heard.message(organisation, post)))

    async def _confirmed(self, organisation: str, post: str, act: Act) -> InFull:
        """How the post stands with this act on its file. Raises NotConfirmed if it is not."""
        stands = await in_full(self.database, organisation, post, act.id)
        if stands is None or not stands.has_heard:
            raise NotConfirmed  # whoever answered was not our worker
        return stands

    async def _heard(
        self, organisation: str, post: str, act: Act, answer: Awaitable[None]
    ) -> InFull:
        try:
            await answer
            return await self._confirmed(organisation, post, act)
        except WorkflowUpdateFailedError as failed:
            raise refusal_in(failed) from failed
        except WorkflowUpdateRPCTimeoutOrCancelledError as late:
            raise NotConfirmed from late
        except RuntimeError as error:  # how a client says that it could not even connect
            if "client connect" not in str(error):
                raise
            raise NotConfirmed from error
        except RPCError as error:
            if error.status in MAY_STILL_HAPPEN:
                raise NotConfirmed from error
            if error.status is not RPCStatusCode.NOT_FOUND and not is_over(error):
                raise
            return await self._ended(organisation, post, act)

    async def _ended(self, organisation: str, post: str, act: Act) -> InFull:
        """The engine has no such running life: either it is over, or its store was lost."""
        life = await life_of(self.database, organisation, post)
        if life is None:
            raise EngineLost
        if await entry_of(self.database, organisation, post, act.id):
            return await self._as_before(organisation, post, act)
        if not life.is_over:
            raise EngineLost
        objection = life.objection(act)
        assert objection is not None  # no act stands on a life that is over
        raise Refusal(objection)


def refusal_in(failed: WorkflowUpdateFailedError) -> Exception:
    """The domain's objection inside an engine error; whatever else went wrong, unchanged."""
    cause = failed.cause
    if isinstance(cause, ApplicationError) and cause.type and cause.type in Code.__members__:
        return Refusal(Objection(Code(cause.type), cause.message))
    return failed


def is_over(error: RPCError) -> bool:
    return error.status in (RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.ALREADY_EXISTS)
