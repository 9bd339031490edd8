"""What people may do to a post: each act is recorded and takes effect, or is refused with its code.

A validator refuses before anything is written; the clerk judges once more when it has the pen.
"""

from typing import TypeVar, cast

from temporalio import workflow
from temporalio.workflow import UpdateMethodMultiParam

with workflow.unsafe.imports_passed_through():
    from domain.acts import (
        Act,
        Decide,
        Delegate,
        Disinvite,
        Draft,
        Hurry,
        Invite,
        Join,
        Leave,
        OpenLink,
        Reschedule,
        Revise,
        Revoke,
        Settle,
        Submit,
        Waive,
        Withdraw,
    )
    from domain.lifecycle import Life

from workflows.clerk import Clerk

Kind = TypeVar("Kind", bound=Act)


class Listening:
    """Where a life keeps its clerk, and what it asks of every act."""

    clerk: Clerk

    @property
    def life(self) -> Life:
        return self.clerk.life

    @workflow.query
    def standing(self) -> Life:
        return self.life

    @workflow.signal
    async def learn(self) -> None:
        """The office's people may have changed. What counts is what the record has."""
        await self.clerk.learn()

    def may(self, act: Act) -> None:
        """Refuse before anything is written; an act that was heard before is answered again."""
        if act.id not in self.clerk.heard:
            self.clerk.judge(act)


def hears(kind: type[Kind]) -> UpdateMethodMultiParam[[Listening, Kind], None]:
    """The update by which acts of one kind come: asked first, then recorded, then answered."""

    async def heard(self: Listening, act: Kind) -> None:
        await self.clerk.file(act)

    def may_be_heard(self: Listening, act: Kind) -> None:
        self.may(act)

    for method in (heard, may_be_heard):
        # what the engine reads: a method, and what to decode its one message as
        method.__annotations__ = {"act": kind, "return": None}
    workflow.update(name=kind.kind)(heard).validator(may_be_heard)
    return cast("UpdateMethodMultiParam[[Listening, Kind], None]", heard)


class Hearing(Listening):
    """The updates of a life. They may come before its first step."""

    draft = hears(Draft)
    revise = hears(Revise)
    submit = hears(Submit)
    decide = hears(Decide)
    withdraw = hears(Withdraw)
    reschedule = hears(Reschedule)
    settle = hears(Settle)
    waive = hears(Waive)
    hurry = hears(Hurry)
    invite = hears(Invite)
    disinvite = hears(Disinvite)
    open_link = hears(OpenLink)
    delegate = hears(Delegate)
    revoke = hears(Revoke)
    leave = hears(Leave)
    join = hears(Join)
