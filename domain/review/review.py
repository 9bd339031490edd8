"""The review of one post as a value: what is open, who may act, what an act does, and when.

The workflow keeps one of these and the record keeps the same one; folding the acts gives it again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.acts import Act
from domain.objection import Objection
from domain.review import clock, course, judge, waiting
from domain.review.book import Book
from domain.review.conditions import Facts
from domain.review.marks import Deadline, Finding
from domain.review.people import Tidings
from domain.review.sheet import Sheet
from domain.review.waiting import Waiting


@dataclass(frozen=True)
class Review(Sheet):
    """Begin one with the authors, the first revision and its hash; then fold acts into it."""

    # Before a submission, a new hour, or going out.

    def under(self, book: Book) -> "Review":
        """The same review, its next round pinned to these versions. Never call it in a round."""
        return course.under(self, book)

    def checked(self, findings: Iterable[Finding], facts: Facts | None = None) -> "Review":
        """The same review, with what policy and the detectors say of this revision now."""
        known = self.facts if facts is None else dict(facts)
        return replace(self, findings=tuple(findings), facts=known)

    # What may happen, and what then becomes of it.

    def objection(self, act: Act) -> Objection | None:
        """Why this act cannot stand, or None if it can."""
        return judge.objection(self, act)

    def after(self, act: Act) -> "Review":
        """The review once this act stands. A repeated decision changes nothing."""
        return course.after(self, act)

    def after_deadline(self, deadline: Deadline, at: datetime) -> "Review":
        """The review once this deadline has passed. A timer of an older round changes nothing."""
        return clock.after_deadline(self, deadline, at)

    def informed(self, tidings: Tidings) -> "Review":
        """The review once it has heard who came, left, changed groups or lent a seat."""
        return course.informed(self, tidings)

    def gone_out(self, at: datetime) -> "Review":
        """The post has left the house."""
        return replace(self, out_at=at)

    # What comes next by itself, and through whom.

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """Everything that will happen by itself, soonest first."""
        return clock.deadlines(self)

    @property
    def waits_for(self) -> tuple[Waiting, ...]:
        """Whom this waits for, and until when, in words."""
        return waiting.waits_for(self)
