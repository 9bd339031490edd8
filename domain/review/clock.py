"""What happens by itself: reminders, escalations, expiry, and a later review that is overdue."""

from dataclasses import replace
from datetime import datetime

from domain.review import opening
from domain.review.chain import Due
from domain.review.marks import Deadline, Outcome
from domain.review.sheet import Sheet, SomeReview

LATER_REVIEW = "later_review"


def deadlines(review: Sheet) -> tuple[Deadline, ...]:
    waiting = [
        deadline
        for level in review.open_levels
        if (opened := review.opening(level.id))
        for deadline in opened.deadlines
    ]
    if review.owes_review and review.emergency and review.emergency.deadline:
        waiting.append(review.emergency.deadline)
    return tuple(sorted(waiting, key=lambda deadline: (deadline.at, deadline.nth)))


def after_deadline(review: SomeReview, deadline: Deadline, at: datetime) -> SomeReview:
    """Only a deadline that still stands, and has come, does anything."""
    if deadline not in deadlines(review) or at < deadline.at:
        return review
    if deadline.due is Due.OVERDUE:
        return _overdue(review, deadline)
    review = _passed_by(review, deadline)
    level = next(level for level in review.open_levels if level.id == deadline.level)
    if deadline.due is Due.EXPIRE:
        return replace(review, outcome=Outcome.EXPIRED, ended_by=level.id)
    if deadline.due is Due.ESCALATE:
        return opening.escalated(review, level, at)
    return review


def later_review(review: Sheet, after: datetime, nth: int) -> Deadline:
    """When the review that an emergency owes falls due, counted in its own calendar."""
    assert review.book is not None
    terms = review.book.chain.policy.emergency
    assert terms is not None
    due = review.book.calendar(terms.calendar).after(after, terms.review_within)
    return Deadline(LATER_REVIEW, review.round, Due.OVERDUE, due, nth)


def _overdue(review: SomeReview, deadline: Deadline) -> SomeReview:
    """It stays owed, and is asked for again and again until it is given."""
    assert review.emergency is not None
    again = later_review(review, deadline.at, deadline.nth + 1)
    return replace(review, emergency=replace(review.emergency, overdue=True, deadline=again))


def _passed_by(review: SomeReview, deadline: Deadline) -> SomeReview:
    opened = review.opening(deadline.level)
    assert opened is not None
    left = tuple(other for other in opened.deadlines if other != deadline)
    return review.reopened(replace(opened, deadlines=left))
