"""Who exactly may sign now: by name, in their own seat or a lent one, and with what."""

from table_of_people import HOUR, LEGAL, PEOPLE, Table, chain, level

from domain.review.people import Person, Trait
from domain.review.signers import Signer, signers

EDITORIAL = level("editorial", "editor")


def named(table: Table) -> list[str]:
    return [
        f"{one.level}: {one.person}"
        + (f" for {one.stands_in_for}" if one.stands_in_for else "")
        + (f" ({one.needs})" if one.needs else "")
        for one in signers(table.review, table.now + HOUR)
    ]


def test_each_is_named_in_their_own_seat_and_in_a_lent_one() -> None:
    table = Table.after_submission(chain(EDITORIAL, LEGAL))
    table.delegate("emma", "carl", levels=("editorial",))
    table.delegate("eric", "dana", start=50)
    assert named(table) == ["editorial: emma", "editorial: eric", "editorial: carl for emma"]


def test_authors_and_those_who_were_heard_are_not_named() -> None:
    table = Table.after_submission(chain(level("editorial", "editor", n=2)), author="emma")
    assert named(table) == ["editorial: eric"]
    table = Table.after_submission(chain(level("law", "legal", n=2)))
    table.delegate("li", "ana")
    table.approve("lena")
    assert named(table) == ["law: li", "law: lou"], "no author in a lent seat either"


def test_it_says_what_they_have_to_bring() -> None:
    table = Table.after_submission(chain((level("guard", "security"), level("port", "partner"))))
    assert named(table) == [
        "guard: sven (STEP_UP_AUTH_REQUIRED)",
        "port: pia (EXTERNAL_LINK_REQUIRED)",
    ]


def test_names_are_those_of_the_book_and_leavers_are_gone() -> None:
    people = tuple(
        Person("emma", "Emma Roy", one.groups) if one.id == "emma" else one for one in PEOPLE
    )
    table = Table(chain(EDITORIAL), people=people)
    table.submit()
    table.told(Person("eric", groups=("editor",), traits=(Trait.INACTIVE,)))
    assert signers(table.review, table.now) == (Signer("editorial", "emma", "Emma Roy"),)
