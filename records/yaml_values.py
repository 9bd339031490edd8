"""Values read from YAML into frozen dataclasses; whatever is wrong names its file and line."""

from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

Value = TypeVar("Value")
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Malformed(Exception):
    """A policy file that cannot be read; the message starts with file and line."""


class Node:
    """One place of a YAML file: its value, its children, and where it stands."""

    def __init__(self, node: yaml.Node, path: str) -> None:
        self._node = node
        self.path = path

    @property
    def where(self) -> str:
        return f"{self.path}:{self._node.start_mark.line + 1}"

    def wrong(self, says: str) -> Malformed:
        return Malformed(f"{self.where}: {says}")

    @property
    def is_mapping(self) -> bool:
        return isinstance(self._node, yaml.MappingNode)

    @property
    def is_text(self) -> bool:
        return isinstance(self._node, yaml.ScalarNode)

    @property
    def is_null(self) -> bool:
        return str(self._node.tag) == "tag:yaml.org,2002:null"

    def items(self) -> Iterator[tuple[str, "Node"]]:
        if not isinstance(self._node, yaml.MappingNode):
            raise self.wrong("a mapping belongs here")
        seen: set[str] = set()
        for key, value in self._node.value:
            if key.value in seen:
                raise Node(key, self.path).wrong(f"{key.value} stands here twice")
            seen.add(key.value)
            yield str(key.value), Node(value, self.path)

    def list(self) -> tuple["Node", ...]:
        if not isinstance(self._node, yaml.SequenceNode):
            raise self.wrong("a list belongs here")
        return tuple(Node(item, self.path) for item in self._node.value)

    def only(self, *names: str) -> dict[str, "Node"]:
        """The mapping's parts; a name that is none of these is a mistake."""
        parts = dict(self.items())
        for name, part in parts.items():
            if name not in names:
                raise part.wrong(f"there is no {name} here; there are {', '.join(sorted(names))}")
        return parts

    def value(self) -> object:
        try:
            return _construct(self._node)
        except ValueError as error:  # a day that does not exist
            raise self.wrong(str(error)) from None

    def text(self) -> str:
        if not self.is_text:
            raise self.wrong("a text belongs here")
        return str(self._node.value)


def _construct(node: yaml.Node) -> object:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node, deep=True)
    finally:
        loader.dispose()


def parsed(path: Path) -> Node:
    return parsed_text(path.read_text(encoding="utf-8"), path.name)


def parsed_text(text: str, name: str) -> Node:
    try:
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Malformed(f"{name}:{line}: {error.problem}") from None
    if node is None:
        raise Malformed(f"{name}:1: the file is empty")
    return Node(node, name)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def read(kind: Any, node: Node) -> Any:
    """The node as a value of this type."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        if node.value() is None:
            return None
        return read(next(part for part in get_args(kind) if part is not type(None)), node)
    if origin is tuple:
        return _tuple(get_args(kind), node)
    if isinstance(kind, type) and is_dataclass(kind):
        return _structure(kind, node)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        if node.text() not in list(kind):
            raise node.wrong(f"{node.text()} is none of {', '.join(kind)}")
        return kind(node.text())
    return node.text() if kind is str else _plain(kind, node)


def _plain(kind: type, node: Node) -> object:
    value = node.value()
    if kind is date and isinstance(value, date) and not isinstance(value, datetime):
        return value
    if kind is datetime and isinstance(value, datetime):
        if value.tzinfo is None:
            raise node.wrong("an instant needs its time zone: end it with Z or +01:00")
        return value
    if kind in (int, bool) and type(value) is kind:
        return value
    raise node.wrong(f"{value!r} is no {kind.__name__}")


def _tuple(parts: tuple[Any, ...], node: Node) -> tuple[Any, ...]:
    if len(parts) == 2 and parts[1] is ...:
        if node.is_mapping:  # channel: platform
            return tuple((name, value.text()) for name, value in node.items())
        return tuple(read(parts[0], item) for item in node.list())
    return tuple(read(part, item) for part, item in zip(parts, node.list(), strict=True))


def _structure(kind: type, node: Node) -> Any:
    stated = stated_in(kind, node)
    for field in fields(kind):
        needed = field.default is MISSING and field.default_factory is MISSING
        if needed and field.name not in stated:
            raise node.wrong(f"{field.name} is missing")
    return kind(**stated)


def stated_in(kind: type, node: Node, besides: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields that the node states, as values; `besides` names keys that are somebody else's."""
    known = {field.name for field in fields(kind)}
    parts = node.only(*known, *besides)
    return {name: read(_hints(kind)[name], part) for name, part in parts.items() if name in known}


def read_over(base: Value, node: Node, besides: tuple[str, ...] = ()) -> Value:
    """The base with what the node states instead."""
    return replace(base, **stated_in(type(base), node, besides))  # type: ignore[type-var]
