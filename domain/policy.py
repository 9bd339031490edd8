"""Holding a post against the packs that bind its organisation.

Pure: the same case and the same packs always give the same findings. A rule that raises is a block
that shows its error, never a pass.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cached_property

import cel

from domain import document
from domain.case import Case, Moment
from domain.detectors import DETECTORS
from domain.detectors.reading import Hit, Reading
from domain.finding import Finding, InEmergency, Severity
from domain.floor import FLOOR
from domain.house import House
from domain.packs import PLACES, Pack, Rule, Rulebook
from domain.post import Content
from domain.speech import placed, unit

__all__ = ["PACK_VERSION", "Case", "Finding", "House", "InEmergency", "Moment", "Severity",
           "examine", "findings", "rules_for"]  # fmt: skip

PACK_VERSION = "house/1"  # what `findings` goes by; a rulebook has its own version
Told = Mapping[str, object]


def examine(case: Case, rulebook: Rulebook) -> tuple[Finding, ...]:
    """Everything the rules of this moment find, blocks first."""
    bench = _Bench(case, rules_for(case, rulebook))
    return tuple(sorted(dict.fromkeys(bench.findings()), key=lambda finding: finding.severity.rank))


def rules_for(case: Case, rulebook: Rulebook) -> tuple[tuple[Pack, Rule], ...]:
    """The rules that bind this organisation at this moment, for the hour of this post."""
    return tuple(
        (pack, rule)
        for pack in rulebook.packs
        if pack.id not in case.house.switched_off and pack.binds(case)
        for rule in pack.rules
        if rule.id not in case.house.switched_off
        and case.moment in rule.stages
        and rule.valid.holds(case.at)
    )


def findings(content: Content, house: House) -> tuple[Finding, ...]:
    """What stops a post in any house, with no pack installed."""
    return examine(Case(content, house, now=content.window.opens), FLOOR)


class _Bench:
    """One case and the rules it is held against. What detectors find is worked out once."""

    def __init__(self, case: Case, rules: tuple[tuple[Pack, Rule], ...]) -> None:
        self.case = case
        self.rules = rules
        self.context = cel.Context()
        self.hits: dict[str, tuple[Hit, ...]] = {}
        self.broken: dict[str, Exception] = {}
        self.channels: dict[str, dict[str, object]] = {}

    def findings(self) -> Iterator[Finding]:
        self._detect()
        self._set_out()
        found: dict[int, list[Finding]] = {place: [] for place in range(len(self.rules))}
        for things, places in self._asked_together().items():
            try:
                for told in self._each(things):
                    for place in places:
                        found[place] += self._asked(*self.rules[place], told)
            except Exception as error:  # what they are about cannot even be set out
                for place in places:
                    found[place] = [self._failed(*self.rules[place], error)]
        for findings in found.values():
            yield from findings

    def _asked_together(self) -> dict[str, list[int]]:
        """The rules by what they are asked about: each thing is set out once for all of them."""
        together: dict[str, list[int]] = {}
        for place, (_, rule) in enumerate(self.rules):
            about = rule.for_each if not rule.asks & self.broken.keys() else ""
            together.setdefault(about, []).append(place)
        return together

    def _asked(self, pack: Pack, rule: Rule, told: Told) -> Iterator[Finding]:
        try:
            for name in rule.asks & self.broken.keys():
                raise self.broken[name]
            if rule.when.source == "true" or rule.when.holds(self.context):
                yield self._finding(pack, rule, self._said(pack, rule, told), told)
        except Exception as error:  # shown as a block
            yield self._failed(pack, rule, error)

    def _failed(self, pack: Pack, rule: Rule, error: Exception) -> Finding:
        """A rule that raises is a block with its error, never a pass."""
        what = f"{type(error).__name__}: {error}"
        says = f"This rule could not be applied ({what}). Tell an admin."
        return self._finding(pack, rule, says, severity=Severity.BLOCK)

    def _detect(self) -> None:
        reading = Reading(self.case)
        for name in {name: None for _, rule in self.rules for name in sorted(rule.asks)}:
            try:
                self.hits[name] = tuple(DETECTORS[name](reading))
            except Exception as error:  # shown by every rule that asks for it
                self.broken[name] = error

    def _set_out(self) -> None:
        """Puts before the conditions what they name and nothing more: copying is what costs."""
        self.context.add_variable("now", self.case.now)
        named = {name for _, rule in self.rules for name in rule.when.reads}
        for root in sorted({name.partition(".")[0] for name in named}):
            fields = [name.partition(".")[2] for name in named if name.startswith(f"{root}.")]
            whole = self._root(root, fields)
            self.context.add_variable(
                root, {field: whole[field] for field in fields if field in whole}
            )

    def _root(self, name: str, fields: Iterable[str]) -> Told:
        if name == "post":
            return document.post(self.case, fields)
        if name == "organisation":
            return document.organisation(self.case.house)
        if name == "observed":
            return document.observed(self.case.observed)
        return {name: [_told(hit) for hit in hits] for name, hits in self.hits.items()}

    def _each(self, things: str) -> Iterator[Told]:
        """What rules are asked about, one by one, set out for their conditions."""
        if things == "channels":
            for name in self.case.content.channels:
                yield {**self._presented("channel", self._channel(name)), "channel": name}
        elif things == "media":
            for medium in self.media:
                yield self._presented("medium", medium)
        elif things:
            for hit in self.hits[things.removeprefix("found.")]:
                yield self._presented("hit", _told(hit))
        else:
            yield {}

    def _presented(self, name: str, told: dict[str, object]) -> dict[str, object]:
        self.context.add_variable(name, told)
        return told

    def _channel(self, name: str) -> dict[str, object]:
        if name not in self.channels:
            self.channels[name] = document.channel(self.case, name)
        return self.channels[name]

    @cached_property
    def media(self) -> list[dict[str, object]]:
        return document.media(self.case)

    def _said(self, pack: Pack, rule: Rule, told: Told) -> str:
        reader = self.case.house.speaks
        known = {**told, "clause": rule.clause, "organisation": self.case.house.name}
        if "where" in known:
            known["where"] = placed(str(known["where"]), reader)
        if "unit" in known:
            known["unit"] = unit(str(known["unit"]), reader)
        return PLACES.sub(lambda place: str(known[place[1]]), rule.message.to(reader))

    def _finding(
        self,
        pack: Pack,
        rule: Rule,
        says: str,
        told: Told | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        told = told or {}
        suffix = PLACES.sub(lambda place: str(told.get(place[1], "")), rule.suffix)
        return Finding(
            rule=rule.id,
            severity=severity or rule.severity,
            says=says,
            channel=str(told.get("channel", "")),
            suffix=suffix,
            title=rule.title.to(self.case.house.speaks),
            clause=rule.clause,
            source=rule.source,
            waiver=rule.waiver,
            emergency=rule.emergency,
            pack=pack.name,
            piece=str(told.get("piece", "")),
        )


HIT_FIELDS = tuple(field.name for field in fields(Hit))


def _told(hit: Hit) -> dict[str, object]:
    return {name: getattr(hit, name) for name in HIT_FIELDS}
