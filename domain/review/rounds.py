"""How a round ends, and what of it the next one may carry over."""

from dataclasses import replace

from domain.acts import Verdict
from domain.review import seats
from domain.review.book import Book
from domain.review.chain import OnRevision
from domain.review.marks import Outcome, Signed
from domain.review.sheet import Sheet, SomeReview


def ended(review: SomeReview, outcome: Outcome, by: str) -> SomeReview:
    """The round is over: what it had approved is kept aside, and every open level closes."""
    return replace(
        review,
        outcome=outcome,
        ended_by=by,
        signed=tuple(_signed(review, level) for level in review.passed),
        unfinished=tuple(level.id for level in review.open_levels),
        touched=(),
        reviewed_hash=(
            review.content_hash if outcome is Outcome.CHANGES_REQUESTED else review.reviewed_hash
        ),
    )


def voided(review: SomeReview) -> SomeReview:
    """Every approval is void, and no later round may carry one."""
    return replace(
        review, outcome=Outcome.DRAFT, signed=(), unfinished=(), touched=(), approved_at=None
    )


def carried(review: Sheet, required: tuple[str, ...]) -> tuple[Signed, ...]:
    """What the round that begins now takes over from the one before.

    Never a level whose signer has since become an author, and never all of them: somebody signs
    each text as it stands.
    """
    assert review.book is not None
    chain = review.book.chain
    fit = tuple(
        one
        for one in review.signed
        if one.level in required
        and one.level not in review.unfinished
        and not any(seats.is_author(review, person) for person in one.persons)
    )
    if chain.policy.on_revision is OnRevision.RESTART:
        return ()
    if chain.policy.on_revision is OnRevision.RESUME:
        kept = _before_the_break(review, required, fit)
    else:
        kept = _untouched(review, fit)
    if len(kept) < len(required):
        return kept
    last = chain.step_of(required[-1])
    return tuple(one for one in kept if chain.step_of(one.level) != last)


def with_terms_of(review: SomeReview, book: Book) -> SomeReview:
    """Pins the next round to these versions: a level whose terms changed is signed afresh."""
    before = review.book.chain if review.book else book.chain
    signed = tuple(
        one for one in review.signed if before.level(one.level) == book.chain.level(one.level)
    )
    return replace(review, book=book.narrowed(), signed=signed)


def _before_the_break(
    review: Sheet, required: tuple[str, ...], fit: tuple[Signed, ...]
) -> tuple[Signed, ...]:
    """The steps before the one that failed, and before any level that is newly required."""
    assert review.book is not None
    ready = {one.level: one for one in fit}
    kept: tuple[Signed, ...] = ()
    for step in review.book.chain.steps:
        needed = [level.id for level in step.levels if level.id in required]
        if any(level not in ready for level in needed):
            return kept
        kept = (*kept, *(ready[level] for level in needed))
    return kept


def _untouched(review: Sheet, fit: tuple[Signed, ...]) -> tuple[Signed, ...]:
    if review.touched is None:
        return ()
    return tuple(one for one in fit if one.level not in review.touched)


def _signed(review: Sheet, level: str) -> Signed:
    for one in review.carried:
        if one.level == level:
            return one
    persons = tuple(
        dict.fromkeys(
            person
            for vote in review.votes_on(level)
            if vote.verdict is Verdict.APPROVE
            for person in vote.persons
        )
    )
    return Signed(level, review.round, review.revision, persons)
