"""One post's life, told over HTTP while processes fall, and all that was acknowledged in it."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.faults.house import PATIENCE, House

CHANNELS = ("town-square", "harbour")
SOON = timedelta(seconds=1)


@dataclass
class Story:
    """Its text is its own, so that every copy of it can be counted."""

    house: House
    text: str
    id: str = ""
    acknowledged: list[str] = field(default_factory=list)

    async def begins(self) -> "Story":
        now = datetime.now(UTC)
        window = {"opens": now.isoformat(), "closes": (now + timedelta(hours=3)).isoformat()}
        told = await self.house.people["ana"].post(
            "/v1/posts",
            text=self.text,
            channels=list(CHANNELS),
            release_at=(now + timedelta(hours=1)).isoformat(),
            window=window,
            chain="demo",
            submit=True,
        )
        assert told.get("state") == "in_review", told
        self.id = told["id"]
        self.acknowledged.append("ana drafted")
        return self

    async def is_signed_by(self, *names: str) -> "Story":
        for name in names:
            path = f"/v1/posts/{self.id}/decisions"
            told = await self.house.people[name].post(path, verdict="approve", revision=1)
            assert "state" in told, told
            self.acknowledged.append(f"{name} approved")
        return self

    async def is_due_soon(self) -> "Story":
        moment = (datetime.now(UTC) + SOON).isoformat()
        told = await self.house.people["ana"].post(f"/v1/posts/{self.id}/hour", release_at=moment)
        if told.get("code") == "IN_THE_PAST":  # so slow is this machine
            return await self.is_due_soon()
        assert "state" in told, told
        self.acknowledged.append("ana rescheduled")
        return self

    async def reaches(self, *stages: str) -> "Story":
        """Asked over HTTP, whoever may be down at the moment."""
        stage = ""
        try:
            async with asyncio.timeout(PATIENCE):
                while stage not in stages:
                    stage = (await self.house.people["ana"].get(f"/v1/posts/{self.id}"))["stage"]
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"still {stage}, not {stages}: {await self.file()}") from None
        return self

    async def is_being_sent(self) -> None:
        query = "SELECT 1 FROM publications WHERE post = %s AND state = 'sending'"
        await self.house.until(
            lambda: len(self.house.asked(query, self.id)) == len(CHANNELS), "it is being sent"
        )

    async def has_arrived(self) -> None:
        await self.house.until(lambda: self.copies == dict.fromkeys(CHANNELS, 1), "it has arrived")

    async def is_told(self) -> None:
        """Closed, and its history is on record."""
        await self.reaches("closed")
        async with asyncio.timeout(PATIENCE):
            while (await self.file())[-1] == "house closed":  # noqa: ASYNC110
                await asyncio.sleep(0.5)

    async def file(self) -> list[str]:
        told = await self.house.people["ana"].get(f"/v1/posts/{self.id}/ledger")
        return [
            " ".join(filter(None, (line["actor"], line["done"], line["body"].get("how", ""))))
            for line in told["entries"]
        ]

    @property
    def copies(self) -> dict[str, int]:
        """What the sandbox shows of this post, on each channel."""
        query = "SELECT channel, count(*) FROM sandbox_posts WHERE text = %s GROUP BY channel"
        return dict(self.house.asked(query, self.text))
