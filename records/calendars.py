"""Working calendars as an office writes them: hours by weekday, holidays, and its own days."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import regex

from domain.review.calendar import DAY, Calendar, Hours, SpecialDay, public_holidays
from records.documents import Page

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEARS_AHEAD = 5
HOURS = regex.compile(r"(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)")


def calendars(page: Page, today: date) -> tuple[Calendar, ...]:
    return tuple(_calendar(id, one, today) for id, one in page.entries().items())


def _calendar(id: str, page: Page, today: date) -> Calendar:
    """`24x7`, or hours in a zone with days off."""
    if page.is_text:
        page.choice("24x7")
        return Calendar(id)
    found = page.fields("version", "holidays", "closed", "special", needs=("zone", "hours"))
    if "hours" in found and found["hours"].is_text:
        found["hours"].choice("24x7")
        return Calendar(id, _zone(found))
    week = _week(found["hours"]) if "hours" in found else ()
    if "hours" in found and not any(week):
        found["hours"].complain("A calendar needs at least one working hour in the week.")
    off = {day: SpecialDay(day) for day in _holidays(found, today)}
    off |= {day: SpecialDay(day) for day in _closed(found)}
    off |= {special.day: special for special in _special(found)}
    return Calendar(
        id,
        _zone(found),
        week,
        tuple(off[day] for day in sorted(off)),
        found["version"].number() if "version" in found else 1,
    )


def _zone(found: dict[str, Page]) -> str:
    if "zone" not in found:
        return "UTC"
    page = found["zone"]
    try:
        return ZoneInfo(page.text()).key
    except (ZoneInfoNotFoundError, ValueError):
        page.complain(f"There is no time zone {page.text()!r}; an example is Europe/Paris.")
        return "UTC"


def _week(page: Page) -> tuple[tuple[Hours, ...], ...]:
    """`{mon-thu: ["09:00-12:30", "14:00-17:30"], fri: "09:00-12:00"}`; nights spill over."""
    week: list[list[Hours]] = [[] for _ in DAYS]
    for name, said in page.entries().items():
        for day in _days(name, said):
            for hours in _hours(said):
                if hours.closes > hours.opens:
                    week[day].append(hours)
                    continue
                week[day].append(Hours(hours.opens, DAY))
                week[(day + 1) % 7].append(Hours(0, hours.closes))
    ordered = [sorted(hours, key=lambda one: one.opens) for hours in week]
    for stretches in ordered:
        if any(one.closes > other.opens for one, other in pairwise(stretches)):
            page.complain("These hours overlap.")
    return tuple(tuple(day) for day in ordered)


def _days(name: str, page: Page) -> list[int]:
    first, _, last = name.partition("-")
    if first in DAYS and (last or first) in DAYS:
        start, end = DAYS.index(first), DAYS.index(last or first)
        if start <= end:
            return list(range(start, end + 1))
    page.complain(f"{name!r} is no weekday or range of them, such as mon or mon-fri.")
    return []


def _hours(page: Page) -> Iterator[Hours]:
    for said in page.names():
        found = HOURS.fullmatch(said)
        opens, closes = (
            (int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4]))
            if found
            else (0, 0)
        )
        if opens == closes or max(opens, closes) > DAY:
            page.complain(f"Expected hours such as 09:00-12:30, not {said!r}.")
        else:
            yield Hours(opens, closes)


def _holidays(found: dict[str, Page], today: date) -> tuple[date, ...]:
    if "holidays" not in found:
        return ()
    page = found["holidays"]
    said = page.fields("subdivision", needs=("country",))
    country = said["country"].text() if "country" in said else ""
    part = said["subdivision"].text() if "subdivision" in said else None
    years = tuple(range(today.year, today.year + YEARS_AHEAD + 1))
    try:
        return public_holidays(country, part, years)
    except NotImplementedError:
        page.complain(f"No holidays are known for {' '.join(filter(None, (country, part)))}.")
        return ()


def _closed(found: dict[str, Page]) -> Iterator[date]:
    """Single days, or `2026-12-24..2026-12-31`."""
    for page in found["closed"].items() if "closed" in found else ():
        first, dots, last = page.text().partition("..")
        try:
            day, end = date.fromisoformat(first), date.fromisoformat(last if dots else first)
        except ValueError:
            page.expects("a day such as 2026-05-15, or 2026-12-24..2026-12-31")
            continue
        while day <= end:
            yield day
            day += timedelta(days=1)


def _special(found: dict[str, Page]) -> Iterator[SpecialDay]:
    for name, page in found["special"].entries().items() if "special" in found else ():
        try:
            day = date.fromisoformat(name)
        except ValueError:
            page.expects(f"a day such as 2026-12-24, not {name!r}")
            continue
        yield SpecialDay(day, tuple(_hours(page)))
