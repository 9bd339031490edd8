"""Who is asking, and what they may do: each permission is a type that a route asks for.

A route's signature is its rule: `me: Approver` lets in people who are signed in, and no machine.
What a person may do is read from the record at every request, so a change takes effect at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request

from api.house import House
from api.problems import Problem
from domain.acts import MACHINE
from domain.review.people import Trait
from records import api_keys, sign_in
from records.organisations import person

ADMIN = "admin"
COOKIE = "parapheur_session"


@dataclass(frozen=True)
class Principal:
    """Somebody we know: a person who is signed in, or a machine with its key."""

    organisation: str
    id: str  # as the ledger names them
    groups: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    traits: tuple[Trait, ...] = ()
    signed_in: datetime | None = None  # when this person last proved who they are

    @property
    def is_a_machine(self) -> bool:
        return self.id.startswith(MACHINE)

    def may(self, scope: str) -> bool:
        return not self.is_a_machine or scope in self.scopes


async def signed_in(request: Request) -> Principal:
    """Whoever the request's key, token or cookie names. Raises Problem 401."""
    house: House = request.app.state.house
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not credential:
        says = "Send `Authorization: Bearer …` with an API key or a session token."
        raise Problem(401, "UNAUTHENTICATED", says)
    if credential.startswith(f"{api_keys.PREFIX}_"):
        return await _machine(house, credential)
    return await _person(house, credential)


async def _machine(house: House, credential: str) -> Principal:
    if (key := await api_keys.known(house.database, credential)) is None:
        says = "This API key is unknown, revoked or has ended. An admin can make another."
        raise Problem(401, "UNAUTHENTICATED", says)
    return Principal(key.organisation, f"{MACHINE}{key.id}", scopes=key.scopes)


async def _person(house: House, credential: str) -> Principal:
    if not house.settings.local_sign_in:
        says = "Nobody can sign in here yet but machines, with an API key."
        raise Problem(401, "UNAUTHENTICATED", says)
    try:
        came = sign_in.bearer(house.settings.keys, credential)
    except sign_in.NotSignedIn:
        raise Problem(401, "UNAUTHENTICATED", "This session has ended. Sign in again.") from None
    async with house.database.reading(came.organisation) as session:
        who = await person(session, came.organisation, came.person)
    if who is None or not who.active:
        says = "This person does not work here any more."
        raise Problem(403, "ACTOR_INACTIVE", says)
    return Principal(
        who.organisation, who.id, who.groups, traits=who.traits, signed_in=came.signed_in
    )


def allowed(rule: Callable[[Principal], bool], says: str) -> Any:
    """A dependency that lets in whom the rule lets in. Raises Problem 403 with the sentence."""

    async def check(me: Annotated[Principal, Depends(signed_in)]) -> Principal:
        if not rule(me):
            raise Problem(403, "FORBIDDEN", says)
        return me

    return Depends(check)


Reader = Annotated[
    Principal, allowed(lambda me: me.may("posts:read"), "This key lacks the scope posts:read.")
]
Author = Annotated[
    Principal, allowed(lambda me: me.may("posts:write"), "This key lacks the scope posts:write.")
]
Approver = Annotated[
    Principal,
    allowed(
        lambda me: not me.is_a_machine, "An API key can never decide; a person has to sign in."
    ),
]
Admin = Annotated[
    Principal,
    allowed(
        lambda me: not me.is_a_machine and ADMIN in me.groups,
        f"Only people in the group {ADMIN} may do this.",
    ),
]
