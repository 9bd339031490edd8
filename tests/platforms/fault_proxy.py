"""A bad line between us and a real server: it loses, spoils or refuses what we tell it to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit


class Fault(StrEnum):
    LOST_REQUEST = "the server never hears of it"
    LOST_ANSWER = "the server does it, and we never hear of that"
    SPOILED_ANSWER = "the server does it, and we cannot read what it says"
    BUSY = "503, and the server never hears of it"
    BUSY_BUT_DONE = "the server does it, and we hear 503"
    SLOW_DOWN = "429, come back in seven seconds"
    HTML = "a 403 page of somebody in between"


_INSTEAD = {
    Fault.SPOILED_ANSWER: b'HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n{"uri": ',
    Fault.BUSY: b"HTTP/1.1 503 Busy\r\ncontent-length: 2\r\n\r\n{}",
    Fault.BUSY_BUT_DONE: b"HTTP/1.1 503 Busy\r\ncontent-length: 2\r\n\r\n{}",
    Fault.SLOW_DOWN: b"HTTP/1.1 429 Slow\r\nretry-after: 7\r\ncontent-length: 2\r\n\r\n{}",
    Fault.HTML: b"HTTP/1.1 403 No\r\ncontent-length: 15\r\n\r\n<html>no</html>",
}
_REACHES_THE_SERVER = {Fault.LOST_ANSWER, Fault.SPOILED_ANSWER, Fault.BUSY_BUT_DONE}


@dataclass
class FaultProxy:
    upstream: str
    url: str = ""
    heard: list[str] = field(default_factory=list)  # every path we were asked for
    met: list[Fault] = field(default_factory=list)  # where the server was to hear of it, it has
    _plan: list[tuple[str, Fault]] = field(default_factory=list)

    def plan(self, path: str, *faults: Fault) -> None:
        """The next requests whose path contains `path` meet these faults, one each."""
        self._plan += [(path, fault) for fault in faults]

    def asked(self, path: str) -> int:
        return sum(path in heard for heard in self.heard)

    def _next_fault(self, path: str) -> Fault | None:
        self.heard.append(path)
        for place, (wanted, fault) in enumerate(self._plan):
            if wanted in path:
                del self._plan[place]
                return fault
        return None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await _message(reader)
                fault = self._next_fault(request.split(b" ", 2)[1].decode())
                answer = b""
                if fault is None or fault in _REACHES_THE_SERVER:
                    answer = await self._forward(request)
                if fault:
                    self.met.append(fault)
                if fault in {Fault.LOST_REQUEST, Fault.LOST_ANSWER}:
                    return
                writer.write(_INSTEAD[fault] if fault else answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    async def _forward(self, request: bytes) -> bytes:
        to = urlsplit(self.upstream)
        reader, writer = await asyncio.open_connection(to.hostname, to.port)
        try:
            writer.write(request)
            await writer.drain()
            return await _message(reader)
        finally:
            writer.close()


@asynccontextmanager
async def bad_line_to(upstream: str) -> AsyncIterator[FaultProxy]:
    proxy = FaultProxy(upstream)
    server = await asyncio.start_server(proxy._serve, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    fields = {name.strip().lower(): value.strip() for name, _, value in lines}
    if fields.get(b"transfer-encoding", b"").lower() == b"chunked":
        return head + await _chunks(reader)
    return head + await reader.readexactly(int(fields.get(b"content-length", b"0")))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while True:
        line = await reader.readuntil(b"\r\n")
        size = int(line.split(b";")[0], 16)
        body += line + await reader.readexactly(size + 2)
        if size == 0:
            return body
