"""Keys of the codec that tests can tell apart, and payloads to hide with them."""

from temporalio.api.common.v1 import Payload

from records.keys import Keyring, Kind

OLD, NEW = "2026-11-22-a1b2", "2027-11-22-c3d4"


def keyring(*keys: str) -> Keyring:
    """The last one is active; each one's secret follows from its id."""
    return Keyring(Kind.CODEC, keys[-1], {key: key.encode().ljust(32) for key in keys})


def json_payload(text: str) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=text.encode())
