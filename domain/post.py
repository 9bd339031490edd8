"""A post: what will be said, where and when. Values only: no clock, no network, no database."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from domain.canonical import digest, plain, stated
from domain.declarations import NOTHING_DECLARED, Declarations


class Stage(StrEnum):
    """Where a post is in its life. While it is alive the names are gerunds; an end is a fact."""

    DRAFTING = "drafting"
    CHECKING = "checking"
    APPROVING = "approving"
    HOLDING = "holding"
    PUBLISHING = "publishing"
    WATCHING = "watching"
    CLOSED = "closed"

    @property
    def may_be_changed(self) -> bool:
        return self in (Stage.DRAFTING, Stage.CHECKING, Stage.APPROVING, Stage.HOLDING)

    @property
    def is_at_its_hour(self) -> bool:
        return self in (Stage.PUBLISHING, Stage.WATCHING)


class End(StrEnum):
    """How a life ended."""

    PUBLISHED = "published"
    DISCARDED = "discarded"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    EXPIRED = "expired"
    MISSED = "missed"
    FAILED = "failed"  # every channel refused it for good


class Aside(StrEnum):
    """Why a post stands still beside its road."""

    FROZEN = "frozen"
    NEEDS_RESCHEDULE = "needs_reschedule"
    HELD_POLICY = "held_policy"
    UNKNOWN = "unknown"


class Urgency(StrEnum):
    ROUTINE = "routine"
    URGENT = "urgent"
    EMERGENCY = "emergency"  # two officers on duty may publish it before its review

    @property
    def priority(self) -> int:
        """Temporal's priority key: 1 goes first, 3 is the default."""
        return {Urgency.EMERGENCY: 1, Urgency.URGENT: 2, Urgency.ROUTINE: 3}[self]


@dataclass(frozen=True)
class Window:
    """The span in which a post may appear. Approvers sign it with the text."""

    opens: datetime
    closes: datetime

    def holds(self, moment: datetime) -> bool:
        return self.opens <= moment < self.closes  # at its close the gate is shut already


@dataclass(frozen=True)
class Variant:
    """What one channel says instead of the common text."""

    channel: str
    text: str


@dataclass(frozen=True)
class Medium:
    """An image by the hash of its bytes, with what it shows in words."""

    sha256: str
    alt: str
    decorative: bool = False


@dataclass(frozen=True)
class Content:
    """Everything of a post that reaches the public. Its hash is what approvers sign."""

    text: str
    channels: tuple[str, ...]
    window: Window
    variants: tuple[Variant, ...] = ()
    media: tuple[Medium, ...] = ()
    links: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    declared: Declarations = NOTHING_DECLARED
    form: int = field(default=1, kw_only=True)  # the version of this canonical form

    def text_on(self, channel: str) -> str:
        said = {variant.channel: variant.text for variant in self.variants}
        return said.get(channel, self.text)

    @property
    def surfaces(self) -> tuple[str, ...]:
        """Every text that the public could read, once each."""
        texts = (self.text, *(v.text for v in self.variants), *(m.alt for m in self.media))
        return tuple(dict.fromkeys((*texts, *self.links)))

    @property
    def hash(self) -> str:
        """sha256 over the canonical form, order of channels and variants aside."""
        return digest(self.settled)

    @property
    def settled(self) -> dict[str, object]:
        """What is hashed: the content with its channels and variants in order."""
        ordered = replace(
            self,
            channels=tuple(sorted(self.channels)),
            variants=tuple(sorted(self.variants, key=lambda variant: variant.channel)),
        )
        return ordered.told

    @property
    def told(self) -> dict[str, object]:
        """The content as it is stored and hashed. Of declarations, only what was declared."""
        told = plain(replace(self, declared=NOTHING_DECLARED))
        assert isinstance(told, dict)
        del told["declared"]
        declared = stated(self.declared)
        return {**told, "declared": declared} if declared else told


@dataclass(frozen=True)
class Post:
    """A post as its workflow knows it: ids and hashes travel, content does not."""

    organisation: str
    id: str
    authors: tuple[str, ...] = ()
    revision: int = 0
    content_hash: str = ""
    channels: tuple[str, ...] = ()
    window: Window | None = None
    hour: datetime | None = None  # None: as soon as it is approved
    urgency: Urgency = Urgency.ROUTINE
    chain: str = ""  # the chain it asks for; "" is the organisation's default

    def revised(
        self,
        author: str,
        content_hash: str,
        channels: tuple[str, ...],
        window: Window,
        hour: datetime | None,
    ) -> "Post":
        return replace(
            self,
            authors=self.authors if author in self.authors else (*self.authors, author),
            revision=self.revision + 1,
            content_hash=content_hash,
            channels=channels,
            window=window,
            hour=hour,
        )

    def at_hour(self, hour: datetime) -> "Post":
        return replace(self, hour=hour)
