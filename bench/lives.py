"""How many whole lives a second, and what one costs, against the least that Temporal can do.

A life: drafted and submitted, signed on two levels, sent on two channels of the sandbox, looked at
twice, closed; each act through HTTP. The floor: start, two updates, one activity, complete. Nothing
waits for an hour, so that only work is measured.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bench.answers import NOISY, Answer
from bench.asked import Asked, run
from bench.cpu import Used, between
from bench.stand import Desk, Stand

RATE, SERVER = 0.40, 2.2  # goals

Live = Callable[[Desk], Awaitable[None]]


@dataclass(frozen=True)
class Window:
    """What was done while we looked."""

    done: int
    used: Used

    @property
    def rate(self) -> float:
        return self.done / self.used.elapsed

    @property
    def cost(self) -> dict[str, float]:
        """CPU milliseconds of each process, for one life."""
        return self.used.per(self.done)

    def __str__(self) -> str:
        told = "  ".join(f"{name} {spent:.1f}" for name, spent in self.cost.items() if spent > 0.05)
        return f"{self.rate:5.1f}/s   {sum(self.cost.values()):5.1f} CPU-ms each: {told}"


@dataclass(frozen=True)
class Round:
    service: Window
    floor: Window

    @property
    def other(self) -> float:
        return max(self.service.used.other, self.floor.used.other)

    @property
    def rate(self) -> float:
        return self.service.rate / self.floor.rate

    def cost(self, process: str) -> float:
        return self.service.cost[process] / self.floor.cost[process]

    def __str__(self) -> str:
        noisy = ", NOISY" if self.other > NOISY else ""
        return (
            f"  life  {self.service}\n  floor {self.floor}\n"
            f"  ratio {self.rate:.2f}   others used {self.other:.2f} cores{noisy}"
        )


async def measure(stand: Stand, asked: Asked) -> list[Answer]:
    print(f"lives: {asked.conc} at once, {asked.rounds} rounds of {asked.secs:g} s and more")
    rounds = []
    for number in range(asked.rounds):
        rounds.append(await one_round(stand, asked, service_first=number % 2 == 0))
        print(rounds[-1], flush=True)
    others = tuple(turn.other for turn in rounds)
    rates = tuple(turn.rate for turn in rounds)
    costs = tuple(turn.cost("temporal") for turn in rounds)
    return [
        Answer(
            f"lives a second over HTTP / the floor, {asked.conc} at once",
            rates,
            RATE,
            more_is_better=True,
            others=others,
            details=_details(rounds),
        ),
        Answer("CPU of the Temporal server, a life / the floor", costs, SERVER, others=others),
    ]


async def one_round(stand: Stand, asked: Asked, *, service_first: bool) -> Round:
    """Both on the same server, one after the other; who comes first changes from round to round."""
    order = [whole_life, floor_life] if service_first else [floor_life, whole_life]
    seen: dict[Live, Window] = {}
    for live in order:
        await stand.settle()
        seen[live] = await window(stand, live, asked)
    return Round(seen[whole_life], seen[floor_life])


async def window(stand: Stand, live: Live, asked: Asked) -> Window:
    """Keep `conc` lives under way for some seconds, and see each of them to its end.

    Lives that begin together end together, so a cut anywhere else would miss a whole wave of them.
    """
    async with AsyncExitStack() as at_the_end:
        desks = [await at_the_end.enter_async_context(stand.desk()) for _ in range(asked.conc)]
        before = stand.meter.read()
        done = await asyncio.gather(*(_lives(live, desk, asked.secs) for desk in desks))
        return Window(sum(done), between(before, stand.meter.read()))


async def _lives(live: Live, desk: Desk, secs: float) -> int:
    """One life after the other; the last may end later."""
    deadline, done = time.monotonic() + secs, 0
    while time.monotonic() < deadline:
        await live(desk)
        done += 1
    return done


async def whole_life(desk: Desk) -> None:
    post = await desk.submits()
    await desk.approves("lena", post)
    await desk.approves("dara", post)
    await desk.life_of(post).result()


async def floor_life(desk: Desk) -> None:
    floor = await desk.starts_floor()
    await desk.decides_floor(floor, "lena")
    await desk.decides_floor(floor, "dara")
    await floor.result()


def _details(rounds: list[Round]) -> dict[str, float]:
    """Averages over all rounds: what one life, and one floor, cost each process."""
    told = {}
    for side, windows in (
        ("life", [turn.service for turn in rounds]),
        ("floor", [turn.floor for turn in rounds]),
    ):
        done = sum(seen.done for seen in windows)
        told[f"{side}_per_second"] = done / sum(seen.used.elapsed for seen in windows)
        for process in windows[0].used.seconds:
            spent = sum(seen.used.seconds[process] for seen in windows)
            told[f"{side}_cpu_ms_{process}"] = 1000 * spent / max(done, 1)
    return told


if __name__ == "__main__":
    run(measure)
