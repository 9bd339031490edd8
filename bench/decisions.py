"""How long an approver waits for their signature to be on record, against a bare Temporal update.

Through HTTP, one at a time, each on its own waiting post, the row in the ledger included.
"""

import time
from collections.abc import Awaitable
from dataclasses import dataclass
from statistics import median, quantiles

from bench.answers import Answer
from bench.asked import Asked, run
from bench.cpu import between
from bench.stand import Desk, Stand

GOAL = 2.5  # with the audit row written before the answer


@dataclass(frozen=True)
class Round:
    service: list[float]  # milliseconds
    raw: list[float]
    other: float

    @property
    def ratio(self) -> float:
        return median(self.service) / median(self.raw)

    def __str__(self) -> str:
        return (
            f"  HTTP {_told(self.service)}   update {_told(self.raw)}   "
            f"ratio {self.ratio:.2f}   others used {self.other:.2f} cores"
        )


async def measure(stand: Stand, asked: Asked) -> list[Answer]:
    print(f"decisions: {asked.acts} on either side in each of {asked.rounds} rounds, one at a time")
    rounds = []
    async with stand.desk() as desk:
        for _ in range(asked.rounds):
            rounds.append(await one_round(stand, desk, asked.acts))
            print(rounds[-1], flush=True)
    service = [spent for turn in rounds for spent in turn.service]
    raw = [spent for turn in rounds for spent in turn.raw]
    print(f"  all  {_told(service)}   update {_told(raw)}")
    return [
        Answer(
            "a decision over HTTP / a bare update, p50, one at a time",
            tuple(turn.ratio for turn in rounds),
            GOAL,
            others=tuple(turn.other for turn in rounds),
            details={
                "http_p50_ms": median(service),
                "http_p99_ms": p99(service),
                "update_p50_ms": median(raw),
                "update_p99_ms": p99(raw),
            },
        )
    ]


async def one_round(stand: Stand, desk: Desk, acts: int) -> Round:
    """Service, raw, raw, service: what drifts during a round falls on both."""
    half = (acts + 1) // 2
    posts = [await desk.submits() for _ in range(2 * half)]
    floors = [await desk.starts_floor() for _ in range(2 * half)]
    await stand.settle()
    before = stand.meter.read()

    async def service(part: list[str]) -> list[float]:
        return [await _timed(desk.approves("lena", post)) for post in part]

    first = await service(posts[:half])
    raw = [await _timed(desk.decides_floor(floor, "lena")) for floor in floors]
    last = await service(posts[half:])
    return Round(first + last, raw, between(before, stand.meter.read()).other)


async def _timed(act: Awaitable[object]) -> float:
    begun = time.perf_counter()
    await act
    return 1000 * (time.perf_counter() - begun)


def p99(spent: list[float]) -> float:
    return quantiles(spent, n=100, method="inclusive")[98]


def _told(spent: list[float]) -> str:
    return f"p50 {median(spent):5.1f} ms, p99 {p99(spent):5.1f} ms"


if __name__ == "__main__":
    run(measure)
