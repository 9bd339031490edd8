"""We know our own processes again, on every system, and never mistake another for them."""

import os
import subprocess
import sys
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


def test_a_half_written_trace_is_no_trace(tmp_path: Path) -> None:
    file = tmp_path / "worker.pid"
    for text in ("", '{"pid": 1', '{"number": 1}'):
        file.write_text(text)
        assert Trace.read(file) is None
