"""Delegations: hand your own seats to somebody for a while, and take them back."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.door import EngineLost, NoSuchPost
from api.house import Here, House
from api.permissions import Approver, Principal
from api.problems import Problem, declared
from api.repeating import RepeatableIfNamed
from api.shapes import Name, Shape
from api.sound import Moment
from domain.acts import Delegate, Revoke
from domain.lifecycle import Life
from domain.naming import fresh_name
from domain.objection import Code, Objection, Refusal, refuse
from domain.review.lending import lent, objection_to_revoking
from domain.review.people import Delegation
from records.delegations import (
    delegations_of,
    keep_delegation,
    objection_in_the_house,
    take_back,
    under_review,
)
from records.organisations import person

router = APIRouter(prefix="/v1/delegations", tags=["delegations"])


class NewDelegation(Shape):
    to: Name
    starts: Moment
    ends: Moment
    levels: Annotated[
        tuple[Name, ...], Field(max_length=50, description="Empty: every level.")
    ] = ()


class DelegationShape(BaseModel):
    id: str
    giver: str
    taker: str
    starts: datetime
    ends: datetime
    levels: tuple[str, ...]
    revoked: datetime | None


class DelegationList(BaseModel):
    delegations: list[DelegationShape]


@router.post("", status_code=201, responses=declared(401, 403, 409, 422))
async def delegate(
    said: NewDelegation, me: Approver, here: Here, named: RepeatableIfNamed
) -> DelegationShape:
    """Hand on seats of your own, never lent ones. Running reviews learn of it at once."""
    act = Delegate(
        id=await named("delegate", said),
        actor=me.id,
        groups=me.groups,
        to=said.to,
        starts=said.starts,
        ends=said.ends,
        levels=said.levels,
    )
    async with here.database.transaction(me.organisation) as session:
        if await person(session, me.organisation, said.to) is None:
            raise Problem(422, "UNKNOWN_PERSON", f"Nobody here is called {said.to!r}.")
    refuse(await objection_in_the_house(here.database, me.organisation, act))
    loan = lent(act)
    refuse(await _objection_to_its_end(here, me, loan))
    loan = replace(loan, revoked=await keep_delegation(here.database, me.organisation, loan))
    if loan.revoked is None:  # a repetition must not bring back what was taken back since
        await _tell_reviews(here, me, act)
    return shown(loan)


@router.get("", responses=declared(401, 403))
async def my_delegations(me: Approver, here: Here) -> DelegationList:
    """What you handed on, and what was handed to you, the earliest first."""
    loans = await delegations_of(here.database, me.organisation)
    mine = [loan for loan in loans if me.id in (loan.giver, loan.taker)]
    return DelegationList(delegations=[shown(loan) for loan in mine])


@router.delete("/{delegation}", status_code=204, responses=declared(401, 403, 409, 422))
async def revoke(delegation: str, me: Approver, here: Here) -> None:
    """Take back what you handed on. Votes that were given under it stand."""
    act = Revoke(id=fresh_name(), actor=me.id, groups=me.groups, delegation=delegation)
    why = objection_to_revoking(act, await delegations_of(here.database, me.organisation))
    if why and why.code is not Code.DELEGATION_REVOKED:
        raise Refusal(why)
    now = await here.door.now()
    await take_back(here.database, me.organisation, delegation, now)
    await _tell_reviews(here, me, act)  # once more, if the first time it did not reach them all
    refuse(why)


async def _objection_to_its_end(here: House, me: Principal, loan: Delegation) -> Objection | None:
    """A span that is over lends nothing. What is on record already was in time when it came."""
    if loan.ends > await here.door.now():
        return None
    kept = await delegations_of(here.database, me.organisation)
    if any(one.id == loan.id for one in kept):
        return None
    says = f"This delegation ended on {loan.ends:%Y-%m-%d %H:%M %Z}; choose a later end."
    return Objection(Code.IN_THE_PAST, says)


async def _tell_reviews(here: House, me: Principal, act: Delegate | Revoke) -> None:
    """Each running review that does not know it yet. One that it does not concern objects."""
    for post, life in await under_review(here.database, me.organisation):
        if _knows(life, act):
            continue
        try:
            await here.door.tell(me.organisation, post, act, audited=False)
        except (Refusal, NoSuchPost, EngineLost):
            continue


def _knows(life: Life, act: Delegate | Revoke) -> bool:
    loans = life.review.book.delegations if life.review.book else ()
    if isinstance(act, Delegate):
        return any(loan.id == act.id for loan in loans)
    return not any(loan.id == act.delegation and loan.revoked is None for loan in loans)


def shown(loan: Delegation) -> DelegationShape:
    return DelegationShape(
        id=loan.id,
        giver=loan.giver,
        taker=loan.taker,
        starts=loan.starts,
        ends=loan.ends,
        levels=loan.levels,
        revoked=loan.revoked,
    )
