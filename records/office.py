"""An organisation as a folder of YAML: read, checked with file and line, and stored in versions."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.canonical import plain
from domain.counting import LIMITS
from domain.house import House
from domain.review.calendar import Calendar
from domain.review.chain import Chain
from domain.review.people import Delegation
from records import folder
from records.database import Database
from records.documents import Unreadable
from records.office_facts import FactsSheet, house_of, misfits
from records.packs import shipped
from records.reexamining import reexamine
from records.tables import (
    CalendarRow,
    ChainRow,
    ChannelRow,
    DelegationRow,
    OrganisationRow,
    PersonRow,
    Versioned,
)

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
S = TypeVar("S", bound="Sheet")


class OfficeError(Exception):
    """The folder cannot be applied. Each line names a file, a line and what to do."""


class Sheet(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError("an IANA time zone, like Europe/Paris")
    return ZoneInfo(text).key


def _platform(text: str) -> str:
    if text not in LIMITS:
        raise ValueError(f"one of {', '.join(sorted(LIMITS))}")
    return text


class ChannelSheet(Sheet):
    platform: Annotated[str, AfterValidator(_platform)]
    enabled: bool = True


class OfficeSheet(FactsSheet, Sheet):
    organisation: Id
    name: str
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    time_zone: Annotated[str, AfterValidator(_zone)]
    default_chain: Id
    window_minutes: Annotated[int, Field(gt=0, le=366 * 24 * 60)] = 240
    channels: dict[Id, ChannelSheet]


class PersonSheet(Sheet):
    name: str
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    groups: tuple[Id, ...] = ()
    active: bool = True
    external: bool = False  # not of the house: decides through a link
    step_up: bool = False  # has to sign in afresh before deciding

    @property
    def traits(self) -> list[str]:
        return [name for name in ("external", "step_up") if getattr(self, name)]


class PeopleSheet(Sheet):
    people: dict[Id, PersonSheet]


@dataclass(frozen=True)
class Office:
    """The house's own settings, and what its posts are judged under."""

    sheet: OfficeSheet
    people: dict[str, PersonSheet]
    review: folder.Office


def read_office(place: Path, today: date) -> Office:
    """The folder's files, checked one by one and against each other. Raises OfficeError.

    Public holidays are written out from the year of `today` on.
    """
    if not (place / "office.yaml").is_file():
        raise OfficeError(f"{place}: there is no office.yaml in this folder.")
    sheet = _read(place / "office.yaml", OfficeSheet)
    people = _read(place / "people.yaml", PeopleSheet).people
    try:
        office = Office(sheet, people, folder.read_office([place], today))
    except Unreadable as wrong:
        raise OfficeError(str(wrong)) from wrong
    if wrongs := list(_misfits(place, office)):
        raise OfficeError("\n".join(wrongs))
    return office


def organisation_in(place: Path) -> str:
    """Whose folder this is. Raises OfficeError."""
    return _read(place / "office.yaml", OfficeSheet).organisation


def house_in(place: Path) -> tuple[House, timedelta]:
    """What the rules must know of the office in this place, and how long its windows are.

    Reads office.yaml alone. Raises OfficeError.
    """
    path = place / "office.yaml"
    sheet = _read(path, OfficeSheet)
    if wrong := list(_facts_that_misfit(path, sheet)):
        raise OfficeError("\n".join(wrong))
    platforms = [(id, channel.platform) for id, channel in sheet.channels.items()]
    told = sheet.model_dump(mode="json", exclude={"organisation", "name", "channels"})
    return house_of(told, sheet.name, platforms), timedelta(minutes=sheet.window_minutes)


def _misfits(place: Path, office: Office) -> Iterator[str]:
    """What the house's settings say of the rest and is not so."""
    known = {chain.id for chain in office.review.chains}
    if office.sheet.default_chain not in known:
        yield (
            f"{place / 'office.yaml'}: default_chain is {office.sheet.default_chain!r}, "
            f"and chains/ has only {', '.join(sorted(known)) or 'nothing'}."
        )
    yield from _facts_that_misfit(place / "office.yaml", office.sheet)


def _facts_that_misfit(path: Path, sheet: OfficeSheet) -> Iterator[str]:
    rules = {rule.id for pack in shipped().packs for rule in pack.rules}
    known = rules | {pack.id for pack in shipped().packs}
    node = yaml.compose(path.read_text(), Loader=yaml.SafeLoader)
    for place, says in misfits(sheet, sheet.country, set(sheet.channels), known):
        yield f"{path}:{_line_of(node, place)}: {place[0]}: {says}."


def _read(path: Path, sheet: type[S]) -> S:
    """One file as its sheet. Raises OfficeError naming the line of everything that is wrong."""
    try:
        text = path.read_text()
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return sheet.model_validate(yaml.safe_load(text))
    except FileNotFoundError:
        raise OfficeError(f"{path}: this file is missing.") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise OfficeError(f"{path}:{line}: {error.problem}.") from error
    except ValidationError as error:
        lines = [
            f"{path}:{_line_of(node, trouble['loc'])}: "
            f"{'.'.join(str(part) for part in trouble['loc'])}: {trouble['msg']}."
            for trouble in error.errors()
        ]
        raise OfficeError("\n".join(lines)) from error


def _line_of(node: yaml.Node | None, place: tuple[Any, ...]) -> int:
    """The line on which a place in a document stands, or the nearest line above it."""
    line = 1
    for part in place:
        if node is None:
            break
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if not found:
                break
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


async def apply_office(database: Database, place: Path) -> list[str]:
    """Store the folder. Answers with what changed, one sentence each. Raises OfficeError."""
    office = read_office(place, (await database.now()).date())
    organisation = office.sheet.organisation
    async with database.transaction(organisation) as session:
        await _store_house(session, office.sheet)
        await _store_people(session, organisation, office.people)
        said: list[str | None] = []
        said += await _store_delegations(session, organisation, office.review.delegations)
        said += [
            await _store_version(session, organisation, CalendarRow, calendar)
            for calendar in office.review.calendars
        ]
        said += [
            await _store_version(session, organisation, ChainRow, chain)
            for chain in office.review.chains
        ]
    return [*(sentence for sentence in said if sentence), *await reexamine(database, organisation)]


async def _store_house(session: AsyncSession, sheet: OfficeSheet) -> None:
    told = sheet.model_dump(mode="json", exclude={"organisation", "name", "channels"})
    house = {"organisation": sheet.organisation, "name": sheet.name, "settings": told}
    changed = {"name": sheet.name, "settings": told}
    await session.execute(
        insert(OrganisationRow)
        .values(house)
        .on_conflict_do_update(index_elements=["organisation"], set_=changed)
    )
    for id, channel in sheet.channels.items():
        row = {"platform": channel.platform, "enabled": channel.enabled}
        await session.execute(
            insert(ChannelRow)
            .values(organisation=sheet.organisation, id=id, settings={}, **row)
            .on_conflict_do_update(index_elements=["organisation", "id"], set_=row)
        )


async def _store_people(
    session: AsyncSession, organisation: str, people: dict[str, PersonSheet]
) -> None:
    """Nobody is deleted, since the ledger names them: who left the file is inactive."""
    await session.execute(
        update(PersonRow).where(PersonRow.organisation == organisation).values(active=False)
    )
    for id, person in people.items():
        row = {
            "name": person.name,
            "email": person.email,
            "groups": list(person.groups),
            "active": person.active,
            "traits": person.traits,
        }
        await session.execute(
            insert(PersonRow)
            .values(organisation=organisation, id=id, **row)
            .on_conflict_do_update(index_elements=["organisation", "id"], set_=row)
        )


async def _store_delegations(
    session: AsyncSession, organisation: str, delegations: tuple[Delegation, ...]
) -> list[str]:
    """What people delegated by themselves stays; what left the folder is taken back."""
    gone = update(DelegationRow).where(
        DelegationRow.organisation == organisation,
        DelegationRow.from_the_folder,
        DelegationRow.revoked.is_(None),
        DelegationRow.id.not_in([loan.id for loan in delegations]),
    )
    await session.execute(gone.values(revoked=func.clock_timestamp()))
    said = []
    for loan in delegations:
        row: dict[str, Any] = {
            "giver": loan.giver,
            "taker": loan.taker,
            "starts": loan.starts,
            "ends": loan.ends,
            "levels": list(loan.levels),
            "revoked": loan.revoked,
            "from_the_folder": True,
        }
        await session.execute(
            insert(DelegationRow)
            .values(organisation=organisation, id=loan.id, **row)
            .on_conflict_do_update(
                index_elements=["organisation", "id"],
                # what was taken back stays so, whatever the folder says
                set_={**row, "revoked": func.coalesce(DelegationRow.revoked, loan.revoked)},
            )
        )
        kept = await session.get_one(DelegationRow, (organisation, loan.id), populate_existing=True)
        if kept.revoked and loan.revoked is None:
            said.append(
                f"Delegation {loan.id} was taken back on {kept.revoked:%Y-%m-%d} and stays so; "
                "give it another id to lend the seat anew."
            )
    return said


async def _store_version(
    session: AsyncSession,
    organisation: str,
    table: type[Versioned],
    value: Chain | Calendar,
) -> str | None:
    """A new version where something changed, and none where nothing did."""
    asked = (
        select(table)
        .where(table.organisation == organisation, table.id == value.id)
        .order_by(table.version.desc())
        .limit(1)
    )
    row = (await session.execute(asked)).scalar_one_or_none()
    version = row.version if row else 0
    if row and row.definition == plain(replace(value, version=version)):
        return None
    new = replace(value, version=version + 1)
    await session.execute(
        insert(table).values(
            organisation=organisation, id=value.id, version=new.version, definition=plain(new)
        )
    )
    return f"{type(value).__name__} {value.id} is now at version {new.version}."
