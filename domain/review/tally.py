"""What the votes on a level amount to: still open, passed, failed, or in need of more approvers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.acts import Verdict
from domain.review import seats
from domain.review.chain import Level, Rule
from domain.review.marks import Outcome, Vote
from domain.review.sheet import Sheet


class Fate(StrEnum):
    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"
    STUCK = "stuck"  # those who are left cannot reach the quorum, and nobody objected it away


@dataclass(frozen=True)
class Tally:
    fate: Fate
    outcome: Outcome = Outcome.IN_REVIEW  # of the round, when the level failed
    by: str = ""  # who failed it


ENDS = {
    Verdict.REQUEST_CHANGES: Outcome.CHANGES_REQUESTED,
    Verdict.REJECT: Outcome.REJECTED,
    Verdict.VETO: Outcome.VETOED,
}


def count(review: Sheet, level: Level, at: datetime) -> Tally:
    """Counts the votes on an open level."""
    votes = review.votes_on(level.id)
    approvals = [vote for vote in votes if vote.verdict is Verdict.APPROVE]
    objections = [vote for vote in votes if vote.verdict.objects]
    if decisive := _decisive(review, level, objections):
        return Tally(Fate.FAILED, ENDS[decisive.verdict], decisive.actor)
    able = seats.able(review, level, at)
    if level.quorum.rule is Rule.ALL:
        return Tally(_of_everyone(review, level, approvals, able))
    need = level.quorum.n
    if len(approvals) >= need:
        return Tally(Fate.PASSED)
    if objections and _seats(review, level, votes) - len(objections) < need:
        return Tally(Fate.FAILED, _all_in_all(objections), objections[-1].actor)
    return Tally(Fate.OPEN if len(approvals) + len(able) >= need else Fate.STUCK)


def _decisive(review: Sheet, level: Level, objections: list[Vote]) -> Vote | None:
    """An objection that fails the level alone: any, except where a number of approvals counts."""
    if not objections:
        return None
    if level.quorum.rule is not Rule.COUNT:
        return objections[0]
    assert review.book is not None
    book = review.book
    return next(
        (
            vote
            for vote in objections
            if vote.verdict is Verdict.VETO
            or seats.may_veto(level, vote.seat, book.groups(vote.seat))
        ),
        None,
    )


def _of_everyone(review: Sheet, level: Level, approvals: list[Vote], able: tuple[str, ...]) -> Fate:
    opening = review.opening(level.id)
    assert opening is not None
    if any(person in opening.eligible for person in able):
        return Fate.OPEN
    if approvals:
        return Fate.PASSED
    return Fate.OPEN if able else Fate.STUCK


def _seats(review: Sheet, level: Level, votes: tuple[Vote, ...]) -> int:
    """How many could have voted, abstainers and leavers among them: those never fail a level."""
    opening = review.opening(level.id)
    assert opening is not None
    names = {*opening.eligible, *opening.added, *(vote.seat for vote in votes)}
    voters = {vote.seat for vote in votes}
    return sum(
        name in voters
        or not (seats.is_author(review, name) or seats.signed_elsewhere(review, level.id, name))
        for name in names
    )


def _all_in_all(objections: list[Vote]) -> Outcome:
    """Rejected only when every objector rejects: asking for changes leaves the door open."""
    if all(vote.verdict is Verdict.REJECT for vote in objections):
        return Outcome.REJECTED
    return Outcome.CHANGES_REQUESTED
