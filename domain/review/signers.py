"""Who exactly may sign now: each person by name, in their own seat or in one lent to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.acts import Decide, Verdict
from domain.objection import Code
from domain.review import seats
from domain.review.chain import Level
from domain.review.clock import LATER_REVIEW
from domain.review.review import Review

STILL_ABLE = (
    Code.COMMENT_REQUIRED,
    Code.STEP_UP_AUTH_REQUIRED,
    Code.EXTERNAL_LINK_REQUIRED,
    Code.LINK_EXPIRED,
)


@dataclass(frozen=True)
class Signer:
    """`needs` is what they have to bring: a reason, a fresh sign-in, a link; "" is nothing."""

    level: str
    person: str
    name: str
    stands_in_for: str = ""
    needs: str = ""


def signers(review: Review, at: datetime) -> tuple[Signer, ...]:
    """Everybody whose approval could stand at this moment, level by level."""
    if review.owes_review:
        (line,) = review.waits_for
        return tuple(Signer(LATER_REVIEW, who, _called(review, who)) for who in line.who)
    found = (_asked(review, level, at) for level in review.open_levels)
    return tuple(signer for level in found for signer in level)


def _asked(review: Review, level: Level, at: datetime) -> Iterator[Signer]:
    assert review.book is not None
    able = seats.able(review, level, at)
    lent = [(loan.taker, loan.giver) for loan in review.book.delegations if loan.giver in able]
    for person, seat in dict.fromkeys([*((who, who) for who in able), *lent]):
        if person != seat and _cannot_be_heard(review, level, person, at):
            continue
        why = review.objection(_approval(review, level, person, seat, at))
        if why is None or why.code in STILL_ABLE:
            stands = seat if seat != person else ""
            yield Signer(level.id, person, _called(review, person), stands, why.code if why else "")


def _cannot_be_heard(review: Review, level: Level, person: str, at: datetime) -> bool:
    """What brings a link or a fresh sign-in does not help an author, or who was heard."""
    barred = seats.is_barred(review, level.id, person)
    return barred or seats.voted(review, level.id, person, at) is not None


def _approval(review: Review, level: Level, person: str, seat: str, at: datetime) -> Decide:
    assert review.book is not None
    return Decide(
        id="asked",
        actor=person,
        at=at,
        groups=review.book.groups(person),
        verdict=Verdict.APPROVE,
        revision=review.revision,
        content_hash=review.content_hash,
        level=level.id,
        on_behalf_of=seat if seat != person else "",
        traits=review.book.traits(person),
    )


def _called(review: Review, person: str) -> str:
    return review.book.called(person) if review.book else person
