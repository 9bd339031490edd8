"""The promises about standing in for somebody, and about those who leave."""

from table_of_people import (
    EDITORIAL,
    ESCALATING,
    HOUR,
    NOON,
    TWO,
    Table,
    chain,
    level,
)

from domain.acts import Delegate
from domain.objection import Code
from domain.review.lending import objection_to_delegating
from domain.review.marks import Outcome
from domain.review.people import Person, Signers, Trait

SLOW = level("editorial", "editor", terms=ESCALATING, escalate_to=Signers(("lead",)))

seat = Table.after_submission
LAW = chain(level("law", "legal", n=2))


# Delegation.


#
def test_a_delegation_has_a_window() -> None:
    table = seat()
    table.delegate("emma", "dana", 2, 4)

    assert table.approve("dana") == Code.DELEGATION_NOT_STARTED
    table.wait(3)
    assert table.review.open_levels
    assert table.approve("dana") is None


#
def test_after_its_window_a_delegation_is_expired() -> None:
    table = seat()
    table.delegate("emma", "dana", 2, 4)
    table.wait(5)

    assert table.approve("dana") == Code.DELEGATION_EXPIRED


#
def test_a_delegation_taken_back_is_revoked() -> None:
    table = seat()
    table.delegate("emma", "dana", id="loan")
    assert table.revoke("dana", "loan") == Code.NOT_YOURS
    table.revoke("emma", "loan")

    assert table.approve("dana") == Code.DELEGATION_REVOKED


#
def test_a_delegation_may_be_for_some_levels_only() -> None:
    table = seat(chain(EDITORIAL, level("second", "editor"), separation_of_duties=False))
    table.delegate("emma", "dana", levels=("second",))

    assert table.approve("dana", on_behalf_of="emma", level="editorial") == Code.NOT_ELIGIBLE
    table.approve("eric")
    assert table.approve("dana", on_behalf_of="emma") is None


#
def test_nothing_to_hand_on() -> None:
    assert seat().delegate("ana", "dana") == Code.NOTHING_TO_DELEGATE
    assert seat().delegate("emma", "emma") == Code.NOTHING_TO_DELEGATE


#
def test_what_was_lent_is_not_lent_on() -> None:
    table = seat()
    table.delegate("emma", "carl")

    assert table.delegate("carl", "dana") == Code.NOTHING_TO_DELEGATE


def test_the_house_is_asked_with_all_its_people_and_chains() -> None:
    people = (Person("emma", groups=("editor",)), Person("gone", traits=(Trait.INACTIVE,)))
    act = Delegate(id="1", actor="emma", at=NOON, to="gone", starts=NOON, ends=NOON + HOUR)

    objection = objection_to_delegating(act, people, (TWO,))

    assert objection is not None
    assert objection.code == Code.ACTOR_INACTIVE


#
def test_a_window_that_ends_before_it_begins_is_invalid() -> None:
    assert seat().delegate("emma", "dana", 5, 4) == Code.INVALID_WINDOW


#
def test_nobody_delegates_to_someone_outside_the_house() -> None:
    table = seat(chain(level("law", "legal", "partner")))

    assert table.delegate("lena", "pia") == Code.EXTERNAL_DELEGATION_FORBIDDEN


#
def test_the_record_shows_a_for_b() -> None:
    table = seat()
    table.delegate("emma", "dana")
    table.approve("dana")

    assert [vote.reads for vote in table.review.votes] == ["dana for emma"]


#
def test_delegator_and_delegate_cannot_both_vote_and_the_first_one_counts() -> None:
    table = seat(LAW)
    table.delegate("lena", "dana")
    table.approve("dana", on_behalf_of="lena")
    assert table.approve("lena") == Code.ALREADY_DECIDED

    table = seat(LAW)
    table.delegate("lena", "dana")
    table.approve("lena")
    assert table.approve("dana", on_behalf_of="lena") == Code.ALREADY_DECIDED


def test_delegator_and_delegate_are_one_even_when_each_has_a_seat() -> None:
    table = seat(chain(level("law", "legal", n=3)))
    table.delegate("lena", "li")
    table.approve("li")

    assert table.approve("lena") == Code.ALREADY_DECIDED


def test_a_delegation_made_after_a_vote_silences_nobody() -> None:
    table = seat(LAW)
    table.approve("lena")
    table.delegate("lena", "li")

    assert table.approve("li") is None
    assert table.review.is_approved


# Leaving.


#
def test_a_vote_given_before_leaving_stands() -> None:
    table = seat(LAW)
    table.approve("lena")
    table.leave("lena")
    table.approve("li")

    assert table.review.is_approved


def test_who_left_takes_their_seat_along_even_when_it_was_lent() -> None:
    table = seat()
    table.delegate("emma", "dana")
    table.leave("emma")

    assert table.approve("dana", on_behalf_of="emma") == Code.ACTOR_INACTIVE


#
def test_it_escalates_at_once_if_the_last_eligible_approver_leaves() -> None:
    table = seat(chain(level("editorial", "editor", escalate_to=Signers(("lead",)))))
    table.leave("emma")
    assert table.added == []
    table.leave("eric")

    assert table.added == ["carl"]
    assert table.review.outcome is Outcome.IN_REVIEW


#
def test_it_escalates_at_once_if_none_is_eligible_when_a_level_opens() -> None:
    only = level("only", signers=Signers(people=("ana",)), escalate_to=Signers(("lead",)))
    table = seat(chain(only))

    assert table.added == ["carl"]
    assert table.review.outcome is Outcome.IN_REVIEW


def test_it_escalates_to_those_the_chain_names_when_the_level_names_nobody_who_can() -> None:
    only = level("only", signers=Signers(people=("ana",)), escalate_to=Signers(people=("ana",)))
    table = seat(chain(only, escalate_to=Signers(("director",))))

    assert table.added == ["dana"]


def test_a_person_who_joins_those_it_escalated_to_is_asked_too() -> None:
    only = level("only", signers=Signers(people=("ana",)), escalate_to=Signers(("lead",)))
    table = seat(chain(only))
    table.join(Person("nina", groups=("lead",)))

    assert table.approve("nina") is None


#
def test_it_escalates_at_once_if_the_last_eligible_approver_loses_the_role() -> None:
    table = Table.after_submission(chain(SLOW))
    table.told(Person("emma", groups=("author",)))
    assert table.added == []
    table.told(Person("eric"))
    assert table.added == ["carl"]
    assert table.review.waits_for[0].who == ("carl",)


def test_a_person_who_joins_a_level_that_is_open_is_asked_too() -> None:
    table = Table.after_submission(chain(SLOW))
    table.told(Person("noor", groups=("editor",)))
    assert table.review.waits_for[0].who == ("emma", "eric", "noor")
    table.book = table.review.book or table.book
    assert table.approve("noor") is None
    assert table.open == []


def test_who_joins_is_not_waited_for_where_everyone_who_was_here_has_to_sign() -> None:
    everyone = chain(level("law", "legal", n="all"))
    table = Table.after_submission(everyone)
    table.told(Person("noor", groups=("legal",)))
    assert table.review.waits_for[0].who == ("lena", "li", "lou")

    for who in ("lena", "li", "lou"):
        table.told(Person(who, traits=(Trait.INACTIVE,)))
    assert table.review.waits_for[0].who == ()
    table.told(Person("olaf", groups=("legal",)))
    assert table.review.waits_for[0].who == ("olaf",), "nobody who was here is left"
