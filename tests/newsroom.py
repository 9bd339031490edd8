"""A newsroom for one test: people who act in short words, and platforms that remember."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import yaml
from sqlalchemy import select
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import WorkflowHandle
from temporalio.converter import DataConverter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.media import Album, open_store
from activities.publishing import Patience
from api.door import Door
from domain.acts import (
    Act,
    Decide,
    Draft,
    Hurry,
    Invite,
    Reschedule,
    Revise,
    Settle,
    Submit,
    Verdict,
    Waive,
    Withdraw,
)
from domain.facts import FactKind
from domain.lifecycle import Life
from domain.naming import fresh_name
from domain.objection import Refusal
from domain.post import Content, End, Post, Stage, Urgency, Window
from records import reading
from records.database import Database
from records.filing import entries, open_file
from records.keys import Keyring, Kind, Sealer, Seals
from records.posts import keep_content, life_of
from records.tables import FreezeRow, NoticeRow
from tests.fakes import FakePlatform, Switchboard
from tests.offices import OFFICE, open_office
from worker import Hands, new_worker
from workflows import attributes
from workflows.codec import AesGcmCodec, data_converter
from workflows.names import post_id_in_engine
from workflows.post import Brief, PostLife

# A lease runs on PostgreSQL's clock, which no test can hurry; a shut gate on the engine's.
QUICK = Patience(timedelta(seconds=0.5), timedelta(seconds=0.5), timedelta(hours=6))
GROUPS = {
    person: tuple(told["groups"])
    for person, told in yaml.safe_load((OFFICE / "people.yaml").read_text())["people"].items()
}


@dataclass
class Newsroom:
    """One organisation and its people. Each verb is something that somebody does."""

    env: WorkflowEnvironment
    database: Database
    door: Door
    seals: Seals
    organisation: str
    switchboard: Switchboard
    task_queue: str
    post: str = ""
    groups: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(GROUPS))

    async def now(self) -> datetime:
        return (await self.env.get_current_time()).astimezone(UTC)

    async def drafts(
        self,
        text: str = "Boil water before drinking.",
        *,
        who: str = "ana",
        in_days: float | None = 1,
        window_days: float = 3,
        submit: bool = False,
        chain: str = "demo",
        urgency: Urgency = Urgency.ROUTINE,
        **more: Any,
    ) -> str:
        self.post = fresh_name()
        act = await self.act(
            who,
            Draft,
            chain=chain,
            submit=submit,
            urgency=urgency,
            **await self.said(text, in_days, window_days, **more),
        )
        await self.door.begin(self.organisation, self.post, act)
        return self.post

    async def said(
        self, text: str, in_days: float | None, window_days: float, **more: Any
    ) -> dict[str, Any]:
        now = await self.now()
        hour = None if in_days is None else now + timedelta(days=in_days)
        window = Window(hour or now, (hour or now) + timedelta(days=window_days))
        content = Content(text, more.pop("channels", ("town-square", "harbour")), window, **more)
        hash = await keep_content(self.database, self.organisation, content)
        return {
            "content_hash": hash,
            "channels": content.channels,
            "window": window,
            "hour": hour,
        }

    async def submits(self, text: str = "Boil water before drinking.", **more: Any) -> str:
        return await self.drafts(text, submit=True, **more)

    async def act(self, who: str, kind: type[Act], **said: Any) -> Any:
        said.setdefault("id", fresh_name())
        return kind(actor=who, groups=self.groups.get(who, ()), at=await self.now(), **said)

    async def does(self, who: str, kind: type[Act], **said: Any) -> None:
        await self.door.tell(self.organisation, self.post, await self.act(who, kind, **said))

    async def resubmits(self, who: str = "ana") -> None:
        await self.does(who, Submit, revision=(await self.life()).post.revision)

    async def revises(
        self,
        text: str,
        *,
        who: str = "ana",
        in_days: float | None = 1,
        window_days: float = 3,
        submit: bool = False,
        seen: int | None = None,
        touches: tuple[str, ...] | None = None,
        **more: Any,
    ) -> None:
        seen = (await self.life()).post.revision if seen is None else seen
        said = await self.said(text, in_days, window_days, **more)
        await self.does(who, Revise, seen=seen, submit=submit, touches=touches, **said)

    async def revises_as(self, post: Post, *, submit: bool) -> None:
        """The very same content, once more."""
        assert post.window is not None
        await self.does(
            "ana",
            Revise,
            seen=post.revision,
            submit=submit,
            content_hash=post.content_hash,
            channels=post.channels,
            window=post.window,
            hour=post.hour,
        )

    async def decides(
        self,
        who: str,
        verdict: Verdict,
        reason: str = "",
        *,
        revision: int | None = None,
        level: str = "",
        id: str | None = None,
        **more: Any,
    ) -> None:
        post = (await self.life()).post
        await self.does(
            who,
            Decide,
            verdict=verdict,
            reason=reason,
            level=level,
            id=id or fresh_name(),
            revision=revision or post.revision,
            content_hash=post.content_hash,
            **more,
        )

    async def approves(self, who: str, **more: Any) -> None:
        await self.decides(who, Verdict.APPROVE, **more)

    async def is_signed_by_all(self) -> None:
        await self.approves("lena")
        await self.approves("dara")

    async def asks_for_changes(self, who: str, reason: str) -> None:
        await self.decides(who, Verdict.REQUEST_CHANGES, reason)

    async def rejects(self, who: str, reason: str) -> None:
        await self.decides(who, Verdict.REJECT, reason)

    async def vetoes(self, who: str, reason: str) -> None:
        await self.decides(who, Verdict.VETO, reason)

    async def hurries(self, who: str, reason: str = "The dam may break.") -> None:
        post = (await self.life()).post
        told = {"revision": post.revision, "content_hash": post.content_hash}
        await self.does(who, Hurry, reason=reason, **told)

    async def waives(self, who: str, rule: str, reason: str) -> None:
        revision = (await self.life()).post.revision
        await self.does(who, Waive, rule=rule, revision=revision, reason=reason)

    async def invites(self, who: str, person: str, level: str, *, days: float = 2) -> str:
        """Answers with the id that the guest's decision has to name."""
        id, post = fresh_name(), (await self.life()).post
        expires = await self.now() + timedelta(days=days)
        told = {"revision": post.revision, "content_hash": post.content_hash, "link_hash": id}
        await self.does(who, Invite, id=id, person=person, level=level, expires=expires, **told)
        return id

    async def withdraws(self, who: str, reason: str = "") -> None:
        await self.does(who, Withdraw, reason=reason)

    async def reschedules(self, who: str, *, in_days: float) -> None:
        await self.does(who, Reschedule, hour=await self.now() + timedelta(days=in_days))

    async def settles(self, who: str, channel: str, found: Any, url: str = "") -> None:
        await self.does(who, Settle, channel=channel, found=found, url=url)

    async def freezes(self, reason: str) -> None:
        async with self.database.transaction(self.organisation) as session:
            freeze = FreezeRow(
                organisation=self.organisation, id="1", channel="", reason=reason, frozen_by="carl"
            )
            session.add(freeze)

    async def thaws(self) -> None:
        async with self.database.transaction(self.organisation) as session:
            freeze = await session.get_one(FreezeRow, (self.organisation, "1"))
            freeze.thawed_at = datetime.now(UTC)

    async def continues(self, brief: Brief) -> None:
        """Start the workflow of a life that has begun before."""
        await self.env.client.start_workflow(
            PostLife.run, brief, id=self.handle.id, task_queue=self.task_queue
        )

    async def refusal(self, attempt: Any) -> str:
        """The code with which an attempt was refused."""
        with pytest.raises(Refusal) as refused:
            await attempt
        assert str(refused.value).endswith((".", "?")), "a refusal is a sentence"
        return refused.value.objection.code

    # What can be seen afterwards.

    @property
    def handle(self) -> WorkflowHandle[PostLife, End | None]:
        id = post_id_in_engine(self.organisation, self.post)
        return self.env.client.get_workflow_handle_for(PostLife.run, id)

    async def ends(self) -> End | None:
        """Let the days pass until the life is over."""
        async with self.env.time_skipping_unlocked():
            return await asyncio.wait_for(self.handle.result(), 120)

    async def life(self) -> Life:
        life = await life_of(self.database, self.organisation, self.post)
        assert life is not None
        return life

    async def story(self) -> list[str]:
        async with self.database.transaction(self.organisation) as session:
            rows = await entries(session, self.organisation, self.post)
        return [f"{row.actor} {row.done}" for row in rows]

    async def record_agrees(self) -> bool:
        """Whether the ledger tells the life that the row has, both under the row's lock."""
        async with self.database.transaction(self.organisation) as session:
            file = await open_file(session, self.organisation, self.post)
            rows = await entries(session, self.organisation, self.post)
        told = reading.fold(self.organisation, self.post, [row.body for row in rows])
        return told == file.life

    async def facts(self, kind: FactKind) -> dict[str, dict[str, Any]]:
        """The last fact of a kind, by channel."""
        async with self.database.transaction(self.organisation) as session:
            rows = await entries(session, self.organisation, self.post)
        return {row.body.get("channel", ""): row.body for row in rows if row.done == kind}

    async def notices(self) -> list[tuple[str, str]]:
        asked = select(NoticeRow.person, NoticeRow.says).where(
            NoticeRow.organisation == self.organisation, NoticeRow.post == self.post
        )
        async with self.database.transaction(self.organisation) as session:
            return [(person, says) for person, says in await session.execute(asked)]

    async def eventually_in_story(self, line: str) -> None:
        for _ in range(3000):  # a minute: machines are busy
            if line in await self.story():
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{line}: never happened; the story so far: {await self.story()}")

    async def reaches(self, stage: Stage) -> None:
        await self.eventually(lambda life: life.stage is stage)

    async def eventually(self, true: Callable[[Life], bool]) -> None:
        for _ in range(3000):  # a minute: machines are busy
            if true(await self.life()):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"never happened; the story so far: {await self.story()}")

    async def comes(self, moment: str) -> None:
        """Let time pass until the clocks of Paris show this."""
        there = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Europe/Paris"))
        await self.env.sleep(there - await self.now())

    async def is_open(self) -> list[str]:
        """The levels that wait, and who could decide on them."""
        waits = (await self.life()).review.waits_for
        return [f"{line.level}: {', '.join(line.who)}" for line in waits]

    async def eventually_days(self, true: Callable[[Life], bool]) -> None:
        """Let days pass until this is so."""
        for _ in range(30):
            if true(await self.life()):
                return
            await self.days_pass(1)
        raise AssertionError(f"never happened; the story so far: {await self.story()}")

    async def days_pass(self, days: float) -> None:
        # A server that stands still never answers: better a failure than a run without an end.
        await asyncio.wait_for(self.env.sleep(timedelta(days=days)), 240)

    def platform(self, channel: str) -> FakePlatform:
        return self.switchboard.platforms.setdefault(channel, FakePlatform())

    @property
    def copies(self) -> int:
        return sum(platform.copies for platform in self.switchboard.platforms.values())


@asynccontextmanager
async def time_skipping(
    keys: Path, converter: DataConverter | None = None
) -> AsyncIterator[WorkflowEnvironment]:
    """A fresh server whose days pass in no time; encrypted unless told otherwise."""
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=converter or data_converter(AesGcmCodec(Keyring.of(keys, Kind.CODEC))),
        test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
    ) as env:
        await env.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=env.client.namespace, search_attributes=attributes.TYPES
            )
        )
        yield env


@asynccontextmanager
async def a_newsroom(
    env: WorkflowEnvironment,
    database: Database,
    keys: Path,
    folder: Path,
    behind: timedelta = timedelta(),  # the record's clock, behind the engine's
) -> AsyncIterator[Newsroom]:
    organisation = f"office-{uuid4().hex[:8]}"
    await open_office(database, organisation, folder / "office")
    task_queue, switchboard, seals = f"posts-{organisation}", Switchboard(), Seals.of(keys)

    async def clock() -> datetime:
        return (await env.get_current_time()).astimezone(UTC) - behind

    album = Album(open_store(f"file:{folder / 'media'}"), database)
    hands = Hands(database, seals, switchboard, album, QUICK)
    door = Door(env.client, database, Sealer.of(keys), task_queue, timedelta(minutes=1), clock)
    async with worker_for(env, hands, clock, task_queue):
        yield Newsroom(env, database, door, seals, organisation, switchboard, task_queue)


def worker_for(
    env: WorkflowEnvironment, hands: Hands, clock: Callable[[], Any], task_queue: str
) -> Worker:
    """The worker as it is in production, but for the gate's clock: the test's days, not ours."""
    hands = replace(hands, clock=clock)
    return new_worker(env.client, hands.activities(), hands.seals, task_queue)
