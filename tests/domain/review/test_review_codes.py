"""Every reason code, in both directions: an act it refuses, and the nearest act that stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from table_of_people import EDITORIAL, ESCALATING, HURRIED, LEGAL, NOON, TWO, Table, chain, level

from domain.acts import Submit
from domain.objection import Code
from domain.review.chain import Chain
from domain.review.marks import Finding
from domain.review.people import Signers
from domain.review.review import Review

Play = Callable[[Table], Code | None]
HOUR = timedelta(hours=1)
PAPERS = chain(level("law", "legal", "partner", n=2), LEGAL)
OPEN = chain(level("partner", "partner"))
LOCKED = chain(EDITORIAL, locked_in_review=True)
BLOCK = Finding("election", waiver="legal")
FIXED = Finding("pii", bypassable=False)


@dataclass(frozen=True)
class Row:
    code: Code
    refused: Play
    accepted: Play
    chain: Chain = TWO
    author: str = "ana"


def after(*plays: Play) -> Play:
    """The last of these plays, once the others stand."""

    def play(table: Table) -> Code | None:
        for earlier in plays[:-1]:
            assert earlier(table) is None
        return plays[-1](table)

    return play


def do(verb: str, *words: object, **terms: object) -> Play:
    return lambda table: getattr(table, verb)(*words, **terms)


def approved(table: Table) -> None:
    assert table.approve("emma") is None
    assert table.approve("lena") is None


def out(table: Table) -> None:
    approved(table)
    table.goes_out()


def expired(table: Table) -> None:
    table.wait(9)


SUBMIT, EMMA, LENA = do("submit"), do("approve", "emma"), do("approve", "lena")
LOAN = do("delegate", "emma", "dana", id="loan")
EARLY = do("delegate", "emma", "dana", 5, 9)
DANA = do("approve", "dana", on_behalf_of="emma")
HURRY = do("hurry", "otto")
EMERGENCY = do("finds", emergency=True)
SLOW = chain(EDITORIAL, LEGAL)


def later(hours: int) -> Play:
    return lambda table: table.wait(hours)


ROWS = [
    Row(
        Code.STALE_VERSION,
        after(do("revise"), SUBMIT, do("approve", "emma", revision=1)),
        after(do("revise"), SUBMIT, do("approve", "emma", revision=2)),
    ),
    Row(
        Code.NO_CHANGES_SINCE_REVIEW,
        after(SUBMIT, do("changes", "emma"), do("revise", text="text 1"), SUBMIT),
        after(SUBMIT, do("changes", "emma"), do("revise"), SUBMIT),
    ),
    Row(
        Code.MAX_ROUNDS_REACHED,
        after(SUBMIT, do("changes", "emma"), do("revise"), SUBMIT, do("revise"), SUBMIT),
        after(SUBMIT, do("changes", "emma"), do("revise"), SUBMIT),
        chain(EDITORIAL, max_rounds=2),
    ),
    Row(
        Code.UNKNOWN_LEVEL,
        after(SUBMIT, do("revise", touches=("leagl",))),
        after(SUBMIT, do("revise", touches=("legal",))),
    ),
    Row(
        Code.LOCKED_IN_REVIEW,
        after(SUBMIT, do("revise")),
        after(SUBMIT, do("changes", "emma"), do("revise")),
        LOCKED,
    ),
    Row(
        Code.LOCKED,
        after(SUBMIT, out, do("revise")),
        after(SUBMIT, approved, do("revise")),
    ),
    Row(Code.NOT_SUBMITTABLE, after(SUBMIT, SUBMIT), SUBMIT),
    Row(Code.MACHINES_NEVER_APPROVE, after(SUBMIT, do("approve", "key:cms")), after(SUBMIT, EMMA)),
    Row(
        Code.ACTOR_INACTIVE,
        after(SUBMIT, do("leave", "emma"), EMMA),
        after(SUBMIT, do("leave", "eric"), EMMA),
    ),
    Row(Code.NOT_ELIGIBLE, after(SUBMIT, do("approve", "carl")), after(SUBMIT, EMMA)),
    Row(Code.NOT_YOURS, do("withdraw", "emma"), do("withdraw", "ana")),
    Row(
        Code.SELF_APPROVAL,
        after(do("submit", "emma"), EMMA),
        after(do("submit", "emma"), do("approve", "eric")),
        author="emma",
    ),
    Row(
        Code.SEPARATION_OF_DUTIES,
        after(SUBMIT, LENA, LENA),
        after(SUBMIT, LENA, do("approve", "li")),
        chain(level("first", "legal"), level("second", "legal")),
    ),
    Row(
        Code.ALREADY_DECIDED,
        after(SUBMIT, LENA, do("reject", "lena")),
        after(SUBMIT, LENA, do("retract", "lena"), do("reject", "lena")),
        chain(level("law", "legal", n=2)),
    ),
    Row(
        Code.COMMENT_REQUIRED,
        after(SUBMIT, do("reject", "emma", reason=" ")),
        after(SUBMIT, do("reject", "emma", reason="wrong")),
    ),
    Row(
        Code.EXTERNAL_LINK_REQUIRED,
        after(SUBMIT, do("approve", "pia")),
        after(SUBMIT, do("invite", "pia", "partner", id="l"), do("approve", "pia", link="l")),
        OPEN,
    ),
    Row(
        Code.LINK_EXPIRED,
        after(
            SUBMIT,
            do("invite", "pia", "partner", 2, id="l"),
            later(3),
            do("approve", "pia", link="l"),
        ),
        after(
            SUBMIT,
            do("invite", "pia", "partner", 2, id="l"),
            later(1),
            do("approve", "pia", link="l"),
        ),
        OPEN,
    ),
    Row(
        Code.STEP_UP_AUTH_REQUIRED,
        after(SUBMIT, do("approve", "sven")),
        after(SUBMIT, lambda table: table.approve("sven", signed_in=table.now)),
        chain(level("security", "security")),
    ),
    Row(Code.LEVEL_NOT_OPEN, after(SUBMIT, LENA), after(SUBMIT, EMMA, LENA)),
    Row(
        Code.LEVEL_CLOSED,
        after(SUBMIT, EMMA, do("approve", "eric")),
        after(SUBMIT, do("approve", "eric")),
    ),
    Row(
        Code.DELEGATION_NOT_STARTED,
        after(SUBMIT, EARLY, DANA),
        after(SUBMIT, EARLY, later(6), DANA),
        SLOW,
    ),
    Row(
        Code.DELEGATION_EXPIRED,
        after(SUBMIT, EARLY, later(10), DANA),
        after(SUBMIT, EARLY, later(8), DANA),
        SLOW,
    ),
    Row(
        Code.DELEGATION_REVOKED,
        after(SUBMIT, LOAN, do("revoke", "emma", "loan"), DANA),
        after(SUBMIT, LOAN, DANA),
    ),
    Row(
        Code.NOTHING_TO_DELEGATE,
        do("delegate", "carl", "dana"),
        do("delegate", "emma", "dana"),
    ),
    Row(
        Code.INVALID_WINDOW,
        do("delegate", "emma", "dana", 2, 1),
        do("delegate", "emma", "dana", 1, 2),
    ),
    Row(
        Code.EXTERNAL_DELEGATION_FORBIDDEN,
        do("delegate", "lena", "pia"),
        do("delegate", "lena", "dana"),
        PAPERS,
    ),
    Row(Code.NOT_IN_REVIEW, EMMA, after(SUBMIT, EMMA)),
    Row(
        Code.WITHDRAWN,
        after(SUBMIT, do("withdraw"), EMMA),
        after(SUBMIT, EMMA, do("withdraw")),
    ),
    Row(
        Code.REJECTED,
        after(SUBMIT, do("reject", "emma"), do("approve", "eric")),
        after(SUBMIT, do("reject", "emma")),
    ),
    Row(
        Code.EXPIRED,
        after(SUBMIT, expired, EMMA),
        after(SUBMIT, EMMA),
        chain(level("editorial", "editor", terms=ESCALATING, escalate_to=Signers(("lead",)))),
    ),
    Row(
        Code.ALREADY_PUBLISHED,
        after(SUBMIT, out, do("withdraw")),
        after(SUBMIT, approved, do("withdraw")),
    ),
    Row(
        Code.IN_THE_PAST,
        lambda table: table.reschedule(table.now - HOUR),
        lambda table: table.reschedule(table.now + HOUR),
    ),
    Row(
        Code.POLICY_BLOCK,
        do("submit", findings=(BLOCK,)),
        do("submit", findings=(Finding("election", blocks=False),)),
    ),
    Row(
        Code.NOT_OVERRIDABLE,
        after(do("finds", FIXED), do("waive", "lena", "pii")),
        after(do("finds", BLOCK), do("waive", "lena", "election")),
    ),
    Row(
        Code.SECOND_PERSON_REQUIRED,
        after(EMERGENCY, HURRY, HURRY),
        after(EMERGENCY, HURRY, do("hurry", "olga")),
        HURRIED,
    ),
    Row(Code.NOT_AN_EMERGENCY, HURRY, after(EMERGENCY, HURRY), HURRIED),
    Row(
        Code.NON_BYPASSABLE_RULE,
        after(do("finds", FIXED, emergency=True), HURRY),
        after(do("finds", BLOCK, emergency=True), HURRY),
        HURRIED,
    ),
]


def seated(row: Row) -> Table:
    return Table(row.chain, row.author)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_the_code_refuses(row: Row) -> None:
    table = seated(row)

    assert row.refused(table) == row.code
    assert table.says.endswith(".")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_the_nearest_act_stands(row: Row) -> None:
    assert row.accepted(seated(row)) is None


def test_a_post_without_a_chain_is_refused_and_with_one_it_is_not() -> None:
    submit = Submit(id="a1", actor="ana", at=NOON, revision=1)
    review = Review(("ana",), content_hash="text 1")

    objection = review.objection(submit)

    assert objection is not None
    assert objection.code == Code.NO_CHAIN
    assert review.under(Table().book).objection(submit) is None


#
def test_every_code_has_a_row() -> None:
    not_of_a_review = {Code.DISCARDED, Code.OUTSIDE_WINDOW, Code.NOTHING_UNKNOWN, Code.SEAL_BROKEN}
    assert {row.code for row in ROWS} | {Code.NO_CHAIN} == set(Code) - not_of_a_review
