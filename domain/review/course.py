"""What becomes of a review once an act stands."""

from dataclasses import replace

from domain.acts import (
    Act,
    Decide,
    Delegate,
    Disinvite,
    Hurry,
    Invite,
    Join,
    Leave,
    Reschedule,
    Revise,
    Revoke,
    Submit,
    Verdict,
    Waive,
    Withdraw,
)
from domain.review import hurry, lending, opening, rounds, seats
from domain.review.book import Book
from domain.review.chain import Level, Rule
from domain.review.conditions import requires
from domain.review.deciding import Chair, chair_for
from domain.review.marks import Heard, Opened, Outcome, Vote, Waiver
from domain.review.people import Invitation, Person, Tidings
from domain.review.sheet import Sheet, SomeReview


def under(review: SomeReview, book: Book) -> SomeReview:
    return rounds.with_terms_of(review, book)


def after(review: SomeReview, act: Act) -> SomeReview:
    match act:
        case Decide() | Hurry():
            return review if review.result_of(act.id) else _heard(review, act)
        case Submit():
            return _submitted(review, act)
        case Revise():
            return _revised(review, act)
        case Withdraw():
            return replace(review, outcome=Outcome.WITHDRAWN, ended_by=act.actor)
        case Reschedule():
            return _rescheduled(review, act)
        case Waive():
            waiver = Waiver(act.rule, act.revision, act.actor, act.reason, act.at)
            return replace(review, waivers=(*review.waivers, waiver))
        case Invite():
            invitation = Invitation(act.id, act.person, act.level, act.revision, act.expires)
            return replace(review, invitations=(*review.invitations, invitation))
        case Disinvite():
            return _disinvited(review, act)
        case Leave() | Join() | Delegate() | Revoke():
            return _learned(review, act)
    return review  # an opened link, say: it is on record, and decides nothing


def _heard(review: SomeReview, act: Decide | Hurry) -> SomeReview:
    """The decision takes effect, and what it led to is kept for a repeated delivery."""
    if isinstance(act, Hurry):
        led, level = hurry.after(review, act), ""
    elif review.owes_review:
        led, level = hurry.reviewed(review, act), "later_review"
    elif review.outcome is Outcome.APPROVED:
        led, level = replace(review, outcome=Outcome.VETOED, ended_by=act.actor), ""
    else:
        led, level = _voted(review, act)
    return replace(led, heard=(*led.heard, Heard(act.id, act.actor, led.outcome, level)))


def _voted(review: SomeReview, act: Decide) -> tuple[SomeReview, str]:
    chair = chair_for(review, act)
    assert isinstance(chair, Chair)
    level = chair.level.id
    if act.verdict is Verdict.RETRACT:
        kept = tuple(
            vote for vote in review.votes if (vote.level, vote.actor) != (level, act.actor)
        )
        return opening.settled(replace(review, votes=kept), act.at), level
    vote = Vote(act.id, level, act.actor, act.verdict, act.at, review.revision, chair.seat)
    return opening.settled(replace(review, votes=(*review.votes, vote)), act.at), level


def _submitted(review: SomeReview, act: Submit) -> SomeReview:
    """A round begins: its levels are those the post needs as it is now."""
    assert review.book is not None
    required = tuple(
        level.id for level in review.book.chain.levels if requires(level.when, review.facts)
    )
    carried = rounds.carried(review, required)
    begun = replace(
        review,
        outcome=Outcome.IN_REVIEW,
        ended_by="",
        round=review.round + 1,
        required=required,
        opened=(),
        votes=(),
        carried=carried,
        passed=tuple(one.level for one in carried),
        approved_at=None,
    )
    return opening.settled(begun, act.at)


def _revised(review: SomeReview, act: Revise) -> SomeReview:
    """A signature covers one revision, never the next: the round is over, or the approval void."""
    if review.outcome is Outcome.IN_REVIEW:
        review = rounds.ended(review, Outcome.DRAFT, act.actor)
    elif review.outcome is Outcome.APPROVED:
        review = rounds.voided(review)
    touches = act.touches
    known = touches is not None and review.touched is not None
    authors = (*review.authors, *(name for name in (act.actor, act.author) if name))
    return replace(
        review,
        authors=tuple(dict.fromkeys(authors)),
        revision=review.revision + 1,
        content_hash=act.content_hash,
        hour=act.hour,
        outcome=Outcome.DRAFT,
        touched=(*(review.touched or ()), *(touches or ())) if known else None,
        opened=(),
        votes=(),
        passed=(),
        carried=(),
        required=(),
        findings=(),
        waivers=(),
        invitations=(),
        emergency=None,
    )


def _rescheduled(review: SomeReview, act: Reschedule) -> SomeReview:
    """A new hour keeps every approval: approvers sign the text and its window."""
    return replace(review, hour=act.hour)


def _disinvited(review: SomeReview, act: Disinvite) -> SomeReview:
    """The link ends now; what was decided through it stands."""
    invitations = tuple(
        replace(one, expires=min(one.expires, act.at)) if one.id == act.link else one
        for one in review.invitations
    )
    return replace(review, invitations=invitations)


def _learned(review: SomeReview, act: Leave | Join | Delegate | Revoke) -> SomeReview:
    """The office learned something about its people; a running round takes note at once."""
    book = review.book
    if book is None:
        return review
    match act:
        case Leave():
            book = book.without(act.person)
        case Join():
            book = book.knowing(act.person)
        case Delegate():
            book = replace(book, delegations=(*book.delegations, lending.lent(act)))
        case Revoke():
            loans = tuple(
                replace(loan, revoked=act.at) if loan.id == act.delegation else loan
                for loan in book.delegations
            )
            book = replace(book, delegations=loans)
    known = replace(review, book=book)
    if isinstance(act, Join):
        known = _welcomed(known, act.person)
    return opening.settled(known, act.at)


def informed(review: SomeReview, tidings: Tidings) -> SomeReview:
    """A running round takes note at once of everybody who came, left or changed groups."""
    book = review.book
    if book is None:
        return review
    for loan in tidings.delegations:
        book = book.lending(loan)
    for person in tidings.people:
        book = book.knowing(person)
    known = replace(review, book=book)
    for person in tidings.people:
        known = known if person.has_left else _welcomed(known, person)
    return opening.settled(known, tidings.at)


def _welcomed(review: SomeReview, person: Person) -> SomeReview:
    """Whoever joins those whom an open level asks is asked, too.

    But a level that waits for everyone waits for everyone who was here, while any of them is left.
    """
    for level in review.open_levels:
        opened = review.opening(level.id)
        assert opened is not None
        helps = any(
            signers.include(person.id, person.groups) for signers in seats.help_for(review, level)
        )
        waits = level.quorum.rule is Rule.ALL and _is_waited_for(review, level, opened)
        signs = level.signers.include(person.id, person.groups) and not waits
        asked = signs or (helps and opened.escalated)
        if asked and person.id not in (*opened.eligible, *opened.added):
            review = review.reopened(replace(opened, added=(*opened.added, person.id)))
    return review


def _is_waited_for(review: Sheet, level: Level, opened: Opened) -> bool:
    return any(not seats.is_barred(review, level.id, person) for person in opened.eligible)
