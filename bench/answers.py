"""What a benchmark answers: one ratio a round, held against a goal."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

NOISY = 0.3  # cores that others used while we measured


@dataclass(frozen=True)
class Answer:
    """A figure measured once a round. What is judged is the median of the rounds."""

    question: str
    values: tuple[float, ...]
    goal: float
    more_is_better: bool = False
    unit: str = ""  # empty for a ratio
    others: tuple[float, ...] = ()  # by round, how many cores somebody else used
    details: Mapping[str, float] = field(default_factory=dict)

    @property
    def middle(self) -> float:
        return median(self.values)

    @property
    def is_met(self) -> bool:
        return self.middle >= self.goal if self.more_is_better else self.middle <= self.goal

    @property
    def noisy(self) -> int:
        return sum(other > NOISY for other in self.others)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"median": self.middle, "met": self.is_met, "noisy": self.noisy}


def table(answers: Sequence[Answer]) -> str:
    """One line an answer: median, spread, goal, and whether it is met."""
    head = ("", "median", "min to max", "goal", "met", "rounds (noisy)")
    rows = [head, *(_row(answer) for answer in answers)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _row(answer: Answer) -> tuple[str, ...]:
    return (
        answer.question,
        f"{_figure(answer.middle)}{answer.unit}",
        f"{_figure(min(answer.values))} to {_figure(max(answer.values))}",
        f"{'≥' if answer.more_is_better else '≤'} {answer.goal:g}{answer.unit}",
        "yes" if answer.is_met else "NO",
        f"{len(answer.values)} ({answer.noisy})" if answer.others else str(len(answer.values)),
    )


def _figure(value: float) -> str:
    return f"{value:.2f}" if value < 100 and value != int(value) else f"{value:,.0f}"
