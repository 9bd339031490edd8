"""What people note beside a post: for the house only, or for those outside who may see it, too."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from records.database import Database
from records.tables import RemarkRow


class Visibility(StrEnum):
    INTERNAL = "internal"  # the house only
    EXTERNAL = "external"  # outside approvers, too


async def keep_remark(
    database: Database,
    organisation: str,
    post: str,
    *,
    id: str,
    author: str,
    visibility: Visibility,
    revision: int,
    says: str,
) -> RemarkRow:
    """Put a remark on record, once per id, and answer with it."""
    row = insert(RemarkRow).values(
        organisation=organisation,
        post=post,
        id=id,
        author=author,
        visibility=visibility,
        revision=revision,
        says=says,
    )
    async with database.transaction(organisation) as session:
        await session.execute(row.on_conflict_do_nothing())
        return await session.get_one(RemarkRow, (organisation, post, id))


async def remarks_on(
    database: Database, organisation: str, post: str, visible: Sequence[Visibility]
) -> list[RemarkRow]:
    """The remarks of these visibilities, oldest first."""
    asked = (
        select(RemarkRow)
        .where(
            RemarkRow.organisation == organisation,
            RemarkRow.post == post,
            RemarkRow.visibility.in_(visible),
        )
        .order_by(RemarkRow.at, RemarkRow.id)
    )
    async with database.transaction(organisation) as session:
        return list((await session.execute(asked)).scalars())
