"""What was refused here: who tried what on which post, when, and why it could not stand."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, Field

from api.house import Here
from api.permissions import Auditor
from api.problems import Problem, declared
from api.sound import Moment, sound
from domain.objection import Code
from records.audit import WantedRefusals, list_refusals
from records.posts import BadCursor

Sound = Annotated[str, AfterValidator(sound)]
router = APIRouter(prefix="/v1/refusals", tags=["ledger"])


class RefusalShape(BaseModel):
    """Names and a code. What the act would have said is not kept."""

    id: str
    at: datetime
    post: str
    actor: str
    act: str
    code: str


class RefusalList(BaseModel):
    refusals: list[RefusalShape]
    next: str | None = Field(description="Pass it as `cursor` for the next page; empty at the end.")


@router.get("", responses=declared(401, 403, 422))
async def read_refusals(
    me: Auditor,
    here: Here,
    post: Sound = "",
    actor: Sound = "",
    act: Sound = "",
    code: Code | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> RefusalList:
    """Refused acts of your organisation, newest first; `since` is included, `until` is not."""
    wanted = WantedRefusals(post, actor, act, code or "", since, until)
    try:
        page = await list_refusals(here.database, me.organisation, wanted, cursor, limit)
    except BadCursor:
        says = "This cursor is not one of ours; leave it out to begin at the newest."
        raise Problem(422, "BAD_CURSOR", says) from None
    return RefusalList(
        refusals=[
            RefusalShape(
                id=row.id, at=row.at, post=row.post, actor=row.actor, act=row.act, code=row.code
            )
            for row in page.refusals
        ],
        next=page.next,
    )
