"""Putting on record what people did and how lives ended: ledger and list in one transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain.acts import Decide
from domain.facts import Fact, FactKind
from domain.lifecycle import Life
from domain.objection import Code, Objection, Refusal
from domain.post import End, Stage
from domain.review.marks import Deadline
from records import reading
from records.database import Database
from records.filing import File, Seals, entries, open_file
from records.informing import unheard
from records.signing import objection_of_the_rules, signs
from records.watches import watch_over


@dataclass(frozen=True)
class Filing:
    """An act on its way into a post's file, as its ledger entry will say it."""

    organisation: str
    post: str
    entry: dict[str, Any]


@dataclass(frozen=True)
class Filed:
    """An act that was on file already, or that the rules refused: the record knows more."""

    life: Life
    code: str = ""
    says: str = ""

    @property
    def objection(self) -> Objection | None:
        return Objection(Code(self.code), self.says) if self.code else None


@dataclass(frozen=True)
class Closing:
    organisation: str
    post: str
    end: End
    because: str = ""


@dataclass(frozen=True)
class Passing:
    """A deadline of a review that has come."""

    organisation: str
    post: str
    deadline: Deadline


@dataclass(frozen=True)
class Learning:
    """A review that has to be told who came, left or changed."""

    organisation: str
    post: str
    at: datetime


@dataclass(frozen=True)
class Ledger:
    database: Database
    seals: Seals
    clock: Callable[[], Awaitable[datetime]]  # by which the record knows the hour: PostgreSQL's

    @activity.defn(name="ledger.file")
    async def file(self, filing: Filing) -> Filed | None:
        """File one sealed act. Refuses, with the objection's code as type, what may not stand.

        None when it took effect now; what the record knows if it was on file before, or if the
        rules of approval now stand against this signature.
        """
        act = reading.act(filing.entry)
        assert act is not None
        async with self.database.transaction(filing.organisation) as session:
            file = await open_file(session, filing.organisation, filing.post, act.id)
            if await file.holds(act.id):
                return Filed(file.life)
            with refusals():
                if isinstance(act, Decide) and signs(file, act):
                    file.judge(act, self.seals)
                    if held := await objection_of_the_rules(file, act):
                        await file.keep()
                        return Filed(file.life, held.code, held.says)
                await file.act(act, self.seals)
            await file.keep()
        return None

    @activity.defn(name="ledger.deadline")
    async def deadline(self, passing: Passing) -> None:
        """File a deadline that passed and tell people; one that stands no more changes nothing.

        Raises ApplicationError (to be tried again) of type TooEarly: nobody's word makes it late.
        """
        due, moment = passing.deadline, await self.clock()
        async with self.database.transaction(passing.organisation) as session:
            file = await open_file(session, passing.organisation, passing.post)
            if due in file.life.review.deadlines:
                is_due(due.at, moment)
                passed = Fact(kind=FactKind.DEADLINE, deadline=due, how=due.due.value)
                await file.fact(passed, f"deadline/{due.round}/{due.level}/{due.nth}")
                await file.keep()

    @activity.defn(name="ledger.learn")
    async def learn(self, learning: Learning) -> Filed:
        """File what the office learned about people and this review has not heard, if anything."""
        async with self.database.transaction(learning.organisation) as session:
            file = await open_file(session, learning.organisation, learning.post)
            if tidings := await unheard(session, file.life, learning.at):
                told = Fact(kind=FactKind.INFORMED, tidings=tidings)
                await file.fact(told, f"people/{file.seq + 1}")
                await file.keep()
        return Filed(file.life)

    @activity.defn(name="ledger.close")
    async def close(self, closing: Closing) -> Filed | None:
        """File how a life ended. Only nobody's ends come here; people's ends are acts.

        None when it ended so; what the record knows if it cannot end so now. Raises
        ApplicationError (to be tried again) of type TooEarly while its time has not come.
        """
        moment = await self.clock()
        async with self.database.transaction(closing.organisation) as session:
            file = await open_file(session, closing.organisation, closing.post)
            if not file.life.may_end_as(closing.end):
                return Filed(file.life)
            is_due(await end_of(file), moment)
            await file.fact(closed(closing.end, closing.because), "closed")
            await file.keep()
        return None


async def end_of(file: File) -> datetime | None:
    """The moment from which this life may end by itself: None means at once.

    Its window closes; or what is live was looked at for the last time.
    """
    life = file.life
    if life.stage is not Stage.WATCHING:
        assert life.post.window is not None
        return life.post.window.closes
    watch = watch_over(life, await entries(file.session, file.organisation, file.post))
    if not life.live or watch is None:
        return None
    if not watch.is_over:
        raise too_early(f"Look {watch.taken + 1} at what is live has not been taken.", None)
    return watch.ends


def is_due(at: datetime | None, moment: datetime) -> None:
    """Whose clock is ahead of the record's waits for it."""
    if at and moment < at:
        raise too_early(f"It is not {at:%Y-%m-%d %H:%M:%S} UTC yet.", at - moment)


def too_early(says: str, left: timedelta | None) -> ApplicationError:
    return ApplicationError(says, type="TooEarly", next_retry_delay=left)


def closed(end: End, because: str = "") -> Fact:
    return Fact(kind=FactKind.CLOSED, end=end, because=because)


class refusals:  # noqa: N801 reads as a phrase: with refusals()
    """Turns the domain's refusal into the engine's: not an accident, and not to be tried again."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Refusal):
            raise as_engine_error(error) from error


def as_engine_error(refusal: Refusal) -> ApplicationError:
    code = refusal.objection.code
    return ApplicationError(refusal.objection.says, type=code, non_retryable=True)
