"""How large a request may be: an update above 2 MiB would poison its workflow."""

from collections.abc import MutableMapping
from typing import Any

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
            begun = True
            await send(message)

        try:
            return await self.app(scope, counted, noticed)
        except TooMuch:
            if not begun:
                return await _refuse(limit, scope, receive, send)
            raise


async def _refuse(limit: int, scope: Scope, receive: Receive, send: Send) -> None:
    says = f"The body is over {limit:,} bytes. Images go to /v1/media, and posts name their hashes."
    await answer(Problem(413, "TOO_LARGE", says))(scope, receive, send)
