"""The file of a post: every entry with its seal and hash, for who has to prove what happened."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.house import Here
from api.permissions import Reader
from api.problems import Problem, declared
from api.shapes import LedgerPage, shown_entry
from api.sound import Place
from records.filing import entries
from records.posts import post_row

router = APIRouter(prefix="/v1/posts/{post}", tags=["ledger"])


@router.get("/ledger", responses=declared(401, 403, 404, 422))
async def read_ledger(
    post: str,
    me: Reader,
    here: Here,
    after: Place = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> LedgerPage:
    """The entries, oldest first. Each `hash` covers the one before it and this entry."""
    if await post_row(here.database, me.organisation, post) is None:
        raise Problem(404, "NOT_FOUND", "There is no such post in your organisation.")
    async with here.database.transaction(me.organisation) as session:
        rows = await entries(session, me.organisation, post, after, limit + 1)
    more = rows[limit - 1].seq if len(rows) > limit else None
    return LedgerPage(entries=[shown_entry(row) for row in rows[:limit]], next=more)
