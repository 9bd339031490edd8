"""We know our own processes again, on every system, and never mistake another for them."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from local.processes import Trace, began, command_of


@pytest.mark.parametrize("platform", [sys.platform, "any other"])
def test_a_process_is_known_by_its_beginning_and_its_program(
    platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/bin/ps").exists():
        pytest.skip("no ps here")
    monkeypatch.setattr("sys.platform", platform)
    with subprocess.Popen(["sleep", "30"]) as sleeper:
        while not command_of(sleeper.pid):  # a program has no name in its first microseconds
            pass
        trace = Trace.of(sleeper, "sleep")
        trace.write(tmp_path / "sleeper.pid")
        assert Trace.read(tmp_path / "sleeper.pid") == trace
        assert trace.still_runs
        assert not replace(trace, began="some other time").still_runs
        assert not replace(trace, program="temporal").still_runs
        assert not replace(trace, pid=os.getpid()).still_runs
        sleeper.kill()
        os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
        assert began(sleeper.pid) is None  # a zombie, which nobody may ever bury, is gone
        assert not trace.still_runs
    assert command_of(sleeper.pid) == ""


LEADERLESS = """
import ctypes, sys, threading
threading.Thread(target=sys.stdin.read).start()
ctypes.CDLL(None).pthread_exit(None)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere ps tells")
def test_a_process_is_not_gone_while_threads_of_it_are_ending(tmp_path: Path) -> None:
    """Until then nobody else can have its ports."""
    with subprocess.Popen([sys.executable, "-c", LEADERLESS], stdin=subprocess.PIPE) as process:
        trace = Trace.of(process, sys.executable)
        while "Z" not in Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2]:
            time.sleep(0.01)
        assert began(process.pid) == trace.began
        assert trace.still_runs
        assert process.stdin
        process.stdin.close()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert began(process.pid) is None
        assert not trace.still_runs


def test_a_half_written_trace_is_no_trace(tmp_path: Path) -> None:
    file = tmp_path / "worker.pid"
    for text in ("", '{"pid": 1', '{"number": 1}'):
        file.write_text(text)
        assert Trace.read(file) is None
