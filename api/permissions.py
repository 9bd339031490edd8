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
from domain.review.people import ADMINS, Trait
from records import api_keys, sign_in
from records.invitations import PREFIX as LINKS
from records.invitations import Link, link_behind
from records.organisations import person

ADMIN = ADMINS
RECORDS = "records"  # who has to prove what happened
COOKIE = "parapheur_session"
OUTSIDE = ("/v1/sessions/mine", "/decisions", "/remarks")


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

    @property
    def is_outside(self) -> bool:
        return Trait.EXTERNAL in self.traits

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
    if credential.startswith(f"{LINKS}."):
        says = "A link opens only its own page: `GET /v1/link`, and what is decided there."
        raise Problem(401, "UNAUTHENTICATED", says)
    return only_where_outside_may_go(await _person(house, credential), request.url.path)


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


def only_where_outside_may_go(me: Principal, path: str) -> Principal:
    """People outside the house read and decide by link; with a session they come only this far."""
    if me.is_outside and not path.endswith(OUTSIDE):
        says = "People outside the house read and decide through the link that was sent to them."
        raise Problem(403, "FORBIDDEN", says)
    return me


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
        lambda me: not me.is_a_machine, "This is for people: an API key can never decide; sign in."
    ),
]
Auditor = Annotated[
    Principal,
    allowed(
        lambda me: not me.is_a_machine and bool({ADMIN, RECORDS} & {*me.groups}),
        f"Only people in the group {ADMIN} or {RECORDS} may do this.",
    ),
]
Admin = Annotated[
    Principal,
    allowed(
        lambda me: not me.is_a_machine and ADMIN in me.groups,
        f"Only people in the group {ADMIN} may do this.",
    ),
]


@dataclass(frozen=True)
class Visitor:
    """Somebody outside the house who holds a link: who they are, and what it is for."""

    me: Principal
    link: Link


async def arrived(house: House, token: str) -> Visitor:
    """Whoever this link was handed to. Raises Problem: it opens nothing, or they have left."""
    link = await link_behind(house.database, token)
    if link is None:
        raise Problem(401, "UNAUTHENTICATED", "This link opens nothing. Ask for one of your own.")
    async with house.database.transaction(link.organisation) as session:
        who = await person(session, link.organisation, link.person)
    if who is None or not who.active:
        raise Problem(403, "ACTOR_INACTIVE", "This person is not asked to decide here any more.")
    return Visitor(Principal(who.organisation, who.id, who.groups, traits=who.traits), link)


async def by_link(request: Request) -> Visitor:
    """Whoever the token of a link names, sent as `Authorization: Bearer lk.…`."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        says = "Send `Authorization: Bearer …` with the token of your link."
        raise Problem(401, "UNAUTHENTICATED", says)
    house: House = request.app.state.house
    return await arrived(house, token)


Guest = Annotated[Visitor, Depends(by_link)]
