"""The document a condition is written against: which names exist, of what type, with which
values."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache, lru_cache
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from domain.case import Case
from domain.counting import limits_of, measured
from domain.declarations import Declarations, MediumFacts
from domain.detectors import DETECTORS
from domain.detectors.accessible import hashtags_in
from domain.detectors.reading import Hit
from domain.house import House
from domain.observed import Observed
from domain.post import Medium
from domain.twitter_urls import urls_in

Shape = str | tuple["Shape"] | dict[str, "Shape"]  # a leaf type, a list of one shape, a structure

CHANNEL: dict[str, Shape] = {
    "id": "string",
    "platform": "string",
    "text": "string",
    "count": "int",
    "limit": "int",
    "unit": "string",
    "too_long": "bool",
    "hashtags": "int",
    "hashtags_max": "int",
    "links": "int",
    "links_max": "int",
    "media": "int",
    "media_max": "int",
    "needs_media": "bool",
    "alt_longest": "int",
    "alt_max": "int",
}


@cache
def shape(kind: object) -> Shape:
    """The shape of a dataclass or a field type."""
    if get_origin(kind) is tuple:
        first, *rest = get_args(kind)
        return (shape(first),) if rest == [...] else ("string",)
    if get_origin(kind) in (Union, UnionType):
        return next(shape(part) for part in get_args(kind) if part is not type(None))
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return {field.name: shape(hints[field.name]) for field in fields(kind)}
    if isinstance(kind, type) and issubclass(kind, StrEnum | str):
        return "string"
    leaves = {int: "int", bool: "bool", datetime: "timestamp", date: "timestamp"}
    assert isinstance(kind, type)
    return leaves[kind]


def roots() -> dict[str, Shape]:
    """Everything a condition may name, from its first word."""
    hit = shape(Hit)
    house, declared, observed = shape(House), shape(Declarations), shape(Observed)
    assert isinstance(house, dict)
    assert isinstance(declared, dict)
    return {
        "post": {
            **declared,
            "text": "string",
            "channels": ("string",),
            "languages": ("string",),
            "links": ("string",),
            "language": "string",
            "stage": "string",
            "at": "timestamp",
            "hour": "timestamp",
            "window_opens": "timestamp",
            "window_closes": "timestamp",
            "media": (_medium_shape(),),
        },
        "organisation": {**house, "in_eu": "bool", "bound_by": ("string",), "guardians": "int"},
        "observed": observed,
        "found": dict.fromkeys(DETECTORS, (hit,)),
        "now": "timestamp",
        "hit": hit,
        "channel": dict(CHANNEL),
        "medium": _medium_shape(),
    }


def _medium_shape() -> dict[str, Shape]:
    facts, medium = shape(MediumFacts), shape(Medium)
    assert isinstance(facts, dict)
    assert isinstance(medium, dict)
    return {**facts, **medium, "place": "int"}


def seen(value: object) -> object:
    """A value as conditions see it: structures, lists, strings, whole numbers, instants."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: seen(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [seen(item) for item in value]
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(0), ZoneInfo("UTC"))
    return value


def post(case: Case, names: Iterable[str]) -> dict[str, object]:
    """The fields of these names: turning all that was declared into a document is slow."""
    content, declared = case.content, case.declared
    told: dict[str, Callable[[], object]] = {
        "text": lambda: content.text,
        "channels": lambda: list(content.channels),
        "languages": lambda: list(content.languages),
        "links": lambda: list(content.links),
        "language": lambda: case.language,
        "stage": lambda: case.moment.value,
        "at": lambda: case.at,
        "hour": lambda: case.hour or case.at,
        "window_opens": lambda: content.window.opens,
        "window_closes": lambda: content.window.closes,
        "media": lambda: media(case),
    }
    return {n: told[n]() if n in told else seen(getattr(declared, n)) for n in names}


def media(case: Case) -> list[dict[str, object]]:
    """Each medium with what was declared of it."""
    found: list[dict[str, object]] = []
    for place, medium in enumerate(case.content.media, start=1):
        facts, shown = seen(case.declared.facts_of(medium.sha256)), seen(medium)
        assert isinstance(facts, dict)
        assert isinstance(shown, dict)
        found.append({**facts, **shown, "place": place})
    return found


@lru_cache(maxsize=32)
def organisation(house: House) -> Mapping[str, object]:
    told = seen(house)
    assert isinstance(told, dict)
    return {
        **told,
        "in_eu": house.in_eu,
        "bound_by": sorted(house.bound_by),
        "guardians": house.guardians,
    }


@lru_cache(maxsize=8)
def observed(by_us: Observed) -> Mapping[str, object]:
    told = seen(by_us)
    assert isinstance(told, dict)
    return told


def channel(case: Case, name: str) -> dict[str, object]:
    """One channel with its text, counted as its platform counts, and what it takes."""
    content = case.content
    text = content.text_on(name)
    limits, own = limits_of(case.house, name)
    length = measured(case.house, name, text)
    links = {url for _, _, url in urls_in(text)} | set(content.links)
    return {
        "id": name,
        "platform": case.house.platform(name) or name,
        "text": text,
        "count": length.count,
        "limit": length.limit,
        "unit": length.unit,
        "too_long": length.is_over,
        "hashtags": len(hashtags_in(text)),
        "hashtags_max": own.hashtags or limits.hashtags,
        "links": len(links),
        "links_max": own.links or limits.links,
        "media": len(content.media),
        "media_max": own.media or limits.images,
        "needs_media": limits.needs_media,
        "alt_longest": max((len(medium.alt) for medium in content.media), default=0),
        "alt_max": own.alt or limits.alt,
    }
