"""Where a post stands as people ask: its state, what it waits for, who, until when."""

from dataclasses import dataclass
from datetime import datetime

from domain.lifecycle import Life
from domain.post import Aside, Stage
from domain.review.marks import Outcome

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
    if life.live and (word := _of_an_emergency(life)):
        return word
    if life.end:
        return life.end.value
    if life.aside and life.aside is not Aside.FROZEN:
        return life.aside.value
    if life.review.outcome is Outcome.CHANGES_REQUESTED:
        return "changes_requested"
    if life.stage is Stage.HOLDING and life.post.hour is None:
        return "approved"
    return STATES[life.stage]


def _of_an_emergency(life: Life) -> str:
    """What is out before its review has a word of its own until the review is given."""
    if life.review.needs_retraction:
        return "retraction_required"
    hurried = life.review.emergency
    if hurried is None or not life.review.owes_review:
        return ""
    return "post_review_overdue" if hurried.overdue else "published_pending_review"


def waiting(life: Life) -> Waiting | None:
    """What has to happen next; None once it is over."""
    if life.is_over:
        return None
    if life.aside:
        return _beside_the_road(life, life.aside)
    closes = life.post.window.closes if life.post.window else None
    match life.stage:
        case Stage.APPROVING:
            return _signatures(life)
        case Stage.HOLDING:
            return Waiting("Its hour.", until=life.post.hour)
        case Stage.PUBLISHING:
            return Waiting(f"An answer from {', '.join(life.unsettled)}.", until=closes)
        case Stage.WATCHING:
            return _signatures(life) if life.owes_review else Waiting("The end of its watch.")
    because = f" {life.because}" if life.because else ""
    return Waiting(f"Its author, to submit it.{because}", people=life.post.authors)


def _signatures(life: Life) -> Waiting:
    """Every open level, each with those who can sign it and its next deadline."""
    lines = life.review.waits_for
    who = tuple(dict.fromkeys(person for line in lines for person in line.who))
    until = min((line.until for line in lines if line.until), default=None)
    return Waiting(" ".join(line.en for line in lines), people=who, until=until)


def _beside_the_road(life: Life, aside: Aside) -> Waiting:
    closes = life.post.window.closes if life.post.window else None
    leads = life.chain.policy.leads.groups if life.chain else ()
    says = {
        Aside.NEEDS_RESCHEDULE: "A new hour: it was approved after its own.",
        Aside.HELD_POLICY: "The rules: one of them holds it at its hour.",
        Aside.FROZEN: "The end of a freeze.",
        Aside.UNKNOWN: "Somebody to look whether it is live, and to say so.",
    }[aside]
    return Waiting(says, leads, life.post.authors, closes)
