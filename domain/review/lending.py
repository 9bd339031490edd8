"""Standing in for somebody: what may be handed on, to whom, and when it counts."""

from collections.abc import Iterable
from datetime import datetime

from domain.acts import Delegate, Revoke
from domain.objection import Code, Objection
from domain.review import seats
from domain.review.chain import Chain, Level
from domain.review.people import Delegation, Person, Trait
from domain.review.sheet import Sheet


def objection_to_delegating(
    act: Delegate, people: Iterable[Person], chains: Iterable[Chain]
) -> Objection | None:
    """Why these seats cannot be handed on, or None if they can. Asked of the whole house."""
    known = {person.id: person for person in people}
    giver, taker = known.get(act.actor), known.get(act.to)
    if act.ends <= act.starts:
        return Objection(Code.INVALID_WINDOW, "This delegation would end before it begins.")
    if giver is None or giver.has_left:
        return Objection(Code.ACTOR_INACTIVE, "Only somebody of this house can delegate.")
    if taker is not None and Trait.EXTERNAL in taker.traits:
        says = f"{taker.called} is not of this house; a seat stays inside it."
        return Objection(Code.EXTERNAL_DELEGATION_FORBIDDEN, says)
    if taker is None or taker.has_left:
        says = f"{taker.called if taker else act.to} is not here any more; choose somebody else."
        return Objection(Code.ACTOR_INACTIVE, says)
    own = [level for chain in chains for level in chain.levels if _is_own(act, giver, level)]
    if act.to == act.actor or not own:
        says = "You have no seat of your own here that you could hand on."
        return Objection(Code.NOTHING_TO_DELEGATE, says)
    return None


def _is_own(act: Delegate, giver: Person, level: Level) -> bool:
    """A seat that was lent cannot be lent on: only what a chain gives the giver counts."""
    is_meant = not act.levels or level.id in act.levels
    given = (level.signers, level.escalate_to)
    return is_meant and any(signers.include(giver.id, giver.groups) for signers in given)


def objection_to_revoking(act: Revoke, delegations: Iterable[Delegation]) -> Objection | None:
    loan = next((loan for loan in delegations if loan.id == act.delegation), None)
    if loan is None or loan.giver != act.actor:
        says = "Only the person who delegated can take it back, and this delegation is not yours."
        return Objection(Code.NOT_YOURS, says)
    if loan.revoked is not None:
        return Objection(Code.DELEGATION_REVOKED, "This delegation was taken back already.")
    return None


def lent(act: Delegate) -> Delegation:
    return Delegation(act.id, act.actor, act.to, act.starts, act.ends, act.levels)


def seat_for(review: Sheet, level: Level, taker: str, giver: str, at: datetime) -> Objection | None:
    """Why `taker` cannot sit in `giver`'s seat on this level now, or None if they can."""
    assert review.book is not None
    book = review.book
    name = book.called(giver)
    loans = [loan for loan in seats.loans_to(review, taker) if loan.giver == giver]
    if not loans:
        return Objection(Code.NOT_ELIGIBLE, f"{name} has not delegated to you.")
    if Trait.EXTERNAL in book.traits(taker):
        says = "You are not of this house, so nobody can stand in through you."
        return Objection(Code.EXTERNAL_DELEGATION_FORBIDDEN, says)
    if Trait.INACTIVE in book.traits(giver):
        return Objection(Code.ACTOR_INACTIVE, f"{name} has left; their seat went with them.")
    if not seats.signs(review, level, giver, book.groups(giver)):
        says = f"{name} does not sign for {level.title} and has nothing to hand on there."
        return Objection(Code.NOTHING_TO_DELEGATE, says)
    covering = [loan for loan in loans if loan.covers(level.id)]
    if not covering:
        says = f"{name} delegated to you, but not for {level.title}."
        return Objection(Code.NOT_ELIGIBLE, says)
    return None if any(loan.is_in_force(at) for loan in covering) else _why(covering[-1], name, at)


def _why(loan: Delegation, name: str, at: datetime) -> Objection:
    if loan.revoked is not None and loan.revoked <= at:
        return Objection(Code.DELEGATION_REVOKED, f"{name} took this delegation back.")
    if at < loan.starts:
        says = f"{name}'s delegation to you begins on {loan.starts:%Y-%m-%d %H:%M %Z}."
        return Objection(Code.DELEGATION_NOT_STARTED, says)
    says = f"{name}'s delegation to you ended on {loan.ends:%Y-%m-%d %H:%M %Z}."
    return Objection(Code.DELEGATION_EXPIRED, says)
