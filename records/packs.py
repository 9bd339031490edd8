"""Packs, read from YAML: parsed, checked and compiled once per version, or refused with file
and line."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from domain.case import Case, Moment
from domain.conditions import Condition, Unsound, condition
from domain.declarations import Declarations, MediumFacts
from domain.detectors import DETECTORS
from domain.finding import InEmergency, Severity
from domain.house import House
from domain.observed import Observed
from domain.packs import Detection, Example, Pack, Rule, Rulebook, Told, Validity, unknown_places
from domain.post import Content, Medium, Variant, Window
from records.yaml_values import Malformed, Node, parsed, read, read_over

POLICIES = Path(__file__).resolve().parent.parent / "policies"
BRINGS = {"channels": "channel", "media": "medium"}
TODAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # when an example happens unless it says otherwise
Houses = dict[str, House]


@cache
def shipped() -> Rulebook:
    """The packs that come with this version."""
    return rulebook(sorted((POLICIES / "packs").glob("*.yaml")), houses())


@cache
def houses() -> Houses:
    """The organisations that examples speak for."""
    return {
        name: read(House, node) for name, node in parsed(POLICIES / "examples/houses.yaml").items()
    }


def rulebook(paths: Iterable[Path], known: Houses) -> Rulebook:
    """The packs of these files. Raises Malformed, naming file and line."""
    read_from = tuple(paths)
    seal = sha256()
    for path in read_from:
        seal.update(path.name.encode() + b"\0" + path.read_bytes())
    packs = tuple(pack(parsed(path), known) for path in read_from)
    twice = {p.id for p in packs if [other.id for other in packs].count(p.id) > 1}
    if twice:
        raise Malformed(f"two packs are called {', '.join(sorted(twice))}")
    return Rulebook(packs, seal.hexdigest()[:16])


def pack(node: Node, known: Houses) -> Pack:
    parts = node.only("id", "version", "jurisdiction", "title", "valid", "house", "rules", "note")
    for name in ("id", "version", "jurisdiction", "title", "rules"):
        if name not in parts:
            raise node.wrong(f"a pack needs {name}")
    speaker = parts["house"].text() if "house" in parts else "fr"
    return Pack(
        id=parts["id"].text(),
        version=parts["version"].text(),
        jurisdiction=parts["jurisdiction"].text(),
        title=read(Told, parts["title"]),
        rules=tuple(_rule(rule, known, speaker) for rule in parts["rules"].list()),
        valid=_validity(parts),
    )


RULE_PARTS = tuple(field.name for field in fields(Rule) if field.name != "where")
NEEDED = ("id", "severity", "title", "message", "stages", "clause", "source", "examples")


def _rule(node: Node, known: Houses, speaker: str) -> Rule:
    parts = node.only(*RULE_PARTS)
    for name in NEEDED:
        if name not in parts:
            raise node.wrong(f"a rule needs {name}")
    for_each = parts["for_each"].text() if "for_each" in parts else ""
    message = read(Told, parts["message"])
    for sentence in (message.en, message.fr):
        if unknown := unknown_places(sentence, for_each):
            raise parts["message"].wrong(f"nothing fills {{{'}, {'.join(sorted(unknown))}}}")
    return Rule(
        id=parts["id"].text(),
        severity=read(Severity, parts["severity"]),
        title=read(Told, parts["title"]),
        message=message,
        stages=frozenset(read(tuple[Moment, ...], parts["stages"])),
        clause=parts["clause"].text(),
        source=parts["source"].text(),
        when=_condition(node, parts, for_each),
        for_each=for_each,
        waiver=parts["waiver"].text() if "waiver" in parts else "",
        emergency=read(InEmergency, parts["emergency"])
        if "emergency" in parts
        else InEmergency.HOLDS,
        repair_within=parts["repair_within"].text() if "repair_within" in parts else "",
        detection=read(Detection, parts["detection"])
        if "detection" in parts
        else Detection.DETERMINISTIC,
        confirmed=read(bool, parts["confirmed"]) if "confirmed" in parts else True,
        suffix=parts["suffix"].text() if "suffix" in parts else "",
        valid=_validity(parts),
        examples=_examples(parts["examples"], known, speaker, parts["id"].text()),
        where=node.where,
    )


def _condition(node: Node, parts: dict[str, Node], for_each: str) -> Condition:
    detector = for_each.removeprefix("found.")
    if for_each and for_each not in BRINGS and (detector == for_each or detector not in DETECTORS):
        raise parts["for_each"].wrong(
            f"{for_each} is neither channels, media nor a detector's finds"
        )
    if "when" not in parts and not for_each.startswith("found."):
        raise node.wrong("a rule needs when, unless it is for_each of what a detector finds")
    brought = (BRINGS.get(for_each, "hit"),) if for_each else ()
    try:
        return condition(parts["when"].text() if "when" in parts else "true", brought)
    except Unsound as error:
        raise parts.get("when", node).wrong(str(error)) from None


def _validity(parts: dict[str, Node]) -> Validity:
    if "valid" not in parts:
        return Validity()
    stated = parts["valid"].only("from", "until")
    return Validity(
        since=read(date, stated["from"]) if "from" in stated else None,
        until=read(date, stated["until"]) if "until" in stated else None,
    )


def _examples(node: Node, known: Houses, speaker: str, rule: str) -> tuple[Example, ...]:
    parts = node.only("passes", "fails")
    if set(parts) != {"passes", "fails"}:
        raise node.wrong(f"{rule} needs examples that pass and examples that fail")
    return tuple(
        Example(f"{rule} {kind} {place}", case(each, known, speaker), kind == "fails")
        for kind, listed in parts.items()
        for place, each in enumerate(listed.list(), start=1)
    )


CASE_PARTS = ("text", "channels", "media", "languages", "links", "variants", "hour", "now", "stage",
              "house", "declared", "observed", "rules")  # fmt: skip


def case(node: Node, known: Houses, speaker: str, besides: tuple[str, ...] = ()) -> Case:
    """A case from an example: a text alone, or a mapping that says more."""
    if node.is_text:
        return _case({"text": node}, known, speaker)
    return _case(node.only(*CASE_PARTS, *besides), known, speaker)


def _case(parts: dict[str, Node], known: Houses, speaker: str) -> Case:
    now = read(datetime, parts["now"]) if "now" in parts else TODAY
    hour = read(datetime, parts["hour"]) if "hour" in parts else None
    house = _house(parts["house"], known) if "house" in parts else known[speaker]
    declared = read(Declarations, parts["declared"]) if "declared" in parts else Declarations()
    media, facts = _media(parts["media"]) if "media" in parts else ((), ())
    opens = hour or now
    content = Content(
        text=parts["text"].text() if "text" in parts else "",
        channels=read(tuple[str, ...], parts["channels"]) if "channels" in parts else ("mastodon",),
        window=Window(opens, opens + timedelta(days=1)),
        variants=tuple(Variant(name, said.text()) for name, said in parts["variants"].items())
        if "variants" in parts
        else (),
        media=media,
        links=read(tuple[str, ...], parts["links"]) if "links" in parts else (),
        languages=read(tuple[str, ...], parts["languages"])
        if "languages" in parts
        else (house.speaks,),
        declared=replace(declared, media=(*declared.media, *facts)),
    )
    return Case(
        content=content,
        house=house,
        now=now,
        moment=read(Moment, parts["stage"]) if "stage" in parts else Moment.SUBMISSION,
        hour=hour,
        observed=read(Observed, parts["observed"]) if "observed" in parts else Observed(),
    )


def _house(node: Node, known: Houses) -> House:
    if node.is_text:
        return _named(node, known)
    of = dict(node.items()).get("of")
    if of is None:
        raise node.wrong("name the organisation it starts from: of: fr")
    return read_over(_named(of, known), node, besides=("of",))


def _named(node: Node, known: Houses) -> House:
    if node.text() not in known:
        raise node.wrong(f"there is no organisation {node.text()}; there are {', '.join(known)}")
    return known[node.text()]


SHOWN = tuple(field.name for field in fields(Medium))


def _media(node: Node) -> tuple[tuple[Medium, ...], tuple[MediumFacts, ...]]:
    media, facts = [], []
    for place, each in enumerate(node.list(), start=1):
        empty = MediumFacts(f"medium-{place}")
        known = read_over(empty, each, besides=("alt", "decorative"))
        stated = dict(each.items())
        alt = stated["alt"].text() if "alt" in stated else ""
        decorative = "decorative" in stated and bool(stated["decorative"].value())
        media.append(Medium(known.sha256, alt, decorative))
        facts.append(known)
    return tuple(media), tuple(facts)
