"""Working time: breaks, holidays, zones, and the two nights on which the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.review.calendar import (
    ALWAYS,
    Calendar,
    Hours,
    SpecialDay,
    instant,
    public_holidays,
)

PARIS, LONDON = ZoneInfo("Europe/Paris"), ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
DESK = (Hours(9 * 60, 12 * 60), Hours(14 * 60, 18 * 60))
OFFICE = Calendar(
    "office",
    "Europe/Paris",
    (DESK, DESK, DESK, DESK, DESK, (), ()),
    (SpecialDay(date(2026, 4, 6)), SpecialDay(date(2026, 12, 24), (Hours(540, 720),))),
)
NIGHT = Calendar("night", "Europe/Paris", ((Hours(0, 360), Hours(1320, 1440)),) * 7)
ROUND = Calendar("round", "Europe/Paris", ((Hours(0, 1440),),) * 7)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


#
@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-02 09:00", 3, "2026-03-02 12:00"),  # to the last minute before the break
        ("2026-03-02 09:00", 4, "2026-03-02 15:00"),  # over the break
        ("2026-03-02 13:00", 1, "2026-03-02 15:00"),  # from within the break
        ("2026-03-02 07:00", 1, "2026-03-02 10:00"),  # before the door opens
        ("2026-03-02 19:00", 1, "2026-03-03 10:00"),  # after it has closed
        ("2026-03-06 17:00", 2, "2026-03-09 10:00"),  # over a weekend
        ("2026-03-07 11:00", 7, "2026-03-09 18:00"),  # from within the weekend
        ("2026-04-03 17:00", 2, "2026-04-07 10:00"),  # over Easter Monday
        ("2026-12-24 11:00", 2, "2026-12-25 10:00"),  # a day that ends at noon
        ("2026-03-27 16:00", 4, "2026-03-30 11:00"),  # the clocks go forward
        ("2026-10-23 16:00", 4, "2026-10-26 11:00"),  # the clocks go back
    ],
)
def test_deadlines_count_working_hours(start: str, hours: int, end: str) -> None:
    assert OFFICE.after(paris(start), hours * HOUR) == paris(end)


#
def test_a_calendar_counts_in_its_own_zone() -> None:
    london = Calendar("london", "Europe/London", OFFICE.week)
    noon = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)

    assert OFFICE.after(noon, HOUR) == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert london.after(noon, HOUR) == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def test_between_the_changes_of_two_zones_each_keeps_its_own() -> None:
    """The United States change three weeks before Europe does."""
    york = Calendar("york", "America/New_York", OFFICE.week)
    monday = datetime(2026, 3, 9, 0, 0, tzinfo=UTC)

    assert york.after(monday, HOUR) == datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
    assert OFFICE.after(monday, HOUR) == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


#
def test_a_night_is_as_long_as_the_clocks_make_it() -> None:
    spring = paris("2026-03-28 22:00"), paris("2026-03-29 06:00")
    autumn = paris("2026-10-24 22:00"), paris("2026-10-25 06:00")

    assert NIGHT.between(*spring) == 7 * HOUR
    assert NIGHT.between(*autumn) == 9 * HOUR


def test_hours_that_open_in_a_gap_open_when_the_gap_is_over() -> None:
    day = date(2026, 3, 29)

    assert instant(day, 150, PARIS, 0) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert instant(day, 150, PARIS, 1) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert instant(date(2026, 3, 29), 90, LONDON, 0) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_of_a_repeated_hour_opening_takes_the_first_and_closing_the_second() -> None:
    day = date(2026, 10, 25)

    assert instant(day, 150, PARIS, 0) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant(day, 150, PARIS, 1) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


#
def test_round_the_clock_counts_every_hour() -> None:
    start = paris("2026-03-28 22:00")

    assert ALWAYS.after(start, 6 * HOUR) == start.astimezone(UTC) + 6 * HOUR
    assert ROUND.after(start, 6 * HOUR) == start.astimezone(UTC) + 6 * HOUR


def test_a_calendar_that_never_opens_says_so() -> None:
    never = Calendar("never", "UTC", ((),) * 7)

    with pytest.raises(ValueError, match="too few working hours"):
        never.after(datetime(2026, 3, 2, tzinfo=UTC), HOUR)


#
def test_public_holidays_come_from_the_countrys_list() -> None:
    assert date(2026, 7, 14) in public_holidays("FR", None, (2026,))
    assert date(2026, 12, 28) in public_holidays("GB", "ENG", (2026,))
    with pytest.raises(NotImplementedError):
        public_holidays("XX", None, (2026,))


MINUTES = st.integers(0, 3 * 365 * 24 * 60)
MOMENTS = MINUTES.map(lambda n: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
SPANS = st.integers(1, 60 * 100).map(lambda minutes: timedelta(minutes=minutes))
CALENDARS = st.sampled_from([OFFICE, NIGHT, ROUND, ALWAYS])


@settings(max_examples=200, deadline=None)
@given(calendar=CALENDARS, start=MOMENTS, span=SPANS)
def test_what_is_counted_forward_is_counted_back(
    calendar: Calendar, start: datetime, span: timedelta
) -> None:
    end = calendar.after(start, span)

    assert calendar.between(start, end) == span
    assert calendar.is_open(end - timedelta(microseconds=1))


@settings(max_examples=100, deadline=None)
@given(calendar=CALENDARS, start=MOMENTS, first=SPANS, second=SPANS)
def test_one_span_after_another_is_their_sum(
    calendar: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert calendar.after(calendar.after(start, first), second) == calendar.after(
        start, first + second
    )
