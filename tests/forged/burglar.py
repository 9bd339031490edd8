"""Somebody who may do anything in Temporal, and has no key of the door; and what they must not get.

They know every name, they read histories, and they may even hold the payload keys.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import TypeAdapter
from sqlalchemy import select
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError

from domain.acts import (
    ACTS,
    Act,
    Decide,
    Delegate,
    Draft,
    Found,
    Hurry,
    Join,
    Reschedule,
    Revise,
    Settle,
    Submit,
    Verdict,
    Waive,
    Withdraw,
)
from domain.lifecycle import Life
from domain.objection import Code, Refusal
from domain.post import Content, End, Post, Stage, Window
from domain.review.book import Book
from domain.review.chain import Chain, Level, Step
from domain.review.marks import Outcome
from domain.review.people import Person, Signers
from domain.review.review import Review
from domain.seal import Seal
from records.checkpoints import seal_heads
from records.keys import Kind, Sealer, Seals, active_key
from records.posts import keep_content
from records.tables import LedgerRow, PostRow
from records.verify import prove
from tests.newsroom import GROUPS, Newsroom
from workflows.names import post_id_in_engine
from workflows.post import Brief, PostLife

FORGED = "Drink as much as you like."
SOON = timedelta(seconds=0.7)
AT_ONCE = (timedelta(), timedelta())
ANYBODYS = Chain(  # which nobody has to sign any more
    "demo", 1, (Step((Level("legal", "Legal", Signers(("legal",))),)),), watch=AT_ONCE
)


@dataclass
class Burglar:
    newsroom: Newsroom
    keys: Path
    clients: dict[str, Client] = field(init=False)

    def __post_init__(self) -> None:
        ours = self.newsroom.env.client
        bare = Client(
            ours.service_client, namespace=ours.namespace, data_converter=pydantic_data_converter
        )
        self.clients = {"with the payload keys": ours, "without any key": bare}

    @property
    def client(self) -> Client:
        return self.newsroom.env.client

    @property
    def organisation(self) -> str:
        return self.newsroom.organisation

    # What stands in the house before they come.

    async def finds(self, what: str) -> str:
        """A post at some point of its life."""
        room = self.newsroom
        post = await room.drafts(in_days=None, submit=what != "a draft")
        await room.reschedules("ana", in_days=1)
        if what == "a half-signed post":
            await room.approves("lena")
        if what in ("a held post", "a finished post", "a withdrawn post"):
            await room.is_signed_by_all()
        if what == "a withdrawn post":
            await room.withdraws("ana")
            assert await room.handle.result()
        if what == "a finished post":
            await self.its_hour_comes()
            assert await self.ends() is End.PUBLISHED
        return post

    async def ends(self) -> End | None:
        """Let the days pass until the life is over; on the real server they pass by themselves."""
        if self.newsroom.env.supports_time_skipping_v1:
            return await self.newsroom.ends()
        return await asyncio.wait_for(self.newsroom.handle.result(), 120)

    async def its_hour_comes(self) -> None:
        """In a moment, since a lead says so. The window was signed; the hour may be chosen."""
        lead = SOON
        while not await self._is_due_in(lead):
            lead *= 2  # so slow is this machine: the moment had passed before it was on record

    async def _is_due_in(self, lead: timedelta) -> bool:
        try:
            await self.newsroom.does("carl", Reschedule, hour=await self.newsroom.now() + lead)
        except Refusal as refused:
            if refused.objection.code is not Code.IN_THE_PAST:
                raise
            return False
        return True

    async def a_while_passes(self) -> None:
        """Long enough for whatever may follow."""
        await self.newsroom.env.sleep(2 * SOON)
        await asyncio.sleep(0.3)

    # What they have in hand.

    def seals(self) -> dict[str, Any]:
        """Ways to make up a seal for a message."""
        known = active_key(self.keys, Kind.SEAL)
        own = Sealer(known, Ed25519PrivateKey.generate())
        return {
            "none": lambda message: Seal("", ""),
            "a true key's name and nothing": lambda message: Seal(known, ""),
            "a true key's name and a wish": lambda message: Seal(known, "A" * 86),
            "their own key under a true name": own.seal,
            "their own key": Sealer("2020-01-01-ffff", Ed25519PrivateKey.generate()).seal,
            "the key of checkpoints": Sealer.of(self.keys, Kind.CHECKPOINT).seal,
        }

    async def acts(self, post: str) -> list[Act]:
        """One of each kind, in the names of people who might."""
        now = await self.newsroom.now()
        life = await self.newsroom.life()
        hour = now + SOON
        window = Window(now, now + timedelta(days=30))
        hash, named = await self.content(FORGED, window), {"at": now}
        words: dict[str, Any] = {
            "content_hash": hash,
            "channels": ("town-square", "harbour"),
            "window": window,
        }

        def by(who: str) -> dict[str, Any]:
            return {"id": f"{who}-{post}", "actor": who, "groups": GROUPS[who], **named}

        signed: dict[str, Any] = {
            "verdict": Verdict.APPROVE,
            "revision": life.post.revision,
            "content_hash": life.post.content_hash,
        }
        return [
            Draft(**by("basile"), **words, submit=True),
            Revise(**by("ana"), **words, seen=life.post.revision, submit=True),
            Submit(**by("ana"), revision=life.post.revision),
            Decide(**by("lena"), **signed),
            Decide(**by("dara"), **signed),
            Withdraw(**by("carl"), reason="Gone."),
            Reschedule(**by("carl"), hour=hour),
            Settle(**by("ana"), channel="harbour", found=Found.LIVE, url="https://evil.example"),
            Waive(**by("lena"), rule="pii.phone.personal", revision=1, reason="Never mind."),
            Hurry(**by("carl"), revision=1, content_hash=life.post.content_hash, reason="Now!"),
            Delegate(**by("dara"), to="basile", starts=now, ends=now + timedelta(days=9)),
            Join(**by("ines"), person=Person("ana", groups=("legal", "direction"))),
        ]

    async def content(self, text: str, window: Window) -> str:
        content = Content(text, ("town-square", "harbour"), window)
        return await keep_content(self.newsroom.database, self.organisation, content)

    async def captured(self, post: str) -> list[Act]:
        """The acts that a history shows to whoever can decrypt it, seals and all."""
        handle = self.client.get_workflow_handle(post_id_in_engine(self.organisation, post))
        found: list[Act] = []
        async for event in handle.fetch_history_events():
            told = event.workflow_execution_update_accepted_event_attributes.accepted_request
            if told.input.name in ACTS:
                kind = ACTS[told.input.name]
                (said,) = await self.client.data_converter.decode(told.input.args.payloads, [kind])
                found.append(TypeAdapter(kind).validate_python(said))
        return found

    async def approved_life(self, post: str, text: str = "", **more: Any) -> Life:
        """A life that says: signed by all, its hour has come, publish."""
        now = await self.newsroom.now()
        if await self._is_known(post):
            self.newsroom.post = post
            told = (await self.newsroom.life()).post
        else:
            told = Post(self.organisation, post, ("ana",), 1, channels=("town-square", "harbour"))
        window = Window(now - timedelta(days=1), now + timedelta(days=30))
        if text or not told.content_hash:
            told = replace(told, content_hash=await self.content(text or FORGED, window))
        told = replace(told, window=window, hour=None)
        review = Review(
            told.authors,
            told.revision,
            told.content_hash,
            book=Book(ANYBODYS),
            outcome=Outcome.APPROVED,
            round=1,
            required=("legal",),
            passed=("legal",),
            approved_at=now,
        )
        return replace(Life(told, Stage.PUBLISHING, review=review), **more)

    async def _is_known(self, post: str) -> bool:
        async with self.newsroom.database.transaction(self.organisation) as session:
            return await session.get(PostRow, (self.organisation, post)) is not None

    async def starts(
        self, life: Life, id: str = "", client: Client | None = None, **more: Any
    ) -> WorkflowHandle[Any, Any]:
        brief = Brief(life, **more)
        own = post_id_in_engine(self.organisation, life.post.id)
        named = f"{id} in {self.organisation}" if id else own
        return await (client or self.client).start_workflow(
            PostLife.run, brief, id=named, task_queue=self.newsroom.task_queue
        )

    async def tells(self, id: str, act: Act, client: Client, name: str = "") -> str:
        """Call an update. Answers with the code of the refusal, "" if it went through."""
        try:
            handle = client.get_workflow_handle(id)
            await handle.execute_update(name or act.kind, act, rpc_timeout=timedelta(seconds=60))
        except WorkflowUpdateFailedError as refused:
            cause = refused.cause
            return cause.type or "?" if isinstance(cause, ApplicationError) else "?"
        return ""

    # What they must not get.

    async def record(self) -> list[str]:
        """Every entry of every file of the organisation."""
        asked = (
            select(LedgerRow)
            .where(LedgerRow.organisation == self.organisation)
            .order_by(LedgerRow.post, LedgerRow.seq)
        )
        async with self.newsroom.database.transaction(self.organisation) as session:
            rows = (await session.execute(asked)).scalars()
            return [f"{row.post} {row.seq} {row.actor} {row.done} {row.hash}" for row in rows]

    async def is_proven(self) -> None:
        """The record holds together, and a checkpoint may seal it."""
        async with self.newsroom.database.transaction(self.organisation) as session:
            await seal_heads(session, self.organisation, Sealer.of(self.keys, Kind.CHECKPOINT))
        seals, witness = Seals.of(self.keys), Seals.of(self.keys, Kind.CHECKPOINT)
        proof = await prove(self.newsroom.database, self.organisation, seals, witness)
        assert proof.faults == ()
        assert proof.posts

    @asynccontextmanager
    async def in_vain(self) -> AsyncIterator[None]:
        """Whatever they do in here: nothing goes out, and nothing comes on record."""
        before, copies = await self.record(), self.newsroom.copies
        with self.newsroom.env.auto_time_skipping_disabled():
            yield
        after = await self.record()
        gone, new = sorted(set(before) - set(after)), sorted(set(after) - set(before))
        assert not gone, gone
        assert not new, new
        assert self.newsroom.copies == copies
        await self.is_proven()


REFUSED = str(Code.SEAL_BROKEN)
