"""What a link opens: exactly what would go out, the remarks meant for outside, and one decision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.door import EngineLost, NotConfirmed
from api.house import Here, House
from api.permissions import Guest, Visitor
from api.problems import declared
from api.remarks import RemarkShape
from api.remarks import shown as shown_remark
from api.repeating import RepeatableByLink
from api.shapes import Reason, Shape
from domain.acts import Decide, OpenLink, Verdict
from domain.house import House as Told
from domain.lifecycle import Life
from domain.naming import fresh_name, name_from
from domain.objection import Code, Objection, Refusal, refuse
from domain.post import Content
from domain.review.judge import stale
from domain.review.marks import Vote
from records.organisations import house
from records.posts import content_of, life_of
from records.remarks import Visibility, remarks_on

router = APIRouter(prefix="/v1/link", tags=["links"])


class LinkDecision(Shape):
    """Level and revision are those of the link."""

    verdict: Verdict
    reason: Reason = ""


class Refused(BaseModel):
    code: str
    detail: str


class LinkShape(BaseModel):
    organisation: str
    level: str
    revision: int
    content_hash: str
    expires: datetime
    release_at: datetime | None
    content: dict[str, Any]
    remarks: list[RemarkShape]
    decided: Verdict | None = Field(description="What you said on this level, in this round.")
    objection: Refused | None = Field(description="Why you cannot decide now; null: you can.")


@dataclass(frozen=True)
class Opened:
    """A link that opens something, and what it opens."""

    guest: Visitor
    house: Told  # as the rules know it
    life: Life
    content: Content
    remarks: list[RemarkShape]
    objection: Objection | None  # to deciding now

    @property
    def level(self) -> str:
        level = self.life.chain.level(self.guest.link.level) if self.life.chain else None
        return level.title if level else self.guest.link.level

    @property
    def level_fr(self) -> str:
        level = self.life.chain.level(self.guest.link.level) if self.life.chain else None
        return (level.title_fr or level.title) if level else self.guest.link.level

    @property
    def vote(self) -> Vote | None:
        link = self.guest.link
        votes = self.life.review.votes_on(link.level)
        return next((vote for vote in votes if vote.actor == link.person), None)


@router.get("", responses=declared(401, 403, 409))
async def read(guest: Guest, here: Here) -> LinkShape:
    """Exactly what would go out. Reading decides nothing; that the link was opened is on record."""
    opened = await open_link(here, guest)
    link, why = guest.link, opened.objection
    return LinkShape(
        organisation=opened.house.name,
        level=opened.level,
        revision=link.revision,
        content_hash=link.content_hash,
        expires=link.expires,
        release_at=opened.life.post.hour,
        content=opened.content.told,
        remarks=opened.remarks,
        decided=opened.vote.verdict if opened.vote else None,
        objection=Refused(code=why.code, detail=why.says) if why else None,
    )


@router.post("/decisions", status_code=201, responses=declared(401, 403, 409, 422))
async def decide(
    said: LinkDecision, guest: Guest, here: Here, named: RepeatableByLink
) -> LinkShape:
    """Sign the level of your link, object, abstain, or take your vote back."""
    id = await named(f"link/{guest.link.id}", said)
    await decide_by_link(here, guest, said.verdict, said.reason, id)
    return await read(guest, here)


async def open_link(here: House, guest: Visitor) -> Opened:
    """What the link shows. Raises Refusal if it shows nothing any more."""
    link = guest.link
    life = await life_of(here.database, link.organisation, link.post)
    assert life is not None
    now = await here.door.now()
    refuse(_to_reading(life, guest, now))
    await _note(here, guest)
    rows = await remarks_on(here.database, link.organisation, link.post, [Visibility.EXTERNAL])
    async with here.database.transaction(link.organisation) as session:
        told = await house(session, link.organisation)
    return Opened(
        guest,
        told,
        life,
        await content_of(here.database, link.organisation, link.content_hash),
        [shown_remark(row) for row in rows],
        _to_deciding(life, guest, now),
    )


async def decide_by_link(
    here: House, guest: Visitor, verdict: Verdict, reason: str, id: str
) -> None:
    """Raises Refusal, as every decision does."""
    act = _decision(guest, verdict, reason, id)
    await here.door.tell(guest.link.organisation, guest.link.post, act)


def _decision(guest: Visitor, verdict: Verdict, reason: str, id: str) -> Decide:
    link = guest.link
    return Decide(
        id=id,
        actor=link.person,
        groups=guest.me.groups,
        verdict=verdict,
        revision=link.revision,
        content_hash=link.content_hash,
        level=link.level,
        reason=reason,
        link=link.id,
        traits=guest.me.traits,
    )


def _to_reading(life: Life, guest: Visitor, now: datetime) -> Objection | None:
    link = guest.link
    if (life.post.revision, life.post.content_hash) != (link.revision, link.content_hash):
        return stale(link.revision, life.post.revision)
    return life.objection(_opening(guest, now))


def _to_deciding(life: Life, guest: Visitor, now: datetime) -> Objection | None:
    """Asked of an approval that has not been heard; what it lacks can be said with the verdict."""
    said = _decision(guest, Verdict.APPROVE, "", fresh_name())
    why = life.objection(Decide(**{**vars(said), "at": now}))
    return None if why and why.code is Code.COMMENT_REQUIRED else why


def _opening(guest: Visitor, now: datetime) -> OpenLink:
    link = guest.link
    once = name_from(f"parapheur link opened {link.organisation}/{link.post}/{link.id}")
    return OpenLink(id=once, actor=link.person, at=now, groups=guest.me.groups, link=link.id)


async def _note(here: House, guest: Visitor) -> None:
    """Once for each link, however often scanners and previews look; and never in a reader's way."""
    link, act = guest.link, _opening(guest, await here.door.now())
    try:
        await here.door.tell(link.organisation, link.post, act, audited=False)
    except (Refusal, NotConfirmed, EngineLost):
        return
