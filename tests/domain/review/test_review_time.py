"""The promises about time, withdrawal, the last veto, and policy."""

import pytest
from table_of_people import EDITORIAL, HOUR, NOON, Table, chain

from domain.objection import Code
from domain.review.marks import Finding, Outcome
from domain.review.people import Signers
from domain.review.states import State, seen

seat = Table.after_submission
ONE = chain(EDITORIAL, vetoers=Signers(("director",)), leads=Signers(("lead",)))
GRACE = chain(EDITORIAL, late_grace=HOUR / 2)
ELECTION = Finding("election", waiver="legal")


def due(made: object = ONE, hours: float = 1) -> Table:
    table = seat(made)  # type: ignore[arg-type]
    assert table.reschedule(NOON + hours * HOUR) is None
    return table


def state(table: Table) -> State:
    return seen(table.review).state


# Late.


#
def test_undecided_when_its_hour_passes_it_stays_in_review() -> None:
    table = due()
    table.wait(2)

    assert table.open == ["editorial"]


#
def test_an_approval_after_the_hour_leads_to_needs_reschedule() -> None:
    table = due()
    table.wait(2)
    table.approve("emma")

    assert state(table) is State.NEEDS_RESCHEDULE
    assert table.review.goes_out_at is None


#
def test_within_the_grace_it_publishes_at_once() -> None:
    table = due(GRACE)
    table.wait(1.4)
    table.approve("emma")

    assert table.review.goes_out_at == table.now


#
def test_beyond_the_grace_it_does_not() -> None:
    table = due(GRACE)
    table.wait(1.6)
    table.approve("emma")

    assert state(table) is State.NEEDS_RESCHEDULE


#
def test_a_new_hour_in_the_past_is_refused() -> None:
    table = seat()

    assert table.reschedule(table.now) == Code.IN_THE_PAST


#
def test_a_new_hour_reruns_the_policy() -> None:
    table = seat()
    table.finds(ELECTION)

    assert table.reschedule(NOON + HOUR) == Code.POLICY_BLOCK


def test_a_new_hour_keeps_every_approval() -> None:
    table = due()
    table.wait(2)
    table.approve("emma")
    table.reschedule(NOON + 5 * HOUR)

    assert state(table) is State.SCHEDULED
    assert table.review.goes_out_at == NOON + 5 * HOUR


# Withdrawing.


#
@pytest.mark.parametrize("who", ["ana", "carl"])
def test_author_or_lead_withdraws_until_it_is_out(who: str) -> None:
    table = due()
    table.approve("emma")

    assert table.withdraw("emma") == Code.NOT_YOURS
    assert table.withdraw(who) is None


#
def test_afterwards_it_is_already_published() -> None:
    table = seat(ONE)
    table.approve("emma")
    table.goes_out()

    assert table.withdraw() == Code.ALREADY_PUBLISHED


#
def test_late_decisions_on_a_withdrawn_rejected_or_expired_post_say_so() -> None:
    withdrawn, rejected = seat(), seat()
    withdrawn.withdraw()
    rejected.reject("emma")

    assert withdrawn.approve("emma") == Code.WITHDRAWN
    assert rejected.approve("eric") == Code.REJECTED


#
def test_a_decision_on_a_post_that_is_not_under_review_says_so() -> None:
    draft, approved, out = Table(ONE), seat(ONE), seat(ONE)
    approved.approve("emma")
    out.approve("emma")
    out.goes_out()

    assert [table.reject("eric") for table in (draft, approved, out)] == [Code.NOT_IN_REVIEW] * 3


#
def test_submitting_what_cannot_be_submitted_is_refused() -> None:
    table = seat(ONE)
    assert table.submit() == Code.NOT_SUBMITTABLE
    table.approve("emma")
    assert table.submit() == Code.NOT_SUBMITTABLE


def test_submitting_an_old_revision_is_stale() -> None:
    table = Table()
    table.revise()

    assert table.submit(revision=1) == Code.STALE_VERSION
    assert table.revise(seen=1) == Code.STALE_VERSION


def test_a_machine_submits_only_what_it_wrote() -> None:
    assert Table().submit("key:cms") == Code.NOT_YOURS
    assert Table(author="key:cms").submit("key:cms") is None


# The last veto.


#
def test_vetoers_may_veto_from_full_approval_until_it_is_out() -> None:
    table = due()
    assert table.veto("dana") == Code.LEVEL_NOT_OPEN
    table.approve("emma")
    assert table.veto("eric") == Code.NOT_ELIGIBLE
    assert table.veto("dana") is None
    assert table.review.outcome is Outcome.VETOED

    out = due()
    out.approve("emma")
    out.goes_out()
    assert out.veto("dana") == Code.ALREADY_PUBLISHED


# Policy.


#
def test_a_blocking_finding_refuses_submission() -> None:
    assert Table().submit(findings=(ELECTION,)) == Code.POLICY_BLOCK


#
def test_a_person_holding_the_waiver_role_waives_it_with_a_reason() -> None:
    table = Table()
    table.finds(ELECTION)

    assert table.waive("emma", "election") == Code.NOT_ELIGIBLE
    assert table.waive("lena", "election", reason="") == Code.COMMENT_REQUIRED
    assert table.waive("lena", "election", revision=3) == Code.STALE_VERSION
    assert table.waive("lena", "election") is None
    assert table.submit(findings=(ELECTION,)) is None


#
def test_a_rule_without_a_waiver_role_is_not_overridable() -> None:
    table = Table()
    table.finds(Finding("pii"))

    assert table.waive("lena", "pii") == Code.NOT_OVERRIDABLE
    assert table.waive("lena", "unheard-of") == Code.NOT_OVERRIDABLE


def test_an_author_waives_nothing_in_their_own_post() -> None:
    table = Table(author="lena")
    table.finds(ELECTION)

    assert table.waive("lena", "election") == Code.SELF_APPROVAL


#
def test_a_waiver_holds_for_that_revision_and_rule() -> None:
    table = Table()
    table.finds(ELECTION, Finding("logo", waiver="legal"))
    table.waive("lena", "election")
    assert [finding.rule for finding in table.review.blocking] == ["logo"]
    table.revise()

    assert table.submit(findings=(ELECTION,)) == Code.POLICY_BLOCK


#
def test_the_recheck_at_the_publishing_instant_may_hold_an_approved_post() -> None:
    table = due()
    table.approve("emma")
    table.finds(Finding("account.locked"))
    assert state(table) is State.HELD_POLICY
    assert table.review.goes_out_at is None
    table.finds()

    assert state(table) is State.SCHEDULED


def test_a_rule_may_name_two_roles_either_of_which_waives_it() -> None:
    table = Table()
    table.finds(Finding("election", waiver="director|legal"))

    assert table.waive("emma", "election") == Code.NOT_ELIGIBLE
    assert table.says == "Only director or legal may waive election."
    assert table.waive("lena", "election") is None
