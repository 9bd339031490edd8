"""A review travels in a workflow's snapshot: it comes back equal, and it is small."""

from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter
from table_of_people import ESCALATING, HURRIED, Table, chain, level

from domain.review.book import Book
from domain.review.calendar import Calendar, Hours, SpecialDay, public_holidays
from domain.review.chain import Chain
from domain.review.people import Person, Signers
from domain.review.review import Review

SNAPSHOT = TypeAdapter(Review)


def busy() -> Table:
    slow = level("law", "legal", n=2, terms=ESCALATING, escalate_to=Signers(("lead",)))
    table = Table.after_submission(chain(slow, level("two", "editor")), paid=True, tags=("a", "b"))
    table.delegate("lena", "dana", levels=("law",), id="loan")
    table.approve("dana", on_behalf_of="lena")
    table.wait(5)
    table.reject("li")
    table.revoke("lena", "loan")
    return table


def test_a_review_comes_back_equal() -> None:
    hurried = Table(HURRIED)
    hurried.finds(emergency=True)
    hurried.hurry("otto")
    hurried.hurry("olga")
    for review in (Review(("ana",)), busy().review, hurried.review):
        assert SNAPSHOT.validate_json(SNAPSHOT.dump_json(review)) == review


def test_a_review_that_came_back_goes_on_as_before() -> None:
    table, other = busy(), busy()
    other.review = SNAPSHOT.validate_json(SNAPSHOT.dump_json(table.review))
    for one in (table, other):
        one.approve("lou")
        one.approve("carl")
        one.approve("emma")

    assert other.review == table.review
    assert table.review.is_approved


def test_acts_come_back_equal() -> None:
    from domain.acts import Decide, Verdict

    act = Decide(
        id="1",
        actor="ana",
        at=datetime(2026, 3, 2, tzinfo=UTC),
        verdict=Verdict.VETO,
        revision=1,
        content_hash="x",
        signed_in=datetime(2026, 3, 2, tzinfo=UTC),
    )
    adapter = TypeAdapter(Decide)

    assert adapter.validate_json(adapter.dump_json(act)) == act


def test_a_book_is_narrowed_to_what_its_chain_can_ask_for() -> None:
    crowd = tuple(Person(f"p{nth}", groups=("crowd",)) for nth in range(500))
    days = public_holidays("FR", None, tuple(range(2026, 2032)))
    week = ((Hours(540, 720), Hours(840, 1080)),) * 5 + ((), ())
    calendars = tuple(
        Calendar(name, "Europe/Paris", week, tuple(SpecialDay(day) for day in days))
        for name in ("office", "other")
    )
    made = Chain("own", 1, chain(level("law", "legal", calendar="office")).steps)
    book = Book(made, calendars, (*crowd, Person("lena", groups=("legal",))))

    review = Review(("ana",)).under(book)

    assert review.book is not None
    assert [person.id for person in review.book.people] == ["lena"]
    assert [calendar.id for calendar in review.book.calendars] == ["office"]
    assert len(SNAPSHOT.dump_json(review)) < 8000


def test_deadlines_stand_in_the_value_and_are_not_counted_again() -> None:
    table = busy()
    review = table.review
    assert review.book is not None

    assert review.deadlines[0].at - review.opened[0].at == timedelta(hours=8)
