"""Idempotency-Key: the same key and body are the same request, however often they arrive.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header
from pydantic import BaseModel

from api.house import Here, House
from api.permissions import Author, Guest, Principal
from api.problems import Problem
from domain.naming import fresh_name
from records.requests import KeyReused, remember

Named = Callable[[str, BaseModel], Awaitable[str]]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="Makes it safe to repeat: the same key and body are the same request.",
    ),
]


def repeatable(me: Author, here: Here, idempotency_key: Key = None) -> Named:
    """For requests that must not happen twice: without a key they are refused (400)."""
    if not idempotency_key:
        says = "Send an Idempotency-Key header, a fresh one for each new post, so that a repeated "
        says += "request does not start a second one."
        raise Problem(400, "IDEMPOTENCY_KEY_MISSING", says)
    return _naming(here, me, idempotency_key)


def repeatable_if_named(me: Author, here: Here, idempotency_key: Key = None) -> Named:
    """For acts: with a key they are repeatable; without, each is its own."""
    return _naming(here, me, idempotency_key)


def repeatable_by_link(guest: Guest, here: Here, idempotency_key: Key = None) -> Named:
    """The same for who came by a link; keys belong to the person."""
    return _naming(here, guest.me, idempotency_key)


def _naming(here: House, me: Principal, idempotency_key: str | None) -> Named:
    async def name(what: str, body: BaseModel) -> str:
        if not idempotency_key:
            return fresh_name()
        told = sha256(f"{what}\n{body.model_dump_json()}".encode()).hexdigest()
        try:
            return await remember(here.database, me.organisation, me.id, idempotency_key, told)
        except KeyReused:
            says = "This Idempotency-Key came before with another request; take a fresh one."
            raise Problem(422, "IDEMPOTENCY_KEY_REUSED", says) from None

    return name


Repeatable = Annotated[Named, Depends(repeatable)]
RepeatableIfNamed = Annotated[Named, Depends(repeatable_if_named)]
RepeatableByLink = Annotated[Named, Depends(repeatable_by_link)]
