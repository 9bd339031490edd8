"""The example office, applied once and then copied: reading its folder is what takes time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from records.database import Database
from records.office import apply_office
from records.tables import Base

OFFICE = Path(__file__).parents[1] / "policies" / "office"


@dataclass(frozen=True)
class Rows:
    """What applying the folder left in one table."""

    table: type[Base]
    values: list[dict[str, Any]]


_left: list[Rows] = []


async def open_office(database: Database, organisation: str, folder: Path) -> None:
    """As if its folder, which is there, had been applied."""
    office = office_named(organisation, folder)
    if not _left:
        await apply_office(database, office)
        _left.extend(await rows_of(database, organisation))
        return
    async with database.transaction(organisation) as session:
        for rows in _left:
            copies = [{**one, "organisation": organisation} for one in rows.values]
            await session.execute(rows.table.__table__.insert(), copies)


async def rows_of(database: Database, organisation: str) -> list[Rows]:
    """In every table, but for when; those on which others depend come first."""
    kinds = {one.class_.__table__: one.class_ for one in Base.registry.mappers}
    found = []
    async with database.transaction(organisation) as session:
        for table in Base.metadata.sorted_tables:
            mine = table.c.organisation == organisation
            asked = table.select().where(mine).order_by(*table.primary_key)
            values = [
                {name: value for name, value in one.items() if name != "applied_at"}
                for one in (await session.execute(asked)).mappings()
            ]
            found += [Rows(kinds[table], values)] if values else []
    return found


def office_named(organisation: str, folder: Path) -> Path:
    """A copy of the example office under another name."""
    (folder / "chains").mkdir(parents=True)
    for path in OFFICE.rglob("*.yaml"):
        text = path.read_text().replace("organisation: office ", f"organisation: {organisation} ")
        (folder / path.relative_to(OFFICE)).write_text(text)
    return folder
