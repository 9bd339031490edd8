"""Remarks beside a post. They decide nothing and leave the post as it is."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from api.house import Here, House
from api.permissions import Author, Principal, Reader
from api.problems import Problem, declared
from api.repeating import RepeatableIfNamed
from api.shapes import Shape
from api.sound import sound
from records import reading
from records.posts import post_row
from records.remarks import Visibility, keep_remark, remarks_on
from records.tables import PostRow, RemarkRow

router = APIRouter(prefix="/v1/posts/{post}/remarks", tags=["remarks"])
Remarked = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4_000, strip_whitespace=True),
    AfterValidator(sound),
]


class NewRemark(Shape):
    text: Remarked
    visibility: Visibility = Field(
        default=Visibility.INTERNAL,
        description="external: people outside the house who were asked to approve see it, too.",
    )


class RemarkShape(BaseModel):
    id: str
    author: str
    visibility: Visibility
    revision: int = Field(description="The revision that was current when it was written.")
    text: str
    at: datetime


class RemarkList(BaseModel):
    remarks: list[RemarkShape]


@router.post("", status_code=201, responses=declared(401, 403, 404, 409, 422))
async def remark(
    post: str, said: NewRemark, me: Author, here: Here, named: RepeatableIfNamed
) -> RemarkShape:
    """Note something beside a post. What somebody from outside writes, outside can see."""
    row = await _known(here, me, post)
    outside = me.is_outside
    kept = await keep_remark(
        here.database,
        me.organisation,
        post,
        id=await named(f"remark/{post}", said),
        author=me.id,
        visibility=Visibility.EXTERNAL if outside else said.visibility,
        revision=row.revision,
        says=said.text,
    )
    return shown(kept)


@router.get("", responses=declared(401, 403, 404, 422))
async def read_remarks(post: str, me: Reader, here: Here) -> RemarkList:
    """The remarks that you may see, oldest first."""
    await _known(here, me, post)
    visible = [Visibility.EXTERNAL] if me.is_outside else list(Visibility)
    rows = await remarks_on(here.database, me.organisation, post, visible)
    return RemarkList(remarks=[shown(row) for row in rows])


async def _known(here: House, me: Principal, post: str) -> PostRow:
    row = await post_row(here.database, me.organisation, post)
    if row is None or (me.is_outside and not await _is_invited(here, me, row)):
        raise Problem(404, "NOT_FOUND", "There is no such post in your organisation.")
    return row


async def _is_invited(here: House, me: Principal, row: PostRow) -> bool:
    """People outside the house know only of the posts that they are asked to decide on."""
    now, known = await here.door.now(), reading.life(row.life).review.invitations
    return any(one.person == me.id and one.expires > now for one in known)


def shown(row: RemarkRow) -> RemarkShape:
    return RemarkShape(
        id=row.id,
        author=row.author,
        visibility=Visibility(row.visibility),
        revision=row.revision,
        text=row.says,
        at=row.at,
    )
