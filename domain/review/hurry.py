"""The emergency path: two duty officers release at once, and somebody else reviews it later."""

from dataclasses import replace

from domain.acts import Decide, Hurry, Verdict
from domain.objection import Code, Objection
from domain.review import clock, deciding, seats
from domain.review.chain import EmergencyTerms
from domain.review.conditions import proves
from domain.review.marks import Emergency, Outcome
from domain.review.sheet import Sheet, SomeReview

OFFICE = Objection(Code.NOT_AN_EMERGENCY, "This chain has no emergency path.")


def objection(review: Sheet, act: Hurry) -> Objection | None:
    """Why this officer cannot ask for, or release, an emergency publication."""
    assert review.book is not None
    terms = review.book.chain.policy.emergency
    if terms is None:
        return OFFICE
    if not terms.officers.include(act.actor, act.groups):
        says = "Only an officer on duty can publish before the review."
        return Objection(Code.NOT_ELIGIBLE, says)
    if why := deciding.to_signing_in(review, act):
        return why
    if not proves(terms.requires, review.facts):
        says = "This post is not marked as an emergency; submit it, or mark it first."
        return Objection(Code.NOT_AN_EMERGENCY, says)
    if fixed := [finding.rule for finding in review.blocking if not finding.bypassable]:
        says = f"No emergency goes past {', '.join(fixed)}; change the text."
        return Objection(Code.NON_BYPASSABLE_RULE, says)
    if not act.reason.strip():
        return Objection(Code.COMMENT_REQUIRED, "Say what the emergency is.")
    return _to_the_second(review, act, terms)


def _to_the_second(review: Sheet, act: Hurry, terms: EmergencyTerms) -> Objection | None:
    if not _is_asked(review):
        return None
    assert review.emergency is not None
    first = review.emergency.asked_by
    if first == act.actor:
        says = "You asked for this already; another officer has to release it."
        return Objection(Code.SECOND_PERSON_REQUIRED, says)
    if seats.is_author(review, first) and seats.is_author(review, act.actor):
        says = "You both wrote this post; an officer who did not has to release it."
        return Objection(Code.SELF_APPROVAL, says)
    return None


def after(review: SomeReview, act: Hurry) -> SomeReview:
    """The first officer's word is kept; the second one's releases the post and closes any round."""
    assert review.book is not None
    terms = review.book.chain.policy.emergency
    assert terms is not None
    if not _is_asked(review) and terms.second_person:
        return replace(review, emergency=Emergency(act.actor, review.revision))
    first = review.emergency.asked_by if review.emergency and _is_asked(review) else act.actor
    released = Emergency(
        first,
        review.revision,
        released_by=act.actor,
        at=act.at,
        deadline=clock.later_review(review, act.at, 0),
    )
    return replace(
        review, outcome=Outcome.RELEASED, ended_by=act.actor, emergency=released, approved_at=None
    )


def _is_asked(review: Sheet) -> bool:
    """A request covers one revision, never the next."""
    hurried = review.emergency
    return hurried is not None and hurried.revision == review.revision


def objection_to_reviewing(review: Sheet, act: Decide) -> Objection | None:
    """Why this person cannot give the later review."""
    assert review.book is not None
    assert review.emergency is not None
    terms = review.book.chain.policy.emergency
    assert terms is not None
    if act.on_behalf_of or not terms.reviewers.include(act.actor, act.groups):
        says = "You are not among those who review emergency posts."
        return Objection(Code.NOT_ELIGIBLE, says)
    if act.actor in review.emergency.officers:
        says = "You released this post; somebody who did not has to review it."
        return Objection(Code.SEPARATION_OF_DUTIES, says)
    if act.actor in review.authors:
        says = "You wrote this post; somebody else has to review it."
        return Objection(Code.SELF_APPROVAL, says)
    if why := deciding.to_signing_in(review, act):
        return why
    if act.verdict not in (Verdict.APPROVE, Verdict.REJECT):
        says = "It is out already: confirm that it was right, or reject it."
        return Objection(Code.LOCKED, says)
    return deciding.to_silence(review, act)


def reviewed(review: SomeReview, act: Decide) -> SomeReview:
    assert review.emergency is not None
    given = replace(review.emergency, verdict=act.verdict, reviewed_by=act.actor)
    return replace(review, emergency=given)
