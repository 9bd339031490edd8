"""Any order of acts: the judge agrees with a small model, and three promises never break."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from small_model import Model
from table_of_people import ESCALATING, Table, level

from domain.acts import Verdict
from domain.review.book import Book
from domain.review.chain import Chain, EmergencyTerms, OnRevision, Policy, Step
from domain.review.marks import Outcome
from domain.review.people import Person, Signers, Trait

QUICK = settings(
    max_examples=1500,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
ROLES = {"one": {"a", "b", "c"}, "two": {"b", "c", "d"}, "three": {"d", "e"}}
STEPS = [["one"], ["two", "three"]]
RELIEF = {"e", "f"}
PEOPLE = tuple(
    Person(who, groups=tuple(name for name, members in GROUPS if who in members))
    for GROUPS in [[*ROLES.items(), ("help", RELIEF)]]
    for who in "abcdef"
)
NEEDS = st.sampled_from(["any", "all", 2])
ANYONE = st.sampled_from("abcdef")
LEVELS = st.sampled_from(list(ROLES))
VERDICTS = st.sampled_from([*["approve"] * 5, "abstain", "reject", "request_changes", "retract"])
TOUCHES = st.one_of(st.none(), st.lists(LEVELS, max_size=2).map(tuple))
PICK = st.integers(0, 11)
SELDOM = st.sampled_from([False] * 5 + [True])
REASON = {"reason": "because"}


def made(needs: dict[str, Any], **policy: Any) -> Chain:
    steps = tuple(
        Step(
            tuple(
                level(
                    name,
                    name,
                    n=needs[name],
                    terms=ESCALATING,
                    escalate_to=Signers(("help",)),
                )
                for name in step
            )
        )
        for step in STEPS
    )
    return Chain("own", 1, steps, Policy(**policy))


class Quiet(Table):
    """The same table, with a handful of people whose groups overlap."""

    def __init__(self, chain: Chain) -> None:
        super().__init__(chain, "a")
        self.book = Book(chain, people=PEOPLE)
        self.review = self.review.under(self.book)


def asked(table: Table) -> list[tuple[str, str]]:
    """Every level that is open, with everyone who could sign it."""
    return [(one.level, who) for one in table.review.waits_for for who in one.who]


class AgreesWithTheModel(RuleBasedStateMachine):
    @initialize(one=NEEDS, two=NEEDS, three=NEEDS, separate=st.booleans())
    def begin(self, one: Any, two: Any, three: Any, separate: bool) -> None:
        needs = {"one": one, "two": two, "three": three}
        self.table = Quiet(made(needs, separation_of_duties=separate, max_rounds=4))
        self.model = Model(STEPS, ROLES, needs, RELIEF, separate)
        self._submit("a")

    def _submit(self, who: str) -> None:
        said = self.model.says_to_submit()
        assert (self.table.submit(who) or "") == said
        if not said:
            self.model.submit()

    @rule(who=ANYONE)
    def submits(self, who: str) -> None:
        self._submit(who)

    @rule(
        who=ANYONE,
        name=LEVELS,
        verdict=VERDICTS,
    )
    def decides(self, who: str, name: str, verdict: str) -> None:
        self._decide(who, verdict, name, self.model.revision)

    @rule(pick=PICK)
    def is_signed_by_one_of_those_it_waits_for(self, pick: int) -> None:
        """So that many a story comes to its end, and does not stop at the first desk."""
        if awaited := asked(self.table):
            name, who = awaited[pick % len(awaited)]
            self._decide(who, "approve", name, self.model.revision)

    @rule(pick=PICK)
    def is_signed_once_more(self, pick: int) -> None:
        self.is_signed_by_one_of_those_it_waits_for(pick)

    @rule(who=ANYONE, name=LEVELS)
    def decides_on_what_is_gone(self, who: str, name: str) -> None:
        self._decide(who, "approve", name, self.model.revision - 1)

    def _decide(self, who: str, verdict: str, name: str, revision: int) -> None:
        said = self.model.says_to_decide(who, verdict, name, revision)
        code = self.table.decide(who, Verdict(verdict), level=name, revision=revision, **REASON)
        assert (code or "") == said
        if not said:
            self.model.decide(who, verdict, name)

    @rule(who=ANYONE, seldom=SELDOM)
    def edits(self, who: str, seldom: bool) -> None:
        if self.model.state == "in_review" and not seldom:
            return
        if self.table.revise(who) is None:
            self.model.edit(who)
        else:
            assert self.model.state in ("rejected", "withdrawn", "expired")

    @rule(who=st.sampled_from("bcde"), seldom=SELDOM)
    def leaves(self, who: str, seldom: bool) -> None:
        if not seldom:
            return
        self.table.leave(who)
        self.model.leave(who)

    @rule(seldom=SELDOM)
    def time_passes(self, seldom: bool) -> None:
        due = next(iter(self.table.review.deadlines), None)
        if due is None or (due.due == "expire" and not seldom):
            return
        self.table.now = max(self.table.now, due.at)
        self.table.review = self.table.review.after_deadline(due, self.table.now)
        if due.due == "expire":
            self.model.state = "expired"
        else:
            self.model.escalate(due.level)

    @rule(seldom=SELDOM)
    def is_withdrawn(self, seldom: bool) -> None:
        if seldom and self.table.withdraw("a") is None:
            self.model.state = "withdrawn"

    @invariant()
    def they_agree(self) -> None:
        review, model = self.table.review, self.model
        assert review.outcome == model.state
        assert set(self.table.open) == model.open
        assert (review.revision, review.round) == (model.revision, model.round)
        if review.outcome is Outcome.IN_REVIEW:
            for opened in review.opened:
                assert set(opened.added) == model.added[opened.level]


class KeepsItsPromises(RuleBasedStateMachine):
    """Everything at once, delegations and emergencies too; an audit that never asks the judge."""

    @initialize(
        one=NEEDS,
        two=NEEDS,
        three=NEEDS,
        separate=st.booleans(),
        on_revision=st.sampled_from(OnRevision),
    )
    def begin(
        self, one: Any, two: Any, three: Any, separate: bool, on_revision: OnRevision
    ) -> None:
        self.needs = {"one": one, "two": two, "three": three}
        officers, reviewers = Signers(people=("e", "f")), Signers(people=("b", "c"))
        terms = EmergencyTerms(officers, reviewers, timedelta(hours=7))
        chain = made(
            self.needs,
            separation_of_duties=separate,
            on_revision=on_revision,
            max_rounds=9,
            emergency=terms,
            escalate_to=Signers(people=("c", "d")),
        )
        self.table = Quiet(chain)
        self.approvals: list[tuple[int, int, str, str, str]] = []
        self.table.submit("a", facts={"emergency": False})

    @rule(pick=PICK)
    def is_signed_by_one_of_those_it_waits_for(self, pick: int) -> None:
        if awaited := asked(self.table):
            name, who = awaited[pick % len(awaited)]
            self.approves(who, "", name)

    @rule(pick=PICK)
    def is_signed_once_more(self, pick: int) -> None:
        self.is_signed_by_one_of_those_it_waits_for(pick)

    @rule(pick=PICK, taker=ANYONE)
    def is_signed_by_a_delegate(self, pick: int, taker: str) -> None:
        if awaited := asked(self.table):
            name, giver = awaited[pick % len(awaited)]
            self.table.delegate(giver, taker)
            self.approves(taker, giver, name)

    @rule(pick=PICK, touches=TOUCHES)
    def is_sent_back_and_mended(self, pick: int, touches: tuple[str, ...] | None) -> None:
        if awaited := asked(self.table):
            name, who = awaited[pick % len(awaited)]
            self.table.decide(who, Verdict.REQUEST_CHANGES, level=name, **REASON)
            if not self.table.review.open_levels:
                self.table.revise("a", touches=touches)
                self.table.submit("a")

    @rule(who=ANYONE, behalf=st.sampled_from(["", "", *"abcdef"]), name=LEVELS)
    def approves(self, who: str, behalf: str, name: str) -> None:
        review = self.table.review
        if self.table.approve(who, level=name, on_behalf_of=behalf) is None:
            if self.table.review == review or not review.open_levels:
                return
            self.approvals.append((review.round, review.revision, name, who, behalf))

    @rule(who=ANYONE, name=LEVELS)
    def approves_what_is_gone(self, who: str, name: str) -> None:
        revision = self.table.review.revision - 1
        code = self.table.approve(who, level=name, revision=revision, content_hash="text 1")
        assert code == "STALE_VERSION"

    @rule(who=ANYONE, name=LEVELS, verdict=st.sampled_from(["abstain", "request_changes"]))
    def says_something_else(self, who: str, name: str, verdict: str) -> None:
        self.table.decide(who, Verdict(verdict), level=name, **REASON)

    @rule(who=ANYONE, name=LEVELS)
    def takes_back(self, who: str, name: str) -> None:
        if self.table.retract(who, level=name) is None:
            said = self.table.review.round
            kept = [one for one in self.approvals if (one[0], one[2], one[3]) != (said, name, who)]
            self.approvals = kept

    @rule(giver=ANYONE, taker=ANYONE, start=st.integers(-1, 1), hours=st.integers(1, 9))
    def delegates(self, giver: str, taker: str, start: int, hours: int) -> None:
        self.table.delegate(giver, taker, start, start + hours)

    @rule(who=ANYONE, touches=TOUCHES, seldom=SELDOM)
    def edits_and_submits(self, who: str, touches: tuple[str, ...] | None, seldom: bool) -> None:
        if not seldom:
            return
        self.table.revise(who, touches=touches)
        self.table.submit(who)

    @rule(who=ANYONE, seldom=SELDOM)
    def leaves_and_returns(self, who: str, seldom: bool) -> None:
        if not seldom:
            return
        person = next(person for person in PEOPLE if person.id == who)
        self.table.leave(who)
        if self.table.nth % 2:
            self.table.join(person)

    @rule(who=ANYONE, is_gone=st.booleans(), seldom=SELDOM)
    def is_told_of(self, who: str, is_gone: bool, seldom: bool) -> None:
        """The office's list of people was applied: one left, or is back."""
        if seldom:
            person = next(person for person in PEOPLE if person.id == who)
            gone = replace(person, traits=(*person.traits, Trait.INACTIVE))
            self.table.told(gone if is_gone else person)

    @rule(who=st.sampled_from("ef"), seldom=SELDOM)
    def hurries(self, who: str, seldom: bool) -> None:
        if seldom:
            self.table.finds(emergency=True)
            self.table.hurry(who)

    @rule(hours=st.integers(1, 3))
    def time_passes(self, hours: int) -> None:
        self.table.now += timedelta(hours=hours)
        while due := next(iter(self.table.review.deadlines), None):
            if due.at > self.table.now:
                return
            before = self.table.review
            after = before.after_deadline(due, due.at)
            self.table.review = after
            assert after.passed == before.passed, "an escalation signed a level"
            assert after.votes == before.votes, "an escalation voted"
            assert after.outcome is not Outcome.APPROVED or before.outcome is Outcome.APPROVED
            for old, new in zip(before.opened, after.opened, strict=True):
                assert set(old.added) <= set(new.added), "an escalation removed somebody"
                assert old.eligible == new.eligible

    @invariant()
    def no_author_ever_signs(self) -> None:
        review = self.table.review
        for vote in review.votes:
            assert not set(vote.persons) & set(review.authors)
        for one in review.carried:
            assert not set(one.persons) & set(review.authors)

    @invariant()
    def no_stale_revision_ever_counts(self) -> None:
        review = self.table.review
        if review.outcome not in (Outcome.IN_REVIEW, Outcome.APPROVED):
            return
        assert all(vote.revision == review.revision for vote in review.votes)
        carried = {one.level for one in review.carried}
        fresh = set(review.passed) - carried
        # Whatever passed in this round was signed for this very revision, as the acts tell it.
        for name in fresh:
            signed = [
                (who, behalf)
                for round, revision, where, who, behalf in self.approvals
                if (round, revision, where) == (review.round, review.revision, name)
            ]
            need = 2 if self.needs[name] == 2 else 1
            assert len({behalf or who for who, behalf in signed}) >= need

    @invariant()
    def an_approved_post_has_every_level_and_a_fresh_signature(self) -> None:
        review = self.table.review
        if review.outcome is Outcome.APPROVED:
            assert set(review.passed) == set(review.required) == set(ROLES)
            assert {one.level for one in review.carried} < set(ROLES)

    @invariant()
    def nobody_counts_twice(self) -> None:
        for name in ROLES:
            persons = [p for vote in self.table.review.votes_on(name) for p in vote.persons]
            assert len(persons) == len(set(persons))


TestAgreesWithTheModel = AgreesWithTheModel.TestCase
TestAgreesWithTheModel.settings = QUICK
#
TestKeepsItsPromises = KeepsItsPromises.TestCase
TestKeepsItsPromises.settings = QUICK
