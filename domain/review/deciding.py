"""Whether a decision can stand: on which level, in whose seat, and under which terms."""

from dataclasses import dataclass

from domain.acts import Decide, Hurry, Verdict
from domain.objection import Code, Objection
from domain.review import lending, seats
from domain.review.chain import Level
from domain.review.people import Trait
from domain.review.sheet import Sheet


@dataclass(frozen=True)
class Chair:
    """Where a decision lands: this level, this seat."""

    level: Level
    seat: str


def objection(review: Sheet, act: Decide) -> Objection | None:
    """Why this decision cannot stand on a level of a running round."""
    chair = chair_for(review, act)
    return chair if isinstance(chair, Objection) else _to_sitting(review, act, chair)


def chair_for(review: Sheet, act: Decide) -> Chair | Objection:
    """The level and the seat this decision means, or why there is none."""
    assert review.book is not None
    meant = [level for level in review.chain_levels if act.level in ("", level.id)]
    if not meant:
        return _no_such_level(review, act)
    is_open = {level.id for level in review.open_levels}
    found = [(level, _seat(review, act, level)) for level in meant]
    chairs = [
        Chair(level, seat) for level, seat in found if isinstance(seat, str) and level.id in is_open
    ]
    if chairs:
        fitting = (chair for chair in chairs if _to_sitting(review, act, chair) is None)
        return next(fitting, chairs[0])
    own = [level for level, seat in found if isinstance(seat, str)]
    if later := [level for level in own if level.id not in review.passed]:
        waits = " and ".join(level.title for level in review.open_levels)
        says = f"{waits} signs before {later[0].title}."
        return Objection(Code.LEVEL_NOT_OPEN, says)
    if own:
        return Objection(Code.LEVEL_CLOSED, f"{own[0].title} has already decided.")
    for level, answer in found:
        if isinstance(answer, Objection) and level.id in is_open:
            return answer
    for _, answer in found:
        if isinstance(answer, Objection):
            return answer
    return _no_role(review, act)


def _seat(review: Sheet, act: Decide, level: Level) -> str | Objection | None:
    """Whose seat this actor would take on this level: their own, or one that was lent to them."""
    if act.on_behalf_of and act.on_behalf_of != act.actor:
        why = lending.seat_for(review, level, act.actor, act.on_behalf_of, act.at)
        return why or act.on_behalf_of
    if seats.signs(review, level, act.actor, act.groups):
        return act.actor
    assert review.book is not None
    why = None
    for loan in seats.loans_to(review, act.actor):
        if not seats.signs(review, level, loan.giver, review.book.groups(loan.giver)):
            continue
        why = lending.seat_for(review, level, act.actor, loan.giver, act.at)
        if why is None:
            return loan.giver
    return why


def _no_such_level(review: Sheet, act: Decide) -> Objection:
    assert review.book is not None
    if level := review.book.chain.level(act.level):
        says = f"This post does not need {level.title} as it stands."
        return Objection(Code.LEVEL_NOT_OPEN, says)
    return Objection(Code.NOT_ELIGIBLE, f"This chain has no level {act.level!r}.")


def _no_role(review: Sheet, act: Decide) -> Objection:
    assert review.book is not None
    waits = " and ".join(level.title for level in review.open_levels)
    if review.book.chain.policy.vetoers.include(act.actor, act.groups):
        says = f"{waits} signs first; your veto opens once every level has signed."
        return Objection(Code.LEVEL_NOT_OPEN, says)
    return Objection(Code.NOT_ELIGIBLE, f"{waits} signs next, and you have no seat there.")


def _to_sitting(review: Sheet, act: Decide, chair: Chair) -> Objection | None:
    level = chair.level
    if why := _to_access(review, act, level):
        return why
    if act.verdict is Verdict.RETRACT:
        return _to_retracting(review, act, level)
    persons = dict.fromkeys((act.actor, chair.seat))
    if why := next(filter(None, (_to_hearing(review, act, chair, one) for one in persons)), None):
        return why
    if act.verdict is Verdict.VETO and not _holds_the_veto(review, act, chair):
        return Objection(Code.NOT_ELIGIBLE, f"You hold no veto on {level.title}.")
    return to_silence(review, act)


def _to_hearing(review: Sheet, act: Decide, chair: Chair, person: str) -> Objection | None:
    """Why the actor, or whoever they stand in for, cannot be heard here."""
    assert review.book is not None
    name = "You" if person == act.actor else review.book.called(person)
    level = chair.level
    if vote := seats.voted(review, level.id, person, act.at):
        says = f"{level.title} has already heard {vote.reads}; take that vote back to change it."
        return Objection(Code.ALREADY_DECIDED, says)
    if seats.is_author(review, person):
        says = f"{name} wrote this post, so someone else has to decide on it."
        return Objection(Code.SELF_APPROVAL, says)
    if seats.signed_elsewhere(review, level.id, person):
        says = f"{name} already signed this post; {level.title} has to be someone else's."
        return Objection(Code.SEPARATION_OF_DUTIES, says)
    return None


def _to_access(review: Sheet, act: Decide, level: Level) -> Objection | None:
    """Why this person cannot decide the way they came: no link, or not signed in afresh."""
    assert review.book is not None
    if Trait.EXTERNAL in (*act.traits, *review.book.traits(act.actor)) and (
        why := _to_the_link(review, act, level)
    ):
        return why
    return to_signing_in(review, act, level.step_up)


def _to_the_link(review: Sheet, act: Decide, level: Level) -> Objection | None:
    invitation = review.invitation(act.link)
    if invitation is None or (invitation.person, invitation.level) != (act.actor, level.id):
        says = f"Decide through the link that was sent to you for {level.title}."
        return Objection(Code.EXTERNAL_LINK_REQUIRED, says)
    if invitation.revision != review.revision:
        says = "This link shows an older revision; ask for a new one."
        return Objection(Code.STALE_VERSION, says)
    if invitation.expires <= act.at:
        return Objection(Code.LINK_EXPIRED, "This link has expired; ask for a new one.")
    return None


def to_signing_in(review: Sheet, act: Decide | Hurry, level_asks: bool = False) -> Objection | None:
    assert review.book is not None
    asked = level_asks or Trait.STEP_UP in (*act.traits, *review.book.traits(act.actor))
    within = review.book.chain.policy.step_up_within
    if not asked or (act.signed_in is not None and act.at - act.signed_in <= within):
        return None
    return Objection(Code.STEP_UP_AUTH_REQUIRED, "Sign in once more, then decide.")


def to_silence(review: Sheet, act: Decide) -> Objection | None:
    """An objection without a reason helps nobody."""
    assert review.book is not None
    if act.verdict in review.book.chain.policy.comment_required_on and not act.reason.strip():
        return Objection(Code.COMMENT_REQUIRED, "Say why, so that the author knows what to do.")
    return None


def _to_retracting(review: Sheet, act: Decide, level: Level) -> Objection | None:
    if any(vote.actor == act.actor for vote in review.votes_on(level.id)):
        return None
    return Objection(Code.NOT_ELIGIBLE, f"You have no vote on {level.title} to take back.")


def _holds_the_veto(review: Sheet, act: Decide, chair: Chair) -> bool:
    assert review.book is not None
    own = chair.seat == act.actor
    groups = act.groups if own else review.book.groups(chair.seat)
    return seats.may_veto(chair.level, chair.seat, groups)
