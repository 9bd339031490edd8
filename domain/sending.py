"""What becomes of one revision on one channel, from the plan to the proof."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256


class SendState(StrEnum):
    PLANNED = "planned"
    SENDING = "sending"
    PUBLISHED = "published"
    FAILED = "failed"  # the platform's final no
    UNKNOWN = "unknown"  # its answer was lost and nobody can look it up
    MISSED = "missed"  # its window closed first
    DROPPED = "dropped"  # a person gave it up

    @property
    def is_final(self) -> bool:
        return self in (SendState.PUBLISHED, SendState.FAILED, SendState.MISSED, SendState.DROPPED)

    @property
    def may_be_out(self) -> bool:
        """Whether the public may have seen it."""
        return self in (SendState.SENDING, SendState.PUBLISHED, SendState.UNKNOWN)


@dataclass(frozen=True)
class Send:
    channel: str
    state: SendState
    url: str = ""
    remote_id: str = ""
    because: str = ""


@dataclass(frozen=True)
class Order:
    """One revision's content for one channel."""

    organisation: str
    post: str
    channel: str
    content_hash: str

    @property
    def key(self) -> str:
        """The same for every attempt to send this, and for nothing else."""
        named = f"k1|{self.organisation}|{self.post}|{self.content_hash}|{self.channel}"
        return sha256(named.encode()).hexdigest()


@dataclass(frozen=True)
class Orders:
    """One revision's content for every channel at once."""

    organisation: str
    post: str
    channels: tuple[str, ...]
    content_hash: str

    @property
    def each(self) -> tuple[Order, ...]:
        return tuple(
            Order(self.organisation, self.post, channel, self.content_hash)
            for channel in self.channels
        )
