"""Putting on record what people did and how lives ended: ledger and list in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain.facts import Fact, FactKind
from domain.lifecycle import Life
from domain.objection import Refusal
from domain.post import End
from domain.review.marks import Deadline
from records import reading
from records.database import Database
from records.filing import Seals, open_file
from records.informing import unheard


@dataclass(frozen=True)
class Filing:
    """An act on its way into a post's file, as its ledger entry will say it."""

    organisation: str
    post: str
    entry: dict[str, Any]


@dataclass(frozen=True)
class Filed:
    """An act that was on file already: the record then knows more than the asker."""

    life: Life


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

    @activity.defn(name="ledger.file")
    async def file(self, filing: Filing) -> Filed | None:
        """File one sealed act. Refuses, with the objection's code as type, what may not stand.

        None when it took effect now; what the record knows if it was on file before.
        """
        act = reading.act(filing.entry)
        assert act is not None
        async with self.database.transaction(filing.organisation) as session:
            file = await open_file(session, filing.organisation, filing.post)
            if await file.holds(act.id):
                return Filed(file.life)
            with refusals():
                await file.act(act, self.seals)
            await file.keep()
        return None

    @activity.defn(name="ledger.deadline")
    async def deadline(self, passing: Passing) -> None:
        """File a deadline that passed and tell people; one that stands no more changes nothing."""
        due = passing.deadline
        async with self.database.transaction(passing.organisation) as session:
            file = await open_file(session, passing.organisation, passing.post)
            if due in file.life.review.deadlines:
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

        None when it ended so; what the record knows if it cannot end so now.
        """
        async with self.database.transaction(closing.organisation) as session:
            file = await open_file(session, closing.organisation, closing.post)
            if not file.life.may_end_as(closing.end):
                return Filed(file.life)
            await file.fact(closed(closing.end, closing.because), "closed")
            await file.keep()
        return None


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
