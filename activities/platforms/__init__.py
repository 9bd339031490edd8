"""What we ask of a platform, and the three ways it can answer: done, refused, in doubt.

    PlatformError
    ├── NotSent          nothing left the house: safe to try again
    │   └── Throttled    the platform asks us to wait `retry_after`
    ├── Refused          a final no: a person has to change something
    │   └── SignInFailed the account's credentials are no longer good
    └── InDoubt          the platform may have it: look before ever sending again

A connector raises nothing else from `send`. Nobody above a connector reads status codes.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


class PlatformError(Exception):
    pass


class NotSent(PlatformError):
    pass


class Throttled(NotSent):
    def __init__(self, says: str, retry_after: timedelta) -> None:
        super().__init__(says)
        self.retry_after = retry_after


class Refused(PlatformError):
    pass


class SignInFailed(Refused):
    pass


class InDoubt(PlatformError):
    pass


@dataclass(frozen=True)
class Picture:
    """An image as it is sent: its bytes, and what it shows in words."""

    bytes: bytes
    mime: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Letter:
    """One post for one channel, rebuilt from the record and ready to leave the house."""

    text: str
    languages: tuple[str, ...]  # BCP 47
    pictures: tuple[Picture, ...]
    written_at: datetime  # the same on every attempt, so that the same letter has the same bytes
    key: str  # the same on every attempt: sha256 of publication and content
    remote_key: str  # the address we chose on the platform, where a platform lets us choose


@dataclass(frozen=True)
class Receipt:
    """Where a platform put our post."""

    remote_id: str
    url: str


@dataclass(frozen=True)
class Live:
    """What the public can see of a post right now."""

    text: str
    languages: tuple[str, ...]
    alts: tuple[str, ...]
    counts: dict[str, int] = field(default_factory=dict)  # likes, replies, …; absent is not zero
    links: tuple[str, ...] = ()  # where its links lead, beside what its text shows


class Platform(Protocol):
    @property
    def settle(self) -> timedelta:
        """The longest a send that lost its answer may take to show."""

    @property
    def knows_all(self) -> bool:
        """Whether "not found" proves that nothing was published."""

    @property
    def most_languages(self) -> int | None:
        """How many of a post's languages it keeps, the first ones; None: all of them."""

    def links(self, text: str) -> tuple[str, ...]:
        """Where the links of this text lead, as it is sent; () where a text is only a text."""

    def new_remote_key(self, key: str, written_at: datetime) -> str:
        """The address to ask the platform for, made once from the key; "" where it chooses."""

    async def prepare(self, letter: Letter) -> None:
        """Everything a send needs that the public does not see: sign in, upload the pictures."""

    async def send(self, letter: Letter) -> Receipt:
        """Publish, once. Raises NotSent, Refused or InDoubt, and nothing else."""

    async def find(self, letter: Letter) -> Receipt | None:
        """The post that an earlier send of this letter left behind, if there is one.

        Raises InDoubt where it cannot look, and Refused where something else stands at our key.
        """

    async def look(self, receipt: Receipt) -> Live | None:
        """What is public now, or None if it is gone."""

    async def close(self) -> None:
        """Let go of connections."""
