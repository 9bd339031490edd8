"""Opening levels, counting them out, and asking for help when those who are left cannot decide."""

from dataclasses import replace
from datetime import datetime

from domain.review import rounds, seats
from domain.review.chain import Level
from domain.review.marks import Deadline, Opened, Outcome
from domain.review.sheet import Sheet, SomeReview
from domain.review.tally import Fate, count


def settled(review: SomeReview, at: datetime) -> SomeReview:
    """Counts every open level, opens what comes next, until nothing moves any more."""
    while review.outcome is Outcome.IN_REVIEW:
        before = review
        for level in review.open_levels:
            tally = count(review, level, at)
            if tally.fate is Fate.FAILED:
                return rounds.ended(review, tally.outcome, tally.by)
        for level in review.open_levels:
            review = _counted(review, level, at)
        if not review.open_levels:
            review = _next_step(review, at)
        if review == before:
            return review
    return review


def escalated(review: SomeReview, level: Level, at: datetime) -> SomeReview:
    """Adds approvers to an open level. It removes nobody, and approves nothing."""
    opening = review.opening(level.id)
    assert opening is not None
    assert review.book is not None
    known = (*opening.eligible, *opening.added)
    for signers in seats.help_for(review, level):
        fresh = tuple(name for name in signers.among(review.book.people) if name not in known)
        asked = review.reopened(replace(opening, added=(*opening.added, *fresh), escalated=True))
        if any(name in fresh for name in seats.able(asked, level, at)):
            return asked
    return review.reopened(replace(opening, escalated=True))


def _counted(review: SomeReview, level: Level, at: datetime) -> SomeReview:
    fate = count(review, level, at).fate
    if fate is Fate.PASSED:
        return replace(review, passed=(*review.passed, level.id))
    return escalated(review, level, at) if fate is Fate.STUCK else review


def _next_step(review: SomeReview, at: datetime) -> SomeReview:
    assert review.book is not None
    for step in review.book.chain.steps:
        waiting = [
            level
            for level in step.levels
            if level.id in review.required and level.id not in review.passed
        ]
        if waiting:
            opened = tuple(_opened(review, level, at) for level in waiting)
            return replace(review, opened=(*review.opened, *opened))
    return replace(review, outcome=Outcome.APPROVED, approved_at=at)


def _opened(review: Sheet, level: Level, at: datetime) -> Opened:
    assert review.book is not None
    calendar = review.book.calendar_of(level)
    deadlines, due = [], at
    for nth, term in enumerate(level.terms):
        due = calendar.after(due, term.within)
        deadlines.append(Deadline(level.id, review.round, term.due, due, nth))
    eligible = level.signers.among(review.book.people)
    return Opened(level.id, at, eligible, deadlines=tuple(deadlines))
