"""A seal: the mark of the door that heard an act, checkable by anyone with the public key."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Seal:
    key: str  # the id of the Ed25519 key
    signature: str  # base64url without padding
