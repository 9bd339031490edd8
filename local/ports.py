"""Which ports are free on this machine, and what to say when one is not."""

import asyncio
import errno
import secrets
import socket
import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from local.processes import CannotStart

LOOPBACK = "127.0.0.1"
LENT_FROM = 32_768  # Linux; others lend from higher up


@dataclass(frozen=True)
class Port:
    """A port that somebody is going to listen on, and the variable that moves it elsewhere."""

    number: int
    variable: str
    host: str = LOOPBACK


def free_port() -> int:
    """Below those that systems lend to outgoing calls, so that it is still free after a restart."""
    while not is_free(number := LENT_FROM - 1 - secrets.randbelow(12_000)):
        pass
    return number


def refuse_busy(ports: Iterable[Port]) -> None:
    """All at once: who has to change two ports should not have to try twice."""
    with ExitStack() as held:  # held until all are asked, so that we notice two of ours being equal
        sentences = [sentence for port in ports if (sentence := _objection(port, held))]
    if sentences:
        raise CannotStart(" ".join(sentences))


def is_free(number: int, host: str = LOOPBACK) -> bool:
    with ExitStack() as held:
        return _objection(Port(number, "", host), held) is None


async def listening(number: int, host: str, within: timedelta) -> bool:
    """Wait until somebody answers there; False when nobody did in time."""
    deadline = time.monotonic() + within.total_seconds()
    while time.monotonic() < deadline:
        try:
            _, writer = await asyncio.open_connection(host, number)
        except OSError:
            await asyncio.sleep(0.03)
            continue
        writer.close()
        return True
    return False


def _objection(port: Port, held: ExitStack) -> str | None:
    family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
    try:
        held.enter_context(socket.create_server((port.host, port.number), family=family))
    except OSError as refusal:
        in_use = refusal.errno == errno.EADDRINUSE
        why = "is already in use" if in_use else f"cannot be used ({refusal.strerror})"
        return f"Port {port.number} {why}: free it, or set {port.variable} to another one."
    return None
