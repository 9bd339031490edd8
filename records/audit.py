"""What was refused: who tried which act on which post, when, and the code of why not.

Names and codes only. What an act would have said is not kept, since it was refused.
"""

from domain.acts import Act
from domain.naming import fresh_name
from domain.objection import Code
from records.database import Database
from records.tables import RefusalRow


async def keep_refusal(
    database: Database, organisation: str, post: str, act: Act, code: Code
) -> None:
    """Each attempt is an entry of its own, even if it repeats the one before."""
    row = RefusalRow(
        organisation=organisation,
        id=fresh_name(),
        post=post,
        actor=act.actor,
        act=act.kind,
        code=code,
        says="",
    )
    async with database.transaction(organisation) as session:
        session.add(row)
