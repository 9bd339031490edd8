"""The sheet of a review: the terms it is under, who has signed, and where that leaves it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self, TypeVar

from domain.review.book import Book
from domain.review.chain import Level
from domain.review.conditions import Fact
from domain.review.marks import (
    Emergency,
    Finding,
    Heard,
    Opened,
    Outcome,
    Signed,
    Vote,
    Waiver,
)
from domain.review.people import Invitation


@dataclass(frozen=True)
class Sheet:
    """What the judges read. `domain.review.review.Review` adds the verbs."""

    authors: tuple[str, ...]
    revision: int = 1
    content_hash: str = ""
    hour: datetime | None = None  # None: as soon as it is approved
    book: Book | None = None  # pinned by the submission
    facts: dict[str, Fact] = field(default_factory=dict)  # of the post, for conditions
    findings: tuple[Finding, ...] = ()  # of this revision
    waivers: tuple[Waiver, ...] = ()

    outcome: Outcome = Outcome.DRAFT
    ended_by: str = ""  # who, or which level, ended the round or the review
    round: int = 0
    required: tuple[str, ...] = ()  # the levels this round needs
    opened: tuple[Opened, ...] = ()
    votes: tuple[Vote, ...] = ()  # of this round
    passed: tuple[str, ...] = ()
    carried: tuple[Signed, ...] = ()
    approved_at: datetime | None = None
    out_at: datetime | None = None

    signed: tuple[Signed, ...] = ()  # what the round before had approved
    unfinished: tuple[str, ...] = ()  # the levels at which it ended
    touched: tuple[str, ...] | None = ()  # what edits since then have touched; None: everything
    reviewed_hash: str = ""  # the text approvers last sent back

    invitations: tuple[Invitation, ...] = ()
    emergency: Emergency | None = None
    heard: tuple[Heard, ...] = ()

    # What can be asked of it.

    @property
    def open_levels(self) -> tuple[Level, ...]:
        if self.outcome is not Outcome.IN_REVIEW:
            return ()
        return tuple(
            level
            for level in self.chain_levels
            if self.opening(level.id) and level.id not in self.passed
        )

    @property
    def chain_levels(self) -> tuple[Level, ...]:
        """The levels this round needs, in order."""
        levels = self.book.chain.levels if self.book else ()
        return tuple(level for level in levels if level.id in self.required)

    @property
    def is_approved(self) -> bool:
        return self.outcome is Outcome.APPROVED

    @property
    def may_be_edited(self) -> bool:
        return self.out_at is None and not self.outcome.is_final

    @property
    def is_out(self) -> bool:
        return self.out_at is not None

    @property
    def needs_new_hour(self) -> bool:
        """Approved so long after its hour that a person has to name another."""
        if self.approved_at is None or self.hour is None or self.book is None:
            return False
        late = self.approved_at - self.hour
        grace = self.book.chain.policy.late_grace
        return late.total_seconds() > (grace.total_seconds() if grace else 0)

    @property
    def goes_out_at(self) -> datetime | None:
        """The moment from which this may be published; None while it may not."""
        if self.is_out or self.is_held_by_policy:
            return None
        if self.outcome is Outcome.RELEASED and self.emergency:
            return self.emergency.at
        if self.approved_at is None or self.outcome is not Outcome.APPROVED or self.needs_new_hour:
            return None
        return max(self.hour or self.approved_at, self.approved_at)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that keep this revision back: they block, and nobody waived them."""
        waived = {waiver.rule for waiver in self.waivers if waiver.revision == self.revision}
        return tuple(f for f in self.findings if f.blocks and f.rule not in waived)

    @property
    def holding(self) -> tuple[Finding, ...]:
        """The findings that hold it at its hour: an emergency goes past those it may go past."""
        hurried = self.outcome is Outcome.RELEASED
        return tuple(f for f in self.blocking if not (hurried and f.bypassable))

    @property
    def is_held_by_policy(self) -> bool:
        return self.is_approved and not self.is_out and bool(self.blocking)

    @property
    def owes_review(self) -> bool:
        """Released as an emergency, and nobody has reviewed it since."""
        hurried = self.emergency
        return self.outcome is Outcome.RELEASED and hurried is not None and hurried.owes_review

    @property
    def needs_retraction(self) -> bool:
        """The later review of an emergency said that it should not have gone out."""
        hurried = self.emergency
        return bool(hurried and hurried.verdict and hurried.verdict.objects)

    # What the judges lean on.

    def result_of(self, id: str) -> Heard | None:
        """What a decision of this id led to, if it was accepted before."""
        return next((heard for heard in self.heard if heard.id == id), None)

    def opening(self, level: str) -> Opened | None:
        return next((one for one in self.opened if one.level == level), None)

    def votes_on(self, level: str) -> tuple[Vote, ...]:
        return tuple(vote for vote in self.votes if vote.level == level)

    def invitation(self, id: str) -> Invitation | None:
        return next((one for one in self.invitations if one.id == id), None)

    def reopened(self, opening: Opened) -> Self:
        """The same sheet, with one level's opening replaced."""
        opened = tuple(opening if one.level == opening.level else one for one in self.opened)
        return replace(self, opened=opened)


SomeReview = TypeVar("SomeReview", bound=Sheet)
