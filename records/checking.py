"""What `parapheur policy` says: drafts checked from files, examples proven, rules explained."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TextIO

from domain.canonical import plain
from domain.examples import disagreements
from domain.finding import Finding
from domain.packs import Pack, Rule, Rulebook, Validity
from records.drafts import Misread, drafts
from records.examining import WRITING, Examination, judged
from records.office import house_in
from records.packs import POLICIES, houses, rulebook, shipped

OFFICE = POLICIES / "office"  # for whom a draft is checked unless somebody says otherwise
FORM = 1  # of an answer in JSON: fields are added to it, never renamed or removed


@dataclass(frozen=True)
class Checked:
    """What was found in one draft of a stream."""

    draft: str
    found: Examination

    @property
    def lines(self) -> Iterator[str]:
        if not self.found.findings:
            yield f"{self.draft}: nothing found"
        for finding in self.found.findings:
            yield f"{self.draft}: {finding.severity} {finding.id}: {finding.says}"
            yield f"    {'; '.join(_beside(finding))}"

    @property
    def told(self) -> dict[str, Any]:
        listed = plain(self.found.findings)
        assert isinstance(listed, list)
        ids = [finding.id for finding in self.found.findings]
        return {
            "form": FORM,
            "draft": self.draft,
            "blocked": list(self.found.blocked),
            "findings": [{"id": id, **told} for id, told in zip(ids, listed, strict=True)],
            "content_hash": self.found.content_hash,
            "pack_version": self.found.pack_version,
        }


def _beside(finding: Finding) -> Iterator[str]:
    yield f"{finding.clause} ({finding.pack})"
    if finding.blocks:
        who = " or ".join(finding.waiver.split("|")) if finding.waiver else "nobody"
        yield f"{who} may waive it"


def check(
    source: TextIO, name: str, office: Path | None, at: datetime | None
) -> Iterator[Checked | Misread]:
    """Hold every draft of a stream against the packs. Raises Malformed and OfficeError."""
    house, span = house_in(office or OFFICE)
    moment = at or datetime.now(UTC)
    for draft in drafts(source, name, house, span, moment):
        if isinstance(draft, Misread):
            yield draft
        else:
            yield Checked(draft.name, judged(draft.case, WRITING, shipped()))


def packs_in(files: list[Path]) -> Rulebook:
    """These packs, or the shipped ones if none is named. Raises Malformed."""
    return rulebook(sorted(files), houses()) if files else shipped()


def proven(book: Rulebook) -> Iterator[tuple[Pack, int, list[str]]]:
    """Pack by pack: how many examples it has, and which of them it does not keep."""
    for pack in book.packs:
        count = sum(len(rule.examples) for rule in pack.rules)
        yield pack, count, [str(wrong) for wrong in disagreements(pack)]


def explained(name: str, reader: str) -> Iterator[str]:
    """A rule in words, once for each pack it stands in. Raises LookupError with a sentence."""
    id = name.partition(":")[0]  # length.exceeded:x is a finding of length.exceeded
    found = shipped().rule(id)
    if not found:
        known = sorted({rule.id for pack in shipped().packs for rule in pack.rules})
        near = get_close_matches(id, known, n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise LookupError(f"There is no rule {id}.{hint}")
    for pack, rule in found:
        yield from _in_words(pack, rule, "fr" if reader.startswith("fr") else "en")


WORDS = {
    "en": ("Clause", "Source", "Pack", "Severity", "Asked at", "May be waived by", "nobody",
           "In an emergency", "Found by", "to be confirmed by counsel", "Valid", "Asks", "Says",
           "Passes", "Is found", "from", "until"),
    "fr": ("Article", "Source", "Paquet", "Gravité", "Moments", "Peut être levée par", "personne",
           "En urgence", "Relevé par", "à confirmer par vos juristes", "Validité", "Condition",
           "Dit", "Passe", "Est relevé", "du", "au"),
}  # fmt: skip


def _in_words(pack: Pack, rule: Rule, reader: str) -> Iterator[str]:
    (clause, source, where, severity, asked, waived, nobody, urgent, how, doubt, valid, asks, says,
     passes, fails, since, until) = WORDS[reader]  # fmt: skip
    stages = [stage.value for stage in type(next(iter(rule.stages))) if stage in rule.stages]
    yield f"{rule.id} — {rule.title.to(reader)}"
    yield f"  {clause}: {rule.clause}{'' if rule.confirmed else f' ({doubt})'}"
    yield f"  {source}: {rule.source}"
    yield f"  {where}: {pack.name}, {pack.title.to(reader)} ({rule.where})"
    yield f"  {severity}: {rule.severity}"
    yield f"  {asked}: {', '.join(stages)}"
    yield f"  {waived}: {rule.waiver.replace('|', ', ') or nobody}"
    yield f"  {urgent}: {rule.emergency}"
    yield f"  {how}: {rule.detection}"
    if span := _span(rule.valid, since, until) or _span(pack.valid, since, until):
        yield f"  {valid}: {span}"
    condition = rule.when.source if rule.when.source != "true" else ""
    yield f"  {asks}: {' where '.join(filter(None, (rule.for_each, condition)))}"
    yield f"  {says}: {rule.message.to(reader)}"
    for fails_so, said in ((False, passes), (True, fails)):
        for example in rule.examples:
            if example.fails is fails_so:
                yield f"  {said}: {example.case.content.text}"
    yield ""


def _span(valid: Validity, since: str, until: str) -> str:
    def said(word: str, day: date | None) -> str:
        return f"{word} {day.isoformat()}" if day else ""

    return " ".join(filter(None, (said(since, valid.since), said(until, valid.until))))
