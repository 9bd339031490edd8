"""The counter of the API, as the people and machines of one newsroom stand before it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from activities.media import Album, open_store
from api.app import create_app
from api.house import House
from domain.canonical import instant
from domain.post import Stage
from records import api_keys, sign_in
from records.database import Database
from records.keys import Keyring, Kind
from records.tables import Base
from settings import Settings
from tests.newsroom import Newsroom
from workflows.codec import AesGcmCodec

HOST = "posts.example"
PROBLEM = "application/problem+json"
CHANNELS = ["town-square", "harbour"]
TEXT = "Boil water before drinking."


@dataclass
class Desk:
    """Asks as somebody: a person by name, a machine by its key, or nobody ("")."""

    newsroom: Newsroom
    app: FastAPI
    http: httpx.AsyncClient
    settings: Settings
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def organisation(self) -> str:
        return self.newsroom.organisation

    @property
    def database(self) -> Database:
        return self.newsroom.database

    async def signs_in(self, who: str, password: str | None = None) -> httpx.Response:
        word = sign_in.password(self.settings.keys) if password is None else password
        said = {"organisation": self.organisation, "person": who, "password": word}
        return await self.http.post("/v1/sessions", json=said)

    async def gives_a_key(self, name: str, *scopes: str) -> str:
        """From now on a machine of this name asks with a key of its own; answers with its id."""
        scopes = scopes or api_keys.SCOPES
        self.tokens[name] = await api_keys.make(self.database, self.organisation, name, scopes)
        return self.tokens[name].split("_")[1]

    async def asks(self, who: str, verb: str, path: str, **more: Any) -> httpx.Response:
        if who and who not in self.tokens:
            self.tokens[who] = (await self.signs_in(who)).json()["token"]
        headers = dict(more.pop("headers", {}))
        if who:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        return await self.http.request(verb, path, headers=headers, **more)

    async def reads(self, who: str, path: str, **query: Any) -> httpx.Response:
        return await self.asks(who, "GET", path, params=query)

    async def sends(self, who: str, path: str, key: str = "", **said: Any) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return await self.asks(who, "POST", path, json=said, headers=headers)

    # Short words for what most stories begin with.

    async def starts(self, who: str = "ana", key: str = "k-1", **said: Any) -> httpx.Response:
        return await self.sends(who, "/v1/posts", key, **await self.post_saying(**said))

    async def post_saying(
        self, text: str = TEXT, in_days: float = 1, **more: Any
    ) -> dict[str, Any]:
        hour = await self.newsroom.now() + timedelta(days=in_days)
        return {
            "text": text,
            "channels": CHANNELS,
            "release_at": instant(hour),
            "window": {"opens": instant(hour), "closes": instant(hour + timedelta(days=3))},
            "chain": "demo",
            **more,
        }

    async def has_a_post(self, who: str = "ana", **said: Any) -> str:
        """The path of a post that somebody started; the newsroom's own verbs then mean it, too."""
        key = said.pop("key", "first")
        answer = done(await self.starts(who, key, **said))
        self.newsroom.post = str(answer["id"])
        return f"/v1/posts/{self.newsroom.post}"

    async def has_a_post_in_review(self, who: str = "ana", **said: Any) -> str:
        return await self.has_a_post(who, submit=True, **said)

    async def has_a_held_post(self, **said: Any) -> str:
        path = await self.has_a_post_in_review(**said)
        await self.newsroom.is_signed_by_all()
        await self.newsroom.reaches(Stage.HOLDING)
        return path

    async def decides(
        self, who: str, path: str, verdict: str, reason: str = "", **more: Any
    ) -> httpx.Response:
        key, revision = more.pop("key", ""), more.pop("revision", 1)
        said = {"verdict": verdict, "reason": reason, "revision": revision, **more}
        return await self.sends(who, f"{path}/decisions", key, **said)

    async def story(self, path: str) -> list[str]:
        page = done(await self.reads("ana", f"{path}/ledger"), 200)
        return [f"{entry['actor']} {entry['done']}" for entry in page["entries"]]

    async def everything_on_record(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        told = {}
        async with self.database.transaction("") as session:
            for table in Base.metadata.sorted_tables:
                rows = (await session.execute(table.select())).all()
                told[table.name] = sorted(repr(tuple(row)) for row in rows)
        return told


def done(answer: httpx.Response, status: int = 201) -> dict[str, Any]:
    """What came back, if it was done."""
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    return told


def refused(answer: httpx.Response, status: int, code: str) -> str:
    """The sentence of a refusal, which always looks the same."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    told = answer.json()
    assert (told["status"], told["code"]) == (status, code), told
    assert told["title"]
    says = str(told["detail"])
    assert says[0].isupper(), says
    assert says.endswith((".", "?")), says
    return says


@cache
def app_with(settings: Settings) -> FastAPI:
    """One for all desks, since it finds its routes anew each time; what it knows is its house's."""
    return create_app(settings)


@asynccontextmanager
async def a_desk(newsroom: Newsroom, keys: Path, folder: Path, **told: Any) -> AsyncIterator[Desk]:
    """The API before this newsroom; `told` changes its settings."""
    known = {"local_sign_in": True, "api_hosts": (HOST,), "keys": keys}
    settings = Settings(**{**known, **told})
    album = Album(open_store(f"file:{folder / 'media'}"), newsroom.database)
    codec = AesGcmCodec(Keyring.of(keys, Kind.CODEC))
    app = app_with(settings)
    app.state.house = House(settings, newsroom.database, newsroom.door, album, codec)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as http:
        yield Desk(newsroom, app, http, settings)


@asynccontextmanager
async def over_the_wire(desk: Desk) -> AsyncIterator[str]:
    """Where it listens, on a port of its own. From now on the desk asks there, too."""
    server = uvicorn.Server(uvicorn.Config(desk.app, log_config=None, lifespan="off"))
    ear = socket.create_server(("127.0.0.1", 0))  # it hears from now on, whoever is slow to start
    place = f"http://127.0.0.1:{ear.getsockname()[1]}"
    serving = asyncio.create_task(server.serve(sockets=[ear]))
    try:
        async with httpx.AsyncClient(base_url=place, timeout=60) as wire:
            desk.http = wire
            yield place
    finally:
        server.should_exit = True
        await serving
