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
    return moment.astimezone(UTC)
