"""How often the rules are right about posts that people labelled by hand."""

from pathlib import Path

import pytest

from domain.policy import examine
from records.packs import houses, shipped
from tests.domain.policies.corpus import (
    STUDIED,
    UNSEEN,
    Labelled,
    Score,
    found_in,
    labelled,
    scores,
)

# What a family must reach: precision, recall. A hotline flagged as personal data is a defect.
FLOORS = {"tone": (0.9, 0.95), "blackout": (1.0, 0.95), "pii": (0.98, 0.9)}
FLOOR = (0.95, 0.9)
# All families together, over posts that came later than the lists.
STUDIED_FLOOR = (0.98, 0.97)
UNSEEN_FLOOR = (0.96, 0.95)


@pytest.fixture(scope="module")
def posts() -> tuple[Labelled, ...]:
    return tuple(labelled(houses()))


@pytest.fixture(scope="module")
def families(posts: tuple[Labelled, ...]) -> tuple[Score, ...]:
    measured = scores(posts, shipped())
    print("", *measured, sep="\n")  # noqa: T201  the report: pytest -s, or when a floor breaks
    return measured


def test_the_corpus_is_large_and_mostly_innocent(posts: tuple[Labelled, ...]) -> None:
    assert len(posts) >= 200
    assert sum(not post.expected for post in posts) > len(posts) / 3
    assert {post.case.content.languages[0] for post in posts} >= {
        "fr",
        "en",
        "es",
        "de",
        "cy",
        "ar",
        "ja",
    }


def test_every_family_is_precise_enough(families: tuple[Score, ...]) -> None:
    low = [f for f in families if f.precision < FLOORS.get(f.family, FLOOR)[0]]
    assert not low


def test_every_family_finds_enough(families: tuple[Score, ...]) -> None:
    low = [f for f in families if f.recall < FLOORS.get(f.family, FLOOR)[1]]
    assert not low


def test_nothing_innocent_is_taken_for_personal_data(posts: tuple[Labelled, ...]) -> None:
    cried = {
        post.where: over
        for post in posts
        if (over := {r for r in found_in(post, shipped()) - post.expected if r[:4] == "pii."})
    }
    assert not cried


def test_no_rule_raises_on_any_post(posts: tuple[Labelled, ...]) -> None:
    for post in posts:
        assert not [f for f in examine(post.case, shipped()) if "could not be applied" in f.says]


@pytest.mark.parametrize(("part", "floor"), [(STUDIED, STUDIED_FLOOR), (UNSEEN, UNSEEN_FLOOR)])
def test_posts_that_the_lists_were_not_written_for_are_judged_well_enough(
    part: Path, floor: tuple[float, float]
) -> None:
    posts = tuple(labelled(houses(), part))
    measured = scores(posts, shipped())
    print("", *measured, sep="\n")  # noqa: T201  the report: pytest -s, or when a floor breaks
    whole = Score(
        part.name,
        sum(family.right for family in measured),
        sum(family.wrong for family in measured),
        sum(family.missed for family in measured),
    )
    assert len(posts) >= 80
    assert whole.precision >= floor[0]
    assert whole.recall >= floor[1]
