"""A copy of the example office is what applying its folder would have left."""

from pathlib import Path

import pytest

from records.database import Database
from records.office import apply_office
from tests.offices import Rows, office_named, open_office, rows_of

pytestmark = pytest.mark.anyio


def unnamed(found: list[Rows]) -> dict[str, list[dict[str, object]]]:
    return {
        rows.table.__tablename__: [{**one, "organisation": ""} for one in rows.values]
        for rows in found
    }


async def test_a_copy_is_as_if_it_had_been_applied(database: Database, tmp_path: Path) -> None:
    for name in ("original", "copy"):
        await open_office(database, name, tmp_path / name)
    await apply_office(database, office_named("applied", tmp_path / "applied"))
    copied, applied = [unnamed(await rows_of(database, name)) for name in ("copy", "applied")]
    assert copied == applied
    assert len(copied) >= 5
    assert await apply_office(database, tmp_path / "copy") == []  # there is nothing new in it
