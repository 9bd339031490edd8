"""The demo: one post, its whole life, told as it goes, through nothing but the public API."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from temporalio.client import Client

from local.bulletin import Bulletin, read_bulletin
from local.footprint import footprint_of, size
from records import sign_in
from settings import Settings

Say = Callable[[str], None]
TEXT = "Boil tap water before drinking it, in the harbour district, until Friday 18:00."
PERSONAL = f"{TEXT} Questions? Call Marc on 06 12 34 56 78."
PATIENCE = timedelta(minutes=3)


class Trouble(Exception):
    """The demo cannot go on. The text says why and what to do."""


@dataclass
class Person:
    """Somebody of the example office, signed in."""

    name: str
    http: httpx.AsyncClient
    token: str

    async def get(self, path: str) -> dict[str, Any]:
        return await self._asked("GET", path)

    async def post(self, path: str, key: str = "", **body: Any) -> dict[str, Any]:
        """POST, again and again under one key, until there is an answer: a process may be down."""
        return await self._asked("POST", path, key or uuid4().hex, body)

    async def _asked(
        self, verb: str, path: str, key: str = "", body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if key:
            headers["Idempotency-Key"] = key
        deadline = datetime.now(UTC) + PATIENCE
        while datetime.now(UTC) < deadline:
            try:
                answer = await self.http.request(verb, path, json=body, headers=headers)
            except (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError):
                await asyncio.sleep(0.3)
                continue
            if answer.status_code < 500:
                told: dict[str, Any] = answer.json()
                return told
            await asyncio.sleep(0.3)
        raise Trouble(f"No answer from {path} for {PATIENCE}. Look into the logs folder.")


async def tell_story(settings: Settings, say: Say) -> None:
    """Drive one post from draft to closed. Raises Trouble."""
    bulletin = read_bulletin(settings.home)
    if bulletin is None:
        raise Trouble("No newsroom runs here. Start one with `make up`, in another terminal.")
    keys = settings.keys if "keys" in settings.model_fields_set else settings.home / "keys"
    async with httpx.AsyncClient(base_url=bulletin.api, timeout=20) as http:
        word = sign_in.password(keys)
        ana, lena, dara = [await signed_in(http, name, word) for name in ("ana", "lena", "dara")]
        post = await draft(ana, say)
        await approve(post, ana, lena, dara, say)
        await follow(post, ana, say)
        await print_file(post, ana, say)
    await print_cost(post, settings, bulletin, say)


async def signed_in(http: httpx.AsyncClient, name: str, password: str) -> Person:
    nobody = Person(name, http, "")
    told = await nobody.post("/v1/sessions", organisation="office", person=name, password=password)
    if "token" not in told:
        raise Trouble(f"{name} cannot sign in: {told.get('detail')}")
    return Person(name, http, told["token"])


async def draft(ana: Person, say: Say) -> str:
    hour = datetime.now(UTC) + timedelta(seconds=5)
    post = await ana.post(
        "/v1/posts",
        text=PERSONAL,
        channels=["town-square", "harbour"],
        languages=["en"],
        release_at=hour.isoformat(),
        chain="demo",
        submit=True,
    )
    say(f"Ana drafts post {post['id']} and submits it.")
    found = ", ".join(finding["rule"] for finding in post["findings"])
    say(f"  The rules block it ({found}): {post['findings'][0]['says']}")
    post = await ana.post(
        f"/v1/posts/{post['id']}/revisions",
        text=TEXT,
        seen=1,
        languages=["en"],
        channels=["town-square", "harbour"],
        release_at=hour.isoformat(),
        submit=True,
    )
    say(f"Ana revises it and submits again. It is {post['state']}.")
    return str(post["id"])


async def approve(post: str, ana: Person, lena: Person, dara: Person, say: Say) -> None:
    own = await ana.post(f"/v1/posts/{post}/decisions", verdict="approve", revision=2)
    say(f"Ana tries to approve her own post: {own['code']}, “{own['detail']}”")
    stale = await lena.post(f"/v1/posts/{post}/decisions", verdict="approve", revision=1)
    say(f"Lena approves what she read before: {stale['code']}, “{stale['detail']}”")
    for person, level in ((lena, "Legal"), (dara, "Direction")):
        told = await person.post(f"/v1/posts/{post}/decisions", verdict="approve", revision=2)
        if "state" not in told:
            raise Trouble(f"{person.name} could not approve: {told['code']}, {told['detail']}")
        waits = (told["waits_for"] or {}).get("says", "nothing")
        say(f"{person.name.title()} signs for {level}. It is {told['state']}, waiting for: {waits}")


async def follow(post: str, ana: Person, say: Say) -> None:
    """Tell each change until the life is over."""
    last, deadline = "", datetime.now(UTC) + PATIENCE
    while datetime.now(UTC) < deadline:
        told = await ana.get(f"/v1/posts/{post}")
        if told["stage"] != last:
            last = told["stage"]
            say(f"It is {last}.")
            for sent in told["sends"]:
                say(f"  {sent['channel']}: {sent['state']} {sent['url']}")
        if last == "closed":
            return
        await asyncio.sleep(0.2)
    raise Trouble(f"It is still {last} after {PATIENCE}. Look at it in the Temporal UI.")


async def print_file(post: str, ana: Person, say: Say) -> None:
    say("Its file:")
    told = await ana.get(f"/v1/posts/{post}/ledger")
    for entry in told["entries"]:
        where = entry["body"].get("channel", "")
        say(f"  {entry['seq']:>2}  {entry['actor']:<6} {entry['done']} {where}".rstrip())


async def print_cost(post: str, settings: Settings, bulletin: Bulletin, say: Say) -> None:
    client = await Client.connect(bulletin.temporal_address, namespace=settings.temporal_namespace)
    life = await footprint_of(client.get_workflow_handle(f"post/office/{post}"))
    detour = life.of_acts("revise")
    say(
        f"Its history: {life}. Of these, {len(detour)} events and {size(detour):,} bytes are the "
        f"revision after the block. See it at {bulletin.temporal_ui}"
    )
