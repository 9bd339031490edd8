"""The chain of signatures a post needs: steps in order, levels side by side, and its terms."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.review.people import Signers

NOBODY = Signers()


class Rule(StrEnum):
    """How many approvals pass a level."""

    ANY = "any"
    ALL = "all"
    COUNT = "n"


@dataclass(frozen=True)
class Quorum:
    rule: Rule = Rule.ANY
    n: int = 1

    @property
    def in_words(self) -> str:
        return {Rule.ANY: "any one", Rule.ALL: "everyone"}.get(self.rule, f"{self.n} of them")


class Due(StrEnum):
    """What happens when a deadline passes. None of it ever approves."""

    REMIND = "remind"  # tell those who are awaited
    ESCALATE = "escalate"  # add approvers
    EXPIRE = "expire"  # end the request
    OVERDUE = "overdue"  # a later review was not given in time


@dataclass(frozen=True)
class Term:
    """One deadline of a level, counted in working time from the one before it."""

    due: Due
    within: timedelta


@dataclass(frozen=True)
class Level:
    """One signature on the way, e.g. Legal."""

    id: str
    title: str
    signers: Signers
    quorum: Quorum = Quorum()
    veto: Signers = NOBODY  # whose objection fails the level whatever the count
    when: str = ""  # CEL over `post`; "": always
    terms: tuple[Term, ...] = ()
    escalate_to: Signers = NOBODY
    calendar: str = ""  # "": the chain's
    step_up: bool = False
    title_fr: str = ""


@dataclass(frozen=True)
class Step:
    """Levels that open together; the step is done when all of them are."""

    levels: tuple[Level, ...]


class OnRevision(StrEnum):
    RESTART = "restart"
    RESUME = "resume_at_failed_step"
    KEEP = "keep_approved_branches"


@dataclass(frozen=True)
class EmergencyTerms:
    """Who may publish before any review, when, and who reviews it afterwards."""

    officers: Signers
    reviewers: Signers
    review_within: timedelta
    requires: str = "post.emergency"
    second_person: bool = True
    calendar: str = ""


@dataclass(frozen=True)
class Policy:
    """The terms of the whole chain."""

    self_approval: bool = False
    separation_of_duties: bool = True
    on_revision: OnRevision = OnRevision.RESTART
    locked_in_review: bool = False
    late_grace: timedelta | None = None  # None: approved after its hour, it needs a new hour
    max_rounds: int = 5
    comment_required_on: tuple[str, ...] = ("request_changes", "reject", "veto")
    vetoers: Signers = NOBODY
    leads: Signers = NOBODY  # may withdraw and reschedule what others wrote
    escalate_to: Signers = NOBODY  # when a level names nobody, or nobody who can sign
    step_up_within: timedelta = timedelta(minutes=5)
    emergency: EmergencyTerms | None = None


@dataclass(frozen=True)
class Chain:
    """One version of a chain. A round keeps the version it was submitted under."""

    id: str
    version: int
    steps: tuple[Step, ...]
    policy: Policy = Policy()
    calendar: str = ""
    watch: tuple[timedelta, ...] = ()  # after publication, when to look

    @property
    def levels(self) -> tuple[Level, ...]:
        return tuple(level for step in self.steps for level in step.levels)

    def level(self, id: str) -> Level | None:
        return next((level for level in self.levels if level.id == id), None)

    def step_of(self, id: str) -> int:
        """Where on the way this level stands. Raises StopIteration if it is none of ours."""
        return next(
            place
            for place, step in enumerate(self.steps)
            if any(level.id == id for level in step.levels)
        )
