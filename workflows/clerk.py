"""The clerk puts every act on record, one at a time, in the order they came."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.ledger import Closing, Filing, Learning, Ledger, Passing
    from activities.policy import Policy
    from domain.acts import Act, Draft, Reschedule, Revise, Submit, Waive
    from domain.lifecycle import Life
    from domain.objection import Objection
    from domain.post import Aside, End, Stage
    from domain.review.marks import Deadline

from workflows.patience import QUICK

Told = TypeVar("Told")
REMEMBERED = 200  # acts; older repetitions are known to the record


class Clerk:
    """Keeps this workflow's copy of the life in step with the record's."""

    def __init__(self, life: Life, heard: tuple[str, ...] = ()) -> None:
        self.life = life
        self.heard = list(heard)
        self._pen = asyncio.Lock()

    async def file(self, act: Act) -> None:
        """Record the act, then let it take effect. Raises with the objection's code if it may not.

        The world may have moved while the act queued for the pen, so it is judged again here; and
        once more in the transaction that records it, whose word is final.
        """
        async with self._pen:
            if act.id in self.heard:
                return
            self.judge(act)
            self.life = await self._recorded(act)
            self.heard = [*self.heard, act.id][-REMEMBERED:]

    def judge(self, act: Act) -> None:
        """Refuse what may not stand, as far as we know it here.

        What the rules found at its hour only the record knows, so a waiver is for it to judge.
        """
        if not (isinstance(act, Waive) and self.life.stage is Stage.PUBLISHING):
            refuse(self.life.objection(act))

    async def _recorded(self, act: Act) -> Life:
        filing = Filing(self.life.post.organisation, self.life.post.id, act.as_entry())
        if isinstance(act, Submit | Reschedule) or (isinstance(act, Draft | Revise) and act.submit):
            return await self._examined(act, filing)
        filed = await self._asked(Ledger.file, filing)
        if filed and filed.objection:
            self.life = filed.life
            refuse(filed.objection)
        return filed.life if filed else self.life.after(act)

    async def _examined(self, act: Act, filing: Filing) -> Life:
        examined = await self._asked(Policy.examine, filing)
        life = self.life.after(act)
        if examined.objection and examined.admission:
            self.life = life.blocked(examined.says, examined.admission)
            if isinstance(act, Submit):
                refuse(examined.objection)
            return self.life
        return life.admitted(examined.admission) if examined.admission else life

    async def _asked(
        self, method: Callable[[Any, Filing], Awaitable[Told]], filing: Filing
    ) -> Told:
        try:
            return await recorded(method, filing)
        except ApplicationError:
            await self._catch_up()  # it refused what we allowed, so it knows more than we do
            raise

    async def let_pass(self, deadline: Deadline) -> None:
        """Record that a deadline passed, and let it take effect, if it still stands."""
        async with self._pen:
            if deadline not in self.life.review.deadlines:
                return
            post = self.life.post
            passing = Passing(post.organisation, post.id, deadline)
            await workflow.execute_local_activity_method(Ledger.deadline, passing, **QUICK)
            self.life = self.life.after_deadline(deadline)

    async def learn(self) -> None:
        """Go on from what the record knows, people who came, left or changed among it."""
        async with self._pen:
            await self._catch_up()

    async def hear_what_shut_the_gate(self) -> None:
        """It may be on record and lost on us: that it is over, or that it needs another hour."""
        async with self._pen:
            life = await self._known()
            if life.is_over or life.aside is Aside.NEEDS_RESCHEDULE:
                self.life = life

    async def _catch_up(self) -> None:
        life = await self._known()
        if life.post.revision and life != self.life:
            self.life = life

    async def _known(self) -> Life:
        """The life as the record has it."""
        post = self.life.post
        learning = Learning(post.organisation, post.id, workflow.now())
        filed = await workflow.execute_local_activity_method(Ledger.learn, learning, **QUICK)
        return filed.life

    async def close(self, end: End, because: str) -> None:
        """Record an end that nobody decided."""
        async with self._pen:
            if self.life.is_over:
                return
            post = self.life.post
            closing = Closing(post.organisation, post.id, end, because)
            filed = await workflow.execute_local_activity_method(Ledger.close, closing, **QUICK)
            self.life = filed.life if filed else self.life.closed(end, because)


def refuse(objection: Objection | None) -> None:
    """Raises the objection so that its code reaches the caller of the update."""
    if objection:
        raise ApplicationError(objection.says, type=objection.code, non_retryable=True)


async def recorded(method: Callable[[Any, Filing], Awaitable[Told]], filing: Filing) -> Told:
    """Run a recording activity; its refusal becomes the refusal of the update."""
    try:
        return await workflow.execute_local_activity_method(method, filing, **QUICK)
    except ActivityError as error:
        if isinstance(error.cause, ApplicationError):
            raise error.cause from None
        raise
