"""Several hands share the tests of one run: each takes the next pile that nobody has taken yet.

`pytest --hands 2` starts one more pytest beside itself, for most tests wait more than they work.
A pile is a file; the folders in TOGETHER are one each, and come first.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import IO

import pytest

# They share a server that takes long to open: two hands would open two.
TOGETHER = ("tests/browser/", "tests/faults/", "tests/platforms/")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("hands")
    group.addoption("--hands", type=int, default=1, help="how many processes share the tests")
    group.addoption("--table", type=Path, help="where another hand puts what it has taken")


def pytest_configure(config: pytest.Config) -> None:
    if config.option.collectonly:
        return
    if config.option.table:
        config.pluginmanager.register(Hand(config.option.table, os.getppid()))
    elif config.option.hands > 1:
        config.pluginmanager.register(First(config))


@dataclass
class Hand:
    """Takes one pile after the other from the table that it shares with others."""

    table: Path
    first: int | None = None  # whom we work for; a hand that lost it stops

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """What pytest does by itself with all tests, with those that we take."""
        if session.testsfailed:
            raise session.Interrupted(f"{session.testsfailed} files cannot be read")
        try:
            for pile, tests in groupby(sorted(session.items, key=place), key=pile_of):
                if self.takes(pile):
                    self.works_through(list(tests), session)
        except BaseException:  # whatever it is that stops us, stops all
            self.end.touch()
            raise
        return True

    def works_through(self, pile: list[pytest.Item], session: pytest.Session) -> None:
        """After the last of them only those fixtures stay that are the whole session's."""
        for item, following in pairwise([*pile, session]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)
            if self.end.exists() or self.first not in (None, os.getppid()):
                raise session.Interrupted("another hand has stopped")

    def takes(self, pile: str) -> bool:
        """Whether nobody was quicker."""
        try:
            (self.table / pile.replace("/", "|")).mkdir()
        except FileExistsError:
            return False
        return True

    @property
    def end(self) -> Path:
        return self.table / "the end"


class First(Hand):
    """Asks the other hands to the table, and tells in the end what all of them found."""

    def __init__(self, config: pytest.Config) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="parapheur-hands-")
        super().__init__(Path(self.folder.name))
        self.others = [Other.asked(config, self.table) for _ in range(1, config.option.hands)]

    @pytest.hookimpl(trylast=True)  # our own servers need not wait
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        for other in self.others:
            session.exitstatus = other.process.wait() or session.exitstatus

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for other in self.others:
            terminalreporter.section("another hand")
            terminalreporter.write(other.said())
            if other.process.returncode:
                terminalreporter.write_line("It did not end well: see above.", red=True)

    def pytest_unconfigure(self) -> None:
        for other in self.others:
            other.process.kill()
            other.process.wait()
            other.output.close()
        self.folder.cleanup()


@dataclass
class Other:
    """A pytest of its own, with servers of its own."""

    process: subprocess.Popen[bytes]
    output: IO[bytes]

    @classmethod
    def asked(cls, config: pytest.Config, table: Path) -> "Other":
        output = tempfile.TemporaryFile()  # noqa: SIM115
        words = [*config.invocation_params.args, f"--table={table}"]
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *words],
            cwd=config.invocation_params.dir,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        return cls(process, output)

    def said(self) -> str:
        self.output.seek(0)
        return self.output.read().decode(errors="replace")


def pile_of(item: pytest.Item) -> str:
    file = item.nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if file.startswith(folder)), file)


def place(item: pytest.Item) -> tuple[bool, str]:
    """Whole folders first: what is begun last should not take long."""
    pile = pile_of(item)
    return (pile not in TOGETHER, pile)
