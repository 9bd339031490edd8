"""What a post says that it waits for is so, and is the same wherever it is asked."""

from itertools import count
from typing import Any

from table_of_people import HURRIED, NOON, PEOPLE, TWO, WINDOW

from domain import facts
from domain.acts import Act, Decide, Draft, Hurry, Revise, Submit, Verdict, Waive
from domain.explaining import REVISE, STEPS, Explanation, explain
from domain.facts import Fact, FactKind
from domain.freezing import held_on
from domain.held import Held
from domain.lifecycle import Life
from domain.post import Aside, Post, Stage
from domain.review.admission import Admission
from domain.review.book import Book
from domain.review.chain import Chain
from domain.review.marks import Finding
from domain.waiting import WAIVED, Waiting, because, waiting

GROUPS = {person.id: person.groups for person in PEOPLE}


class Story:
    """A life, act by act and fact by fact, and the facts that its file holds."""

    def __init__(self, chain: Chain = TWO) -> None:
        self.book = Book(chain, people=PEOPLE)
        self.life = Life(Post("town", "p1"))
        self.filed: list[Fact] = []
        self.ids = count()
        self.held = Held()
        drafts = {"content_hash": "text", "channels": ("harbour", "town-square"), "window": WINDOW}
        self.does(Draft, "ana", **drafts)

    def does(self, kind: type[Act], who: str, **said: Any) -> None:
        act = kind(id=f"act-{next(self.ids)}", actor=who, groups=GROUPS[who], at=NOON, **said)
        assert self.life.objection(act) is None
        self.life = self.life.after(act)

    def learns(self, kind: FactKind, **told: Any) -> None:
        fact = Fact(kind=kind, **told)
        assert facts.objection(self.life, fact) is None
        self.life = facts.after(self.life, fact)
        self.filed.append(fact)

    def is_submitted(self, *found: Finding, **known: Any) -> None:
        """The rules find this of it: they block it, or a round begins."""
        self.does(Submit, "ana", revision=1)
        admission = Admission(self.book, NOON, found, known)
        why = self.life.to_be_admitted(admission)
        kind = FactKind.BLOCKED if why else FactKind.ADMITTED
        self.learns(kind, admission=admission, because=why.says if why else "")

    def is_approved(self) -> None:
        self.is_submitted()
        for who in ("emma", "lena"):
            said = {"revision": 1, "content_hash": "text", "verdict": Verdict.APPROVE}
            self.does(Decide, who, **said)

    def is_held(self, held: Held, on: str = "") -> None:
        """The gate was shut at its hour, by what the office holds back."""
        self.held = held
        self.learns(FactKind.HELD, channel=on, aside=Aside.FROZEN, because="A freeze is on: flood")

    def hurries(self, who: str) -> None:
        self.does(Hurry, who, revision=1, content_hash="text", reason="flood")

    @property
    def explained(self) -> Explanation:
        return explain(self.life, [(NOON, fact) for fact in self.filed], NOON, self.held)

    @property
    def waits(self) -> Waiting:
        told = waiting(self.life, self.held)
        assert told is not None
        assert told == self.explained.waits_for
        return told


def test_an_emergency_that_was_asked_for_waits_for_the_other_officers_too() -> None:
    story = Story(HURRIED)
    story.is_submitted(emergency=True)
    before = story.waits
    assert "officer" not in before.says

    story.hurries("otto")
    after = story.waits
    asked = after.says.removeprefix(f"{before.says} ")
    assert asked.startswith("otto asked to publish it as an emergency; another officer")
    assert "un autre cadre d'astreinte" in after.fr
    assert (before.groups, after.groups) == ((), ("duty",))
    assert (after.people, after.until) == (before.people, before.until)
    assert asked in [one.en for one in story.explained.sentences]  # the same words, once
    assert [one.en for one in story.explained.sentences].count(asked) == 1

    story.hurries("olga")
    assert "another officer" not in story.waits.says
    assert story.waits.groups == ()


def test_an_emergency_that_rules_block_waits_for_the_other_officer_as_well() -> None:
    story = Story(HURRIED)
    story.is_submitted(Finding("length.exceeded"), emergency=True)
    story.hurries("otto")
    assert story.waits.groups == ("duty",)
    assert any("another officer" in one.en for one in story.explained.sentences)


LENGTH, CLAIM = (Finding(rule, waiver="legal") for rule in ("length.exceeded", "claim.unproven"))


def test_a_draft_whose_rules_are_all_waived_says_that_it_can_be_submitted() -> None:
    story = Story()
    story.is_submitted(LENGTH, CLAIM)
    assert because(story.life) == story.life.because
    assert "length.exceeded, claim.unproven" in story.waits.says

    story.does(Waive, "lena", rule=LENGTH.rule, revision=1, reason="a list of streets")
    still = "Policy blocks this: claim.unproven. Read the findings, then revise the post."
    told = story.explained
    assert because(story.life) == still
    assert story.waits.says == f"Its author, to submit it. {still}"
    assert told.trouble is not None
    assert told.trouble.because == still
    assert told.next == REVISE

    story.does(Waive, "li", rule=CLAIM.rule, revision=1, reason="it quotes the court")
    told = story.explained
    assert because(story.life) == WAIVED
    assert story.waits.says == f"Its author, to submit it. {WAIVED}"
    assert story.waits.fr.endswith("sont levées : il peut être soumis.")
    assert (told.trouble, told.next) == (None, STEPS[Stage.DRAFTING])
    assert not any("blocks" in one.en or "bloquent" in one.fr for one in told.sentences)

    story.is_submitted(LENGTH, CLAIM)
    assert story.life.stage is Stage.APPROVING


def test_a_waiver_takes_nothing_away_from_what_a_person_asked_for() -> None:
    story = Story()
    story.is_submitted()
    asked = {"verdict": Verdict.REQUEST_CHANGES, "reason": "Name the district."}
    story.does(Decide, "emma", revision=1, content_hash="text", **asked)
    assert because(story.life) == "Name the district."
    assert story.waits.says == "Its author, to submit it. Name the district."
    assert story.explained.next == REVISE


def test_what_blocked_the_revision_before_is_not_said_of_the_next_one() -> None:
    story = Story()
    story.is_submitted(LENGTH)
    said = {"content_hash": "shorter", "channels": ("harbour",), "window": WINDOW}
    story.does(Revise, "ana", seen=1, **said)
    told = story.explained
    assert (because(story.life), told.trouble) == ("", None)
    assert told.next == STEPS[Stage.DRAFTING]


def told_in(story: Story) -> tuple[str, str]:
    """What it waits for, and then everything that explains it, in English."""
    return story.waits.says, " ".join(one.en for one in story.explained.sentences)


def test_a_freeze_of_everything_a_freeze_of_a_channel_and_a_switch_are_told_apart() -> None:
    story = Story()
    story.is_approved()
    assert held_on(story.life) == ()
    story.is_held(Held(frozen=("",)))
    assert held_on(story.life) == ("harbour", "town-square")
    waits, told = told_in(story)
    assert waits == "The end of a freeze."
    assert told.startswith("A freeze keeps everything back.")
    assert told.endswith("Wait, or have an admin end the freeze.")

    story = Story()
    story.is_approved()
    story.is_held(Held(frozen=("harbour", "elsewhere")), "harbour")
    waits, told = told_in(story)
    assert waits == "The end of a freeze of harbour."
    assert told.startswith("A freeze of harbour keeps it back there.")
    assert "everything" not in told
    assert story.waits.fr == "La fin d'un gel sur harbour."

    story = Story()
    story.is_approved()
    story.is_held(Held(off=("harbour", "elsewhere")), "harbour")
    story.filed.clear()
    waits, told = told_in(story)
    assert waits == "The channel harbour, which is switched off, to be switched on again."
    assert told == (
        "The channel harbour is switched off. Wait, or have an admin switch harbour on again."
    )
    assert story.waits.fr == "La réactivation du canal harbour, qui est désactivé."
    assert [one.fr for one in story.explained.sentences] == [
        "Le canal harbour est désactivé.",
        "Attendre, ou faire réactiver le canal harbour.",
    ]


def test_a_freeze_and_a_switch_at_once_are_both_told() -> None:
    story = Story()
    story.is_approved()
    story.is_held(Held(frozen=("town-square",), off=("harbour",)), "harbour")
    story.is_held(story.held, "town-square")
    waits, told = told_in(story)
    assert waits.startswith("The end of a freeze of town-square. The channel harbour, which is")
    assert "end the freeze. Wait, or have an admin switch harbour on" in told


def test_what_held_it_and_is_over_is_said_to_be_over() -> None:
    story = Story()
    story.is_approved()
    story.is_held(Held(frozen=("",)))
    story.held = Held(frozen=("elsewhere",))
    waits, told = told_in(story)
    assert waits == "Another try, in a moment."
    assert told.startswith("What held it on harbour, town-square is over.")


def test_a_straggler_that_a_freeze_of_its_channel_holds_is_still_told_as_frozen() -> None:
    story = Story()
    story.is_approved()
    story.is_held(Held(frozen=("harbour",)), "harbour")
    story.learns(FactKind.SENDING, channel="town-square", fence=1)
    assert held_on(story.life) == ("harbour",)
    waits, told = told_in(story)
    assert waits == "An answer from town-square. The end of a freeze of harbour."
    assert told.startswith("It is being sent. A freeze of harbour keeps it back there.")

    story.learns(FactKind.PUBLISHED, channel="town-square", fence=1, url="https://x.example/1")
    assert story.life.aside is None
    assert held_on(story.life) == ("harbour",)
    waits, told = told_in(story)
    assert waits == "The end of a freeze of harbour."
    assert told.startswith("A freeze of harbour keeps it back there.")
    assert "being sent" not in told

    story.held = Held()
    story.learns(FactKind.SENDING, channel="harbour", fence=1)
    assert held_on(story.life) == ()
    assert story.waits.says == "An answer from harbour."


def test_a_lost_answer_does_not_hide_the_freeze_of_another_channel() -> None:
    story = Story()
    story.is_approved()
    story.is_held(Held(frozen=("harbour",)), "harbour")
    story.learns(FactKind.SENDING, channel="town-square", fence=1)
    story.learns(FactKind.UNKNOWN, channel="town-square", fence=1)
    assert story.life.aside is Aside.UNKNOWN
    assert held_on(story.life) == ("harbour",)
    waits, told = told_in(story)
    assert waits.startswith("Somebody to look whether it is live")
    assert waits.endswith("The end of a freeze of harbour.")
    assert "settle the send" in told


def test_after_a_freeze_that_kept_it_past_its_hour_it_is_not_frozen_any_more() -> None:
    story = Story()
    story.is_approved()
    story.is_held(Held(frozen=("",)))
    story.held = Held()
    story.learns(FactKind.HELD, aside=Aside.NEEDS_RESCHEDULE, because="It is over.")
    assert held_on(story.life) == ()
    assert story.waits.says == "A new hour: a freeze kept it past its own."
