"""Drafts read from files and streams: YAML, JSON or JSON lines, in the words of POST /v1/posts."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

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


def drafts(text: str, name: str, house: House, span: timedelta, now: datetime) -> Iterator[Draft]:
    """Every draft of a text, as it comes before the rules. Raises Malformed with file and line."""
    for node in _nodes(text, name):
        stated = node.only(*SAYS, *BESIDES).items()
        parts = {name: part for name, part in stated if not part.is_null}
        called = parts["id"].text() if "id" in parts else node.where
        yield Draft(called, _case(node, parts, house, span, now))


def _nodes(text: str, name: str) -> Iterator[Node]:
    stream = _json(text, name) if text.lstrip()[:1] in ("{", "[") else _yaml(text, name)
    for node in stream:
        yield from [node] if node.is_mapping else node.list()


def _yaml(text: str, name: str) -> Iterator[Node]:
    try:
        for node in yaml.compose_all(text, Loader=LOADER):
            yield Node(node, name)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Malformed(f"{name}:{line}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise Malformed(f"{name}:1: {str(error).splitlines()[0]}") from None


def _json(text: str, name: str) -> Iterator[Node]:
    """One value, or one a line. YAML would read most of it, but not every escape."""
    decoder, place = json.JSONDecoder(), 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        line = text.count("\n", 0, place)
        try:
            value, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            if line == 0 and _is_flow(text):
                yield from _yaml(text, name)
                return
            raise Malformed(f"{name}:{error.lineno}: {error.msg}") from None
        yield Node(_as_yaml(value, yaml.Mark(name, 0, line, 0, None, 0), name), name)


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
