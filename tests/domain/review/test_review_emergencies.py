"""The promises about emergencies, and the states a client sees."""

from fractions import Fraction

import pytest
from table_of_people import EDITORIAL, HOUR, HURRIED, LEGAL, NOON, TWO, Table, chain

from domain.objection import Code
from domain.review.chain import Due
from domain.review.marks import Finding, Outcome
from domain.review.people import Signers
from domain.review.states import Going, State, seen, share_of_emergencies

seat = Table.after_submission
ONE = chain(EDITORIAL, vetoers=Signers(("director",)), leads=Signers(("lead",)))


def due(made: object = ONE, hours: float = 1) -> Table:
    table = seat(made)  # type: ignore[arg-type]
    assert table.reschedule(NOON + hours * HOUR) is None
    return table


def state(table: Table) -> State:
    return seen(table.review).state


# Emergencies.


def emergency(author: str = "ana") -> Table:
    table = Table(HURRIED, author)
    table.finds(emergency=True)
    return table


def released() -> Table:
    table = emergency()
    assert table.hurry("otto") is None
    assert table.hurry("olga") is None
    table.goes_out()
    return table


#
def test_two_different_duty_officers_release_an_emergency() -> None:
    table = emergency()
    assert table.hurry("emma") == Code.NOT_ELIGIBLE
    assert table.hurry("otto") is None
    assert table.review.goes_out_at is None
    assert table.hurry("otto") == Code.SECOND_PERSON_REQUIRED
    assert table.hurry("olga") is None

    assert table.review.goes_out_at == table.now


#
def test_an_emergency_needs_a_reason() -> None:
    assert emergency().hurry("otto", reason=" ") == Code.COMMENT_REQUIRED


#
def test_the_post_has_to_be_marked_as_an_emergency() -> None:
    assert Table(HURRIED).hurry("otto") == Code.NOT_AN_EMERGENCY
    assert Table(TWO).hurry("otto") == Code.NOT_AN_EMERGENCY


#
def test_no_emergency_goes_past_a_rule_that_is_never_bypassable() -> None:
    table = emergency()
    table.finds(Finding("pii", bypassable=False), Finding("readability"), emergency=True)

    assert table.hurry("otto") == Code.NON_BYPASSABLE_RULE


#
def test_an_emergency_closes_a_running_review() -> None:
    table = seat(HURRIED, emergency=True)
    table.hurry("otto")
    assert table.open == ["editorial"]
    table.hurry("olga")

    assert table.open == []
    assert table.approve("emma") == Code.NOT_ELIGIBLE


def test_two_officers_who_both_wrote_it_do_not_release_it() -> None:
    table = emergency("otto")
    table.revise("olga")
    table.finds(emergency=True)
    table.hurry("otto")

    assert table.hurry("olga") == Code.SELF_APPROVAL


def test_the_first_officers_word_covers_one_revision() -> None:
    table = emergency()
    table.hurry("otto")
    table.revise()
    table.hurry("olga")

    assert table.review.outcome is Outcome.DRAFT


#
def test_an_emergency_owes_a_later_review_with_a_deadline() -> None:
    table = released()

    assert state(table) is State.PUBLISHED_PENDING_REVIEW
    assert [deadline.due for deadline in table.review.deadlines] == [Due.OVERDUE]
    assert table.approve("carl") is None
    assert state(table) is State.PUBLISHED
    assert table.review.deadlines == ()


#
def test_neither_of_the_two_nor_the_authors_may_review_it() -> None:
    table = released()

    assert table.approve("otto") == Code.SEPARATION_OF_DUTIES
    assert table.approve("olga") == Code.SEPARATION_OF_DUTIES
    assert table.approve("ana") == Code.SELF_APPROVAL
    assert table.approve("emma") == Code.NOT_ELIGIBLE
    assert table.changes("carl") == Code.LOCKED


#
def test_refused_later_it_has_to_be_retracted() -> None:
    table = released()
    assert table.reject("carl", reason="") == Code.COMMENT_REQUIRED
    table.reject("carl")

    assert state(table) is State.RETRACTION_REQUIRED


#
def test_an_overdue_review_is_escalated_until_given() -> None:
    table = released()
    table.wait(7)
    assert state(table) is State.POST_REVIEW_OVERDUE
    for _ in range(3):
        assert len(table.review.deadlines) == 1
        table.wait(7)
    table.approve("carl")

    assert state(table) is State.PUBLISHED


#
def test_the_share_of_emergency_posts_is_a_figure() -> None:
    usual = seat(ONE)
    usual.approve("emma")
    usual.goes_out()
    drafts = [Table().review, Table().review]

    assert share_of_emergencies([released().review, usual.review, *drafts]) == Fraction(1, 2)
    assert share_of_emergencies(drafts) == 0


# States.


def everyone() -> dict[State, tuple[Table, Going]]:
    """A post in every state a client can see."""
    tables = {name: Table(ONE) for name in State}
    for name in State:
        if name is not State.DRAFT:
            tables[name].submit()
    tables[State.CHANGES_REQUESTED].changes("emma")
    tables[State.REJECTED].reject("emma")
    tables[State.WITHDRAWN].withdraw()
    tables[State.EXPIRED] = seat(
        chain(EDITORIAL.__class__(**{**EDITORIAL.__dict__, "terms": _expiring()}))
    )
    tables[State.EXPIRED].wait(2)
    for name in (State.SCHEDULED, State.NEEDS_RESCHEDULE, State.HELD_POLICY):
        tables[name].reschedule(NOON + HOUR)
    tables[State.NEEDS_RESCHEDULE].wait(2)
    going = {
        State.PUBLISHING: Going.PUBLISHING,
        State.PUBLISHED: Going.PUBLISHED,
        State.RETRACTED: Going.RETRACTED,
        State.MISSED: Going.MISSED,
        State.UNKNOWN: Going.UNKNOWN,
    }
    for name in (State.APPROVED, State.SCHEDULED, State.NEEDS_RESCHEDULE, State.HELD_POLICY):
        tables[name].approve("emma")
    for name in going:
        tables[name].approve("emma")
    tables[State.HELD_POLICY].finds(Finding("election"))
    tables[State.PUBLISHED_PENDING_REVIEW] = released()
    tables[State.POST_REVIEW_OVERDUE] = released()
    tables[State.POST_REVIEW_OVERDUE].wait(8)
    tables[State.RETRACTION_REQUIRED] = released()
    tables[State.RETRACTION_REQUIRED].reject("carl")
    return {name: (tables[name], going.get(name, Going.NOT_YET)) for name in State}


def _expiring() -> tuple[object, ...]:
    from domain.review.chain import Term

    return (Term(Due.EXPIRE, HOUR),)


#
@pytest.mark.parametrize("name", State)
def test_a_client_sees_each_state_and_whether_it_is_frozen(name: State) -> None:
    table, going = everyone()[name]

    assert seen(table.review, going).state is name
    assert not seen(table.review, going).frozen
    frozen = seen(table.review, going, frozen=True)
    assert (frozen.state, frozen.frozen) == (name, True)


#
def test_a_client_sees_these_states_and_no_others() -> None:
    assert " ".join(State) == (
        "draft in_review changes_requested rejected withdrawn expired approved scheduled "
        "needs_reschedule held_policy publishing published published_pending_review "
        "post_review_overdue retraction_required retracted missed unknown"
    )


def test_it_says_whom_it_waits_for_until_when_in_two_languages() -> None:
    table = released()
    waiting = table.review.waits_for[0]

    assert waiting.who == ("carl",)
    assert waiting.en.startswith("The later review waits for 1 of: carl, until 2026-03-02 19:00")
    assert waiting.fr.startswith("La relecture a posteriori attend 1 signature(s) parmi : carl")
    assert Table(LEGAL and TWO).review.waits_for == ()


def test_a_released_post_that_is_withdrawn_before_it_is_out_owes_nothing() -> None:
    table = emergency()
    table.hurry("otto")
    table.hurry("olga")
    assert table.withdraw() is None

    assert (table.review.deadlines, table.review.waits_for) == ((), ())
    assert table.approve("carl") == Code.WITHDRAWN
