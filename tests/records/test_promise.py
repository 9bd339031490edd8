"""The promise of `parapheur verify`: whatever is changed in the record, it names the very row.

Every table and every column that PostgreSQL knows is walked; what is not evidence stands in two
short lists, each with its reason. A new column is evidence until somebody says here why not.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from records.tables import EVIDENCE, Base, Owned
from tests.records.burglar import Burglar, Row, keys_of, other

pytestmark = pytest.mark.anyio

NO_EVIDENCE = {
    "alembic_version": "which migrations ran",
    "organisations": "settings of the day; what a round was judged under is in its file",
    "people": "as organisations",
    "delegations": "as organisations",
    "channels": "as organisations; its secret opens for nobody but us",
    "api_keys": "who may come in today; whoever did is in the file",
    "freezes": "what holds today; what it held is in the file",
    "requests": "which repetition is the same request",
    "notices": "letters to people; what they are about is in the file",
    "histories_owed": "what we still have to ask the engine for",
    "refusals": "what came to nothing: kept by trigger and by role, told by no file",
    "remarks": "notes beside a post: kept by trigger and by role, told by no file",
    "sandbox_posts": "the sandbox's own store, as a platform has one of its own",
}
NOT_THESE_COLUMNS = {
    ("contents", "at"): "when it was stored; when it was drafted is in the file",
    ("posts", "updated_at"): "when the list was last written",
    ("publications", "lease_until"): "until when a sender that is silent is believed to live",
}
# A row that no file tells of: allowed where nobody was ever judged by it or shown it.
MAY_BE_INVENTED = {
    "contents": "a text that no post says",
    "media": "a picture that no post shows",
    "chains": "a version that no round was pinned to",
    "calendars": "a version that no round was pinned to",
}


@dataclass(frozen=True)
class Place:
    table: type[Owned]
    column: str


def tables() -> dict[str, type[Owned]]:
    return {one.class_.__tablename__: one.class_ for one in Base.registry.mappers}


async def places(burglar: Burglar) -> list[Place]:
    """Every column of every table of the record, as PostgreSQL has them."""
    asked = text(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
    )
    found = [(table, column) for table, column in await burglar.connection.execute(asked)]
    assert {table for table, _ in found} >= {*NO_EVIDENCE, *tables()}
    assert set(NOT_THESE_COLUMNS) <= set(found)
    return [Place(tables()[table], column) for table, column in found if table not in NO_EVIDENCE]


async def test_whatever_is_changed_in_any_column_its_row_is_named(burglar: Burglar) -> None:
    """I-17, I-18. Nothing but that row; one that was moved is named where it was."""
    dice = Random(17)
    for place in await places(burglar):
        rows = await burglar.rows(place.table)
        assert rows, f"nothing in {place.table.__tablename__} to be at"
        row = chosen(rows, place, dice)
        value = other(row.values[place.column], place.column, dice)
        async with burglar.undone():
            await burglar.sets(row, **{place.column: value})
            check(burglar, row, place, value, await burglar.named())
    assert burglar.unnoticed == []


def chosen(rows: list[Row], place: Place, dice: Random) -> Row:
    """Any row; of checkpoints not the newest, which nothing inside the database remembers."""
    is_checkpoint = place.table.__tablename__ == "checkpoints"
    return dice.choice(rows[:-1] if is_checkpoint else rows)


def check(burglar: Burglar, row: Row, place: Place, value: Any, named: set[str]) -> None:
    excused = (place.table.__tablename__, place.column) in NOT_THESE_COLUMNS
    if excused:
        right = named == set()
    elif place.column in keys_of(place.table):
        right = row.name in named
    else:
        right = named == {row.name}
    if not right:
        burglar.unnoticed.append(f"{row.name}: {place.column} = {value!r}; named: {sorted(named)}")


async def test_a_row_that_is_gone_is_named(burglar: Burglar) -> None:
    for table in {place.table: None for place in await places(burglar)}:
        row = chosen(await burglar.rows(table), Place(table, ""), Random(3))
        async with burglar.undone():
            await burglar.takes(row)
            if row.name not in (named := await burglar.named()):
                burglar.unnoticed.append(f"{row.name} is gone; named: {sorted(named)}")
    assert burglar.unnoticed == []


async def test_a_row_that_was_invented_is_named(burglar: Burglar) -> None:
    """On a post that is there, and on one that is not."""
    for table in {place.table: None for place in await places(burglar)}:
        if table.__tablename__ in MAY_BE_INVENTED:
            continue
        row = (await burglar.rows(table))[-1]
        elsewhere = [one for one in ("post", "id") if one in keys_of(table)][:1]
        last = [column.name for column in table.__table__.c if column.primary_key][-1]
        for column in {*elsewhere, last}:
            async with burglar.undone():
                changed = {column: other(row.values[column], column, Random(5))}
                if table.__tablename__ == "ledger":  # where a key counts once, it takes another
                    changed["key"] = "another"
                invented = await burglar.puts(row, **changed)
                if invented.name not in (named := await burglar.named()):
                    burglar.unnoticed.append(f"{invented.name}; named: {sorted(named)}")
    assert burglar.unnoticed == []


async def test_a_row_moved_to_another_house_is_missed_here(burglar: Burglar) -> None:
    """I-19."""
    for table in {place.table: None for place in await places(burglar)}:
        row = chosen(await burglar.rows(table), Place(table, ""), Random(7))
        async with burglar.undone():
            await burglar.sets(row, organisation="elsewhere")
            if row.name not in (named := await burglar.named()):
                burglar.unnoticed.append(f"{row.name} moved; named: {sorted(named)}")
    assert burglar.unnoticed == []


def test_evidence_that_verification_does_not_prove_is_named_above() -> None:
    assert {name for name in EVIDENCE if name in NO_EVIDENCE} == {"refusals", "remarks"}
