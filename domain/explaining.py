"""Why a post is not out: what it waits for, who, until when, its last trouble, the next step."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.facts import Fact, FactKind
from domain.french import reason_in_french
from domain.held import Held, holds
from domain.lifecycle import Life
from domain.post import Aside, End, Stage
from domain.review.marks import Outcome
from domain.review.signers import Signer, signers
from domain.waiting import (
    Waiting,
    because,
    goes_on,
    needs_revising,
    second_officer,
    signatures,
    state,
    waiting,
)

TROUBLES = (
    FactKind.BLOCKED, FactKind.NOT_SENT, FactKind.HELD, FactKind.UNKNOWN, FactKind.FAILED,
    FactKind.MISSED,
)  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """The same in both languages of the house."""

    en: str
    fr: str


@dataclass(frozen=True)
class Trouble:
    kind: FactKind
    channel: str
    because: str
    at: datetime

    @property
    def because_fr(self) -> str:
        return reason_in_french(self.because)


@dataclass(frozen=True)
class Explanation:
    state: str
    waits_for: Waiting | None
    signers: tuple[Signer, ...]  # who exactly may sign now
    trouble: Trouble | None
    next: Sentence | None  # what somebody can do; None: nothing is left to do
    sentences: tuple[Sentence, ...]


ENDS = {
    End.PUBLISHED: Sentence("It is out, and its file is closed.", "Il est publié et clos."),
    End.DISCARDED: Sentence("The draft was discarded.", "Le brouillon a été supprimé."),
    End.WITHDRAWN: Sentence("It was withdrawn.", "Il a été retiré."),
    End.REJECTED: Sentence("It was rejected.", "Il a été refusé."),
    End.EXPIRED: Sentence("Nobody decided in time.", "Personne n'a décidé à temps."),
    End.MISSED: Sentence("It missed its window.", "Il a manqué sa fenêtre de publication."),
    End.FAILED: Sentence("Every platform refused it.", "Toutes les plateformes l'ont refusé."),
}
ASIDES = {
    Aside.NEEDS_RESCHEDULE: Sentence(
        "It was approved after its own hour.", "Il a été approuvé après son heure."
    ),
    Aside.HELD_POLICY: Sentence(
        "A rule holds it at its hour.", "Une règle le retient à l'heure prévue."
    ),
    Aside.UNKNOWN: Sentence(
        "An answer was lost: nobody knows whether it is live.",
        "Une réponse s'est perdue : on ignore s'il est en ligne.",
    ),
}
STAGES = {
    Stage.DRAFTING: Sentence("It is a draft.", "C'est un brouillon."),
    Stage.CHECKING: Sentence("The rules are being asked.", "Les règles sont en cours d'examen."),
    Stage.APPROVING: Sentence("It is under review.", "Il est en cours de validation."),
    Stage.HOLDING: Sentence("It is approved.", "Il est approuvé."),
    Stage.PUBLISHING: Sentence("It is being sent.", "Il est en cours d'envoi."),
    Stage.WATCHING: Sentence("It is out.", "Il est publié."),
}
SENT_BACK = Sentence("Approvers asked for changes.", "Des modifications sont demandées.")
AFTER_A_FREEZE = Sentence(
    "A freeze kept it past its hour, and it does not go out by itself.",
    "Un gel l'a retenu au-delà de son heure, et il ne part pas de lui-même.",
)
STEPS_ASIDE = {
    Aside.HELD_POLICY: Sentence(
        "Read the findings; then revise it, have the rule waived, or wait until it lifts.",
        "Lire les constats ; puis réviser, faire lever la règle, ou attendre qu'elle cesse.",
    ),
    Aside.UNKNOWN: Sentence(
        "Look on the platform, then settle the send: live, not live, or dropped.",
        "Vérifier sur la plateforme, puis trancher : en ligne, absent, ou abandonné.",
    ),
}
STEPS = {
    Stage.DRAFTING: Sentence("Its author submits it.", "Son auteur le soumet."),
    Stage.CHECKING: Sentence("Wait a moment.", "Patienter un instant."),
    Stage.APPROVING: Sentence(
        "Somebody who is named here decides.", "Une des personnes nommées décide."
    ),
    Stage.HOLDING: Sentence("Wait for its hour.", "Attendre son heure."),
    Stage.PUBLISHING: Sentence(
        "Wait: it is tried again by itself.", "Attendre : l'envoi est retenté."
    ),
}
REVISE = Sentence("Its author revises it, then submits it.", "Son auteur le révise et le soumet.")
LATER_REVIEW = Sentence(
    "A reviewer confirms or rejects what went out.",
    "Un relecteur confirme ou refuse ce qui est publié.",
)
WAS_WRONG = Sentence(
    "It is out, and its later review said that it should not be.",
    "Il est publié, et sa relecture a conclu qu'il n'aurait pas dû l'être.",
)
TAKE_DOWN = Sentence(
    "Somebody takes it down on the platforms.", "Quelqu'un le retire des plateformes."
)
AGAIN = Sentence("Start a new post.", "Créer une nouvelle publication.")


def explain(
    life: Life, filed: Iterable[tuple[datetime, Fact]], now: datetime, held: Held
) -> Explanation:
    """`filed` are the facts of its file, oldest first, each with its moment."""
    trouble = _as_it_stands(life, last_trouble(filed))
    sentences = [
        *_where(life, held), *_signatures(life), *_of_an_emergency(life), *_of_trouble(trouble)
    ]  # fmt: skip
    if (step := next_step(life, held)) is not None:
        sentences.append(step)
    waits = () if life.is_over else signers(life.review, now)
    return Explanation(state(life), waiting(life, held), waits, trouble, step, tuple(sentences))


def last_trouble(filed: Iterable[tuple[datetime, Fact]]) -> Trouble | None:
    """The newest thing that kept it back, or None if it went well since."""
    found: Trouble | None = None
    for at, fact in filed:
        if fact.kind in TROUBLES:
            found = Trouble(fact.kind, fact.channel, fact.because, at)
        elif fact.kind in (FactKind.ADMITTED, FactKind.RELEASED) or (
            fact.kind is FactKind.PUBLISHED and found and found.channel in ("", fact.channel)
        ):
            found = None
    return found


def _as_it_stands(life: Life, trouble: Trouble | None) -> Trouble | None:
    """What blocked a submission is told as long as it blocks, without what was waived since."""
    if trouble is None or trouble.kind is not FactKind.BLOCKED or life.is_over:
        return trouble
    return replace(trouble, because=because(life)) if needs_revising(life) else None


def next_step(life: Life, held: Held) -> Sentence | None:
    if goes_on(life):
        return _on_the_way(life)
    steps = dict.fromkeys(hold.step for hold in holds(life, held))
    return Sentence(*(" ".join(words) for words in zip(*steps, strict=True)))


def _on_the_way(life: Life) -> Sentence | None:
    if life.live and life.review.needs_retraction:
        return TAKE_DOWN
    if life.end:
        return None if life.end is End.PUBLISHED else AGAIN
    if life.aside is Aside.NEEDS_RESCHEDULE:
        return _a_new_hour(life)
    if life.aside in STEPS_ASIDE:
        return STEPS_ASIDE[life.aside]
    if life.owes_review:
        return LATER_REVIEW
    if needs_revising(life) or _was_sent_back(life):
        return REVISE
    return STEPS.get(life.stage)


def _a_new_hour(life: Life) -> Sentence:
    """Who has to do what, and by when."""
    assert life.post.window is not None
    closes = f"{life.post.window.closes:%Y-%m-%d %H:%M} UTC"
    return Sentence(
        f"An author or a lead names a new hour inside its window; without one it is missed at "
        f"{closes}.",
        "Un auteur ou un responsable choisit une nouvelle heure dans sa fenêtre ; sinon, elle se "
        f"ferme le {closes} sans lui.",
    )


def _where(life: Life, held: Held) -> list[Sentence]:
    back = [Sentence(*hold.so) for hold in holds(life, held)]
    return [_stands(life), *back] if goes_on(life) else back


def _stands(life: Life) -> Sentence:
    if life.live and life.review.needs_retraction:
        return WAS_WRONG
    if life.end:
        return ENDS[life.end]
    if life.aside is Aside.NEEDS_RESCHEDULE and life.frozen_on:
        return AFTER_A_FREEZE
    if life.aside in ASIDES:
        return ASIDES[life.aside]
    return SENT_BACK if _was_sent_back(life) else STAGES[life.stage]


def _was_sent_back(life: Life) -> bool:
    return life.review.outcome is Outcome.CHANGES_REQUESTED


def _signatures(life: Life) -> list[Sentence]:
    """Every open level, who can sign it and until when, as the review tells it."""
    if life.is_over or not (life.stage is Stage.APPROVING or life.owes_review):
        return []
    return [Sentence(en, fr) for en, fr in signatures(life)]


def _of_an_emergency(life: Life) -> list[Sentence]:
    officer = second_officer(life)
    return [Sentence(officer.says, officer.fr)] if officer else []


def _of_trouble(trouble: Trouble | None) -> list[Sentence]:
    if trouble is None or not trouble.because:
        return []
    on = f" ({trouble.channel})" if trouble.channel else ""
    return [
        Sentence(
            f"Last trouble{on}: {trouble.because}", f"Dernier incident{on} : {trouble.because_fr}"
        )
    ]
