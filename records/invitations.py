"""Links for people outside the house: found by the hash of their token, believed from the file."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from records.database import Database
from records.tables import InvitationRow, LedgerRow

PREFIX = "lk"


@dataclass(frozen=True)
class Link:
    """What a link is for: one person, one level, one revision of one post."""

    organisation: str
    post: str
    id: str  # of the act that invited
    person: str
    level: str
    revision: int
    content_hash: str
    expires: datetime


def new_token(organisation: str) -> str:
    """256 random bits, and where to look them up. Nobody can ever read it again."""
    return f"{PREFIX}.{organisation}.{secrets.token_urlsafe(32)}"


def hash_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


async def link_behind(database: Database, token: str) -> Link | None:
    """What this token was made for, if the file of its post says so, too."""
    prefix, _, rest = token.partition(".")
    organisation, _, secret = rest.partition(".")
    if prefix != PREFIX or not secret or not token.isascii() or "\x00" in token:
        return None
    asked = (
        select(InvitationRow, LedgerRow.body)
        .join(
            LedgerRow,
            (LedgerRow.organisation == InvitationRow.organisation)
            & (LedgerRow.post == InvitationRow.post)
            & (LedgerRow.key == InvitationRow.id),
        )
        .where(InvitationRow.organisation == organisation, InvitationRow.hash == hash_of(token))
    )
    async with database.transaction(organisation) as session:
        found = (await session.execute(asked)).one_or_none()
    if found is None:
        return None
    row, body = found
    # a row alone opens nothing: the hash of the token stands under the door's seal
    return _link(row, body["content_hash"]) if body.get("link_hash") == row.hash else None


async def invitations_on(
    database: Database, organisation: str, post: str
) -> list[tuple[InvitationRow, str]]:
    """Every invitation of a post with who sent it, the first one first."""
    asked = (
        select(InvitationRow, LedgerRow.actor)
        .join(
            LedgerRow,
            (LedgerRow.organisation == InvitationRow.organisation)
            & (LedgerRow.post == InvitationRow.post)
            & (LedgerRow.key == InvitationRow.id),
        )
        .where(InvitationRow.organisation == organisation, InvitationRow.post == post)
        .order_by(LedgerRow.seq)
    )
    async with database.transaction(organisation) as session:
        return [(row, actor) for row, actor in await session.execute(asked)]


def _link(row: InvitationRow, content_hash: str) -> Link:
    return Link(
        row.organisation,
        row.post,
        row.id,
        row.person,
        row.level,
        row.revision,
        content_hash,
        row.expires,
    )
