"""An organisation as a folder of YAML: read, checked with file and line, and stored in versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.canonical import plain
from domain.chain import Chain, Level, Signers
from domain.counting import LIMITS
from domain.house import House
from records import reading
from records.database import Database
from records.office_facts import FactsSheet, house_of, misfits
from records.packs import shipped
from records.reexamining import reexamine
from records.tables import ChainRow, ChannelRow, OrganisationRow, PersonRow

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
S = TypeVar("S", bound="Sheet")


class OfficeError(Exception):
    """The folder cannot be applied. Each line names a file, a line and what to do."""


class Sheet(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _span(text: str) -> str:
    if not text[:-1].isdigit() or text[-1:] not in UNITS:
        raise ValueError("a span is a whole number and s, m, h or d, like 90m")
    return text


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


class PeopleSheet(Sheet):
    people: dict[Id, PersonSheet]


class SignersSheet(Sheet):
    groups: tuple[Id, ...] = ()
    people: tuple[Id, ...] = ()

    def value(self) -> Signers:
        return Signers(self.groups, self.people)


class LevelSheet(Sheet):
    id: Id
    title: str
    approvers: SignersSheet


class GraceSheet(Sheet):
    grace_minutes: Annotated[int, Field(ge=0)]


class LateSheet(Sheet):
    publish_immediately: GraceSheet


class ChainSheet(Sheet):
    id: Id
    levels: Annotated[tuple[LevelSheet, ...], Field(min_length=1)]
    leads: SignersSheet = SignersSheet()
    separation_of_duties: bool = True
    late_publication: Literal["hold"] | LateSheet = "hold"
    watch: tuple[Annotated[str, AfterValidator(_span)], ...] = ()

    def value(self, version: int) -> Chain:
        late = self.late_publication
        return Chain(
            self.id,
            version,
            tuple(Level(level.id, level.title, level.approvers.value()) for level in self.levels),
            self.leads.value(),
            self.separation_of_duties,
            None if late == "hold" else timedelta(minutes=late.publish_immediately.grace_minutes),
            tuple(timedelta(**{UNITS[span[-1]]: int(span[:-1])}) for span in self.watch),
        )


@dataclass(frozen=True)
class Office:
    sheet: OfficeSheet
    people: dict[str, PersonSheet]
    chains: tuple[ChainSheet, ...]


def read_office(folder: Path) -> Office:
    """The folder's files, checked one by one and against each other. Raises OfficeError."""
    if not (folder / "office.yaml").is_file():
        raise OfficeError(f"{folder}: there is no office.yaml in this folder.")
    sheet = _read(folder / "office.yaml", OfficeSheet)
    people = _read(folder / "people.yaml", PeopleSheet).people
    chains = tuple(_read(path, ChainSheet) for path in sorted(folder.glob("chains/*.yaml")))
    office = Office(sheet, people, chains)
    if wrong := list(_misfits(folder, office)):
        raise OfficeError("\n".join(wrong))
    return office


def house_in(folder: Path) -> tuple[House, timedelta]:
    """What the rules must know of the office in this folder, and how long its windows are.

    Reads office.yaml alone. Raises OfficeError.
    """
    path = folder / "office.yaml"
    sheet = _read(path, OfficeSheet)
    if wrong := list(_facts_that_misfit(path, sheet)):
        raise OfficeError("\n".join(wrong))
    platforms = [(id, channel.platform) for id, channel in sheet.channels.items()]
    told = sheet.model_dump(mode="json", exclude={"organisation", "name", "channels"})
    return house_of(told, sheet.name, platforms), timedelta(minutes=sheet.window_minutes)


def _misfits(folder: Path, office: Office) -> Iterator[str]:
    """What each file says of the others and is not so."""
    known = {chain.id for chain in office.chains}
    if office.sheet.default_chain not in known:
        yield (
            f"{folder / 'office.yaml'}: default_chain is {office.sheet.default_chain!r}, "
            f"and chains/ has only {', '.join(sorted(known)) or 'nothing'}."
        )
    yield from _facts_that_misfit(folder / "office.yaml", office.sheet)
    groups = {group for person in office.people.values() for group in person.groups}
    for chain in office.chains:
        ids = [level.id for level in chain.levels]
        for twice in sorted({id for id in ids if ids.count(id) > 1}):
            yield f"{folder / 'chains'}: chain {chain.id} has two levels {twice!r}."
        for level in chain.levels:
            if not {*level.approvers.groups} & groups and not {*level.approvers.people} & {
                *office.people
            }:
                yield (
                    f"{folder / 'chains'}: nobody in people.yaml can sign level {level.id!r} "
                    f"of chain {chain.id}."
                )


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


async def apply_office(database: Database, folder: Path) -> list[str]:
    """Store the folder. Answers with what changed, one sentence each. Raises OfficeError."""
    office = read_office(folder)
    organisation = office.sheet.organisation
    async with database.transaction(organisation) as session:
        await _store_house(session, office.sheet)
        await _store_people(session, organisation, office.people)
        changed = [
            said
            for chain in office.chains
            if (said := await _store_chain(session, organisation, chain))
        ]
    return [*changed, *await reexamine(database, organisation)]


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
        row = {**person.model_dump(), "groups": list(person.groups)}
        await session.execute(
            insert(PersonRow)
            .values(organisation=organisation, id=id, **row)
            .on_conflict_do_update(index_elements=["organisation", "id"], set_=row)
        )


async def _store_chain(session: AsyncSession, organisation: str, sheet: ChainSheet) -> str | None:
    newest = (
        select(ChainRow)
        .where(ChainRow.organisation == organisation, ChainRow.id == sheet.id)
        .order_by(ChainRow.version.desc())
        .limit(1)
    )
    row = (await session.execute(newest)).scalar_one_or_none()
    version = row.version if row else 0
    if row and reading.chain(row.definition) == sheet.value(version):
        return None
    definition = plain(sheet.value(version + 1))
    await session.execute(
        insert(ChainRow).values(
            organisation=organisation, id=sheet.id, version=version + 1, definition=definition
        )
    )
    return f"Chain {sheet.id} is now at version {version + 1}."
