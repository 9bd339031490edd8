"""The windows around a vote in which an administration must hold its tongue.

France computes its own (Code électoral L52-1 al. 2, L49, L52-2) from the days of the vote, in local
time; other countries' windows are called by an authority and stated with the election.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.house import Election, House, Restriction

FRENCH = "FR"
SIX_MONTHS = 6


def restrictions(house: House) -> tuple[tuple[Election, Restriction], ...]:
    """Every window of every vote this organisation knows of."""
    return tuple(
        (election, restriction)
        for election in house.elections
        for restriction in (
            *election.restrictions,
            *(_french(election, ZoneInfo(house.zone)) if house.country == FRENCH else ()),
        )
    )


def _french(election: Election, zone: ZoneInfo) -> tuple[Restriction, ...]:
    if not election.votes:
        return ()
    first, last = min(election.votes), max(election.votes)
    found = [
        Restriction(
            "blackout.election_eve",
            _at(day - timedelta(days=1), zone),
            _polls_close(day, zone),
            "Code électoral, art. L49",
            "propaganda",
        )
        for day in election.votes
    ]
    found += [
        Restriction(
            "election.results_premature",
            _at(day, zone),
            _polls_close(day, zone),
            "Code électoral, art. L52-2",
            "results",
        )
        for day in election.votes
    ]
    stated = any(r.rule == "blackout.election" for r in election.restrictions)
    if election.general and not stated:
        found.append(
            Restriction(
                "blackout.election",
                _at(_months_before(first), zone),
                _polls_close(last, zone),
                "Code électoral, art. L52-1 al. 2",
                "promotion",
            )
        )
    return tuple(found)


def _months_before(vote: date) -> date:
    """The first day of the sixth month before that of the vote: March 2026 → 1 September 2025."""
    months = vote.year * 12 + vote.month - 1 - SIX_MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _at(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone)


def _polls_close(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(20), zone)  # the last polling station of metropolitan France
