"""Names for posts and acts: short, unguessable, or the same each time for the same text."""

from base64 import b32encode
from hashlib import sha256
from secrets import token_bytes

BYTES = 10  # 16 letters


def fresh_name() -> str:
    """A name that nothing else has."""
    return _spelled(token_bytes(BYTES))


def name_from(text: str) -> str:
    """The same name for the same text, on every machine."""
    return _spelled(sha256(text.encode()).digest())


def _spelled(raw: bytes) -> str:
    return b32encode(raw[:BYTES]).decode().lower()
