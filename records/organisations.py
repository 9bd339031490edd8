"""The organisations we serve: their people, chains and channels, as `parapheur apply` left them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from domain.house import House
from domain.post import Content
from domain.review import people as review
from domain.review.book import Book
from domain.review.calendar import Calendar
from domain.review.chain import Chain
from domain.review.people import Delegation, Trait
from records import reading
from records.office_facts import house_of
from records.tables import (
    CalendarRow,
    ChainRow,
    ChannelRow,
    ContentRow,
    DelegationRow,
    OrganisationRow,
    PersonRow,
)


class Unknown(Exception):
    """The record has no such organisation, chain, channel or person."""


@dataclass(frozen=True)
class Person:
    organisation: str
    id: str
    name: str
    groups: tuple[str, ...]
    active: bool
    traits: tuple[Trait, ...] = ()


@dataclass(frozen=True)
class Customs:
    """What an organisation does when a post does not say: which chain, and how long a window."""

    chain: str
    window: timedelta
    time_zone: str


async def settings_of(session: AsyncSession, organisation: str) -> dict[str, Any]:
    asked = await session.execute(SETTINGS, {"organisation": organisation})
    found: dict[str, Any] | None = asked.scalar_one_or_none()
    if found is None:
        raise no_such(organisation)
    return found


def no_such(organisation: str) -> Unknown:
    return Unknown(f"There is no organisation {organisation!r}. Load it with `parapheur apply`.")


async def customs(session: AsyncSession, organisation: str) -> Customs:
    told = await settings_of(session, organisation)
    return Customs(
        told["default_chain"], timedelta(minutes=told["window_minutes"]), told["time_zone"]
    )


async def house(session: AsyncSession, organisation: str) -> House:
    """What the rules must know of the organisation."""
    found = (await session.execute(HOUSE, {"organisation": organisation})).one_or_none()
    if found is None:
        raise no_such(organisation)
    return house_of(found.settings, found.name, found.platforms)


async def house_and_content(
    session: AsyncSession, organisation: str, content_hash: str
) -> tuple[House, Content]:
    """What the rules must know, and what they are held against: in one question."""
    named = {"organisation": organisation, "content_hash": content_hash}
    found = (await session.execute(HOUSE_AND_CONTENT, named)).one()
    told = house_of(found.settings, found.name, found.platforms)
    return told, reading.content(found.content)


async def current_chain(session: AsyncSession, organisation: str, chain: str) -> Chain:
    """The newest version of a chain; "" asks for the organisation's default. Raises Unknown."""
    wanted = chain or (await customs(session, organisation)).chain
    named = {"organisation": organisation, "chain": wanted}
    if (found := (await session.execute(CHAIN, named)).scalar_one_or_none()) is None:
        raise Unknown(f"There is no chain {wanted!r}. Store it with `parapheur apply`.")
    return reading.chain(found)


async def book(session: AsyncSession, organisation: str, chain: str) -> Book:
    """What a post submitted now under this chain is judged under. Raises Unknown."""
    return Book(
        await current_chain(session, organisation, chain),
        await _calendars(session, organisation),
        await people(session, organisation),
        await delegations(session, organisation),
    ).narrowed()


async def chains(session: AsyncSession, organisation: str) -> tuple[Chain, ...]:
    """The newest version of every chain."""
    asked = (
        select(ChainRow.definition)
        .ext(distinct_on(ChainRow.id))
        .where(ChainRow.organisation == organisation)
        .order_by(ChainRow.id, ChainRow.version.desc())
    )
    return tuple(reading.chain(found) for found in (await session.execute(asked)).scalars())


async def _calendars(session: AsyncSession, organisation: str) -> tuple[Calendar, ...]:
    found = await session.execute(CALENDARS, {"organisation": organisation})
    return tuple(reading.calendar(told) for told in found.scalars())


async def people(session: AsyncSession, organisation: str) -> tuple[review.Person, ...]:
    found = await session.execute(PEOPLE, {"organisation": organisation})
    return tuple(as_judged(row) for row in found.scalars())


def as_judged(row: PersonRow) -> review.Person:
    """A person as a review knows them."""
    traits = tuple(Trait(trait) for trait in row.traits)
    left = () if row.active else (Trait.INACTIVE,)
    return review.Person(row.id, row.name, tuple(row.groups), (*traits, *left))


async def delegations(session: AsyncSession, organisation: str) -> tuple[Delegation, ...]:
    found = await session.execute(DELEGATIONS, {"organisation": organisation})
    return tuple(
        Delegation(r.id, r.giver, r.taker, r.starts, r.ends, tuple(r.levels), r.revoked)
        for r in found.scalars()
    )


async def channels(session: AsyncSession, organisation: str) -> dict[str, str]:
    """Channel → platform, for the channels that are switched on."""
    found = await session.execute(CHANNELS, {"organisation": organisation})
    return {row.id: row.platform for row in found}


async def person(session: AsyncSession, organisation: str, id: str) -> Person | None:
    found = await session.execute(PERSON, {"organisation": organisation, "id": id})
    if (row := found.one_or_none()) is None:
        return None
    traits = tuple(Trait(trait) for trait in row.traits)
    return Person(organisation, id, row.name, tuple(row.groups), row.active, traits)


async def email_of(session: AsyncSession, organisation: str, person: str) -> str:
    asked = select(PersonRow.email).where(
        PersonRow.organisation == organisation, PersonRow.id == person
    )
    return (await session.execute(asked)).scalar_one()


# Made once: to build a statement takes longer than to ask it.
OURS: BindParameter[str] = bindparam("organisation")
SETTINGS = select(OrganisationRow.settings).where(OrganisationRow.organisation == OURS)
CHAIN = (
    select(ChainRow.definition)
    .where(ChainRow.organisation == OURS, ChainRow.id == bindparam("chain"))
    .order_by(ChainRow.version.desc())
    .limit(1)
)
CALENDARS = (
    select(CalendarRow.definition)
    .ext(distinct_on(CalendarRow.id))
    .where(CalendarRow.organisation == OURS)
    .order_by(CalendarRow.id, CalendarRow.version.desc())
)
PEOPLE = select(PersonRow).where(PersonRow.organisation == OURS).order_by(PersonRow.id)
DELEGATIONS = (
    select(DelegationRow)
    .where(DelegationRow.organisation == OURS)
    .order_by(DelegationRow.starts, DelegationRow.id)
)
CHANNELS = select(ChannelRow.id, ChannelRow.platform).where(
    ChannelRow.organisation == OURS, ChannelRow.enabled
)
PLATFORMS = (
    select(
        func.coalesce(
            func.jsonb_agg(
                aggregate_order_by(
                    func.jsonb_build_array(ChannelRow.id, ChannelRow.platform), ChannelRow.id
                )
            ),
            func.jsonb_build_array(),
        )
    )
    .where(ChannelRow.organisation == OURS)
    .scalar_subquery()
)
HOUSE = select(OrganisationRow.settings, OrganisationRow.name, PLATFORMS.label("platforms")).where(
    OrganisationRow.organisation == OURS
)
HOUSE_AND_CONTENT = HOUSE.add_columns(ContentRow.content).where(
    ContentRow.organisation == OrganisationRow.organisation,
    ContentRow.hash == bindparam("content_hash"),
)
PERSON = select(PersonRow.name, PersonRow.groups, PersonRow.active, PersonRow.traits).where(
    PersonRow.organisation == OURS, PersonRow.id == bindparam("id")
)
