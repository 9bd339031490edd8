"""The life of one post: drafted, checked, approved, held until its hour, published, watched."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.measures import Look, Measures
    from domain.lifecycle import Life
    from domain.post import Aside, End, Post, Stage

from workflows import attributes
from workflows.clerk import Clerk
from workflows.hearing import Hearing
from workflows.names import named_in_engine
from workflows.patience import PATIENT
from workflows.publication import NotAllowed, Sends


@dataclass(frozen=True)
class Brief:
    """What a life goes on from. A new one needs none: the workflow's id says whose it is."""

    life: Life
    heard: tuple[str, ...] = ()
    looks: int = 0
    live_since: datetime | None = None


@dataclass(frozen=True)
class Alarm:
    """A timer, and the moment for which it was set."""

    moment: datetime
    timer: "asyncio.Task[None]"

    @classmethod
    def at(cls, moment: datetime, why: str) -> "Alarm":
        left = moment - workflow.now()
        return cls(moment, asyncio.create_task(workflow.sleep(left, summary=why)))


class Renewal(Exception):
    """The history has grown long; the life goes on in a new one."""


@workflow.defn(name="Post")
class PostLife(Hearing):
    """Stages wait, one after the other. People act, whenever they like, through `Hearing`."""

    @workflow.init
    def __init__(self, brief: Brief | None = None) -> None:
        brief = brief or Brief(Life(Post(*named_in_engine(workflow.info().workflow_id))))
        self.clerk = Clerk(brief.life, brief.heard)
        self.looks = brief.looks
        self.live_since = brief.live_since
        self.alarm: Alarm | None = None

    @workflow.run
    async def run(self, brief: Brief | None = None) -> End | None:
        """The envelope. Answers with how the life ended; the record has everything else."""
        try:
            await self.living()
        except Renewal:
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new(self.snapshot())
        self.show()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self.life.end

    async def living(self) -> None:
        """One stage after the other; an act may take the post back to an earlier one."""
        while not self.life.is_over:
            match self.life.stage:
                case Stage.DRAFTING | Stage.CHECKING:
                    await self.drafting()
                case Stage.APPROVING:
                    await self.approving()
                case Stage.HOLDING:
                    await self.holding()
                case Stage.PUBLISHING:
                    await self.publishing()
                case Stage.WATCHING:
                    await self.watching()

    async def drafting(self) -> None:
        """Wait for the author. A submission is examined by the update that brings it."""
        await self.until(lambda: self.life.stage not in (Stage.DRAFTING, Stage.CHECKING))

    async def approving(self) -> None:
        """Wait for the open levels. Each decision moves the life by itself, and so does time.

        What nobody decided before its window closed can never go out.
        """
        window = self.life.post.window
        assert window is not None
        await self.reviewing(
            lambda: self.life.stage is not Stage.APPROVING or self.life.post.window != window,
            window.closes,
            "until its window closes",
        )
        if self.life.stage is Stage.APPROVING and self.life.post.window == window:
            await self.clerk.close(End.MISSED, "Nobody decided before its window closed.")

    async def holding(self) -> None:
        """Wait for the hour. A new hour, a new text or a withdrawal makes us look again."""
        held, window = self.life, self.life.post.window
        assert window is not None
        if held.aside is Aside.NEEDS_RESCHEDULE:
            await self.until(
                lambda: self.life is not held, window.closes, "until its window closes"
            )
            if self.life is held:
                await self.clerk.close(End.MISSED, "Nobody gave it a new hour inside its window.")
            return
        hour = max(held.post.hour or window.opens, window.opens)
        await self.until(lambda: self.life is not held, hour, "until its hour")
        if self.life is held:
            self.clerk.life = held.released()

    async def publishing(self) -> None:
        """Send on every channel at once. Whatever takes the post off this road stops what waits."""
        sends = Sends(self.life)
        try:
            while self.life.stage is Stage.PUBLISHING and await self.heard_from(sends):
                pass
        except NotAllowed as shut:
            await self.standing_still(str(shut))
        finally:
            sends.stop()

    async def heard_from(self, sends: Sends) -> bool:
        """Take in what became of a send; False if an act came first."""
        begun = self.life
        await self.until(lambda: self.life is not begun or sends.have_news())
        if self.life is not begun:
            return False
        for send in sends.news():
            self.clerk.life = self.life.sent(send)
        return True

    async def standing_still(self, because: str) -> None:
        """The record disagrees with us, and it is right: go on from what it says.

        It is over; or a freeze kept it past its hour, and it is held for another one. Otherwise we
        are forged, and wait.
        """
        await self.clerk.hear_what_shut_the_gate()
        seen = self.life
        if seen.stage is Stage.PUBLISHING:
            workflow.set_current_details(f"**standing still**: {because}")
            await self.until(lambda: self.life is not seen)

    async def watching(self) -> None:
        """Look at what is live, ever less often. The last look closes the file.

        What went out as an emergency stays open until its later review is given.
        """
        cadence = self.life.chain.watch if self.life.chain else ()
        self.live_since = self.live_since or workflow.now()
        while self.life.live and self.looks < len(cadence):
            due = self.live_since + cadence[self.looks]
            await self.reviewing(lambda: False, due, f"until look {self.looks + 1}")
            if await self.looked(is_last=self.looks + 1 == len(cadence)):
                return
        await self.reviewing(lambda: not self.life.owes_review)
        await self.clerk.close(self.life.natural_end, "")

    async def looked(self, *, is_last: bool) -> bool:
        """Take the next look; True if it closed the file."""
        closes, post = is_last and not self.life.owes_review, self.life.post
        look = Look(post.organisation, post.id, self.looks + 1, closes)
        await workflow.execute_local_activity_method(Measures.take, look, **PATIENT)
        self.looks += 1
        if closes:
            self.clerk.life = self.life.closed(self.life.natural_end)
        return closes

    async def reviewing(
        self, ready: Callable[[], bool], moment: datetime | None = None, why: str = ""
    ) -> None:
        """Wait as `until` does, while the deadlines of the review take their effect."""
        while not ready():
            seen, due = self.life, self.life.next_deadline
            if due and moment and moment <= due.at:
                due = None
            first, says = (due.at, due.in_words) if due else (moment, why)
            await self.until(partial(self.moved, seen, ready), first, says)
            if self.life is not seen or ready():
                continue
            if due is None:
                return
            await self.clerk.let_pass(due)

    def moved(self, seen: Life, ready: Callable[[], bool]) -> bool:
        return self.life is not seen or ready()

    async def until(
        self, ready: Callable[[], bool], moment: datetime | None = None, why: str = ""
    ) -> None:
        """Every wait goes through here: return when `ready`, or at `moment` if that comes first."""
        if ready() or (moment and moment <= workflow.now()):
            return
        self.show()
        self.set_alarm(moment, why)
        await workflow.wait_condition(lambda: ready() or self.rings() or self.is_due_for_renewal())
        if self.is_due_for_renewal() and not ready():
            raise Renewal

    def set_alarm(self, moment: datetime | None, why: str) -> None:
        """One that runs for this very moment goes on: not every act has to cost a timer."""
        if self.alarm and self.alarm.moment == moment:
            return
        if self.alarm:
            self.alarm.timer.cancel()
        self.alarm = Alarm.at(moment, why) if moment else None

    def rings(self) -> bool:
        return self.alarm is not None and self.alarm.timer.done()

    def is_due_for_renewal(self) -> bool:
        """Never while sends are under way: their answers would be lost on us."""
        is_quiet = self.life.stage is not Stage.PUBLISHING
        return is_quiet and workflow.info().is_continue_as_new_suggested()

    def show(self) -> None:
        """Tell the operator where we are: one line of details, and what can be filtered by."""
        life, levels = self.life, self.life.open_levels
        if not life.post.revision:
            return  # the first act is on its way, and the start said what it will say
        waits = f", waiting for {' and '.join(one.title for one in levels)}" if levels else ""
        word = attributes.word_for(life)
        workflow.set_current_details(f"**{word}**, revision {life.post.revision}{waits}")
        if changed := attributes.changed(workflow.info().typed_search_attributes, life):
            workflow.upsert_search_attributes(changed)

    def snapshot(self) -> Brief:
        return Brief(self.life, tuple(self.clerk.heard), self.looks, self.live_since)
