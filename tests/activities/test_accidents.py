"""Hundreds of accidents at random: in the end each post is out, and out once.

Seeds are fixed and every order has dice of its own, so an accident that hurts can be had again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.exceptions import ApplicationError

from activities.platforms import InDoubt, Letter, NotSent, Receipt, Throttled
from activities.publishing import Sent
from domain.sending import Order, SendState
from records.database import Database
from records.verify import prove
from tests.activities.desk import SQUARE, Desk, Line

pytestmark = pytest.mark.anyio

PUBLICATIONS = 36  # for each seed
AT_ONCE = 8
HARM = 0.12  # at each step: what is left of a process that is killed, or a line that is cut


class Bug(Exception):
    """Something in our own code that nobody foresaw."""


@dataclass
class Dice:
    """Thrown at every step of one order; they fall the same way each time."""

    random: Random
    harm: float = HARM
    thrown: int = 0

    async def throw(self) -> None:
        if self.random.random() >= self.harm:
            return
        self.thrown += 1
        if self.random.random() < 0.3:
            raise Bug
        task = asyncio.current_task()
        assert task
        task.cancel()  # as close to a kill as one can come inside a process
        await asyncio.sleep(0)


@dataclass(frozen=True)
class Shaky(Database):
    """A database whose users fall: before a transaction, before its end, or right after it."""

    dice: Dice = field(default_factory=lambda: Dice(Random(0)))

    @asynccontextmanager
    async def transaction(self, organisation: str) -> AsyncIterator[AsyncSession]:
        await self.dice.throw()
        async with super().transaction(organisation) as session:
            yield session
            await self.dice.throw()
        await self.dice.throw()


@dataclass
class Moody(Line):
    """Answers, loses, refuses to look, delivers late: whatever a real platform was seen to do."""

    dice: dict[str, Dice] = field(default_factory=dict)
    lies: bool = False  # shows what it was sent later than it promised

    async def prepare(self, letter: Letter) -> None:
        await self.dice[letter.key].throw()

    async def send(self, letter: Letter) -> Receipt:
        dice = self.dice[letter.key]
        await dice.throw()
        mood = dice.random.random()
        if mood < 0.10:
            raise NotSent("no route")
        if mood < 0.15:
            raise Throttled("slow down", timedelta(seconds=1))
        if mood < 0.25:
            raise InDoubt("it never arrived")
        if mood < 0.35:
            self.on_the_way.append(letter)
            raise InDoubt("it is on the way")
        self.posts.setdefault(letter.key, []).append(letter)
        if mood < 0.50:
            raise InDoubt("no answer came")
        await dice.throw()
        return self.receipt(letter)

    async def find(self, letter: Letter) -> Receipt | None:
        dice = self.dice[letter.key]
        await dice.throw()
        if dice.random.random() < 0.1:
            raise InDoubt("503")
        return await super().find(letter)

    def all_arrives(self) -> None:
        if not self.lies:
            super().all_arrives()


@dataclass
class Storm:
    """One organisation, many posts, and no step that is safe."""

    desk: Desk
    platform: Moody
    seed: int

    async def approved(self, count: int) -> list[Order]:
        return [await self.desk.approved(f"Notice {n}.", hours=count + 4) for n in range(count)]

    async def weathers(self, orders: list[Order]) -> None:
        """Rounds of everybody at once; after each, the time passes in which sends could arrive."""
        for number, order in enumerate(orders):
            self.platform.dice[order.key] = Dice(Random(f"{self.seed}/{number}"))
        waiting = orders
        for _ in range(60):
            tasks = [self._tries(order) for order in waiting]
            done = await asyncio.gather(*tasks)
            waiting = [order for order, out in zip(waiting, done, strict=True) if not out]
            if not waiting:
                return
            self.desk.lease_ends()
        raise AssertionError(f"never settled: {waiting}")

    async def _tries(self, order: Order) -> bool:
        """One to three senders on one order, as after time-outs that were false."""
        dice = self.platform.dice[order.key]
        async with self._room:
            crowd = dice.random.choice([1, 1, 3])
            senders = [self._falls_or_sends(order, dice) for _ in range(crowd)]
            return any(await asyncio.gather(*senders))

    async def _falls_or_sends(self, order: Order, dice: Dice) -> bool:
        database = Shaky(self.desk.database.engine, dice)
        publishing = self.desk.publishing_on(database)
        task = asyncio.create_task(publishing.send(order))
        try:
            sent: Sent = await task
        except (ApplicationError, Bug, asyncio.CancelledError):
            return False
        assert sent.state is SendState.PUBLISHED
        return True

    def __post_init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)


async def a_storm(desk: Desk, seed: int, **mood: object) -> Storm:
    platform = Moody(**mood)  # type: ignore[arg-type]
    desk.switchboard.platforms[SQUARE] = platform
    return Storm(desk, platform, seed)


# I-8, I-9
@pytest.mark.parametrize("seed", [11, 22, 33])
async def test_whatever_falls_each_post_goes_out_once(desk: Desk, seed: int, witness) -> None:
    storm = await a_storm(desk, seed)
    orders = await storm.approved(PUBLICATIONS)
    await storm.weathers(orders)

    copies = [len(storm.platform.posts.get(order.key, [])) for order in orders]
    assert copies == [1] * PUBLICATIONS
    assert sum(dice.thrown for dice in storm.platform.dice.values()) > 2 * PUBLICATIONS
    proof = await prove(desk.database, desk.organisation, desk.seals, witness)
    assert (proof.posts, proof.faults) == (PUBLICATIONS, ())
    for order in orders:
        desk.post = order.post
        told = await desk.story()
        assert sum(line.startswith("published") for line in told) == 1
        assert "late_result" not in told


async def test_this_storm_would_show_a_duplicate(desk: Desk) -> None:
    """The promise is as good as a platform's word on how late a post may show."""
    storm = await a_storm(desk, 44, lies=True)
    orders = await storm.approved(15)
    await storm.weathers(orders)
    Line.all_arrives(storm.platform)

    assert max(len(letters) for letters in storm.platform.posts.values()) > 1
