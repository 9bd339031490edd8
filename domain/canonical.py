"""One way to write a value as bytes, so that equal values have equal hashes, for decades."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from hashlib import sha256

JSON_HAS = frozenset((str, int, bool, type(None)))  # most of what there is


def plain(value: object) -> object:
    """The value as JSON knows it: dataclasses by field, instants in UTC, spans in seconds."""
    kind = type(value)
    if kind in JSON_HAS:
        return value
    if names := _field_names(kind):
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value / timedelta(microseconds=1) / 1e6:.6f}S".replace(".000000S", "S")
    if isinstance(value, float):
        raise TypeError("A float has no single spelling; use an int or a string.")
    return value


def _field_names(kind: type) -> tuple[str, ...]:
    """Looked up once a class; () for what is no dataclass."""
    if kind not in _NAMES:
        known = is_dataclass(kind)
        _NAMES[kind] = tuple(field.name for field in fields(kind)) if known else ()
    return _NAMES[kind]


_NAMES: dict[type, tuple[str, ...]] = {}


def stated(value: object) -> object:
    """What a value says beyond its defaults, at every depth.

    A field added later, with a default, changes the form of nothing that was written before it.
    """
    if is_dataclass(value) and not isinstance(value, type):
        told = {field.name: (getattr(value, field.name), field) for field in fields(value)}
        return {
            name: stated(item)
            for name, (item, field) in told.items()
            if field.default is MISSING or item != field.default
        }
    if isinstance(value, list | tuple):
        return [stated(item) for item in value]
    return plain(value)


def canonical(value: object) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces (RFC 8785 for the values we use)."""
    text = json.dumps(
        plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def digest(value: object) -> str:
    """The sha256 of the canonical form, in hexadecimal."""
    return sha256(canonical(value)).hexdigest()


def instant(moment: datetime) -> str:
    """An aware moment in UTC, to the microsecond, ending in Z. Raises ValueError if naive."""
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone is not a moment.")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def as_text(raw: bytes) -> str:
    """Bytes as base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def as_bytes(text: str) -> bytes:
    """The bytes behind `as_text`. Raises ValueError if it is not base64url."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
