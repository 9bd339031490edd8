"""Packs: rules as data, dated, with the clause they come from and examples that prove them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

import regex

from domain.case import Case, Moment
from domain.conditions import Condition
from domain.finding import InEmergency, Severity


@dataclass(frozen=True)
class Told:
    """A sentence in English and in French."""

    en: str
    fr: str

    def to(self, reader: str) -> str:
        return self.fr if reader.startswith("fr") else self.en


class Detection(StrEnum):
    """How sure a rule can be of what it finds."""

    DETERMINISTIC = "deterministic"  # it compares facts
    LEXICAL = "lexical"  # words and patterns
    SEMANTIC = "semantic"  # it takes a reader: a declaration, or a cautious word list


@dataclass(frozen=True)
class Validity:
    """From when until when something applies; both days included, in UTC."""

    since: date | None = None
    until: date | None = None

    def holds(self, at: datetime) -> bool:
        day = at.date()
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


@dataclass(frozen=True)
class Example:
    """A case that the rule must find, or must leave alone."""

    name: str
    case: Case
    fails: bool


@dataclass(frozen=True)
class Rule:
    id: str
    severity: Severity
    title: Told
    message: Told
    stages: frozenset[Moment]
    clause: str
    source: str
    when: Condition
    for_each: str = ""  # channels, media, or found.<detector>; empty: one finding for the post
    waiver: str = ""
    emergency: InEmergency = InEmergency.HOLDS
    repair_within: str = ""  # after an emergency: "24h"
    detection: Detection = Detection.DETERMINISTIC
    confirmed: bool = True  # False: its clause was not read anew, and is for counsel to confirm
    suffix: str = ""
    valid: Validity = Validity()
    examples: tuple[Example, ...] = ()
    where: str = ""  # file and line, for whoever reads an error

    @cached_property
    def asks(self) -> frozenset[str]:
        """The detectors it needs."""
        named = {self.for_each.removeprefix("found.")} if self.for_each[:6] == "found." else set()
        return self.when.asks | named


@dataclass(frozen=True)
class Pack:
    id: str
    version: str
    jurisdiction: str
    title: Told
    rules: tuple[Rule, ...]
    valid: Validity = Validity()

    @property
    def name(self) -> str:
        """What goes on record with a verdict: "personal-data/1"."""
        return f"{self.id}/{self.version}"

    def binds(self, case: Case) -> bool:
        return self.jurisdiction in case.house.bound_by and self.valid.holds(case.at)


@dataclass(frozen=True)
class Rulebook:
    """All packs of one version of the house's policies."""

    packs: tuple[Pack, ...]
    version: str  # a digest of every file it was read from

    def rule(self, id: str) -> tuple[tuple[Pack, Rule], ...]:
        """Where a rule id stands; several jurisdictions may share one."""
        return tuple((pack, rule) for pack in self.packs for rule in pack.rules if rule.id == id)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(pack.name for pack in self.packs)


PLACES = regex.compile(r"\{(\w+)\}")
ALWAYS = frozenset(("clause", "organisation"))
FILLED = {
    "": ALWAYS,
    "channels": ALWAYS
    | {"channel", "platform", "count", "limit", "unit", "hashtags", "hashtags_max", "links"}
    | {"links_max", "media", "media_max", "alt_longest", "alt_max"},
    "media": ALWAYS | {"place", "kind", "alt"},
    "found": ALWAYS | {"piece", "where", "kind", "detail", "channel", "language", "count", "limit"},
}


def unknown_places(sentence: str, for_each: str) -> set[str]:
    """Names in curly brackets that nothing will fill."""
    known = FILLED["found" if for_each.startswith("found.") else for_each]
    return set(PLACES.findall(sentence)) - known
