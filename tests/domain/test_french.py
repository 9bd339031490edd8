"""What the house says in French: every refusal, and its own reasons; not what people said."""

import re
from pathlib import Path

import pytest

from domain.french import REASONS, REFUSALS, in_french, reason_in_french
from domain.objection import Code, Objection

ROOT = Path(__file__).parents[2]
SAID = "\n".join(
    path.read_text()
    for room in ("activities", "records", "workflows", "domain")
    for path in (ROOT / room).rglob("*.py")
    if path.name != "french.py"
)


def test_every_code_has_a_french_sentence() -> None:
    assert REFUSALS.keys() == set(Code)
    for code in Code:
        says = in_french(Objection(code, "…"))
        assert says.endswith("."), code
        assert len(says) <= 100, code


@pytest.mark.parametrize(
    ("said", "french"),
    [
        ("Nobody decided in time.", "Personne n'a décidé à temps."),
        (
            "Policy blocks this: length.exceeded. Read the findings, then revise the post.",
            "Des règles le bloquent : length.exceeded. Lire les constats, puis réviser.",
        ),
        (
            "Every rule that blocked it is waived: it can be submitted.",
            "Toutes les règles qui le bloquaient sont levées : il peut être soumis.",
        ),
        ("A freeze is on: {flood}", "Un gel est en cours : {flood}"),
        ("Name the district.", "« Name the district. »"),
        ("", ""),
    ],
)
def test_a_reason_of_the_house_is_french_and_a_persons_is_left_as_it_was(
    said: str, french: str
) -> None:
    assert reason_in_french(said) == french


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in REASONS])
def test_the_house_still_says_each_reason_like_this(pattern: str) -> None:
    pieces = (piece.replace("\\", "") for piece in pattern.split("(.+)"))
    looked = r"\{[^}]+\}".join(re.escape(piece) for piece in pieces)
    assert re.search(looked, SAID), f"nobody says {pattern!r} any more"
