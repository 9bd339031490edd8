"""The promises about chains: quorums, steps, and conditions."""

import pytest
from table_of_people import EDITORIAL, LEGAL, Table, chain, level

from domain.objection import Code
from domain.review.marks import Outcome
from domain.review.people import Person, Signers

seat = Table.after_submission
ALL = chain(level("law", "legal", n="all"))
TWO_OF_THREE = chain(level("law", "legal", n=2, escalate_to=Signers(("lead",))))
PRIVACY = level("privacy", "director")


def ended(table: Table) -> Outcome:
    return table.review.outcome


# Quorums.


#
def test_any_the_first_approval_passes_the_level() -> None:
    table = seat()
    table.approve("emma")

    assert table.open == ["legal"]


#
def test_any_the_first_objection_fails_the_level() -> None:
    table = seat()
    table.changes("emma")

    assert ended(table) is Outcome.CHANGES_REQUESTED


#
def test_all_waits_for_everyone_eligible_when_the_level_opened() -> None:
    table = seat(ALL)
    table.join(Person("nina", groups=("legal",)))
    assert table.approve("nina") == Code.NOT_ELIGIBLE
    for who in ("lena", "li", "lou"):
        assert table.open == ["law"]
        table.approve(who)

    assert ended(table) is Outcome.APPROVED


#
def test_all_waits_neither_for_leavers_nor_for_abstainers() -> None:
    table = seat(ALL)
    table.approve("lena")
    table.abstain("li")
    assert table.open == ["law"]
    table.leave("lou")

    assert ended(table) is Outcome.APPROVED


#
def test_all_needs_at_least_one_approval() -> None:
    table = seat(ALL)
    for who in ("lena", "li", "lou"):
        table.abstain(who)

    assert table.open == ["law"]


def test_all_fails_with_one_objection() -> None:
    table = seat(ALL)
    table.approve("lena")
    table.reject("li")

    assert ended(table) is Outcome.REJECTED


def test_all_does_not_wait_for_an_author() -> None:
    table = seat(ALL, author="lou")
    table.approve("lena")
    table.approve("li")

    assert ended(table) is Outcome.APPROVED


#
def test_k_of_n_passes_with_k_approvals() -> None:
    table = seat(TWO_OF_THREE)
    table.approve("lena")
    assert table.open == ["law"]
    table.approve("lou")

    assert ended(table) is Outcome.APPROVED


#
def test_k_of_n_an_objection_fails_only_when_k_is_out_of_reach() -> None:
    table = seat(TWO_OF_THREE)
    table.reject("lena")
    assert table.open == ["law"]
    table.changes("li")

    assert ended(table) is Outcome.CHANGES_REQUESTED


def test_k_of_n_is_rejected_when_every_objector_rejects() -> None:
    table = seat(TWO_OF_THREE)
    table.reject("lena")
    table.reject("li")

    assert ended(table) is Outcome.REJECTED


#
def test_k_of_n_an_objection_from_a_veto_role_fails_at_once() -> None:
    table = seat(chain(level("law", "legal", "director", n=2, veto=Signers(("director",)))))
    table.approve("lena")
    table.changes("dana")

    assert ended(table) is Outcome.CHANGES_REQUESTED


#
def test_abstentions_that_put_the_quorum_out_of_reach_escalate_and_do_not_fail() -> None:
    table = seat(TWO_OF_THREE)
    table.abstain("lena")
    assert table.added == []
    table.abstain("li")

    assert table.added == ["carl"]
    assert ended(table) is Outcome.IN_REVIEW


def test_an_objection_beside_abstentions_escalates_too() -> None:
    table = seat(TWO_OF_THREE)
    table.reject("lena")
    table.abstain("li")

    assert table.added == ["carl"]
    table.approve("lou")
    table.approve("carl")
    assert ended(table) is Outcome.APPROVED


def test_a_veto_on_a_level_is_for_its_veto_roles_and_ends_the_review() -> None:
    made = chain(level("law", "legal", "director", n=2, veto=Signers(("director",))))
    table = seat(made)

    assert table.veto("lena") == Code.NOT_ELIGIBLE
    assert table.veto("dana") is None
    assert ended(table) is Outcome.VETOED
    assert table.approve("lena") == Code.REJECTED


# Steps.


#
def test_steps_open_in_order() -> None:
    table = seat()
    assert table.open == ["editorial"]
    table.approve("emma")
    assert table.open == ["legal"]


#
def test_parallel_levels_open_together_and_join_when_all_have_passed() -> None:
    table = seat(chain((EDITORIAL, LEGAL), PRIVACY))
    assert table.open == ["editorial", "legal"]
    table.approve("lena")
    assert table.open == ["editorial"]
    table.approve("emma")

    assert table.open == ["privacy"]


#
def test_conditions_are_evaluated_at_every_submission() -> None:
    made = chain(EDITORIAL, level("finance", "lead", when="post.paid && post.amount > 0"))
    table = seat(made, paid=False, amount=0)
    assert table.review.required == ("editorial",)
    table.revise()
    table.submit(facts={"paid": True, "amount": 5})
    assert table.review.required == ("editorial", "finance")
    table.revise()
    table.submit(facts={"paid": True, "amount": 0})

    assert table.review.required == ("editorial",)


@pytest.mark.parametrize("facts", [{}, {"paid": True}, {"paid": "yes", "amount": 1}])
def test_in_doubt_a_level_is_required(facts: dict[str, object]) -> None:
    made = chain(EDITORIAL, level("finance", "lead", when="post.paid && post.amount > 0"))

    assert seat(made, **facts).review.required == ("editorial", "finance")


def test_a_post_that_no_level_asks_to_see_is_not_submittable() -> None:
    table = Table(chain(level("finance", "lead", when="post.paid")))

    assert table.submit(facts={"paid": False}) == Code.NOT_SUBMITTABLE
