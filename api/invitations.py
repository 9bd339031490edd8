"""Inviting somebody outside the house: a link for one person, one level and one revision."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.house import Here
from api.permissions import Approver
from api.problems import Problem, declared
from api.repeating import RepeatableIfNamed
from api.shapes import Name, Shape
from api.sound import Counted, Moment
from domain.acts import Disinvite, Invite
from domain.lifecycle import Life
from domain.naming import fresh_name
from records.invitations import hash_of, invitations_on, new_token
from records.posts import life_of
from records.tables import InvitationRow

router = APIRouter(prefix="/v1/posts/{post}/invitations", tags=["invitations"])


class NewInvitation(Shape):
    person: Name
    level: Name
    revision: Counted = Field(description="The revision you want them to read.")
    expires: Moment | None = Field(default=None, description="Empty: as late as is allowed here.")


class InvitationShape(BaseModel):
    id: str
    person: str
    level: str
    revision: int
    by: str
    expires: datetime
    opens: bool = Field(description="False once it was taken back, or the post was revised.")


class NewLink(InvitationShape):
    link: str | None = Field(
        description="Shown once; hand it to the person. null: it was shown before."
    )


class InvitationList(BaseModel):
    invitations: list[InvitationShape]


@router.post("", status_code=201, responses=declared(401, 403, 404, 409, 422))
async def invite(
    post: str, said: NewInvitation, me: Approver, here: Here, named: RepeatableIfNamed
) -> NewLink:
    """Make a link and hand it on yourself. We keep the hash of its token, and nothing else."""
    latest = await here.door.now() + here.settings.link
    if said.expires and said.expires > latest:
        says = f"A link lives for at most {here.settings.link_hours:g} hours; name an earlier end."
        raise Problem(422, "INVALID", says)
    token = new_token(me.organisation)
    id = await named(f"invite/{post}", said)
    known = await here.door.known(me.organisation, post, id, said.revision)
    act = Invite(
        id=id,
        actor=me.id,
        groups=me.groups,
        person=said.person,
        level=said.level,
        revision=said.revision,
        expires=said.expires or latest,
        content_hash=known.content_hash,
        link_hash=hash_of(token),
    )
    await here.door.tell(me.organisation, post, act, known)
    told = await _shown(here, me.organisation, post)
    row, shown = next((row, one) for row, one in told if row.id == act.id)
    link = f"{here.settings.address}/links/{token}" if row.hash == act.link_hash else None
    return NewLink(**shown.model_dump(), link=link)


@router.get("", responses=declared(401, 403, 404))
async def list_invitations(post: str, me: Approver, here: Here) -> InvitationList:
    """Who was invited to this post, by whom, and which links still open something."""
    told = await _shown(here, me.organisation, post)
    return InvitationList(invitations=[one for _, one in told])


@router.delete("/{invitation}", status_code=204, responses=declared(401, 403, 404, 409))
async def take_back(post: str, invitation: str, me: Approver, here: Here) -> None:
    """From now on this link opens nothing. What was decided through it stands."""
    act = Disinvite(id=fresh_name(), actor=me.id, groups=me.groups, link=invitation)
    await here.door.tell(me.organisation, post, act)


async def _shown(
    here: Here, organisation: str, post: str
) -> list[tuple[InvitationRow, InvitationShape]]:
    life = await life_of(here.database, organisation, post)
    if life is None:
        raise Problem(404, "NOT_FOUND", "There is no such post in your organisation.")
    now = await here.door.now()
    rows = await invitations_on(here.database, organisation, post)
    return [(row, _one(row, by, life, now)) for row, by in rows]


def _one(row: InvitationRow, by: str, life: Life, now: datetime) -> InvitationShape:
    known = life.review.invitation(row.id)
    return InvitationShape(
        id=row.id,
        person=row.person,
        level=row.level,
        revision=row.revision,
        by=by,
        expires=known.expires if known else row.expires,
        opens=known is not None and known.expires > now and not life.is_over,
    )
