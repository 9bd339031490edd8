"""Values as they may come in: nothing that a database or a clock cannot keep, nothing guessed."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

Flag = Annotated[bool, Field(strict=True)]
Counted = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]  # `true` would be 1
Place = Annotated[int, Field(ge=0, le=2**31 - 1)]  # in a query, where all is text


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


def dated(moment: object) -> object:
    """A moment is written as a date: of a bare number nobody knows whether it counts seconds."""
    if isinstance(moment, datetime) or (isinstance(moment, str) and "-" in moment[1:]):
        return moment
    raise ValueError("write it as a date with its hour and time zone, 2030-03-04T08:00:00Z")


Moment = Annotated[AwareDatetime, BeforeValidator(dated), AfterValidator(utc)]
