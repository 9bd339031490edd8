"""The organisations we serve: their people, chains and channels, as `parapheur apply` left them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.chain import Chain
from domain.house import House
from records import reading
from records.office_facts import house_of
from records.tables import ChainRow, ChannelRow, OrganisationRow, PersonRow


class Unknown(Exception):
    """The record has no such organisation, chain, channel or person."""


@dataclass(frozen=True)
class Person:
    organisation: str
    id: str
    name: str
    groups: tuple[str, ...]
    active: bool


@dataclass(frozen=True)
class Customs:
    """What an organisation does when a post does not say: which chain, and how long a window."""

    chain: str
    window: timedelta
    time_zone: str


async def settings_of(session: AsyncSession, organisation: str) -> dict[str, Any]:
    asked = select(OrganisationRow.settings).where(OrganisationRow.organisation == organisation)
    found: dict[str, Any] | None = (await session.execute(asked)).scalar_one_or_none()
    if found is None:
        raise Unknown(f"There is no organisation {organisation!r}. Load it with `parapheur apply`.")
    return found


async def customs(session: AsyncSession, organisation: str) -> Customs:
    told = await settings_of(session, organisation)
    return Customs(
        told["default_chain"], timedelta(minutes=told["window_minutes"]), told["time_zone"]
    )


async def house(session: AsyncSession, organisation: str) -> House:
    """What the rules must know of the organisation."""
    told = await settings_of(session, organisation)
    named = select(OrganisationRow.name).where(OrganisationRow.organisation == organisation)
    name = (await session.execute(named)).scalar_one()
    channels = (
        select(ChannelRow.id, ChannelRow.platform)
        .where(ChannelRow.organisation == organisation)
        .order_by(ChannelRow.id)
    )
    platforms = [(row.id, row.platform) for row in await session.execute(channels)]
    return house_of(told, name, platforms)


async def current_chain(session: AsyncSession, organisation: str, chain: str) -> Chain:
    """The newest version of a chain; "" asks for the organisation's default. Raises Unknown."""
    wanted = chain or (await customs(session, organisation)).chain
    asked = (
        select(ChainRow.definition)
        .where(ChainRow.organisation == organisation, ChainRow.id == wanted)
        .order_by(ChainRow.version.desc())
        .limit(1)
    )
    if (found := (await session.execute(asked)).scalar_one_or_none()) is None:
        raise Unknown(f"There is no chain {wanted!r}. Store it with `parapheur apply`.")
    return reading.chain(found)


async def channels(session: AsyncSession, organisation: str) -> dict[str, str]:
    """Channel → platform, for the channels that are switched on."""
    asked = select(ChannelRow.id, ChannelRow.platform).where(
        ChannelRow.organisation == organisation, ChannelRow.enabled
    )
    return {row.id: row.platform for row in await session.execute(asked)}


async def person(session: AsyncSession, organisation: str, id: str) -> Person | None:
    asked = select(PersonRow).where(PersonRow.organisation == organisation, PersonRow.id == id)
    if (row := (await session.execute(asked)).scalar_one_or_none()) is None:
        return None
    return Person(row.organisation, row.id, row.name, tuple(row.groups), row.active)
