"""The file of a post: its ledger entries, each sealed to the one before it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from domain.canonical import canonical


@dataclass(frozen=True)
class Entry:
    """One line of a file. `body` is JSON; `key` makes a repeated delivery harmless."""

    organisation: str
    post: str
    seq: int  # 1, 2, 3 … without a gap
    at: datetime
    actor: str
    done: str
    body: dict[str, object]
    key: str

    def hash(self, before: str) -> str:
        """sha256 over the hash of the entry before and this entry's canonical form."""
        return sha256(before.encode() + canonical(self)).hexdigest()


def first_hash(organisation: str, post: str) -> str:
    """What the first entry is chained to: the file's own name, so that files cannot be swapped."""
    return sha256(f"parapheur file {organisation}/{post}".encode()).hexdigest()


HOUSE = "house"  # the actor of everything nobody did
