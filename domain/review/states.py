"""The states a client sees, and the share of posts that went out as emergencies."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from domain.review.marks import Outcome
from domain.review.review import Review


class State(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    NEEDS_RESCHEDULE = "needs_reschedule"
    HELD_POLICY = "held_policy"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    PUBLISHED_PENDING_REVIEW = "published_pending_review"
    POST_REVIEW_OVERDUE = "post_review_overdue"
    RETRACTION_REQUIRED = "retraction_required"
    RETRACTED = "retracted"
    MISSED = "missed"
    UNKNOWN = "unknown"


class Going(StrEnum):
    """How far the sending has come, which is not for a review to know."""

    NOT_YET = "not_yet"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    UNKNOWN = "unknown"
    MISSED = "missed"
    RETRACTED = "retracted"


@dataclass(frozen=True)
class Seen:
    state: State
    frozen: bool = False


BEFORE = {
    Outcome.DRAFT: State.DRAFT,
    Outcome.IN_REVIEW: State.IN_REVIEW,
    Outcome.CHANGES_REQUESTED: State.CHANGES_REQUESTED,
    Outcome.REJECTED: State.REJECTED,
    Outcome.VETOED: State.REJECTED,
    Outcome.WITHDRAWN: State.WITHDRAWN,
    Outcome.EXPIRED: State.EXPIRED,
    Outcome.RELEASED: State.PUBLISHING,
}
SENT = {
    Going.PUBLISHING: State.PUBLISHING,
    Going.UNKNOWN: State.UNKNOWN,
    Going.MISSED: State.MISSED,
    Going.RETRACTED: State.RETRACTED,
}


def seen(review: Review, going: Going = Going.NOT_YET, frozen: bool = False) -> Seen:
    """What a client sees. Frozen is a word beside the state, never instead of it."""
    return Seen(_state(review, going), frozen)


def _state(review: Review, going: Going) -> State:
    if going in SENT:
        return SENT[going]
    if going is Going.PUBLISHED or review.is_out:
        return _published(review)
    if review.outcome is not Outcome.APPROVED:
        return BEFORE[review.outcome]
    if review.is_held_by_policy:
        return State.HELD_POLICY
    if review.needs_new_hour:
        return State.NEEDS_RESCHEDULE
    return State.SCHEDULED if review.hour else State.APPROVED


def _published(review: Review) -> State:
    if review.needs_retraction:
        return State.RETRACTION_REQUIRED
    if review.emergency is None or not review.owes_review:
        return State.PUBLISHED
    overdue = review.emergency.overdue
    return State.POST_REVIEW_OVERDUE if overdue else State.PUBLISHED_PENDING_REVIEW


def share_of_emergencies(reviews: Iterable[Review]) -> Fraction:
    """Of the posts that went out, how many did so before their review: a published figure."""
    out = [review for review in reviews if review.is_out]
    hurried = [r for r in out if r.emergency is not None and r.emergency.released_by]
    return Fraction(len(hurried), len(out)) if out else Fraction(0)
