"""Texts and moments as they may come in: nothing that a database or a clock cannot keep."""

from datetime import UTC, datetime


def sound(text: str) -> str:
    """No NUL, which a database cannot keep, and no half of a surrogate pair, which nobody can."""
    if "\x00" in text:
        raise ValueError("it holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("it holds half of a surrogate pair") from error
    return text


def utc(moment: datetime) -> datetime:
    """The moment in UTC, if it is one that this office can live to see."""
    try:
        there = moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("it is beyond every calendar") from error
    if not 2000 <= there.year <= 2200:
        raise ValueError("a year between 2000 and 2200")
    return there
