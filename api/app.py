"""The HTTP face. Routes translate; the workflow and the domain decide."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from activities.media import Album, open_store
from api import (
    acts,
    codec,
    delegations,
    explaining,
    findings,
    health,
    invitations,
    ledger,
    link_pages,
    links,
    media,
    posts,
    reference,
    refusals,
    remarks,
    sandbox,
    sessions,
    verdicts,
)
from api.door import Door
from api.house import House
from api.limits import BodyLimit, OwnNames
from api.problems import answer_problems
from records.database import connect
from records.keys import Sealer
from settings import Settings
from workflows import engine

ABOUT = """
Carries a public body's posts from draft to publication and beyond. Every refusal is
problem+json with a stable `code`; docs/lifecycle.md lists them. Machines use API keys and can never
approve; people use a session.
"""
ROUTERS = (
    posts, acts, explaining, remarks, findings, ledger, media, sessions, codec, health, sandbox,
    reference, delegations, verdicts, invitations, links, link_pages, refusals,
)  # fmt: skip


def create_app(settings: Settings, house: House | None = None) -> FastAPI:
    """The application. `house` is given by tests; otherwise it is built as the app starts."""

    @asynccontextmanager
    async def open_house(app: FastAPI) -> AsyncIterator[None]:
        app.state.house = house or await furnished(settings)
        yield
        if house is None:
            await app.state.house.database.close()

    app = FastAPI(
        title="Parapheur",
        version="1",
        description=ABOUT,
        lifespan=open_house,
        docs_url=None,
        redoc_url=None,  # they would load scripts from outside
        redirect_slashes=False,  # behind a proxy it would send credentials to a plain http://
    )
    for room in ROUTERS:
        app.include_router(room.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    answer_problems(app, [route for room in ROUTERS for route in room.router.routes])
    app.add_middleware(BodyLimit)
    app.add_middleware(
        CORSMiddleware,  # for the codec endpoint; every other route needs a token no page has
        allow_origins=[settings.temporal_ui_url],
        allow_methods=["POST"],
        allow_credentials=True,
        allow_headers=["content-type", "x-namespace", "authorization"],
    )
    app.add_middleware(OwnNames, names=settings.api_hosts)
    return app


async def furnished(settings: Settings) -> House:
    """Everything the routes can reach. The engine is connected on first use."""
    database = connect(settings.database_url, pool=20)
    client = await engine.connect(settings, "api", lazy=True)
    door = Door(client, database, Sealer.of(settings.keys), settings.task_queue)
    album = Album(open_store(settings.media_store), database)
    return House(settings, database, door, album, engine.codec(settings))
