"""The promises about people: one test for each sentence of what approvals mean."""

from datetime import timedelta

import pytest
from table_of_people import (
    EDITORIAL,
    LEGAL,
    Table,
    chain,
    level,
)

from domain.acts import Verdict
from domain.objection import Code
from domain.review.marks import Outcome
from domain.review.people import Trait

seat = Table.after_submission
LAW = chain(level("law", "legal", n=2))


# A refusal leaves state, votes and timers untouched; it has a code and a sentence.


#
def test_a_refusal_leaves_state_votes_and_timers_untouched() -> None:
    table = seat()
    before = table.review

    assert table.approve("carl") == Code.NOT_ELIGIBLE

    assert table.review is before


#
def test_each_reason_has_a_sentence_for_people() -> None:
    table = seat()
    table.approve("lena")

    assert table.says == "Editorial signs before Legal."


# Who people are.


#
def test_a_person_has_groups_which_give_them_a_role() -> None:
    assert seat().approve("carl") == Code.NOT_ELIGIBLE
    assert seat().approve("emma") is None


#
def test_a_person_may_be_outside_the_house() -> None:
    assert seat(chain(level("partner", "partner"))).approve("pia") == Code.EXTERNAL_LINK_REQUIRED


def test_who_is_outside_when_they_decide_needs_a_link_whatever_the_book_knew() -> None:
    code = seat().approve("emma", traits=(Trait.EXTERNAL,))

    assert code == Code.EXTERNAL_LINK_REQUIRED


#
def test_a_person_may_be_required_to_step_up() -> None:
    security = chain(level("security", "security"))
    assert seat(security).approve("sven") == Code.STEP_UP_AUTH_REQUIRED
    table = seat(security)
    assert table.approve("sven", signed_in=table.now) is None


#
def test_a_person_may_leave() -> None:
    table = seat()
    table.leave("emma")
    assert table.approve("emma") == Code.ACTOR_INACTIVE


# Authors.


#
def test_the_authors_are_the_creator_and_everyone_who_edited_any_revision() -> None:
    table = Table()
    table.revise("emma")
    table.revise("ana", author="li")

    assert table.review.authors == ("ana", "emma", "li")
    table.submit()
    assert table.approve("emma") == Code.SELF_APPROVAL


# Revisions.


#
@pytest.mark.parametrize(
    "verdict", [Verdict.APPROVE, Verdict.REQUEST_CHANGES, Verdict.REJECT, Verdict.VETO]
)
@pytest.mark.parametrize("ending", ["withdraw", "reject", "nothing"])
def test_a_stale_revision_is_refused_before_any_other_state_reason(
    verdict: Verdict, ending: str
) -> None:
    table = Table()
    table.revise()
    table.submit()
    if ending == "withdraw":
        table.withdraw()
    if ending == "reject":
        table.reject("emma")

    assert table.decide("carl", verdict, revision=1) == Code.STALE_VERSION
    assert table.decide("key:cms", verdict, revision=1) == Code.STALE_VERSION


def test_the_same_revision_number_with_another_text_is_stale_too() -> None:
    assert seat().approve("emma", content_hash="another text") == Code.STALE_VERSION


# Repeats and second thoughts.


#
def test_a_repeated_delivery_answers_the_first_result_and_changes_nothing() -> None:
    table = seat()
    assert table.approve("emma", id="d1") is None
    first, state = table.review.result_of("d1"), table.review

    assert table.approve("emma", id="d1") is None
    assert table.review == state
    assert table.review.result_of("d1") == first
    assert first is not None
    assert (first.level, first.outcome) == ("editorial", Outcome.IN_REVIEW)


def test_a_repeated_delivery_is_answered_even_when_the_post_has_moved_on() -> None:
    table = seat()
    table.approve("emma", id="d1")
    table.revise()
    state = table.review

    assert table.approve("emma", id="d1", revision=1, content_hash="text 1") is None
    assert table.review == state


def test_an_id_of_somebody_else_is_no_repeat() -> None:
    table = seat()
    table.approve("emma", id="d1")

    assert table.approve("lena", id="d1") == Code.ALREADY_DECIDED


#
def test_a_second_different_vote_on_the_same_level_in_the_same_round_is_refused() -> None:
    table = seat(LAW)
    table.approve("lena")

    assert table.reject("lena") == Code.ALREADY_DECIDED
    assert table.approve("lena") == Code.ALREADY_DECIDED


#
def test_a_person_may_retract_their_own_vote_while_the_level_is_open() -> None:
    table = seat(LAW)
    table.approve("lena")

    assert table.retract("li") == Code.NOT_ELIGIBLE
    assert table.retract("lena") is None
    assert table.review.votes == ()
    assert table.reject("lena") is None


#
def test_a_vote_on_a_closed_level_is_not_retracted() -> None:
    table = seat()
    table.approve("emma")

    assert table.retract("emma") == Code.LEVEL_CLOSED


# Self-approval and separation of duties.


#
def test_self_approval_is_forbidden_by_default() -> None:
    assert seat(author="emma").approve("emma") == Code.SELF_APPROVAL


#
def test_a_chain_may_allow_self_approval() -> None:
    assert seat(chain(EDITORIAL, self_approval=True), author="emma").approve("emma") is None


#
def test_a_delegate_who_is_an_author_is_refused() -> None:
    table = seat(author="lena")
    table.delegate("emma", "lena")

    assert table.approve("lena", on_behalf_of="emma") == Code.SELF_APPROVAL


#
def test_a_delegator_who_is_an_author_is_refused() -> None:
    table = seat(author="emma")
    table.delegate("emma", "dana")

    assert table.approve("dana", on_behalf_of="emma") == Code.SELF_APPROVAL
    assert table.approve("dana") == Code.SELF_APPROVAL


#
def test_by_default_one_person_signs_one_level_only() -> None:
    twice = chain(level("one", "legal"), level("two", "legal"))
    table = seat(twice)
    table.approve("lena")

    assert table.approve("lena") == Code.SEPARATION_OF_DUTIES
    assert table.approve("li") is None


def test_one_person_signs_one_of_two_levels_that_are_open_together() -> None:
    table = seat(chain((level("one", "legal"), level("two", "legal"))))
    table.approve("lena", level="one")

    assert table.approve("lena", level="two") == Code.SEPARATION_OF_DUTIES


#
def test_a_chain_may_switch_separation_of_duties_off() -> None:
    twice = chain(level("one", "legal"), level("two", "legal"), separation_of_duties=False)
    table = seat(twice)
    table.approve("lena")

    assert table.approve("lena") is None
    assert table.review.is_approved


def test_a_delegate_and_whom_they_stood_in_for_have_both_signed() -> None:
    table = seat(chain(level("one", "legal"), level("two", "legal", "editor")))
    table.delegate("lena", "emma")
    table.approve("emma", level="one", on_behalf_of="lena")

    assert table.approve("lena") == Code.SEPARATION_OF_DUTIES
    assert table.approve("emma") == Code.SEPARATION_OF_DUTIES


#
def test_rounds_start_afresh() -> None:
    table = seat(chain(level("one", "legal"), level("two", "legal")))
    table.approve("lena")
    table.changes("li")
    table.revise()
    table.submit()

    assert table.approve("li") is None
    assert table.approve("lena") is None


# Roles and levels.


#
def test_a_person_without_the_role_is_not_eligible() -> None:
    assert seat().approve("carl") == Code.NOT_ELIGIBLE
    assert seat().approve("carl", level="legal") == Code.NOT_ELIGIBLE
    assert seat().approve("emma", level="nowhere") == Code.NOT_ELIGIBLE


def test_a_lost_role_is_lost_at_once() -> None:
    assert seat().approve("emma", groups=()) == Code.NOT_ELIGIBLE


#
def test_the_role_of_a_later_level_is_too_early() -> None:
    assert seat().approve("lena") == Code.LEVEL_NOT_OPEN
    assert seat().approve("lena", level="legal") == Code.LEVEL_NOT_OPEN


#
def test_after_the_level_closed_it_is_closed() -> None:
    table = seat()
    table.approve("emma")

    assert table.approve("eric") == Code.LEVEL_CLOSED
    assert table.approve("eric", level="editorial") == Code.LEVEL_CLOSED


def test_a_machine_never_approves() -> None:
    assert seat().approve("key:cms", groups=("editor",)) == Code.MACHINES_NEVER_APPROVE


def test_step_up_is_fresh_for_as_long_as_the_chain_says() -> None:
    made = chain(level("editorial", "editor", step_up=True), LEGAL)
    table = seat(made)

    old = table.now - timedelta(minutes=6)
    assert table.approve("emma", signed_in=old) == Code.STEP_UP_AUTH_REQUIRED
    assert table.approve("emma", signed_in=table.now - timedelta(minutes=4)) is None


@pytest.mark.parametrize("verdict", [Verdict.ABSTAIN, Verdict.RETRACT])
def test_abstaining_and_taking_back_are_for_those_with_a_seat(verdict: Verdict) -> None:
    assert seat().decide("carl", verdict) == Code.NOT_ELIGIBLE
    assert seat().decide("lena", verdict) == Code.LEVEL_NOT_OPEN
    assert seat().decide("emma", verdict, revision=0) == Code.STALE_VERSION
