"""What people and machines do to a post: each act one update of its workflow, and sealed."""

from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar, Self

from domain.canonical import canonical, plain
from domain.post import Urgency, Window
from domain.seal import Seal

MACHINE = "key:"
UNHEARD = datetime.min.replace(tzinfo=UTC)  # until the door hears it

DONE = {
    "draft": "drafted",
    "revise": "revised",
    "submit": "submitted",
    "withdraw": "withdrawn",
    "reschedule": "rescheduled",
    "settle": "settled",
}


class Verdict(StrEnum):
    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"

    @property
    def needs_a_reason(self) -> bool:
        return self is not Verdict.APPROVE

    @property
    def done(self) -> str:
        return {
            Verdict.APPROVE: "approved",
            Verdict.REQUEST_CHANGES: "changes_requested",
            Verdict.REJECT: "rejected",
        }[self]


@dataclass(frozen=True, kw_only=True)
class Act:
    """Who did it and when the door heard it. `id` is the same on every delivery of one act."""

    id: str
    actor: str
    at: datetime = UNHEARD
    groups: tuple[str, ...] = ()  # the actor's, as the record had them at that moment
    seal: Seal = field(default=Seal("", ""))

    kind: ClassVar[str]

    @property
    def is_by_a_machine(self) -> bool:
        return self.actor.startswith(MACHINE)

    @property
    def done(self) -> str:
        """The ledger's word for it."""
        return DONE[self.kind]

    def message(self, organisation: str, post: str) -> bytes:
        """What the seal covers: this act, all of it, on this post and no other."""
        said = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "seal"}
        return canonical({"act": self.kind, "organisation": organisation, "post": post, **said})

    def sealed(self, seal: Seal) -> Self:
        return replace(self, seal=seal)

    def as_entry(self) -> dict[str, object]:
        """The act as the ledger keeps it: every sealed field, and the seal."""
        told = plain(self)
        assert isinstance(told, dict)
        return {"act": self.kind, **{key: told[key] for key in sorted(told)}}


@dataclass(frozen=True, kw_only=True)
class Draft(Act):
    """Begin a post. The content is already on record under its hash."""

    content_hash: str
    channels: tuple[str, ...]
    window: Window
    hour: datetime | None = None
    chain: str = ""  # "": the organisation's default chain
    author: str = ""  # the person a machine writes for
    urgency: Urgency = Urgency.ROUTINE
    submit: bool = False
    kind: ClassVar[str] = "draft"


@dataclass(frozen=True, kw_only=True)
class Revise(Act):
    """Change what the post says, or where, or within which window."""

    content_hash: str
    channels: tuple[str, ...]
    window: Window
    hour: datetime | None = None
    seen: int = 0  # the revision the author started from
    author: str = ""
    submit: bool = False
    kind: ClassVar[str] = "revise"


@dataclass(frozen=True, kw_only=True)
class Submit(Act):
    revision: int
    kind: ClassVar[str] = "submit"


@dataclass(frozen=True, kw_only=True)
class Decide(Act):
    """Sign a level, ask for changes or reject: always for the one revision that was read."""

    verdict: Verdict
    revision: int
    content_hash: str
    level: str = ""  # "": the level that is open
    reason: str = ""
    kind: ClassVar[str] = "decide"

    @property
    def done(self) -> str:
        return self.verdict.done


@dataclass(frozen=True, kw_only=True)
class Withdraw(Act):
    """Take the post back before it goes out; a draft is discarded."""

    reason: str = ""
    kind: ClassVar[str] = "withdraw"


@dataclass(frozen=True, kw_only=True)
class Reschedule(Act):
    """Name another hour inside the approved window."""

    hour: datetime
    kind: ClassVar[str] = "reschedule"


class Found(StrEnum):
    """What a person found on a platform whose answer was lost."""

    LIVE = "live"
    NOT_LIVE = "not_live"
    DROP = "drop"


@dataclass(frozen=True, kw_only=True)
class Settle(Act):
    """Say what became of a send that nobody can look up: it is live, it is not, or drop it."""

    channel: str
    found: Found
    url: str = ""
    kind: ClassVar[str] = "settle"


ACTS: dict[str, type[Act]] = {
    act.kind: act for act in (Draft, Revise, Submit, Decide, Withdraw, Reschedule, Settle)
}
