"""What a post says that it waits for is so, and is the same wherever it is asked."""

from typing import Any

from table_of_people import HURRIED, NOON, PEOPLE, TWO, WINDOW

from domain import facts
from domain.acts import Act, Draft, Hurry, Submit
from domain.explaining import Explanation, explain
from domain.facts import Fact, FactKind
from domain.lifecycle import Life
from domain.post import Post
from domain.review.admission import Admission
from domain.review.book import Book
from domain.review.chain import Chain
from domain.review.marks import Finding
from domain.waiting import Waiting, waiting

GROUPS = {person.id: person.groups for person in PEOPLE}


class Story:
    """A life, act by act and fact by fact, and the facts that its file holds."""

    def __init__(self, chain: Chain = TWO) -> None:
        self.book = Book(chain, people=PEOPLE)
        self.life = Life(Post("town", "p1"))
        self.filed: list[Fact] = []
        drafts = {"content_hash": "text", "channels": ("harbour", "town-square"), "window": WINDOW}
        self.does(Draft, "ana", **drafts)

    def does(self, kind: type[Act], who: str, **said: Any) -> None:
        act = kind(id=f"{kind.__name__}-{who}", actor=who, groups=GROUPS[who], at=NOON, **said)
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

    def hurries(self, who: str) -> None:
        self.does(Hurry, who, revision=1, content_hash="text", reason="flood")

    @property
    def explained(self) -> Explanation:
        return explain(self.life, [(NOON, fact) for fact in self.filed], NOON)

    @property
    def waits(self) -> Waiting:
        told = waiting(self.life)
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
