"""What people may do to a post: each act is recorded and takes effect, or is refused with its code.

A validator refuses before anything is written; the clerk judges once more when it has the pen.
"""

from temporalio import workflow

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

from workflows.clerk import Clerk, refuse


class Hearing:
    """The updates of a life, and the one query. They may come before its first step."""

    clerk: Clerk

    @property
    def life(self) -> Life:
        return self.clerk.life

    @workflow.query
    def standing(self) -> Life:
        return self.life

    def may(self, act: Act) -> None:
        """Refuse before anything is written; an act that was heard before is answered again."""
        if act.id not in self.clerk.heard:
            refuse(self.life.objection(act))

    @workflow.update
    async def draft(self, act: Draft) -> None:
        await self.clerk.file(act)

    @draft.validator
    def may_draft(self, act: Draft) -> None:
        self.may(act)

    @workflow.update
    async def revise(self, act: Revise) -> None:
        await self.clerk.file(act)

    @revise.validator
    def may_revise(self, act: Revise) -> None:
        self.may(act)

    @workflow.update
    async def submit(self, act: Submit) -> None:
        await self.clerk.file(act)

    @submit.validator
    def may_submit(self, act: Submit) -> None:
        self.may(act)

    @workflow.update
    async def decide(self, act: Decide) -> None:
        await self.clerk.file(act)

    @decide.validator
    def may_decide(self, act: Decide) -> None:
        self.may(act)

    @workflow.update
    async def withdraw(self, act: Withdraw) -> None:
        await self.clerk.file(act)

    @withdraw.validator
    def may_withdraw(self, act: Withdraw) -> None:
        self.may(act)

    @workflow.update
    async def reschedule(self, act: Reschedule) -> None:
        await self.clerk.file(act)

    @reschedule.validator
    def may_reschedule(self, act: Reschedule) -> None:
        self.may(act)

    @workflow.update
    async def settle(self, act: Settle) -> None:
        await self.clerk.file(act)

    @settle.validator
    def may_settle(self, act: Settle) -> None:
        self.may(act)

    @workflow.update
    async def waive(self, act: Waive) -> None:
        await self.clerk.file(act)

    @waive.validator
    def may_waive(self, act: Waive) -> None:
        self.may(act)

    @workflow.update
    async def hurry(self, act: Hurry) -> None:
        await self.clerk.file(act)

    @hurry.validator
    def may_hurry(self, act: Hurry) -> None:
        self.may(act)

    @workflow.update
    async def invite(self, act: Invite) -> None:
        await self.clerk.file(act)

    @invite.validator
    def may_invite(self, act: Invite) -> None:
        self.may(act)

    @workflow.update
    async def disinvite(self, act: Disinvite) -> None:
        await self.clerk.file(act)

    @disinvite.validator
    def may_disinvite(self, act: Disinvite) -> None:
        self.may(act)

    @workflow.update
    async def open_link(self, act: OpenLink) -> None:
        await self.clerk.file(act)

    @open_link.validator
    def may_open_link(self, act: OpenLink) -> None:
        self.may(act)

    @workflow.update
    async def delegate(self, act: Delegate) -> None:
        await self.clerk.file(act)

    @delegate.validator
    def may_delegate(self, act: Delegate) -> None:
        self.may(act)

    @workflow.update
    async def revoke(self, act: Revoke) -> None:
        await self.clerk.file(act)

    @revoke.validator
    def may_revoke(self, act: Revoke) -> None:
        self.may(act)

    @workflow.update
    async def leave(self, act: Leave) -> None:
        await self.clerk.file(act)

    @leave.validator
    def may_leave(self, act: Leave) -> None:
        self.may(act)

    @workflow.update
    async def join(self, act: Join) -> None:
        await self.clerk.file(act)

    @join.validator
    def may_join(self, act: Join) -> None:
        self.may(act)
