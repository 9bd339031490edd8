"""Who used how much of this machine: our processes one by one, and everybody else.

Read from /proc. On a system without it there is nothing to read, and every figure is zero.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICK = 1 / os.sysconf("SC_CLK_TCK")
IDLE = (3, 4)  # idle and iowait, in the first line of /proc/stat (man 5 proc_stat)
COUNTED = 7  # user to softirq; what other machines took from us is nobody's work here


@dataclass(frozen=True)
class Reading:
    at: float
    seconds: Mapping[str, float]  # CPU by process name, children included
    busy: float  # the whole machine


@dataclass(frozen=True)
class Used:
    """What happened between two readings."""

    elapsed: float
    seconds: Mapping[str, float]
    other: float  # cores kept busy by processes that are not ours

    def per(self, count: int) -> dict[str, float]:
        """CPU milliseconds by process, for each of `count` things done."""
        return {name: 1000 * spent / max(count, 1) for name, spent in self.seconds.items()}


class Meter:
    """Reads the same processes again and again."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = {**pids, "client": os.getpid()}

    def read(self) -> Reading:
        apart = set(self._pids.values())
        seconds = {name: _family(pid, apart - {pid}) for name, pid in self._pids.items()}
        return Reading(time.monotonic(), seconds, _busy())


def between(before: Reading, after: Reading) -> Used:
    spent = {name: after.seconds[name] - before.seconds[name] for name in after.seconds}
    elapsed = after.at - before.at
    other = (after.busy - before.busy - sum(spent.values())) / elapsed if elapsed else 0.0
    return Used(elapsed, spent, max(other, 0.0))


def _family(pid: int, apart: set[int]) -> float:
    """CPU seconds of a process, its ended children, and its running ones but those `apart`."""
    fields = _stat(pid)
    if not fields:
        return 0.0
    own = sum(int(field) for field in fields[11:15]) * TICK  # utime, stime, cutime, cstime
    return own + sum(_family(child, apart) for child in _children(pid) if child not in apart)


def _children(pid: int) -> list[int]:
    """Those that any thread of the process started."""
    found: list[int] = []
    for listed in (PROC / str(pid) / "task").glob("*/children"):
        try:
            found += [int(word) for word in listed.read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue  # the thread has ended
    return found


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may itself hold spaces and brackets."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _busy() -> float:
    try:
        line = (PROC / "stat").read_text().splitlines()[0].split()[1:]
    except FileNotFoundError:
        return 0.0
    return sum(int(t) for n, t in enumerate(line[:COUNTED]) if n not in IDLE) * TICK
