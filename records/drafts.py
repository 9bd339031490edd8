"""Drafts read from files and streams: YAML, JSON or JSON lines, in the words of POST /v1/posts."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TextIO

import yaml

from domain.case import Case
from domain.counting import LIMITS
from domain.declarations import Declarations, MediumFacts
from domain.house import House
from domain.post import Content, Medium, Variant, Window
from records.yaml_values import LOADER, Malformed, Node, read, read_over

SAYS = ("text", "channels", "variants", "media", "links", "languages", "declared", "release_at",
        "window")  # fmt: skip
BESIDES = ("id", "chain", "author", "urgency", "submit", "seen")  # a request's other words
RESOLVER: Any = yaml.resolver.Resolver()
Parts = dict[str, Node]


@dataclass(frozen=True)
class Draft:
    """One draft of a stream, by the name its author gave it or by the line it begins on."""

    name: str
    case: Case


@dataclass(frozen=True)
class Misread:
    """What stands where a draft should be and cannot be read as one; `says` names file and line."""

    name: str
    says: str


def drafts(
    source: TextIO, name: str, house: House, span: timedelta, now: datetime
) -> Iterator[Draft | Misread]:
    """Every draft of a stream, one after the other, as it comes before the rules.

    JSON lines and YAML documents are read one at a time. Raises Malformed, with file and line,
    where the stream itself breaks; a draft that makes no sense is told, and the next one is read.
    """
    for node in _nodes(source, name):
        try:
            yield _draft(node, house, span, now)
        except Malformed as wrong:
            yield Misread(node.where, str(wrong))


def _draft(node: Node, house: House, span: timedelta, now: datetime) -> Draft:
    stated = node.only(*SAYS, *BESIDES).items()
    parts = {name: part for name, part in stated if not part.is_null}
    called = parts["id"].text() if "id" in parts else node.where
    return Draft(called, _case(node, parts, house, span, now))


def _nodes(source: TextIO, name: str) -> Iterator[Node]:
    for node in _values(source, name):
        yield from [node] if node.is_mapping else node.list()


def _values(source: TextIO, name: str) -> Iterator[Node]:
    blank, first = 0, source.readline()
    while first and not first.strip():
        blank, first = blank + 1, source.readline()
    if first.lstrip()[:1] not in ("{", "["):
        yield from _yaml(_Rest("\n" * blank + first, source), name)
    elif _is_json(first):
        yield from _json_lines(first, source, name, blank)
    else:
        yield from _json(first + source.read(), name, blank)


@dataclass
class _Rest:
    """A stream of which the beginning was read already."""

    begun: str
    source: TextIO

    def read(self, size: int = -1) -> str:
        begun, self.begun = self.begun, ""
        return begun or self.source.read(size)


def _yaml(source: _Rest | str, name: str) -> Iterator[Node]:
    try:
        for node in yaml.compose_all(source, Loader=LOADER):
            yield Node(node, name)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Malformed(f"{name}:{line}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise Malformed(f"{name}:1: {str(error).splitlines()[0]}") from None


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _json_lines(line: str, source: TextIO, name: str, number: int) -> Iterator[Node]:
    """One value a line, as long as each line is one; then the rest at once."""
    while line:
        if line.strip() and not _is_json(line):
            yield from _json(line + source.read(), name, number)
            return
        if line.strip():
            yield _as_node(json.loads(line), number, name)
        line, number = source.readline(), number + 1


def _json(text: str, name: str, line: int) -> Iterator[Node]:
    """Values one after the other. YAML would read most of it, but not every escape."""
    decoder, place, first = json.JSONDecoder(), 0, line
    while place < len(text):
        if text[place].isspace():
            line += text[place] == "\n"
            place += 1
            continue
        try:
            value, end = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            if place == 0 and first == 0 and _is_flow(text):
                yield from _yaml(text, name)
                return
            raise Malformed(f"{name}:{first + error.lineno}: {error.msg}") from None
        yield _as_node(value, line, name)
        line, place = line + text.count("\n", place, end), end


def _as_node(value: Any, line: int, name: str) -> Node:
    return Node(_as_yaml(value, yaml.Mark(name, 0, line, 0, None, 0), name), name)


def _is_flow(text: str) -> bool:
    """Whether it is YAML that only looks like JSON: {text: Hello}."""
    try:
        return list(yaml.compose_all(text, Loader=LOADER)) != []
    except yaml.YAMLError:
        return False


def _as_yaml(value: Any, mark: Any, name: str) -> yaml.Node:
    if isinstance(value, dict):
        pairs = [
            (_as_yaml(str(key), mark, name), _as_yaml(item, mark, name))
            for key, item in value.items()
            if item is not None
        ]
        return yaml.MappingNode("tag:yaml.org,2002:map", pairs, mark, mark)
    if isinstance(value, list):
        items = [_as_yaml(item, mark, name) for item in value]
        return yaml.SequenceNode("tag:yaml.org,2002:seq", items, mark, mark)
    text = value if isinstance(value, str) else json.dumps(value)
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise Malformed(f"{name}:{mark.line + 1}: half of a surrogate pair")
    tag = RESOLVER.resolve(yaml.ScalarNode, text, (True, False))
    return yaml.ScalarNode(tag, text, mark, mark)


def _case(node: Node, parts: Parts, house: House, span: timedelta, now: datetime) -> Case:
    if "text" not in parts:
        raise node.wrong("a draft needs text")
    channels = read(tuple[str, ...], parts["channels"]) if "channels" in parts else ()
    house = _speaking_on(house, channels, parts)
    hour = read(datetime, parts["release_at"]) if "release_at" in parts else None
    window = Window(hour or now, (hour or now) + span)
    if "window" in parts:
        window = read(Window, parts["window"])
    media, facts = _media(parts["media"]) if "media" in parts else ((), ())
    declared = read(Declarations, parts["declared"]) if "declared" in parts else Declarations()
    content = Content(
        text=parts["text"].text(),
        channels=channels or tuple(name for name, _ in house.platforms),
        window=window,
        variants=tuple(Variant(name, said.text()) for name, said in parts["variants"].items())
        if "variants" in parts
        else (),
        media=media,
        links=read(tuple[str, ...], parts["links"]) if "links" in parts else (),
        languages=read(tuple[str, ...], parts["languages"]) if "languages" in parts else (),
        declared=replace(declared, media=(*declared.media, *facts)),
    )
    return Case(content, house, now, hour=hour)


def _speaking_on(house: House, channels: tuple[str, ...], parts: Parts) -> House:
    """The house, with every platform that the draft names as if it were a channel."""
    known = dict(house.platforms)
    for channel in channels:
        if channel not in known and channel not in LIMITS:
            there = ", ".join(sorted({*known, *LIMITS}))
            raise parts["channels"].wrong(f"no channel or platform {channel}; there are {there}")
    more = tuple((name, name) for name in channels if name not in known)
    return replace(house, platforms=(*house.platforms, *more))


def _media(node: Node) -> tuple[tuple[Medium, ...], tuple[MediumFacts, ...]]:
    """Each medium; what is known of it may stand beside its alternative text."""
    media, facts = [], []
    for place, each in enumerate(node.list(), start=1):
        empty = MediumFacts(f"medium-{place}")
        known = read_over(empty, each, besides=("alt", "decorative"))
        stated = dict(each.items())
        alt = stated["alt"].text() if "alt" in stated else ""
        decorative = "decorative" in stated and read(bool, stated["decorative"])
        media.append(Medium(known.sha256, alt, decorative))
        if known != replace(empty, sha256=known.sha256):
            facts.append(known)
    return tuple(media), tuple(facts)
