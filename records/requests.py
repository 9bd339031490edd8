"""Repeating a request safely: the same key and the same body are the same request, for ever."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from domain.naming import name_from
from records.database import Database
from records.tables import RequestRow


class KeyReused(Exception):
    """This Idempotency-Key came before with another body."""


async def remember(
    database: Database, organisation: str, principal: str, key: str, body_hash: str
) -> str:
    """A name for this request, the same each time it comes. Raises KeyReused.

    Nothing else is stored: whatever the request leads to is itself safe to repeat under this name.
    """
    row = insert(RequestRow).values(
        organisation=organisation, principal=principal, key=key, body_hash=body_hash
    )
    asked = select(RequestRow.body_hash).where(
        RequestRow.organisation == organisation,
        RequestRow.principal == principal,
        RequestRow.key == key,
    )
    async with database.transaction(organisation) as session:
        await session.execute(row.on_conflict_do_nothing())
        if (await session.execute(asked)).scalar_one() != body_hash:
            raise KeyReused
    return name_from(f"parapheur request {organisation}/{principal}/{key}")
