"""Who can take a seat on a level: eligible, not barred, not already heard."""

from datetime import datetime

from domain.review.chain import Level, Rule
from domain.review.marks import Vote
from domain.review.people import Delegation, Signers
from domain.review.sheet import Sheet


def help_for(review: Sheet, level: Level) -> tuple[Signers, ...]:
    """To whom this level escalates: its own names first, then the chain's."""
    assert review.book is not None
    both = (level.escalate_to, review.book.chain.policy.escalate_to)
    return tuple(signers for signers in both if not signers.is_nobody)


def signs(review: Sheet, level: Level, person: str, groups: tuple[str, ...]) -> bool:
    """Whether the chain gives this person a seat on this level now."""
    opening = review.opening(level.id)
    if opening and person in opening.added:
        asked = (level.signers, *help_for(review, level))
        return any(who.include(person, groups) for who in asked)
    if not level.signers.include(person, groups):
        return False
    # A level that waits for everyone waits for everyone who was there when it opened.
    return not (opening and level.quorum.rule is Rule.ALL) or person in opening.eligible


def may_veto(level: Level, person: str, groups: tuple[str, ...]) -> bool:
    return level.veto.include(person, groups)


def is_author(review: Sheet, person: str) -> bool:
    """Whether this person wrote what they would sign."""
    assert review.book is not None
    return person in review.authors and not review.book.chain.policy.self_approval


def signed_elsewhere(review: Sheet, level: str, person: str) -> bool:
    """Whether this person's name already stands on another level of this round."""
    assert review.book is not None
    if not review.book.chain.policy.separation_of_duties:
        return False
    by_vote = any(
        person in vote.persons and vote.level != level and _is_a_signature(vote)
        for vote in review.votes
    )
    return by_vote or any(person in one.persons and one.level != level for one in review.carried)


def _is_a_signature(vote: Vote) -> bool:
    return vote.verdict.objects or vote.verdict == "approve"


def voted(review: Sheet, level: str, person: str, at: datetime) -> Vote | None:
    """The vote that already speaks for this person on this level.

    A delegator and a delegate count as one person while the delegation is in force.
    """
    for vote in review.votes_on(level):
        if person in vote.persons:
            return vote
        if any(_are_one(review, level, person, name, vote.at, at) for name in vote.persons):
            return vote
    return None


def _are_one(
    review: Sheet, level: str, one: str, other: str, first: datetime, now: datetime
) -> bool:
    assert review.book is not None
    return any(
        loan.covers(level)
        and {loan.giver, loan.taker} == {one, other}
        and loan.is_in_force(first)
        and loan.is_in_force(now)
        for loan in review.book.delegations
    )


def able(review: Sheet, level: Level, at: datetime) -> tuple[str, ...]:
    """Everyone who could still vote on this level."""
    opening = review.opening(level.id)
    if opening is None or review.book is None:
        return ()
    return tuple(
        person
        for person in dict.fromkeys((*opening.eligible, *opening.added))
        if signs(review, level, person, review.book.groups(person))
        and not is_barred(review, level.id, person)
        and not voted(review, level.id, person, at)
    )


def is_barred(review: Sheet, level: str, person: str) -> bool:
    assert review.book is not None
    known = review.book.person(person)
    has_left = known is not None and known.has_left
    return has_left or is_author(review, person) or signed_elsewhere(review, level, person)


def loans_to(review: Sheet, taker: str) -> tuple[Delegation, ...]:
    assert review.book is not None
    return tuple(loan for loan in review.book.delegations if loan.taker == taker)
