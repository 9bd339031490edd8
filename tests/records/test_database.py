"""How we talk to PostgreSQL: few trips, always inside one organisation, never on a dead line."""

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.facts import Fact, FactKind
from domain.naming import fresh_name
from domain.objection import Code
from records import database as talking
from records.database import Database, connect
from records.filing import File, open_file
from records.tables import RefusalRow
from tests.activities.desk import Desk

pytestmark = pytest.mark.anyio
WHO = text("SELECT current_setting('app.organisation', true)")
LINE = text("SELECT pg_backend_pid()")


async def told(session: AsyncSession) -> str:
    return str((await session.execute(WHO)).scalar_one())


@pytest.fixture
def one_line(database: Database) -> Database:
    """All that is asked goes over the same connection."""
    return connect(database.engine.url.render_as_string(hide_password=False), pool=1)


async def test_every_question_is_asked_inside_its_organisation(one_line: Database) -> None:
    async with one_line.transaction("north") as session:
        assert [await told(session), await told(session)] == ["north", "north"]
    async with one_line.reading("south") as session:
        assert [await told(session), await told(session)] == ["south", "south"]
    async with one_line.transaction("") as session:
        assert await told(session) == ""
    await one_line.close()


async def test_an_error_does_not_tell_the_log_what_people_wrote(one_line: Database) -> None:
    async with one_line.transaction("north") as session:
        with pytest.raises(ProgrammingError) as raised:
            await session.execute(text("SELECT :said FROM nowhere"), {"said": "Call Marc."})
    assert "Call Marc." not in str(raised.value)
    await one_line.close()


async def test_a_question_that_fails_leaves_a_line_that_works(one_line: Database) -> None:
    for talk in (one_line.transaction, one_line.reading):
        with pytest.raises(ProgrammingError):
            async with talk("north") as session:
                await session.execute(text("SELECT nothing FROM nowhere"))
        async with talk("south") as session:
            assert await told(session) == "south"
    await one_line.close()


async def test_a_line_that_died_while_it_rested_is_replaced(
    one_line: Database, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talking, "RESTED", 0)
    async with one_line.reading("north") as session:
        dead = (await session.execute(LINE)).scalar_one()
    async with database.reading("north") as session:
        await session.execute(text("SELECT pg_terminate_backend(:line)"), {"line": dead})
    async with one_line.transaction("north") as session:
        assert (await session.execute(LINE)).scalar_one() != dead
    await one_line.close()


async def test_whoever_waited_for_the_file_files_at_a_later_instant(desk: Desk) -> None:
    await desk.submitted()

    async def opened() -> File:
        async with desk.database.transaction(desk.organisation) as session:
            return await open_file(session, desk.organisation, desk.post)

    async with desk.database.transaction(desk.organisation) as session:
        first = await open_file(session, desk.organisation, desk.post)
        waiting = asyncio.create_task(opened())
        await desk.somebody_waits()
        released = await desk.database.now()
        await first.keep()
    assert (await waiting).at > released


async def test_whoever_waited_for_the_file_knows_what_was_filed_meanwhile(desk: Desk) -> None:
    await desk.submitted()

    async def knows() -> bool:
        async with desk.database.transaction(desk.organisation) as session:
            file = await open_file(session, desk.organisation, desk.post, "meanwhile")
            return await file.holds("meanwhile") is not None

    assert not await knows()
    async with desk.database.transaction(desk.organisation) as session:
        first = await open_file(session, desk.organisation, desk.post)
        waiting = asyncio.create_task(knows())
        await desk.somebody_waits()
        await first.fact(Fact(kind=FactKind.EXAMINED), "meanwhile")
        await first.keep()
    assert await waiting


async def test_what_is_added_to_a_session_is_written_with_its_transaction(
    database: Database, desk: Desk
) -> None:
    async with database.transaction(desk.organisation) as session:
        session.add(a_refusal(desk.organisation))
    with suppress(KeyError):
        async with database.transaction(desk.organisation) as session:
            session.add(a_refusal(desk.organisation))
            await session.flush()
            raise KeyError
    async with database.reading(desk.organisation) as session:
        kept = select(RefusalRow).where(RefusalRow.organisation == desk.organisation)
        assert len((await session.execute(kept)).all()) == 1


def a_refusal(organisation: str) -> RefusalRow:
    return RefusalRow(
        organisation=organisation,
        id=fresh_name(),
        post="none",
        actor="ana",
        act="decide",
        code=Code.NOT_YOURS,
        says="",
    )
