"""Where a post stands as people ask: its state, what it waits for, who, until when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from domain.acts import Submit
from domain.freezing import held_on
from domain.french import reason_in_french
from domain.held import Held, holds
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
AFTER_A_FREEZE = (
    "A new hour: a freeze kept it past its own.",
    "Une nouvelle heure : un gel l'a retenu au-delà de la sienne.",
)
WAIVED = "Every rule that blocked it is waived: it can be submitted."
OF_AN_EMERGENCY = ("published_pending_review", "post_review_overdue", "retraction_required")


@dataclass(frozen=True)
class Waiting:
    """`who` are group and person ids; nobody in it means that the house itself will go on."""

    says: str
    groups: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    until: datetime | None = None
    fr: str = ""  # the same sentence


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
        return OF_AN_EMERGENCY[2]
    hurried = life.review.emergency
    if hurried is None or not life.review.owes_review:
        return ""
    return OF_AN_EMERGENCY[1 if hurried.overdue else 0]


def waiting(life: Life, held: Held) -> Waiting | None:
    """What has to happen next; None once it is over. `held` is what its office holds back now."""
    if life.is_over:
        return None
    told = [*_next_up(life), *_held_back(life, held)]
    if officer := second_officer(life):
        told.append(officer)
    return reduce(_both, told)


def _next_up(life: Life) -> Iterator[Waiting]:
    """What it waits for on the channels where no freeze and no switch holds it."""
    if goes_on(life):
        aside = None if life.aside is Aside.FROZEN else life.aside
        yield _beside_the_road(life, aside) if aside else _on_the_road(life)


def goes_on(life: Life) -> bool:
    """Whether anything but the end of a freeze or of a switch is awaited."""
    on = held_on(life)
    if not on or life.aside not in (None, Aside.FROZEN):
        return True
    return life.stage is Stage.PUBLISHING and any(name not in on for name in life.unsettled)


def _held_back(life: Life, held: Held) -> Iterator[Waiting]:
    closes = life.post.window.closes if life.post.window else None
    leads = life.chain.policy.leads.groups if life.chain else ()
    for hold in holds(life, held):
        en, fr = hold.waits
        yield Waiting(en, leads, life.post.authors, closes, fr)


def second_officer(life: Life) -> Waiting | None:
    """One officer has asked for an emergency, of this revision; another one has to know."""
    asked, terms = life.review.emergency, life.chain.policy.emergency if life.chain else None
    if asked is None or terms is None or asked.released_by or life.was_touched:
        return None
    if life.is_over or life.stage is Stage.WATCHING or asked.revision != life.post.revision:
        return None
    return Waiting(
        f"{asked.asked_by} asked to publish it as an emergency; another officer on duty has to "
        "release it.",
        terms.officers.groups,
        tuple(name for name in terms.officers.people if name != asked.asked_by),
        fr=f"{asked.asked_by} demande sa publication en urgence ; un autre cadre d'astreinte doit "
        "l'autoriser.",
    )


def _both(first: Waiting, other: Waiting) -> Waiting:
    return Waiting(
        f"{first.says} {other.says}",
        tuple(dict.fromkeys((*first.groups, *other.groups))),
        tuple(dict.fromkeys((*first.people, *other.people))),
        first.until,
        f"{first.fr} {other.fr}",
    )


def _on_the_road(life: Life) -> Waiting:
    closes = life.post.window.closes if life.post.window else None
    match life.stage:
        case Stage.APPROVING:
            return _signatures(life)
        case Stage.HOLDING:
            return Waiting("Its hour.", until=life.post.hour, fr="Son heure.")
        case Stage.PUBLISHING:
            channels = ", ".join(name for name in life.unsettled if name not in held_on(life))
            return Waiting(
                f"An answer from {channels}.", until=closes, fr=f"Une réponse de {channels}."
            )
        case Stage.WATCHING:
            return (
                _signatures(life)
                if life.owes_review
                else Waiting("The end of its watch.", fr="La fin de sa veille.")
            )
    why = because(life)
    says = f"Its author, to submit it. {why}".strip()
    french = f"Son auteur, pour le soumettre. {reason_in_french(why)}".strip()
    return Waiting(says, people=life.post.authors, fr=french)


def because(life: Life) -> str:
    """The last reason, as far as it still stands: what blocked a draft may be waived by now."""
    is_blocked = life.stage is Stage.DRAFTING and life.review.outcome is Outcome.DRAFT
    if not (is_blocked and life.because and life.review.book):
        return life.because
    submit = Submit(id="", actor=life.post.authors[0], revision=life.review.revision)
    why = life.review.objection(submit)
    return why.says if why else WAIVED


def needs_revising(life: Life) -> bool:
    """Whether its draft would be refused again as it stands."""
    return life.stage is Stage.DRAFTING and because(life) not in ("", WAIVED)


def _signatures(life: Life) -> Waiting:
    """Every open level, each with those who can sign it, and what happens first by itself."""
    lines = life.review.waits_for
    who = tuple(dict.fromkeys(person for line in lines for person in line.who))
    until = min((line.until for line in lines if line.until), default=None)
    en, fr = (" ".join(words) for words in zip(*signatures(life), strict=True))
    return Waiting(en, people=who, until=_closes_first(life) or until, fr=fr)


def signatures(life: Life) -> list[tuple[str, str]]:
    """A sentence for each open level, and one for the window if it closes first; each en and fr."""
    told = [(line.en, line.fr) for line in life.review.waits_for]
    if closes := _closes_first(life):
        hour = f"{closes:%Y-%m-%d %H:%M} UTC"
        en = f"Its window closes at {hour}; undecided by then, it is missed."
        fr = f"Sa fenêtre se ferme le {hour} ; sans décision, il la manque."
        told.append((en, fr))
    return told


def _closes_first(life: Life) -> datetime | None:
    """The end of its window, if an undecided post meets that before any deadline."""
    if life.stage is not Stage.APPROVING or life.post.window is None:
        return None
    closes, due = life.post.window.closes, life.next_deadline
    return closes if due is None or closes < due.at else None


def _beside_the_road(life: Life, aside: Aside) -> Waiting:
    closes = life.post.window.closes if life.post.window else None
    leads = life.chain.policy.leads.groups if life.chain else ()
    if aside is Aside.NEEDS_RESCHEDULE and life.frozen_on:
        en, fr = AFTER_A_FREEZE
        return Waiting(en, leads, life.post.authors, closes, fr)
    en, fr = {
        Aside.NEEDS_RESCHEDULE: (
            "A new hour: it was approved after its own.",
            "Une nouvelle heure : il a été approuvé après la sienne.",
        ),
        Aside.HELD_POLICY: (
            "The rules: one of them holds it at its hour.",
            "Les règles : l'une d'elles le retient à son heure.",
        ),
        Aside.UNKNOWN: (
            "Somebody to look whether it is live, and to say so.",
            "Quelqu'un qui vérifie s'il est en ligne, et le dise.",
        ),
    }[aside]
    return Waiting(en, leads, life.post.authors, closes, fr)
