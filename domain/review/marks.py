"""The marks a review leaves: votes, opened levels, deadlines, findings, waivers, an emergency."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.acts import Verdict
from domain.review.chain import Due

DUE = {
    Due.REMIND: "is reminded",
    Due.ESCALATE: "escalates",
    Due.EXPIRE: "expires",
    Due.OVERDUE: "is overdue",
}


class Outcome(StrEnum):
    """What has become of the review so far."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    VETOED = "vetoed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"  # by two duty officers, before any review

    @property
    def is_final(self) -> bool:
        """Whether nothing leads from here to publication any more."""
        return self in (Outcome.REJECTED, Outcome.VETOED, Outcome.EXPIRED, Outcome.WITHDRAWN)

    @property
    def may_go_out(self) -> bool:
        return self in (Outcome.APPROVED, Outcome.RELEASED)


@dataclass(frozen=True)
class Vote:
    """One vote as it counts: who gave it, in whose seat, for which level and text."""

    id: str
    level: str
    actor: str
    verdict: Verdict
    at: datetime
    revision: int
    seat: str  # the actor, or whom the actor stands in for

    @property
    def persons(self) -> tuple[str, ...]:
        return (self.actor,) if self.actor == self.seat else (self.actor, self.seat)

    @property
    def reads(self) -> str:
        """`ana`, or `ana for ben`."""
        return self.actor if self.actor == self.seat else f"{self.actor} for {self.seat}"


@dataclass(frozen=True)
class Signed:
    """A level's approval from an earlier round, carried over in so many words."""

    level: str
    round: int
    revision: int
    persons: tuple[str, ...]


@dataclass(frozen=True)
class Deadline:
    """When something happens by itself, on which level of which round."""

    level: str
    round: int
    due: Due
    at: datetime
    nth: int  # which of this level's deadlines

    @property
    def in_words(self) -> str:
        """For an operator: `until legal escalates`."""
        level = self.level.replace("_", " ")
        return f"until {level} {DUE[self.due]}"


@dataclass(frozen=True)
class Opened:
    """A level that was opened in this round: since when, for whom, and what is still due."""

    level: str
    at: datetime
    eligible: tuple[str, ...]  # when it opened
    added: tuple[str, ...] = ()  # by escalation
    escalated: bool = False
    deadlines: tuple[Deadline, ...] = ()  # not yet passed


@dataclass(frozen=True)
class Finding:
    """What policy found in the current revision."""

    rule: str
    blocks: bool = True
    waiver: str = ""  # the groups that may waive it, as in legal|dpo; "": nobody
    bypassable: bool = True  # whether an emergency may go out despite it


@dataclass(frozen=True)
class Waiver:
    """Somebody takes a finding upon themselves, for one revision and never the next."""

    rule: str
    revision: int
    by: str
    reason: str
    at: datetime | None = None


@dataclass(frozen=True)
class Emergency:
    """A release before review: who asked, who released it, and the review it still owes."""

    asked_by: str
    revision: int
    released_by: str = ""
    at: datetime | None = None
    deadline: Deadline | None = None
    overdue: bool = False
    verdict: Verdict | None = None  # of the later review
    reviewed_by: str = ""

    @property
    def officers(self) -> tuple[str, ...]:
        return tuple(name for name in (self.asked_by, self.released_by) if name)

    @property
    def owes_review(self) -> bool:
        return bool(self.released_by) and self.verdict is None


@dataclass(frozen=True)
class Heard:
    """A decision that was accepted, and what it led to: a repeat gets the same answer."""

    id: str
    actor: str
    outcome: Outcome
    level: str = ""
