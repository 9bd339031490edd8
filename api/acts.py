"""What people do to a post: submit, decide, withdraw, reschedule, settle."""

from fastapi import APIRouter

from api.house import Here
from api.permissions import Approver, Author
from api.posts import read_post
from api.problems import Problem, declared
from api.repeating import RepeatableIfNamed
from api.shapes import Decision, NewHour, PostInFull, Settlement, Submission, Withdrawal
from domain.acts import Decide, Reschedule, Settle, Submit, Withdraw
from records.posts import revisions_of

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
    await here.door.tell(me.organisation, post, act)
    return await read_post(here, me, post)


@router.post("/decisions", status_code=201, responses=ANSWERS)
async def decide(
    post: str, said: Decision, me: Approver, here: Here, named: RepeatableIfNamed
) -> PostInFull:
    """Sign the open level, ask for changes, or reject: always for the revision you read."""
    revisions = await revisions_of(here.database, me.organisation, post)
    read = next((r.content_hash for r in revisions if r.number == said.revision), None)
    if read is None:
        if not revisions:
            raise Problem(404, "NOT_FOUND", "There is no such post in your organisation.")
        says = f"There is no revision {said.revision}; the newest is {revisions[-1].number}."
        raise Problem(409, "STALE_VERSION", says)
    act = Decide(
        id=await named(f"decide/{post}", said),
        actor=me.id,
        groups=me.groups,
        verdict=said.verdict,
        revision=said.revision,
        content_hash=read,
        level=said.level or "",
        reason=said.reason,
    )
    await here.door.tell(me.organisation, post, act)
    return await read_post(here, me, post)


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
    await here.door.tell(me.organisation, post, act)
    return await read_post(here, me, post)


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
    await here.door.tell(me.organisation, post, act)
    return await read_post(here, me, post)


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
    await here.door.tell(me.organisation, post, act)
    return await read_post(here, me, post)
