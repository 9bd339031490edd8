"""Where a post stands as people ask: its state, what it waits for, who, until when."""

from dataclasses import dataclass
from datetime import datetime

from domain.lifecycle import Life
from domain.post import Aside, Stage

STATES = {
    Stage.DRAFTING: "draft",
    Stage.CHECKING: "draft",
    Stage.APPROVING: "in_review",
    Stage.HOLDING: "scheduled",
    Stage.PUBLISHING: "publishing",
    Stage.WATCHING: "published",
}


@dataclass(frozen=True)
class Waiting:
    """`who` are group and person ids; nobody in it means that the house itself will go on."""

    says: str
    groups: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    until: datetime | None = None


def state(life: Life) -> str:
    """The one word a client sees (docs/lifecycle.md). A freeze is told beside it, not in it."""
    if life.end:
        return life.end.value
    if life.aside and life.aside is not Aside.FROZEN:
        return life.aside.value
    if life.stage is Stage.DRAFTING and life.reviewed_hash:
        return "changes_requested" if life.post.content_hash == life.reviewed_hash else "draft"
    if life.stage is Stage.HOLDING and life.post.hour is None:
        return "approved"
    return STATES[life.stage]


def waiting(life: Life) -> Waiting | None:
    """What has to happen next; None once it is over."""
    if life.is_over:
        return None
    if life.aside:
        return _beside_the_road(life, life.aside)
    closes = life.post.window.closes if life.post.window else None
    match life.stage:
        case Stage.APPROVING:
            return _a_signature(life)
        case Stage.HOLDING:
            return Waiting("Its hour.", until=life.post.hour)
        case Stage.PUBLISHING:
            return Waiting(f"An answer from {', '.join(life.unsettled)}.", until=closes)
        case Stage.WATCHING:
            return Waiting("The end of its watch.")
    because = f" {life.because}" if life.because else ""
    return Waiting(f"Its author, to submit it.{because}", people=life.post.authors)


def _a_signature(life: Life) -> Waiting:
    level = life.open_level
    assert level is not None
    return Waiting(
        f"A signature: {level.title}.",
        level.signers.groups,
        level.signers.people,
        life.post.hour or (life.post.window.closes if life.post.window else None),
    )


def _beside_the_road(life: Life, aside: Aside) -> Waiting:
    closes = life.post.window.closes if life.post.window else None
    leads = life.chain.leads.groups if life.chain else ()
    says = {
        Aside.NEEDS_RESCHEDULE: "A new hour: it was approved after its own.",
        Aside.HELD_POLICY: "The rules: one of them holds it at its hour.",
        Aside.FROZEN: "The end of a freeze.",
        Aside.UNKNOWN: "Somebody to look whether it is live, and to say so.",
    }[aside]
    return Waiting(says, leads, life.post.authors, closes)
