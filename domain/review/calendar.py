"""Working time: hours with breaks, days off, a time zone, and how long a span of it lasts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

DAY = 24 * 60
FARTHEST = 3700  # days; a span that needs more was a mistake in the chain


@dataclass(frozen=True)
class Hours:
    """A stretch of a day, in minutes since local midnight; 1440 is the day's end."""

    opens: int
    closes: int


@dataclass(frozen=True)
class SpecialDay:
    """A day that keeps other hours than its weekday; none at all when it is a day off."""

    day: date
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """One version of a working calendar.

    Public holidays stand in it as plain days, so that a newer list of holidays never moves a
    deadline that somebody has already been told.
    """

    id: str
    zone: str = "UTC"
    week: tuple[tuple[Hours, ...], ...] = ()  # Monday first; (): every hour of every day
    special: tuple[SpecialDay, ...] = ()
    version: int = 1

    def after(self, start: datetime, span: timedelta) -> datetime:
        """The moment at which `span` of working time has passed since `start`, in UTC."""
        start = start.astimezone(UTC)
        if not self.week:
            return start + span
        for opens, closes in self._stretches(start):
            if (left := closes - max(opens, start)) >= span:
                return max(opens, start) + span
            span -= max(left, timedelta(0))
        raise ValueError(f"Calendar {self.id} has too few working hours for this deadline.")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if not self.week:
            return max(end - start, timedelta(0))
        passed = timedelta(0)
        for opens, closes in self._stretches(start):
            if opens >= end:
                break
            passed += max(min(closes, end) - max(opens, start), timedelta(0))
        return passed

    def is_open(self, at: datetime) -> bool:
        at = at.astimezone(UTC)
        if not self.week:
            return True
        opens, closes = next(self._stretches(at))
        return opens <= at < closes

    def local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone))

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        if not self.week:
            return (Hours(0, DAY),)
        special = next((special.hours for special in self.special if special.day == day), None)
        return self.week[day.weekday()] if special is None else special

    def _stretches(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working hours that end after `start`, in order."""
        zone = ZoneInfo(self.zone)
        first = start.astimezone(zone).date() - timedelta(days=1)
        for days in range(FARTHEST):
            day = first + timedelta(days=days)
            for hours in self.hours_on(day):
                opens, closes = (
                    instant(day, hours.opens, zone, 0),
                    instant(day, hours.closes, zone, 1),
                )
                if closes > start and closes > opens:
                    yield opens, closes


ALWAYS = Calendar("24x7")


def instant(day: date, minutes: int, zone: ZoneInfo, fold: int) -> datetime:
    """A wall-clock time as an instant in UTC.

    An hour the clocks skip begins when they have skipped it; of an hour they repeat, opening takes
    the first (`fold` 0) and closing the second (`fold` 1).
    """
    midnight = datetime.combine(day, datetime.min.time(), zone)
    wall = (midnight + timedelta(minutes=minutes)).replace(fold=fold)
    exact = wall.astimezone(UTC)
    if exact.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return exact
    return _end_of_gap(wall)


def _end_of_gap(wall: datetime) -> datetime:
    low = wall.replace(fold=1).astimezone(UTC)  # before the clocks jump
    high = wall.replace(fold=0).astimezone(UTC)  # after they have
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(wall.tzinfo).replace(tzinfo=None) < wall.replace(tzinfo=None):
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


@cache
def public_holidays(
    country: str, subdivision: str | None, years: tuple[int, ...]
) -> tuple[date, ...]:
    """The public holidays of a country or a part of it. Raises NotImplementedError if unknown."""
    return tuple(sorted(holidays.country_holidays(country, subdiv=subdivision, years=years)))
