"""Whom a review waits for, and until when: one line for each open level, in English and French."""

from dataclasses import dataclass
from datetime import datetime

from domain.review import seats
from domain.review.calendar import Calendar
from domain.review.chain import Due, Level, Rule
from domain.review.clock import LATER_REVIEW
from domain.review.marks import Deadline
from domain.review.sheet import Sheet


@dataclass(frozen=True)
class Waiting:
    """`says` maps a language to a sentence; `who` may be nobody, and then an admin is needed."""

    level: str
    who: tuple[str, ...]
    needs: int  # how many more approvals
    until: datetime | None
    then: Due | None
    en: str
    fr: str


EN = {
    Due.REMIND: "then they are reminded",
    Due.ESCALATE: "then others are asked as well",
    Due.EXPIRE: "then the request expires",
    Due.OVERDUE: "then the review is overdue",
}
FR = {
    Due.REMIND: "puis un rappel part",
    Due.ESCALATE: "puis d'autres personnes sont sollicitées",
    Due.EXPIRE: "puis la demande expire",
    Due.OVERDUE: "puis la relecture est en retard",
}


def waits_for(review: Sheet) -> tuple[Waiting, ...]:
    if review.owes_review:
        return (_for_the_later_review(review),)
    return tuple(_for_level(review, level) for level in review.open_levels)


def _for_level(review: Sheet, level: Level) -> Waiting:
    assert review.book is not None
    opened = review.opening(level.id)
    assert opened is not None
    latest = max((vote.at for vote in review.votes), default=opened.at)
    who = seats.able(review, level, max(latest, opened.at))
    approvals = sum(vote.verdict == "approve" for vote in review.votes_on(level.id))
    needs = (
        max(len([name for name in who if name in opened.eligible]), 1)
        if level.quorum.rule is Rule.ALL
        else max(level.quorum.n - approvals, 0)
    )
    calendar = review.book.calendar_of(level)
    deadline = opened.deadlines[0] if opened.deadlines else None
    titles = (level.title, level.title_fr or level.title)
    return _waiting(review, level.id, titles, who, needs, deadline, calendar)


def _for_the_later_review(review: Sheet) -> Waiting:
    assert review.book is not None
    assert review.emergency is not None
    terms = review.book.chain.policy.emergency
    assert terms is not None
    busy = (*review.emergency.officers, *review.authors)
    who = tuple(name for name in terms.reviewers.among(review.book.people) if name not in busy)
    titles = ("The later review", "La relecture a posteriori")
    calendar = review.book.calendar(terms.calendar)
    return _waiting(review, LATER_REVIEW, titles, who, 1, review.emergency.deadline, calendar)


def _waiting(
    review: Sheet,
    level: str,
    titles: tuple[str, str],
    who: tuple[str, ...],
    needs: int,
    deadline: Deadline | None,
    calendar: Calendar,
) -> Waiting:
    assert review.book is not None
    names = ", ".join(review.book.called(name) for name in who)
    en, fr = titles
    if not who:
        en = f"{en} waits, and nobody is left who could sign it: an admin has to name somebody."
        fr = f"{fr} attend, et plus personne ne peut signer : un administrateur doit intervenir."
    else:
        en = f"{en} waits for {needs} of: {names}"
        fr = f"{fr} attend {needs} signature(s) parmi : {names}"
        if deadline:
            hour = f"{calendar.local(deadline.at):%Y-%m-%d %H:%M} ({calendar.zone})"
            en = f"{en}, until {hour}, {EN[deadline.due]}"
            fr = f"{fr}, jusqu'au {hour}, {FR[deadline.due]}"
        en, fr = f"{en}.", f"{fr}."
    until, then = (deadline.at, deadline.due) if deadline else (None, None)
    return Waiting(level, who, needs, until, then, en, fr)
