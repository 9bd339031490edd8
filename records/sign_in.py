"""Signing in on one machine: one password for the example people, and tokens that we sign.

Only `make up` uses the password (PARAPHEUR_LOCAL_SIGN_IN). The tokens say who; what that person may
do is read from the record at every request.
"""

import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from records.keys import Keyring, Kind, active_key

ISSUER = "parapheur-local"


class NotSignedIn(Exception):
    """This token is not ours, was altered, or has ended."""


def password(keys: Path) -> str:
    """The password of this newsroom, made on first asking and readable by its owner only."""
    path = keys / "sign-in"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(9))
    return path.read_text().strip()


def is_password(keys: Path, said: str) -> bool:
    return hmac.compare_digest(password(keys).encode(), said.encode())


@dataclass(frozen=True)
class Bearer:
    """Whom a token names, and when they proved who they are."""

    organisation: str
    person: str
    signed_in: datetime


def token(
    keys: Path, organisation: str, person: str, ends: datetime, began: datetime | None = None
) -> str:
    """A session of this person, until it ends. It began now, unless told otherwise."""
    claims = {
        "iss": ISSUER,
        "org": organisation,
        "sub": person,
        "iat": int((began or datetime.now(UTC)).timestamp()),
        "exp": int(ends.timestamp()),
    }
    return jwt.encode({"alg": "HS256"}, claims, _key(keys))


def bearer(keys: Path, text: str) -> Bearer:
    """Who comes with this token. Raises NotSignedIn."""
    try:
        told = jwt.decode(text, _key(keys), algorithms=["HS256"])
        jwt.JWTClaimsRegistry(
            leeway=int(timedelta(seconds=5).total_seconds()),
            iss={"essential": True, "value": ISSUER},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            org={"essential": True},
        ).validate(told.claims)
    except (JoseError, ValueError) as error:
        raise NotSignedIn from error
    began = datetime.fromtimestamp(told.claims["iat"], UTC)
    return Bearer(str(told.claims["org"]), str(told.claims["sub"]), began)


def _key(keys: Path) -> OctKey:
    """The key that counts now. What the file of a key holds never changes, so it is read once."""
    return _read(keys, active_key(keys, Kind.SESSION))


@lru_cache
def _read(keys: Path, key: str) -> OctKey:
    return OctKey.import_key(Keyring.of(keys, Kind.SESSION).named(key))
