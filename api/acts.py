"""What people do to a post: submit, decide, waive, hurry, withdraw, reschedule, settle."""

from fastapi import APIRouter

from api.house import Here, House
from api.permissions import Approver, Author, Principal
from api.posts import in_shape
from api.problems import declared
from api.repeating import RepeatableIfNamed
from api.shapes import (
    Decision,
    EmergencyShape,
    NewHour,
    PostInFull,
    Settlement,
    Submission,
    WaiverShape,
    Withdrawal,
)
from domain.acts import Act, Decide, Hurry, Reschedule, Settle, Submit, Waive, Withdraw
from records.posts import Known

router = APIRouter(prefix="/v1/posts/{post}", tags=["acts"])
ANSWERS = declared(401, 403, 404, 409, 422)


@router.post("/submission", status_code=201, responses=ANSWERS)
async def submit(
    post: str, said: Submission, me: Author, here: Here, named: RepeatableIfNamed
) -> PostInFull:
    """Hand the draft to its chain. The rules are asked first (409 POLICY_BLOCK if one blocks)."""
    act = Submit(
        id=await named(f"submit/{post}", said),
        actor=me.id,
        groups=me.groups,
        revision=said.revision,
    )
    return await told(here, me, post, act)


@router.post("/decisions", status_code=201, responses=ANSWERS)
async def decide(
    post: str, said: Decision, me: Approver, here: Here, named: RepeatableIfNamed
) -> PostInFull:
    """Sign the open level, object, abstain or take your vote back: for the revision you read."""
    id = await named(f"decide/{post}", said)
    known = await here.door.known(me.organisation, post, id, said.revision)
    act = Decide(
        id=id,
        actor=me.id,
        groups=me.groups,
        verdict=said.verdict,
        revision=said.revision,
        content_hash=known.content_hash,
        level=said.level or "",
        reason=said.reason,
        on_behalf_of=said.on_behalf_of or "",
        signed_in=me.signed_in,
        traits=me.traits,
    )
    return await told(here, me, post, act, known)


@router.post("/waivers", status_code=201, responses=ANSWERS)
async def waive(
    post: str, said: WaiverShape, me: Approver, here: Here, named: RepeatableIfNamed
) -> PostInFull:
    """Let this revision pass one rule that blocks it, on your word and with your reason."""
    act = Waive(
        id=await named(f"waive/{post}", said),
        actor=me.id,
        groups=me.groups,
        rule=said.rule,
        revision=said.revision,
        reason=said.reason,
    )
    return await told(here, me, post, act)


@router.post("/emergency", status_code=201, responses=ANSWERS)
async def hurry(
    post: str, said: EmergencyShape, me: Approver, here: Here, named: RepeatableIfNamed
) -> PostInFull:
    """Publish an emergency before its review: one officer asks, a second one releases it."""
    id = await named(f"hurry/{post}", said)
    known = await here.door.known(me.organisation, post, id, said.revision)
    act = Hurry(
        id=id,
        actor=me.id,
        groups=me.groups,
        revision=said.revision,
        content_hash=known.content_hash,
        reason=said.reason,
        signed_in=me.signed_in,
        traits=me.traits,
    )
    return await told(here, me, post, act, known)


@router.post("/withdrawal", status_code=201, responses=ANSWERS)
async def withdraw(
    post: str, said: Withdrawal, me: Author, here: Here, named: RepeatableIfNamed
) -> PostInFull:
    """Take it back before it goes out; a draft is discarded. Afterwards: 409 ALREADY_PUBLISHED."""
    act = Withdraw(
        id=await named(f"withdraw/{post}", said),
        actor=me.id,
        groups=me.groups,
        reason=said.reason,
    )
    return await told(here, me, post, act)


@router.post("/hour", status_code=201, responses=ANSWERS)
async def reschedule(
    post: str, said: NewHour, me: Author, here: Here, named: RepeatableIfNamed
) -> PostInFull:
    """Name another hour inside the window that was approved. Outside it, revise the post."""
    act = Reschedule(
        id=await named(f"reschedule/{post}", said),
        actor=me.id,
        groups=me.groups,
        hour=said.release_at,
    )
    return await told(here, me, post, act)


@router.post("/settlement", status_code=201, responses=ANSWERS)
async def settle(
    post: str, said: Settlement, me: Approver, here: Here, named: RepeatableIfNamed
) -> PostInFull:
    """Say what became of a send whose answer was lost: live, not live, or drop it."""
    act = Settle(
        id=await named(f"settle/{post}", said),
        actor=me.id,
        groups=me.groups,
        channel=said.channel,
        found=said.found,
        url=str(said.url or ""),
    )
    return await told(here, me, post, act)


async def told(
    here: House, me: Principal, post: str, act: Act, known: Known | None = None
) -> PostInFull:
    """Hand an act to its post, and answer with how the post stands now."""
    return in_shape(await here.door.tell(me.organisation, post, act, known))
