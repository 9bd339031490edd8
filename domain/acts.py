"""What people and machines do to a post: each act one update of its workflow, and sealed."""

from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar, Self

from domain.canonical import canonical, plain
from domain.post import Urgency, Window
from domain.review.people import Person, Trait
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
    "waive": "waived",
    "hurry": "hurried",
    "invite": "invited",
    "disinvite": "disinvited",
    "open_link": "link_opened",
    "delegate": "delegated",
    "revoke": "delegation_revoked",
    "leave": "left",
    "join": "joined",
}


class Verdict(StrEnum):
    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"
    VETO = "veto"
    ABSTAIN = "abstain"
    RETRACT = "retract"

    @property
    def objects(self) -> bool:
        return self in (Verdict.REQUEST_CHANGES, Verdict.REJECT, Verdict.VETO)

    @property
    def done(self) -> str:
        return {
            Verdict.APPROVE: "approved",
            Verdict.REQUEST_CHANGES: "changes_requested",
            Verdict.REJECT: "rejected",
            Verdict.VETO: "vetoed",
            Verdict.ABSTAIN: "abstained",
            Verdict.RETRACT: "vote_retracted",
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
    touches: tuple[str, ...] | None = None  # the levels whose subject changed; None: all of them
    kind: ClassVar[str] = "revise"


@dataclass(frozen=True, kw_only=True)
class Submit(Act):
    revision: int
    kind: ClassVar[str] = "submit"


@dataclass(frozen=True, kw_only=True)
class Decide(Act):
    """Sign a level, object, abstain or take one's vote back: for the one revision that was read."""

    verdict: Verdict
    revision: int
    content_hash: str
    level: str = ""  # "": the open level that waits for this person
    reason: str = ""
    on_behalf_of: str = ""  # whose seat a delegate takes
    link: str = ""  # the invitation an outside approver came by
    signed_in: datetime | None = None  # when this person last proved who they are
    traits: tuple[Trait, ...] = ()  # the actor's, as the record had them at that moment
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


@dataclass(frozen=True, kw_only=True)
class Delegate(Act):
    """Hand one's own seats to somebody for a while. The actor is the one who hands them on."""

    to: str
    starts: datetime
    ends: datetime
    levels: tuple[str, ...] = ()  # (): every level
    kind: ClassVar[str] = "delegate"


@dataclass(frozen=True, kw_only=True)
class Revoke(Act):
    """Take a delegation back before its window ends."""

    delegation: str
    kind: ClassVar[str] = "revoke"


@dataclass(frozen=True, kw_only=True)
class Invite(Act):
    """Send somebody outside the house a link for one level of one revision."""

    person: str
    level: str
    revision: int
    expires: datetime
    content_hash: str = ""  # what the link shows; "": a rehearsal has no text
    link_hash: str = ""  # sha256 of the link's token, which nobody keeps
    kind: ClassVar[str] = "invite"


@dataclass(frozen=True, kw_only=True)
class Disinvite(Act):
    """Take a link back: from now on it opens nothing."""

    link: str
    kind: ClassVar[str] = "disinvite"


@dataclass(frozen=True, kw_only=True)
class OpenLink(Act):
    """Somebody outside opened the link. Opening never decides: mail scanners open links, too."""

    link: str
    kind: ClassVar[str] = "open_link"


@dataclass(frozen=True, kw_only=True)
class Waive(Act):
    """Let this revision pass one blocking rule, on the word of whoever may waive it."""

    rule: str
    revision: int
    reason: str = ""
    kind: ClassVar[str] = "waive"


@dataclass(frozen=True, kw_only=True)
class Hurry(Act):
    """Publish an emergency now. The first officer asks, a second one releases it."""

    revision: int
    content_hash: str
    reason: str = ""
    signed_in: datetime | None = None
    traits: tuple[Trait, ...] = ()
    kind: ClassVar[str] = "hurry"


@dataclass(frozen=True, kw_only=True)
class Leave(Act):
    """A person left the house. The actor is whoever keeps the list of people."""

    person: str
    kind: ClassVar[str] = "leave"


@dataclass(frozen=True, kw_only=True)
class Join(Act):
    """A person came, or changed groups, while the review was running."""

    person: Person
    kind: ClassVar[str] = "join"


ACTS: dict[str, type[Act]] = {
    act.kind: act
    for act in (
        Draft, Revise, Submit, Decide, Withdraw, Reschedule, Settle,
        Waive, Hurry, Invite, Disinvite, OpenLink, Delegate, Revoke, Leave, Join,
    )
}  # fmt: skip
