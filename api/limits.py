"""How large a request may be: an update above 2 MiB would poison its workflow."""

from collections.abc import Collection, MutableMapping
from contextlib import suppress
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import Problem, answer

BODY = 64 * 1024
IMAGE = 8 * 1000 * 1000
LARGER = {"/v1/media": IMAGE, "/codec/decode": 4 * 1024 * 1024}


class TooMuch(Exception):
    """The body grew over its limit while we read it."""


class BodyLimit:
    """Answers 413 to a body over its limit, whether or not the request says its length."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        limit = LARGER.get(scope["path"], BODY)
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if said.isdigit() and int(said) > limit:
            return await _refuse(limit, scope, receive, send)
        read, begun = 0, False

        async def counted() -> MutableMapping[str, Any]:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise TooMuch
            return message

        async def noticed(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            if read > limit and not begun:
                return  # whatever the framework made of it, the answer is ours
            begun = True
            await send(message)

        with suppress(TooMuch):
            await self.app(scope, counted, noticed)
        if read > limit and not begun:
            await _refuse(limit, scope, receive, send)
        return None


class OwnNames:
    """Answers only to our own names: a page that points its name at us gets nothing."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app, self.names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        name = Headers(scope=scope).get("host", "").rpartition("@")[2]
        if not name.startswith("["):
            name = name.partition(":")[0]
        if "*" in self.names or name in self.names:
            return await self.app(scope, receive, send)
        says = "This is not a name we answer to. An operator adds it to PARAPHEUR_API_HOSTS."
        return await answer(Problem(400, "UNKNOWN_HOST", says))(scope, receive, send)


async def _refuse(limit: int, scope: Scope, receive: Receive, send: Send) -> None:
    says = f"The body is over {limit:,} bytes. Images go to /v1/media, and posts name their hashes."
    await answer(Problem(413, "TOO_LARGE", says))(scope, receive, send)
