"""Signing in on one machine (`make up`). In production, people come through their own sign-in."""

from fastapi import APIRouter

from api.house import Here
from api.permissions import Approver
from api.problems import Problem, declared
from api.shapes import Session, SignIn
from records import sign_in
from records.organisations import person

router = APIRouter(prefix="/v1/sessions", tags=["sign-in"])


@router.post("", status_code=201, responses=declared(401, 404, 422))
async def open_session(said: SignIn, here: Here) -> Session:
    """A token for one of the example people. Only where local sign-in is switched on."""
    if not here.settings.local_sign_in:
        raise Problem(404, "NO_LOCAL_SIGN_IN", "Local sign-in is off here (it is on in `make up`).")
    async with here.database.transaction(said.organisation) as session:
        who = await person(session, said.organisation, said.person)
    right = sign_in.is_password(here.settings.keys, said.password)
    if who is None or not who.active or not right:
        raise Problem(401, "WRONG_SIGN_IN", "That name and password do not go together.")
    ends = await here.database.now() + here.settings.session
    token = sign_in.token(here.settings.keys, who.organisation, who.id, ends)
    return Session(
        token=token, organisation=who.organisation, person=who.id, groups=who.groups, ends_at=ends
    )


@router.get("/mine", responses=declared(401, 403))
async def my_session(me: Approver) -> dict[str, object]:
    """Who you are signed in as."""
    return {"organisation": me.organisation, "person": me.id, "groups": me.groups}
