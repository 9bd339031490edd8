"""What admins hold back and let go, behind the back of the posts it concerns."""

from datetime import datetime

from domain.naming import fresh_name
from tests.activities.desk import SQUARE, Desk


def freeze(desk: Desk, channel: str = "", thawed: bool = False) -> None:
    desk.as_owner(
        "INSERT INTO freezes (organisation, id, channel, reason, frozen_by, thawed_at)"
        " VALUES (%s, %s, %s, 'a false alarm is about', 'carl', "
        f"{'clock_timestamp()' if thawed else 'NULL'})",
        desk.organisation,
        fresh_name(),
        channel,
    )


def freeze_of_the_past(desk: Desk, begins: datetime, ends: datetime, channel: str = "") -> None:
    """One that nobody tried to send under."""
    desk.as_owner(
        "INSERT INTO freezes (organisation, id, channel, reason, frozen_by, frozen_at, thawed_at)"
        " VALUES (%s, 'past', %s, 'a false alarm was about', 'carl', %s, %s)",
        desk.organisation,
        channel,
        begins,
        ends,
    )


def thaw(desk: Desk, channel: str | None = None) -> None:
    """By the desk's clock, end the freeze of one channel, or, if none is named, every one."""
    query = (
        "UPDATE freezes SET thawed_at = %s WHERE organisation = %s"
        " AND thawed_at IS NULL AND channel = coalesce(%s, channel)"
    )
    desk.as_owner(query, desk.moment, desk.organisation, channel)


def switch(desk: Desk, on: bool) -> None:
    query = "UPDATE channels SET enabled = %s WHERE organisation = %s AND id = %s"
    desk.as_owner(query, on, desk.organisation, SQUARE)
