"""The promises about deadlines, and about approvers from outside the house."""

from table_of_people import ESCALATING, HOUR, LEGAL, TWO, Table, chain, level

from domain.objection import Code
from domain.review.chain import Due, Term
from domain.review.marks import Outcome
from domain.review.people import Signers

seat = Table.after_submission
SLOW = level("editorial", "editor", terms=ESCALATING, escalate_to=Signers(("lead",)))


def ended(table: Table) -> Outcome:
    return table.review.outcome


# Deadlines.


#
def test_escalation_adds_approvers_and_removes_none() -> None:
    table = seat(chain(SLOW))
    table.wait(4)

    assert table.added == ["carl"]
    assert table.approve("emma") is None


#
def test_escalation_never_approves_by_itself() -> None:
    table = seat(chain(SLOW))
    table.wait(7)

    assert ended(table) is Outcome.IN_REVIEW
    assert table.review.votes == ()


def test_who_was_added_by_an_escalation_may_approve() -> None:
    table = seat(chain(SLOW))
    assert table.approve("carl") == Code.NOT_ELIGIBLE
    table.wait(4)

    assert table.approve("carl") is None
    assert table.review.is_approved


#
def test_remind_only_tells() -> None:
    reminded = level("editorial", "editor", terms=(Term(Due.REMIND, HOUR),))
    table = seat(chain(reminded))
    opened = table.review.opening("editorial")
    assert opened is not None
    table.wait(2)

    left = table.review.opening("editorial")
    assert left is not None
    assert (left.eligible, left.added, left.escalated) == (opened.eligible, (), False)
    assert table.review.deadlines == ()


#
def test_a_second_deadline_may_expire_the_request() -> None:
    table = seat(chain(SLOW))
    table.wait(9)

    assert ended(table) is Outcome.EXPIRED
    assert table.approve("emma") == Code.EXPIRED


#
def test_a_timer_of_an_older_round_never_fires() -> None:
    table = seat(chain(SLOW))
    old = table.review.deadlines
    table.changes("emma")
    table.revise()
    table.submit()
    before = table.review

    for deadline in old:
        assert before.after_deadline(deadline, table.now + 99 * HOUR) == before


def test_a_timer_that_comes_early_does_nothing() -> None:
    table = seat(chain(SLOW))
    first = table.review.deadlines[0]

    assert table.review.after_deadline(first, first.at - HOUR) == table.review


def test_a_timer_of_a_level_that_has_signed_never_fires() -> None:
    table = seat(chain(SLOW, LEGAL))
    old = table.review.deadlines[0]
    table.approve("emma")

    assert table.review.after_deadline(old, old.at) == table.review


# Outside approvers.


def outside() -> Table:
    table = seat(chain(level("partner", "partner"), level("second", "partner", "lead")))
    assert table.invite("pia", "partner", id="link") is None
    return table


#
def test_outside_approvers_decide_through_a_link() -> None:
    table = outside()
    assert table.approve("pia") == Code.EXTERNAL_LINK_REQUIRED
    assert table.approve("pia", link="link") is None


#
def test_a_link_is_bound_to_person_and_level() -> None:
    table = outside()
    table.approve("pia", link="link")
    other = outside()

    assert table.approve("pia", link="link", level="second") == Code.EXTERNAL_LINK_REQUIRED
    assert other.open_link("lena", "link") == Code.EXTERNAL_LINK_REQUIRED


#
def test_a_link_is_bound_to_a_revision() -> None:
    table = outside()
    old = table.review.invitations
    table.revise()
    table.submit()

    assert old
    assert table.review.invitations == ()
    code = table.approve("pia", link="link", revision=1, content_hash="text 1")
    assert code == Code.STALE_VERSION


#
def test_a_link_expires() -> None:
    table = outside()
    table.wait(10)

    assert table.approve("pia", link="link") == Code.LINK_EXPIRED
    assert table.open_link("pia", "link") == Code.LINK_EXPIRED


#
def test_a_link_that_is_taken_back_opens_nothing_and_what_it_decided_stands() -> None:
    table = outside()
    assert table.disinvite("link", "emma") == Code.NOT_YOURS
    assert table.disinvite("link", "emma", groups=("admin",)) is None
    assert table.approve("pia", link="link") == Code.LINK_EXPIRED
    assert table.open_link("pia", "link") == Code.LINK_EXPIRED
    assert table.disinvite("link") == Code.LINK_EXPIRED
    assert table.disinvite("no such link") == Code.LINK_EXPIRED

    other = outside()
    other.approve("pia", link="link")
    other.disinvite("link")
    assert [vote.actor for vote in other.review.votes] == ["pia"]


def test_a_link_shows_the_text_that_its_sender_read() -> None:
    table = outside()
    assert table.invite("pia", "partner", content_hash="text 2") == Code.STALE_VERSION
    assert table.invite("pia", "partner", content_hash="text 1") is None


def test_a_machine_hands_out_no_link() -> None:
    table = Table.after_submission(
        chain(level("partner", "partner"), leads=Signers(people=("key:cms",)))
    )
    assert table.invite("pia", "partner", who="key:cms") == Code.MACHINES_NEVER_APPROVE


#
def test_opening_a_link_never_decides() -> None:
    table = outside()
    before = table.review

    assert table.open_link("pia", "link") is None
    assert table.review == before


def test_only_somebody_outside_with_a_seat_is_invited_and_only_by_who_leads() -> None:
    table = outside()

    assert table.invite("lena", "partner") == Code.NOT_ELIGIBLE
    assert table.invite("pia", "nowhere") == Code.NOT_ELIGIBLE
    assert table.invite("pia", "partner", who="emma") == Code.NOT_YOURS
    assert table.invite("pia", "partner", 0) == Code.INVALID_WINDOW
    assert table.invite("pia", "partner", revision=9) == Code.STALE_VERSION
    assert Table(TWO).invite("pia", "partner") == Code.NOT_IN_REVIEW


#
def test_a_level_that_requires_it_asks_for_a_fresh_sign_in() -> None:
    table = seat(chain(level("editorial", "editor", step_up=True)))

    assert table.approve("emma") == Code.STEP_UP_AUTH_REQUIRED
    assert table.approve("emma", signed_in=table.now) is None


def test_who_lost_the_role_they_were_added_for_is_not_asked_any_more() -> None:
    table = seat(chain(SLOW))
    table.wait(4)

    assert table.added == ["carl"]
    assert table.approve("carl", groups=()) == Code.NOT_ELIGIBLE


def test_it_says_whom_it_waits_for_and_until_when() -> None:
    table = seat(chain(SLOW))
    before = table.review.waits_for[0]
    table.wait(4)
    after = table.review.waits_for[0]

    assert (before.who, before.needs, before.then) == (("emma", "eric"), 1, Due.ESCALATE)
    assert before.until == table.review.opened[0].at + 4 * HOUR
    assert "then others are asked as well" in before.en
    assert (after.who, after.then) == (("emma", "eric", "carl"), Due.EXPIRE)
    assert "puis la demande expire" in after.fr


def test_it_says_when_nobody_is_left_who_could_sign() -> None:
    table = seat(chain(level("only", signers=Signers(people=("ana",)))))
    waiting = table.review.waits_for[0]

    assert waiting.who == ()
    assert "an admin has to name somebody" in waiting.en


def test_a_second_escalation_keeps_those_the_first_one_added() -> None:
    first = level("law", "legal", n="all", escalate_to=Signers(("lead",)))
    table = seat(chain(first, escalate_to=Signers(("director",))))
    for who in ("lena", "li", "lou"):
        table.abstain(who)
    assert table.added == ["carl"]
    table.abstain("carl")

    assert table.added == ["carl", "dana"]
    assert table.review.votes[-1].actor == "carl"
