"""Why an act cannot stand: the post's state first, then the person, then the level."""

from datetime import datetime

from domain.acts import (
    Act,
    Decide,
    Delegate,
    Disinvite,
    Hurry,
    Invite,
    Join,
    Leave,
    OpenLink,
    Reschedule,
    Revise,
    Revoke,
    Submit,
    Verdict,
    Waive,
    Withdraw,
)
from domain.ledger import HOUSE
from domain.objection import Code, Objection
from domain.review import deciding, hurry, lending
from domain.review.book import Book
from domain.review.conditions import requires
from domain.review.marks import Outcome
from domain.review.people import ADMINS, Person, Trait
from domain.review.sheet import Sheet

OVER = {
    Outcome.WITHDRAWN: (
        Code.WITHDRAWN,
        "This post was withdrawn; start a new one to say it again.",
    ),
    Outcome.REJECTED: (Code.REJECTED, "This post was rejected; start a new one."),
    Outcome.VETOED: (Code.REJECTED, "This post was vetoed; start a new one."),
    Outcome.EXPIRED: (
        Code.EXPIRED,
        "Nobody decided in time and the post expired; start a new one.",
    ),
}
MACHINE = Objection(
    Code.MACHINES_NEVER_APPROVE, "An API key can never approve; a person has to sign in."
)
INACTIVE = Objection(Code.ACTOR_INACTIVE, "You have left this house and cannot decide for it.")


def objection(review: Sheet, act: Act) -> Objection | None:
    match act:
        case Decide():
            return _to_deciding(review, act)
        case Hurry():
            return _to_hurrying(review, act)
        case Submit():
            return _to_submitting(review, act)
        case Revise():
            return _to_revising(review, act)
        case Withdraw():
            return _over(review) or _out(review) or _to_leading(review, act)
        case Reschedule():
            return _over(review) or _out(review) or _to_rescheduling(review, act)
        case Waive():
            return _to_waiving(review, act)
        case Invite():
            return _to_inviting(review, act)
        case Disinvite():
            return _to_disinviting(review, act)
        case OpenLink():
            return _to_opening(review, act)
        case Delegate() if review.book:
            return _to_delegating(review.book, act)
        case Revoke() if review.book:
            return lending.objection_to_revoking(act, review.book.delegations)
        case Delegate() | Revoke() | Leave() | Join():
            return None
    raise TypeError(f"{type(act).__name__} is no act of a review.")


def _to_delegating(book: Book, act: Delegate) -> Objection | None:
    """As far as this chain goes: the house is asked before, and knows people this book does not."""
    strangers = [Person(name) for name in (act.actor, act.to) if book.person(name) is None]
    return lending.objection_to_delegating(act, (*book.people, *strangers), (book.chain,))


def stale(read: int, current: int) -> Objection:
    if read == current:
        says = "The text you read is not the one that is here now. Read it again first."
        return Objection(Code.STALE_VERSION, says)
    if read > current:
        says = f"There is no revision {read}; the newest is {current}."
        return Objection(Code.STALE_VERSION, says)
    says = f"You read revision {read}; the post is now at revision {current}. Read it again first."
    return Objection(Code.STALE_VERSION, says)


def _over(review: Sheet) -> Objection | None:
    return Objection(*OVER[review.outcome]) if review.outcome in OVER else None


def _out(review: Sheet) -> Objection | None:
    if review.out_at is None:
        return None
    return Objection(Code.ALREADY_PUBLISHED, "Too late: this post is out.")


def _repeated(review: Sheet, act: Decide | Hurry) -> Objection | None:
    heard = review.result_of(act.id)
    if heard is None or heard.actor == act.actor:
        return None
    return Objection(Code.ALREADY_DECIDED, "Somebody else's decision has this id already.")


def _is_stale(review: Sheet, act: Decide | Hurry) -> bool:
    return (act.revision, act.content_hash) != (review.revision, review.content_hash)


def _to_deciding(review: Sheet, act: Decide) -> Objection | None:
    if review.result_of(act.id):
        return _repeated(review, act)
    if _is_stale(review, act):
        return stale(act.revision, review.revision)
    if why := _over(review):
        return why
    if act.is_by_a_machine:
        return MACHINE
    if review.book and Trait.INACTIVE in (*act.traits, *review.book.traits(act.actor)):
        return INACTIVE
    if review.owes_review:
        return hurry.objection_to_reviewing(review, act)
    if act.verdict is Verdict.VETO and (review.is_approved or review.is_out):
        return _out(review) or _to_the_last_veto(review, act)
    if review.outcome is not Outcome.IN_REVIEW:
        state = "out" if review.is_out else review.outcome.replace("_", " ")
        return Objection(Code.NOT_IN_REVIEW, f"This post is {state}; it is not under review.")
    return deciding.objection(review, act)


def _to_the_last_veto(review: Sheet, act: Decide) -> Objection | None:
    """From full approval until it is out, the chain's vetoers may stop it; nobody else can."""
    assert review.book is not None
    if not review.book.chain.policy.vetoers.include(act.actor, act.groups):
        says = "Every level has signed, and you hold no veto over this chain."
        return Objection(Code.NOT_ELIGIBLE, says)
    return deciding.to_signing_in(review, act) or deciding.to_silence(review, act)


def _to_hurrying(review: Sheet, act: Hurry) -> Objection | None:
    if review.result_of(act.id):
        return _repeated(review, act)
    if _is_stale(review, act):
        return stale(act.revision, review.revision)
    if why := _over(review) or _out(review):
        return why
    if review.outcome is Outcome.RELEASED:
        return Objection(Code.ALREADY_PUBLISHED, "It is released already, and on its way.")
    if act.is_by_a_machine:
        return MACHINE
    if review.book is None:
        return Objection(Code.NO_CHAIN, "There is no chain for this post.")
    if Trait.INACTIVE in (*act.traits, *review.book.traits(act.actor)):
        return INACTIVE
    return hurry.objection(review, act)


def _to_submitting(review: Sheet, act: Submit) -> Objection | None:
    if act.revision != review.revision:
        return stale(act.revision, review.revision)
    if why := _over(review):
        return why
    if review.outcome not in (Outcome.DRAFT, Outcome.CHANGES_REQUESTED) or review.is_out:
        state = "out" if review.is_out else review.outcome.replace("_", " ")
        says = f"This post is {state}; only a draft can be submitted."
        return Objection(Code.NOT_SUBMITTABLE, says)
    if act.is_by_a_machine and act.actor not in review.authors:
        return Objection(Code.NOT_YOURS, "This key did not write this post.")
    if review.book is None:
        return Objection(Code.NO_CHAIN, "There is no chain for this post; ask an admin for one.")
    if review.reviewed_hash and review.content_hash == review.reviewed_hash:
        says = "Approvers asked for changes and nothing has changed since; revise the post first."
        return Objection(Code.NO_CHANGES_SINCE_REVIEW, says)
    chain = review.book.chain
    if review.round >= chain.policy.max_rounds:
        says = f"This post has been through {review.round} rounds, and its chain allows no more."
        return Objection(Code.MAX_ROUNDS_REACHED, says)
    if not any(requires(level.when, review.facts) for level in chain.levels):
        says = "No level of this chain asks to see this post, and nothing goes out unsigned."
        return Objection(Code.NOT_SUBMITTABLE, says)
    return _to_policy(review)


def _to_policy(review: Sheet) -> Objection | None:
    if not review.blocking:
        return None
    rules = ", ".join(finding.rule for finding in review.blocking)
    return Objection(
        Code.POLICY_BLOCK, f"Policy blocks this: {rules}. Read the findings, then revise the post."
    )


def _to_revising(review: Sheet, act: Revise) -> Objection | None:
    if why := _over(review):
        return why
    if review.is_out or review.outcome is Outcome.RELEASED:
        says = "It is published; a correction is a new post."
        return Objection(Code.LOCKED, says)
    if act.seen != review.revision:
        return stale(act.seen, review.revision)
    if act.is_by_a_machine and act.actor not in review.authors:
        return Objection(Code.NOT_YOURS, "This key did not write this post.")
    locks = review.book is not None and review.book.chain.policy.locked_in_review
    if locks and review.outcome is Outcome.IN_REVIEW:
        says = "This chain locks a post under review; ask an approver to send it back."
        return Objection(Code.LOCKED_IN_REVIEW, says)
    return _to_touching(review.book, act)


def _to_touching(book: Book | None, act: Revise) -> Objection | None:
    """A level that is misspelt would keep a signature that the edit meant to give back."""
    levels = [level.id for level in book.chain.levels] if book else []
    strangers = [name for name in act.touches or () if book and name not in levels]
    if not strangers:
        return None
    says = f"Its chain has no level {strangers[0]!r}; it has {', '.join(levels)}."
    return Objection(Code.UNKNOWN_LEVEL, says)


def _to_leading(review: Sheet, act: Act) -> Objection | None:
    """Authors lead their own post; a chain may name leads who lead everyone's."""
    leads = review.book.chain.policy.leads if review.book else None
    if act.actor in review.authors or (leads and leads.include(act.actor, act.groups)):
        return None
    says = "Only an author of this post, or a lead of its chain, may do this."
    return Objection(Code.NOT_YOURS, says)


def _to_rescheduling(review: Sheet, act: Reschedule) -> Objection | None:
    if why := _to_leading(review, act):
        return why
    if act.hour <= act.at:
        return Objection(Code.IN_THE_PAST, "That hour has passed; choose a later one.")
    return _to_policy(review)


def _to_waiving(review: Sheet, act: Waive) -> Objection | None:
    if act.revision != review.revision:
        return stale(act.revision, review.revision)
    if why := _over(review) or _out(review):
        return why
    if act.is_by_a_machine:
        return MACHINE
    finding = next((f for f in review.findings if f.rule == act.rule and f.blocks), None)
    if finding is None or not finding.waiver:
        says = f"Nobody can waive {act.rule}; change the text."
        return Objection(Code.NOT_OVERRIDABLE, says)
    roles = finding.waiver.split("|")
    if not any(role in act.groups for role in roles):
        says = f"Only {' or '.join(roles)} may waive {act.rule}."
        return Objection(Code.NOT_ELIGIBLE, says)
    if act.actor in review.authors:
        says = "You wrote this post, so someone else has to waive the rule."
        return Objection(Code.SELF_APPROVAL, says)
    if not act.reason.strip():
        return Objection(Code.COMMENT_REQUIRED, "Say why this rule may be passed here.")
    return None


def _to_inviting(review: Sheet, act: Invite) -> Objection | None:
    shows = act.content_hash or review.content_hash
    if (act.revision, shows) != (review.revision, review.content_hash):
        return stale(act.revision, review.revision)
    if why := _over(review):
        return why
    if review.book is None or review.outcome is not Outcome.IN_REVIEW:
        return Objection(Code.NOT_IN_REVIEW, "This post is not under review; nobody to invite.")
    if act.is_by_a_machine:
        return Objection(Code.MACHINES_NEVER_APPROVE, "A link is for a person to hand out.")
    if why := _to_links(review, act):
        return why
    level, person = review.book.chain.level(act.level), review.book.person(act.person)
    is_outside = person is not None and Trait.EXTERNAL in person.traits
    if not (level and person and is_outside and level.signers.include(person.id, person.groups)):
        says = "A link is for somebody outside the house who has a seat on this level."
        return Objection(Code.NOT_ELIGIBLE, says)
    return _ended(act.expires, act.at)


def _to_links(review: Sheet, act: Invite | Disinvite) -> Objection | None:
    """Who leads a post hands out its links, and so does an admin."""
    if act.actor == HOUSE or ADMINS in act.groups:
        return None
    return _to_leading(review, act)


def _to_disinviting(review: Sheet, act: Disinvite) -> Objection | None:
    if why := _to_links(review, act):
        return why
    invitation = review.invitation(act.link)
    if invitation is None or invitation.expires <= act.at:
        return Objection(Code.LINK_EXPIRED, "This link opens nothing any more.")
    return None


def _ended(expires: datetime, at: datetime) -> Objection | None:
    if expires > at:
        return None
    return Objection(Code.INVALID_WINDOW, "This link would expire before it could be opened.")


def _to_opening(review: Sheet, act: OpenLink) -> Objection | None:
    invitation = review.invitation(act.link)
    if invitation is None or invitation.person != act.actor:
        says = "This link was not sent to you; ask for one of your own."
        return Objection(Code.EXTERNAL_LINK_REQUIRED, says)
    if invitation.revision != review.revision:
        return stale(invitation.revision, review.revision)
    if invitation.expires <= act.at:
        return Objection(Code.LINK_EXPIRED, "This link has expired; ask for a new one.")
    return None
