"""A table around which people sit: each says one thing, and a code or None comes back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

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
from domain.objection import Code
from domain.post import Window
from domain.review.book import Book
from domain.review.chain import (
    Chain,
    Due,
    EmergencyTerms,
    Level,
    Policy,
    Quorum,
    Rule,
    Step,
    Term,
)
from domain.review.marks import Finding
from domain.review.people import Person, Signers, Tidings, Trait
from domain.review.review import Review

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = Window(NOON - 1000 * HOUR, NOON + 1000 * HOUR)
PEOPLE = (
    Person("ana", groups=("author",)),
    Person("emma", groups=("editor",)),
    Person("eric", groups=("editor",)),
    Person("lena", groups=("legal",)),
    Person("li", groups=("legal",)),
    Person("lou", groups=("legal",)),
    Person("carl", groups=("lead",)),
    Person("dana", groups=("director",)),
    Person("otto", groups=("duty",)),
    Person("olga", groups=("duty",)),
    Person("sven", groups=("security",), traits=(Trait.STEP_UP,)),
    Person("pia", groups=("partner",), traits=(Trait.EXTERNAL,)),
)


def level(id: str, *groups: str, n: int | str = "any", **terms: Any) -> Level:
    quorum = {"any": Quorum(), "all": Quorum(Rule.ALL)}.get(str(n)) or Quorum(Rule.COUNT, int(n))
    return Level(id, id.capitalize(), terms.pop("signers", Signers(groups)), quorum, **terms)


def chain(*steps: Level | tuple[Level, ...], **policy: Any) -> Chain:
    made = tuple(Step(one if isinstance(one, tuple) else (one,)) for one in steps)
    return Chain("own", 1, made, Policy(**policy))


EDITORIAL = level("editorial", "editor")
LEGAL = level("legal", "legal")
TWO = chain(EDITORIAL, LEGAL, leads=Signers(("lead",)), vetoers=Signers(("director",)))
HURRIED = chain(
    EDITORIAL,
    emergency=EmergencyTerms(
        officers=Signers(("duty",)),
        reviewers=Signers(("lead", "duty", "author")),
        review_within=7 * HOUR,
    ),
)
ESCALATING = (Term(Due.ESCALATE, 4 * HOUR), Term(Due.EXPIRE, 4 * HOUR))


class Table:
    """Every verb returns the code it was refused with, or None when it stands."""

    def __init__(
        self, chain: Chain = TWO, author: str = "ana", people: tuple[Person, ...] = PEOPLE
    ):
        self.book = Book(chain, people=people)
        self.now = NOON
        self.nth = 0
        self.review = Review((author,), content_hash="text 1").under(self.book)
        self.says = ""

    def _do(self, act: Act) -> Code | None:
        before = self.review
        objection = before.objection(act)
        if objection:
            assert self.review == before
            self.says = objection.says
            return objection.code
        self.review = before.after(act)
        return None

    def _base(self, who: str, terms: dict[str, Any]) -> dict[str, Any]:
        self.nth += 1
        self.now += timedelta(seconds=1)
        known = next((one for one in self.book.people if one.id == who), Person(who))
        base = {"id": f"a{self.nth}", "actor": who, "at": self.now, "groups": known.groups}
        return {**base, **terms}

    @classmethod
    def after_submission(cls, chain: Chain = TWO, author: str = "ana", **facts: Any) -> "Table":
        table = cls(chain, author)
        assert table.submit(author, facts=facts) is None
        return table

    def decide(self, who: str, verdict: Verdict, **terms: Any) -> Code | None:
        usual = {"revision": self.review.revision, "content_hash": self.review.content_hash}
        return self._do(Decide(verdict=verdict, **{**usual, **self._base(who, terms)}))

    def approve(self, who: str, **terms: Any) -> Code | None:
        return self.decide(who, Verdict.APPROVE, **terms)

    def changes(self, who: str, **terms: Any) -> Code | None:
        return self.decide(who, Verdict.REQUEST_CHANGES, **{"reason": "typo", **terms})

    def reject(self, who: str, **terms: Any) -> Code | None:
        return self.decide(who, Verdict.REJECT, **{"reason": "wrong", **terms})

    def veto(self, who: str, **terms: Any) -> Code | None:
        return self.decide(who, Verdict.VETO, **{"reason": "no", **terms})

    def abstain(self, who: str, **terms: Any) -> Code | None:
        return self.decide(who, Verdict.ABSTAIN, **terms)

    def retract(self, who: str, **terms: Any) -> Code | None:
        return self.decide(who, Verdict.RETRACT, **terms)

    def submit(
        self, who: str = "ana", findings: tuple[Finding, ...] = (), **terms: Any
    ) -> Code | None:
        before = self.review
        facts = terms.pop("facts", None)
        if not self.review.open_levels:
            self.review = self.review.under(self.book).checked(findings, facts)
        revision = terms.pop("revision", self.review.revision)
        code = self._do(Submit(revision=revision, **self._base(who, terms)))
        if code:
            self.review = before
        return code

    def revise(self, who: str = "ana", text: str = "", **terms: Any) -> Code | None:
        usual = {
            "content_hash": text or f"text {self.review.revision + 1}",
            "channels": ("site",),
            "window": WINDOW,
            "hour": self.review.hour,
            "seen": self.review.revision,
        }
        return self._do(Revise(**{**usual, **self._base(who, terms)}))

    def withdraw(self, who: str = "ana") -> Code | None:
        return self._do(Withdraw(**self._base(who, {})))

    def reschedule(self, hour: datetime, who: str = "ana") -> Code | None:
        return self._do(Reschedule(hour=hour, **self._base(who, {})))

    def delegate(
        self, who: str, to: str, start: int = 0, end: int = 99, **terms: Any
    ) -> Code | None:
        now = self.now + timedelta(seconds=1)
        window = {"starts": now + start * HOUR, "ends": now + end * HOUR}
        return self._do(Delegate(to=to, **{**window, **self._base(who, terms)}))

    def revoke(self, who: str, delegation: str) -> Code | None:
        return self._do(Revoke(delegation=delegation, **self._base(who, {})))

    def invite(
        self, to: str, level: str, hours: int = 9, who: str = "ana", **terms: Any
    ) -> Code | None:
        usual = {"revision": self.review.revision, "expires": self.now + hours * HOUR}
        return self._do(Invite(person=to, level=level, **{**usual, **self._base(who, terms)}))

    def disinvite(self, link: str, who: str = "ana", **terms: Any) -> Code | None:
        return self._do(Disinvite(link=link, **self._base(who, terms)))

    def open_link(self, who: str, link: str) -> Code | None:
        return self._do(OpenLink(link=link, **self._base(who, {})))

    def waive(self, who: str, rule: str, reason: str = "factual", **terms: Any) -> Code | None:
        usual = {"revision": self.review.revision}
        return self._do(Waive(rule=rule, reason=reason, **{**usual, **self._base(who, terms)}))

    def hurry(self, who: str, reason: str = "flood", **terms: Any) -> Code | None:
        usual = {"revision": self.review.revision, "content_hash": self.review.content_hash}
        return self._do(Hurry(reason=reason, **{**usual, **self._base(who, terms)}))

    def leave(self, person: str) -> Code | None:
        self.book = self.book.without(person)
        return self._do(Leave(person=person, **self._base("admin", {})))

    def told(self, *people: Person) -> None:
        """The office learned this of them, and the running review hears it."""
        self.review = self.review.informed(Tidings(self.now, people))

    def join(self, person: Person) -> Code | None:
        self.book = self.book.knowing(person)
        return self._do(Join(person=person, **self._base("admin", {})))

    def goes_out(self) -> None:
        self.review = self.review.gone_out(self.now)

    def finds(self, *findings: Finding, **facts: Any) -> None:
        self.review = self.review.checked(findings, facts or None)

    def pinned(self, chain: Chain) -> None:
        self.book = replace(self.book, chain=chain)

    def wait(self, hours: float) -> None:
        """Time passes, and whatever is due happens."""
        self.now += hours * HOUR
        while (due := next(iter(self.review.deadlines), None)) and due.at <= self.now:
            self.review = self.review.after_deadline(due, due.at)

    @property
    def open(self) -> list[str]:
        return [level.id for level in self.review.open_levels]

    @property
    def added(self) -> list[str]:
        return [name for opened in self.review.opened for name in opened.added]
