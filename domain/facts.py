"""What happened to a post without anybody's act: it was blocked, sent, lost, missed, closed."""

from dataclasses import dataclass
from enum import StrEnum

from domain import freezing
from domain.canonical import plain
from domain.lifecycle import Life
from domain.post import Aside, End, Stage
from domain.review.admission import Admission
from domain.review.marks import Deadline, Finding
from domain.review.people import Tidings
from domain.sending import Send, SendState


class FactKind(StrEnum):
    """The ledger's words for what the house saw."""

    ADMITTED = "admitted"  # policy let a submission pass, and a round began
    BLOCKED = "blocked"  # policy refused it
    DEADLINE = "deadline_passed"  # of a level: a reminder, an escalation, an end
    INFORMED = "people_changed"  # who came, left, changed groups or lent a seat, during a review
    HELD = "held"  # something at its hour keeps it back
    RELEASED = "released"  # and no longer does
    SENDING = "sending"  # an intent: a send may begin
    PUBLISHED = "published"
    NOT_SENT = "not_sent"  # proven: nothing left, or nothing arrived
    FAILED = "failed"
    UNKNOWN = "unknown"
    MISSED = "missed"
    LATE_RESULT = "late_result"  # an answer came to a sender that had been given up
    EXAMINED = "examined"  # the rules were asked once more, and answered otherwise than before
    MEASURED = "measured"
    DRIFTED = "drifted"  # what is live is not what was approved
    CLOSED = "closed"
    HISTORY_KEPT = "history_kept"  # how the engine tells this life is stored, under its hash
    HISTORY_LOST = "history_lost"  # the engine could not tell it any more


SENDS = {
    FactKind.SENDING: SendState.SENDING,
    FactKind.PUBLISHED: SendState.PUBLISHED,
    FactKind.NOT_SENT: SendState.PLANNED,
    FactKind.FAILED: SendState.FAILED,
    FactKind.UNKNOWN: SendState.UNKNOWN,
    FactKind.MISSED: SendState.MISSED,
}


@dataclass(frozen=True, kw_only=True)
class Fact:
    kind: FactKind
    channel: str = ""
    url: str = ""
    remote_id: str = ""
    because: str = ""
    fence: int = 0  # which attempt to send
    how: str = ""  # "answered", "reconciled", …
    aside: Aside | None = None
    end: End | None = None
    admission: Admission | None = None  # what a round is pinned to
    deadline: Deadline | None = None
    tidings: Tidings | None = None
    findings: tuple[Finding, ...] = ()  # that hold it back at its hour
    details: tuple[tuple[str, str | int], ...] = ()  # measures, rule ids

    @property
    def done(self) -> str:
        return self.kind.value

    def as_entry(self) -> dict[str, object]:
        """The fact as the ledger keeps it, without what does not apply."""
        told = plain(self)
        assert isinstance(told, dict)
        return {key: told[key] for key in sorted(told) if told[key] not in ("", 0, None, [])}


def after(life: Life, fact: Fact) -> Life:
    """The life once this is known."""
    if state := SENDS.get(fact.kind):
        send = Send(fact.channel, state, fact.url, fact.remote_id, fact.because)
        return life.sent(send)
    if fact.kind is FactKind.HELD:
        return _held(life, fact)
    if fact.kind is FactKind.RELEASED:
        return life.standing_aside(None)
    if fact.kind is FactKind.ADMITTED and fact.admission:
        return life.admitted(fact.admission)
    if fact.kind is FactKind.BLOCKED:
        return life.blocked(fact.because, fact.admission)
    if fact.kind is FactKind.EXAMINED and life.stage is Stage.APPROVING:
        return life.held_back(life.aside, fact.findings)
    if fact.kind is FactKind.DEADLINE and fact.deadline:
        return life.after_deadline(fact.deadline)
    if fact.kind is FactKind.INFORMED and fact.tidings:
        return life.informed(fact.tidings)
    if fact.kind is FactKind.CLOSED:
        return life.closed(fact.end or life.natural_end, fact.because)
    return life


def _held(life: Life, fact: Fact) -> Life:
    if fact.aside is Aside.FROZEN:
        return freezing.frozen(life, fact.channel)
    if fact.aside is Aside.NEEDS_RESCHEDULE:
        return freezing.asked_about(life)
    return life.held_back(fact.aside, fact.findings)


AFTERWARDS = (FactKind.HISTORY_KEPT, FactKind.HISTORY_LOST)
ANSWERS = (FactKind.PUBLISHED, FactKind.NOT_SENT, FactKind.FAILED, FactKind.UNKNOWN)


def objection(life: Life, fact: Fact) -> str | None:
    """Why this cannot have happened to this life, or None if it can.

    Facts bear no seal, so they may never do what only a sealed act may: no fact approves anything.
    """
    if fact.kind in (FactKind.ADMITTED, FactKind.BLOCKED) and life.stage is not Stage.CHECKING:
        return "Only a submission that is being checked can be admitted or blocked."
    if fact.kind is FactKind.ADMITTED:
        return _to_admitting(life, fact)
    if fact.kind is FactKind.DEADLINE and fact.deadline not in life.review.deadlines:
        return "No such deadline stands."
    if fact.kind is FactKind.INFORMED and (life.is_over or life.chain is None):
        return "No review of it is running that could take note of people."
    if fact.kind is FactKind.SENDING and not (life.may_go_out and fact.channel in life.to_send):
        return f"Nothing approved waits to be sent on {fact.channel}."
    if fact.kind is FactKind.SENDING and _waits_for_another_hour(life, fact.channel):
        return f"It waits for another hour on {fact.channel}."
    if _asks_for_an_hour(fact) and not freezing.may_be_asked_about(life):
        return "Nothing approved missed its hour that another hour could be given to."
    if fact.kind in ANSWERS and not life.is_sending_on(fact.channel):
        return f"No send is under way on {fact.channel}."
    if fact.kind is FactKind.MISSED and not (life.may_go_out and fact.channel in life.unsettled):
        return f"Nothing approved waited for its hour on {fact.channel}."
    if fact.kind is FactKind.EXAMINED and life.stage not in (Stage.APPROVING, Stage.WATCHING):
        return "Nothing waits for a signature, and nothing of it is out."
    if fact.kind in (FactKind.MEASURED, FactKind.DRIFTED) and life.stage is not Stage.WATCHING:
        return "Nothing of it is out that one could look at."
    if fact.kind in AFTERWARDS and not life.is_over:
        return "Only a life that is over has all of its history."
    if fact.kind is FactKind.CLOSED and not life.may_end_as(fact.end or life.natural_end):
        return f"A life that is {life.stage} does not end as {fact.end}."
    return None


def _asks_for_an_hour(fact: Fact) -> bool:
    return fact.kind is FactKind.HELD and fact.aside is Aside.NEEDS_RESCHEDULE


def _waits_for_another_hour(life: Life, channel: str) -> bool:
    is_asked_about = life.aside is Aside.NEEDS_RESCHEDULE
    return is_asked_about or freezing.missed_its_hour(life, channel)


def _to_admitting(life: Life, fact: Fact) -> str | None:
    if fact.admission is None or not fact.admission.book.chain.levels:
        return "A round needs a chain with at least one level."
    refused = life.to_be_admitted(fact.admission)
    return refused.says if refused else None
