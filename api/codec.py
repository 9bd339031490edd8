"""Clear text for admins in the Temporal UI: it sends what it shows, and we decrypt, never encrypt.

https://docs.temporal.io/codec-server
"""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request

from api.house import Here
from api.permissions import ADMIN, signed_in
from api.problems import Problem, declared
from records.keys import KeyTrouble
from workflows.codec import NotPayloads, decode_for_ui

router = APIRouter(prefix="/codec", tags=["codec"])


async def may_decode(request: Request, here: Here) -> None:
    """Admins; and on one machine, the Temporal UI beside us, which has no sign-in to offer."""
    from_our_ui = request.headers.get("Origin") == here.settings.temporal_ui_url
    client = request.client.host if request.client else ""
    if here.settings.local_sign_in and from_our_ui and client in ("127.0.0.1", "::1"):
        return
    me = await signed_in(request)
    if me.is_a_machine or ADMIN not in me.groups:
        raise Problem(403, "FORBIDDEN", f"Only people in the group {ADMIN} may do this.")


MayDecode = Annotated[None, Depends(may_decode)]


@router.post("/decode", responses=declared(401, 403, 422))
async def decode(
    body: Annotated[dict[str, Any], Body()], me: MayDecode, here: Here
) -> dict[str, Any]:
    """Payloads as the Temporal UI sends them, decrypted."""
    try:
        return decode_for_ui(here.codec, body)
    except (NotPayloads, KeyTrouble) as error:
        raise Problem(422, "NOT_DECODABLE", str(error)) from None
