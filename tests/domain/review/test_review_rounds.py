"""The promises about rounds: how one ends, what a revision resets, and what an edit does."""

from table_of_people import EDITORIAL, LEGAL, Table, chain, level

from domain.objection import Code
from domain.review.chain import OnRevision
from domain.review.marks import Outcome
from domain.review.people import Signers

seat = Table.after_submission
BESIDE = chain(EDITORIAL, (LEGAL, level("security", "security"), level("lead", "lead")))
PRIVACY = level("privacy", "director")


def ended(table: Table) -> Outcome:
    return table.review.outcome


# How a round ends.


#
def test_request_changes_sends_back_and_closes_parallel_siblings() -> None:
    table = seat(BESIDE)
    table.approve("emma")
    table.changes("lena")

    assert ended(table) is Outcome.CHANGES_REQUESTED
    assert table.open == []
    assert table.approve("carl") == Code.NOT_IN_REVIEW


#
def test_reject_is_terminal() -> None:
    table = seat()
    table.reject("emma")

    assert table.submit() == Code.REJECTED
    assert table.revise() == Code.REJECTED


#
def test_request_changes_reject_and_veto_need_a_comment() -> None:
    made = chain(EDITORIAL, vetoers=Signers(("director",)))
    table = seat(made)
    assert table.changes("emma", reason="") == Code.COMMENT_REQUIRED
    assert table.reject("emma", reason="\n") == Code.COMMENT_REQUIRED
    table.approve("emma", reason="")
    assert table.veto("dana", reason="") == Code.COMMENT_REQUIRED


#
def test_resubmitting_without_a_change_since_the_review_is_refused() -> None:
    table = seat()
    table.changes("emma")

    assert table.submit() == Code.NO_CHANGES_SINCE_REVIEW
    table.revise(text="text 1")
    assert table.submit() == Code.NO_CHANGES_SINCE_REVIEW


#
def test_more_rounds_than_allowed_are_refused() -> None:
    table = seat(chain(EDITORIAL, max_rounds=2))
    for _ in range(2):
        table.changes("emma")
        table.revise()
        code = table.submit()

    assert code == Code.MAX_ROUNDS_REACHED
    assert table.review.round == 2


# What a revision resets.


def resumable(how: OnRevision) -> Table:
    """Editorial and legal have signed; privacy sent it back."""
    table = seat(
        chain(
            EDITORIAL, level("finance", "lead", when="post.paid"), LEGAL, PRIVACY, on_revision=how
        ),
        paid=False,
    )
    table.approve("emma")
    table.approve("lena")
    table.changes("dana")
    return table


def carried(table: Table) -> list[str]:
    return [one.level for one in table.review.carried]


#
def test_restart_carries_nothing() -> None:
    table = resumable(OnRevision.RESTART)
    table.revise(touches=())
    table.submit()

    assert (table.open, carried(table)) == (["editorial"], [])


#
def test_resume_carries_earlier_levels_explicitly() -> None:
    table = resumable(OnRevision.RESUME)
    table.revise()
    table.submit()

    assert table.open == ["privacy"]
    assert [(one.level, one.revision, one.persons) for one in table.review.carried] == [
        ("editorial", 1, ("emma",)),
        ("legal", 1, ("lena",)),
    ]


#
def test_resume_does_not_carry_past_a_newly_required_level() -> None:
    table = resumable(OnRevision.RESUME)
    table.revise()
    table.submit(facts={"paid": True})

    assert (table.open, carried(table)) == (["finance"], ["editorial"])
    table.approve("carl")
    assert table.open == ["legal"]


#
def test_keep_reopens_only_what_the_edit_touches_and_what_had_not_passed() -> None:
    table = resumable(OnRevision.KEEP)
    table.revise(touches=("editorial",))
    table.submit()

    assert (table.open, carried(table)) == (["editorial"], ["legal"])
    table.approve("eric")
    assert table.open == ["privacy"]


def test_keep_adds_up_what_several_edits_touch() -> None:
    table = resumable(OnRevision.KEEP)
    table.revise(touches=("editorial",))
    table.revise(touches=("legal",))
    table.submit()

    assert carried(table) == []


def test_keep_carries_nothing_when_the_edit_does_not_say_what_it_touches() -> None:
    table = resumable(OnRevision.KEEP)
    table.revise()
    table.submit()

    assert carried(table) == []


def test_a_level_whose_terms_were_tightened_is_signed_afresh() -> None:
    table = resumable(OnRevision.RESUME)
    table.revise()
    tighter = level("legal", "legal", n=2)
    table.pinned(chain(EDITORIAL, tighter, PRIVACY, on_revision=OnRevision.RESUME))
    table.submit()

    assert (table.open, carried(table)) == (["legal"], ["editorial"])


def test_a_running_round_keeps_the_version_it_was_submitted_under() -> None:
    table = seat()
    table.pinned(chain(EDITORIAL))
    table.approve("emma")

    assert table.open == ["legal"]


def test_carried_signatures_count_for_separation_of_duties() -> None:
    table = seat(chain(level("one", "legal"), level("two", "legal"), on_revision=OnRevision.RESUME))
    table.approve("lena")
    table.changes("li")
    table.revise()
    table.submit()

    assert table.approve("lena") == Code.SEPARATION_OF_DUTIES


def test_a_signer_who_became_an_author_is_not_carried() -> None:
    table = resumable(OnRevision.RESUME)
    table.revise("emma")
    table.submit()

    assert (table.open, carried(table)) == (["editorial"], [])


def test_somebody_signs_every_text_as_it_stands() -> None:
    table = seat(
        chain(EDITORIAL, level("finance", "lead", when="post.paid"), on_revision=OnRevision.KEEP),
        paid=True,
    )
    table.approve("emma")
    table.changes("carl")
    table.revise(touches=())
    table.submit(facts={"paid": False})

    assert (ended(table), table.open) == (Outcome.IN_REVIEW, ["editorial"])


# Edits.


#
def test_editing_a_post_under_review_sends_it_back() -> None:
    table = seat()
    assert table.revise() is None

    assert ended(table) is Outcome.DRAFT
    assert table.review.deadlines == ()


#
def test_editing_is_refused_where_the_chain_locks() -> None:
    table = seat(chain(EDITORIAL, locked_in_review=True))

    assert table.revise() == Code.LOCKED_IN_REVIEW


#
def test_an_edit_after_full_approval_voids_the_approvals() -> None:
    table = seat(chain(EDITORIAL, LEGAL, on_revision=OnRevision.KEEP))
    table.approve("emma")
    table.approve("lena")
    table.revise(touches=())

    assert table.review.goes_out_at is None
    table.submit()
    assert (table.open, carried(table)) == (["editorial"], [])


#
def test_a_published_post_is_locked() -> None:
    table = seat(chain(EDITORIAL))
    table.approve("emma")
    table.goes_out()

    assert table.revise() == Code.LOCKED
