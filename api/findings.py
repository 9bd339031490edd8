"""What the rules find in a text while it is written, before anybody is asked to sign it."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.house import Here, House
from api.permissions import Author, Principal, Reader
from api.posts import checked
from api.problems import Problem, declared
from api.shapes import ContentShape, FindingShape, shown_findings
from domain.canonical import plain
from domain.lifecycle import NOTHING_YET
from domain.post import Content
from domain.review.review import Review
from records import posts, reading
from records.examining import WRITING, Examination, examined
from records.organisations import house

router = APIRouter(prefix="/v1/findings", tags=["findings"])


class FindingsShape(BaseModel):
    """What the rules say now. Nothing of it is stored."""

    blocked: tuple[str, ...] = Field(description="The ids that would stop a submission.")
    findings: list[FindingShape]
    content_hash: str
    pack_version: str


@router.post("", responses=declared(401, 403, 422))
async def look_over(said: ContentShape, me: Author, here: Here) -> FindingsShape:
    """Hold a draft against every rule that would be asked until it is approved. Stores nothing."""
    content = await checked(here, me, said)
    return _shown(await _asked(here, me, content, said.release_at))


@router.get("", responses=declared(401, 403, 404, 422))
async def look_again(post: str, me: Reader, here: Here) -> FindingsShape:
    """Hold what a post says now against today's rules and facts. Stores nothing."""
    row = await posts.post_row(here.database, me.organisation, post)
    if row is None:
        raise Problem(404, "NOT_FOUND", "There is no such post in your organisation.")
    content = await posts.content_of(here.database, me.organisation, row.content_hash)
    life = reading.life(row.life)
    return _shown(await _asked(here, me, content, life.post.hour, post), life.review)


async def _asked(
    here: House, me: Principal, content: Content, hour: datetime | None, post: str = ""
) -> Examination:
    now = await here.database.now()
    async with here.database.transaction(me.organisation) as session:
        told = await house(session, me.organisation)
        return await examined(session, me.organisation, content, told, WRITING, now, hour, post)


def _shown(found: Examination, review: Review = NOTHING_YET) -> FindingsShape:
    told = plain(found.findings)
    assert isinstance(told, list)
    return FindingsShape(
        blocked=found.blocked,
        findings=shown_findings(told, review.revision, review.waivers),
        content_hash=found.content_hash,
        pack_version=found.pack_version,
    )
