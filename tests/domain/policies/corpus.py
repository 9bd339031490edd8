"""The labelled corpus, and how well the rules agree with it, family by family."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from domain.case import Case, Moment
from domain.packs import Rulebook
from domain.policy import examine
from records.packs import CASE_PARTS, Houses, case
from records.yaml_values import Node, parsed

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
STUDIED = CORPUS / "studied"  # its errors were looked at, and mended
UNSEEN = CORPUS / "unseen"  # nobody looked at how the rules err there; nothing is tuned to it
PARTS = (CORPUS, STUDIED, UNSEEN)
MOMENTS = (Moment.DRAFT, Moment.SUBMISSION, Moment.APPROVAL)


@dataclass(frozen=True)
class Labelled:
    """A post, and the rule ids that a careful reader expects."""

    where: str
    case: Case
    expected: frozenset[str]


def labelled(known: Houses, folder: Path = CORPUS) -> Iterator[Labelled]:
    for path in sorted(folder.glob("*.yaml")):
        parts = parsed(path).only("house", "posts")
        for node in parts["posts"].list():
            yield _labelled(node, known, parts["house"].text())


def _labelled(node: Node, known: Houses, speaker: str) -> Labelled:
    stated = node.only(*CASE_PARTS, "expect")
    expected = (
        frozenset(each.text() for each in stated["expect"].list())
        if "expect" in stated
        else frozenset()
    )
    return Labelled(node.where, case(node, known, speaker, besides=("expect",)), expected)


def found_in(post: Labelled, rulebook: Rulebook) -> frozenset[str]:
    """What the rules find in a draft, at submission and at approval, together."""
    return frozenset(
        finding.rule
        for moment in MOMENTS
        for finding in examine(replace(post.case, moment=moment), rulebook)
    )


@dataclass(frozen=True)
class Score:
    """How a family of rules did: hits, cries over nothing, and misses."""

    family: str
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    def __str__(self) -> str:
        return (
            f"{self.family:14} right {self.right:3}  wrong {self.wrong:2}  missed {self.missed:2}  "
            f"precision {self.precision:.2f}  recall {self.recall:.2f}"
        )


def scores(posts: tuple[Labelled, ...], rulebook: Rulebook) -> tuple[Score, ...]:
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for post in posts:
        found = found_in(post, rulebook)
        right.update(_family(rule) for rule in found & post.expected)
        wrong.update(_family(rule) for rule in found - post.expected)
        missed.update(_family(rule) for rule in post.expected - found)
    families = sorted({*right, *wrong, *missed})
    return tuple(Score(name, right[name], wrong[name], missed[name]) for name in families)


def _family(rule: str) -> str:
    return rule.partition(".")[0]
