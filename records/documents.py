"""YAML with line numbers: every mistake is named with its file and line, all of them at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo

import regex
import yaml

from domain.review.conditions import Fact


@dataclass(frozen=True)
class Complaint:
    file: str
    line: int
    says: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.says}"


class Unreadable(Exception):
    """Documents that cannot be used as they are, and everything that is wrong with them."""

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        super().__init__("\n".join(str(complaint) for complaint in complaints))
        self.complaints = complaints


@dataclass
class Desk:
    """Where complaints pile up while documents are read."""

    complaints: list[Complaint] = field(default_factory=list)

    def done(self) -> None:
        """Raises Unreadable if anything was complained about."""
        if self.complaints:
            ordered = sorted(set(self.complaints), key=lambda one: (one.file, one.line, one.says))
            raise Unreadable(tuple(ordered))

    def read(self, text: str, file: str) -> "Iterator[Page]":
        """Each document of a text. A text that is no YAML is one complaint."""
        try:
            nodes = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
        except yaml.MarkedYAMLError as wrong:
            mark = wrong.problem_mark
            says = f"This is not YAML: {wrong.problem}."
            self.complaints.append(Complaint(file, mark.line + 1 if mark else 1, says))
            return
        for node in nodes:
            if node is not None:
                yield Page(self, file, node)

    def open(self, path: Path) -> "Iterator[Page]":
        yield from self.read(path.read_text(encoding="utf-8"), str(path))


SPAN = regex.compile(r"(\d+)\s*(seconds?|minutes?|min|hours?|days?|s|m|h|d)")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass
class Page:
    """One node of a document, and what it can be read as.

    A wrong kind is complained about and read as something empty, so that reading goes on.
    """

    desk: Desk
    file: str
    node: yaml.Node

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1

    def complain(self, says: str) -> None:
        self.desk.complaints.append(Complaint(self.file, self.line, says))

    def expects(self, wanted: str) -> None:
        self.complain(f"Expected {wanted}.")

    def saying(self, text: str) -> "Page":
        """The same place, as if it said only this."""
        mark = (self.node.start_mark, self.node.end_mark)
        return Page(self.desk, self.file, yaml.ScalarNode("tag:yaml.org,2002:str", text, *mark))

    @property
    def is_text(self) -> bool:
        return isinstance(self.node, yaml.ScalarNode)

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node, yaml.MappingNode)

    def text(self) -> str:
        if isinstance(self.node, yaml.ScalarNode):
            return str(self.node.value)
        self.expects("a text")
        return ""

    def choice(self, *words: str) -> str:
        if (said := self.text()) in words:
            return said
        self.expects(f"one of {', '.join(words)}, not {said!r}")
        return words[0]

    def truth(self) -> bool:
        return self.choice("true", "false", "yes", "no") in ("true", "yes")

    def number(self) -> int:
        """A whole number above zero."""
        said = self.text()
        if said.isdecimal() and int(said) > 0:
            return int(said)
        self.expects(f"a whole number above zero, not {said!r}")
        return 1

    def span(self) -> timedelta:
        """`30 minutes`, `4h`, `2 days`."""
        said = self.text()
        if found := SPAN.fullmatch(said):
            return timedelta(**{UNITS[found[2][0]]: int(found[1])})
        self.expects(f"a span such as 30 minutes, 4h or 2 days, not {said!r}")
        return timedelta(hours=1)

    def day(self) -> date:
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            self.expects(f"a date such as 2026-05-15, not {self.text()!r}")
            return date(2000, 1, 1)

    def moment(self, zone: ZoneInfo) -> datetime:
        """A date and hour; without an offset it is the office's own."""
        try:
            said = datetime.fromisoformat(self.text())
        except ValueError:
            self.expects(f"a date and hour such as 2026-05-15 09:00, not {self.text()!r}")
            return datetime(2000, 1, 1, tzinfo=zone)
        return said if said.tzinfo else said.replace(tzinfo=zone)

    def fact(self) -> Fact:
        """What a condition may look at: true, a number, a word, or a list of words."""
        if self.is_list:
            return self.names()
        plain: Fact = yaml.safe_load(yaml.serialize(self.node))
        if isinstance(plain, date):
            return self.text()
        return plain

    def items(self) -> "tuple[Page, ...]":
        if isinstance(self.node, yaml.SequenceNode):
            return tuple(Page(self.desk, self.file, node) for node in self.node.value)
        self.expects("a list")
        return ()

    def names(self) -> tuple[str, ...]:
        """One name, or a list of them."""
        if self.is_text:
            return (self.text(),)
        return tuple(item.text() for item in self.items())

    def entries(self) -> "dict[str, Page]":
        if not isinstance(self.node, yaml.MappingNode):
            self.expects("a mapping with keys")
            return {}
        found: dict[str, Page] = {}
        for key, value in self.node.value:
            name = Page(self.desk, self.file, key).text()
            if name in found:
                Page(self.desk, self.file, key).complain(f"{name!r} stands here twice.")
            found[name] = Page(self.desk, self.file, value)
        return found

    def fields(self, *known: str, needs: tuple[str, ...] = ()) -> "dict[str, Page]":
        """The entries, complaining about those nobody reads and those that are missing."""
        found = self.entries()
        for name, page in found.items():
            if name not in (*known, *needs):
                near = get_close_matches(name, (*known, *needs), 1)
                hint = f" Did you mean {near[0]!r}?" if near else ""
                page.complain(f"Nobody reads {name!r} here.{hint}")
        for name in needs:
            if self.is_mapping and name not in found:
                self.complain(f"{name!r} is missing.")
        return found
