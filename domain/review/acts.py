"""What people do to a post under review, beyond drafting it: each act sealed at the door."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from domain import acts
from domain.acts import Act
from domain.review.people import Person, Trait


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
class Revise(acts.Revise):
    """Change the post. `touches` names the levels whose subject changed; None means all of them."""

    touches: tuple[str, ...] | None = None
    kind: ClassVar[str] = "revise"


@dataclass(frozen=True, kw_only=True)
class Delegate(Act):
    """Hand one's own seats to somebody for a while. The actor is the one who hands them on."""

    to: str
    starts: datetime
    ends: datetime
    levels: tuple[str, ...] = ()  # (): every level
    kind: ClassVar[str] = "delegate"

    @property
    def done(self) -> str:
        return "delegated"


@dataclass(frozen=True, kw_only=True)
class Revoke(Act):
    """Take a delegation back before its window ends."""

    delegation: str
    kind: ClassVar[str] = "revoke"

    @property
    def done(self) -> str:
        return "delegation_revoked"


@dataclass(frozen=True, kw_only=True)
class Invite(Act):
    """Send somebody outside the house a link for one level of one revision."""

    person: str
    level: str
    revision: int
    expires: datetime
    kind: ClassVar[str] = "invite"

    @property
    def done(self) -> str:
        return "invited"


@dataclass(frozen=True, kw_only=True)
class OpenLink(Act):
    """Somebody outside opened the link. Opening never decides: mail scanners open links, too."""

    link: str
    kind: ClassVar[str] = "open_link"

    @property
    def done(self) -> str:
        return "link_opened"


@dataclass(frozen=True, kw_only=True)
class Waive(Act):
    """Let this revision pass one blocking rule, on the word of whoever may waive it."""

    rule: str
    revision: int
    reason: str = ""
    kind: ClassVar[str] = "waive"

    @property
    def done(self) -> str:
        return "waived"


@dataclass(frozen=True, kw_only=True)
class Hurry(Act):
    """Publish an emergency now. The first officer asks, a second one releases it."""

    revision: int
    content_hash: str
    reason: str = ""
    signed_in: datetime | None = None
    traits: tuple[Trait, ...] = ()
    kind: ClassVar[str] = "hurry"

    @property
    def done(self) -> str:
        return "hurried"


@dataclass(frozen=True, kw_only=True)
class Leave(Act):
    """A person left the house. The actor is whoever keeps the list of people."""

    person: str
    kind: ClassVar[str] = "leave"

    @property
    def done(self) -> str:
        return "left"


@dataclass(frozen=True, kw_only=True)
class Join(Act):
    """A person came, or changed groups, while the review was running."""

    person: Person
    kind: ClassVar[str] = "join"

    @property
    def done(self) -> str:
        return "joined"
