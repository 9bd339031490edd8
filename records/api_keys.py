"""Keys for machines: shown once, stored as a hash, limited to scopes, and never able to approve."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, insert, or_, select, update

from records.database import Database
from records.tables import ApiKeyRow

PREFIX = "pk"
SCOPES = ("posts:read", "posts:write")


@dataclass(frozen=True)
class ApiKey:
    organisation: str
    id: str
    scopes: tuple[str, ...]


async def make(
    database: Database,
    organisation: str,
    name: str,
    scopes: tuple[str, ...],
    expires_at: datetime | None = None,
) -> str:
    """Make a key and answer with it. Nobody can ever read it again.

    Raises ValueError for a scope that does not exist.
    """
    if wrong := [scope for scope in scopes if scope not in SCOPES]:
        raise ValueError(f"No such scope: {', '.join(wrong)}. There are {', '.join(SCOPES)}.")
    id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    async with database.transaction(organisation) as session:
        await session.execute(
            insert(ApiKeyRow).values(
                organisation=organisation,
                id=id,
                name=name,
                hash=_hash(secret),
                scopes=list(scopes),
                expires_at=expires_at,
            )
        )
    return f"{PREFIX}_{id}_{secret}"


async def revoke(database: Database, organisation: str, id: str) -> bool:
    """From now on this key opens nothing. False if there is no such key."""
    async with database.transaction(organisation) as session:
        done = await session.execute(
            update(ApiKeyRow)
            .where(ApiKeyRow.organisation == organisation, ApiKeyRow.id == id)
            .values(revoked_at=func.clock_timestamp())
            .returning(ApiKeyRow.id)
        )
        return done.scalar_one_or_none() is not None


async def known(database: Database, text: str) -> ApiKey | None:
    """Whose key this is, if it still opens anything."""
    prefix, _, rest = text.partition("_")
    id, _, secret = rest.partition("_")
    if prefix != PREFIX or not secret:
        return None
    asked = select(ApiKeyRow).where(
        ApiKeyRow.id == id,
        ApiKeyRow.revoked_at.is_(None),
        or_(ApiKeyRow.expires_at.is_(None), ApiKeyRow.expires_at > func.clock_timestamp()),
    )
    async with database.reading("") as session:
        rows = (await session.execute(asked)).scalars().all()
    for row in rows:
        if hmac.compare_digest(row.hash, _hash(secret)):
            return ApiKey(row.organisation, row.id, tuple(row.scopes))
    return None


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()  # 256 random bits need no slow hash
