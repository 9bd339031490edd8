"""Turning stored JSON back into values of the domain."""

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

from pydantic import TypeAdapter

from domain.acts import ACTS, Act
from domain.facts import Fact, after, objection
from domain.finding import Finding
from domain.ledger import Entry
from domain.lifecycle import Life
from domain.post import Content, Post
from domain.review.calendar import Calendar
from domain.review.chain import Chain
from records.tables import LedgerRow

_lives = TypeAdapter(Life)
_contents = TypeAdapter(Content)
_chains = TypeAdapter(Chain)
_calendars = TypeAdapter(Calendar)
_facts = TypeAdapter(Fact)
_findings = TypeAdapter(Finding)
_acts: dict[str, TypeAdapter[Act]] = {kind: TypeAdapter(act) for kind, act in ACTS.items()}


def life(stored: dict[str, Any]) -> Life:
    return _lives.validate_python(stored)


def content(stored: dict[str, Any]) -> Content:
    return _contents.validate_python(stored)


def chain(stored: dict[str, Any]) -> Chain:
    return _chains.validate_python(stored)


def calendar(stored: dict[str, Any]) -> Calendar:
    return _calendars.validate_python(stored)


def act(body: dict[str, Any]) -> Act | None:
    """The act that an entry's body holds, or None if the entry tells a fact."""
    kind = body.get("act")
    if kind is None:
        return None
    said = {name: value for name, value in body.items() if name != "act"}
    return _acts[str(kind)].validate_python(said)


def fact(body: dict[str, Any]) -> Fact:
    return _facts.validate_python(body)


def finding(stored: dict[str, Any]) -> Finding:
    return _findings.validate_python(stored)


def fault(before: Life, body: dict[str, Any], is_sealed: Callable[[Act], bool]) -> str | None:
    """Why this entry cannot stand in a file, or None: a broken seal, or a step off the road."""
    if (done := act(body)) is None:
        return objection(before, fact(body))
    if not is_sealed(done):
        return "the seal is not the door's"
    refused = before.objection(done)
    return f"it should have been refused: {refused.says}" if refused else None


def entry(row: LedgerRow) -> Entry:
    return Entry(
        row.organisation, row.post, row.seq, row.at, row.actor, row.done, row.body, row.key
    )


def fold(organisation: str, post: str, bodies: Iterable[dict[str, Any]]) -> Life:
    """The life that a file tells, entry by entry."""
    return reduce(told, bodies, Life(Post(organisation, post)))


def told(before: Life, body: dict[str, Any]) -> Life:
    """The life one entry later."""
    done = act(body)
    return before.after(done) if done else after(before, fact(body))
