"""What AT Protocol wants to know about a text: where its links are, and where it is filed.

Links, mentions and hashtags are not read out of a post by Bluesky; whoever writes the record has
to mark them, in UTF-8 bytes (https://docs.bsky.app/docs/advanced-guides/post-richtext). A server
does not check those offsets, so a wrong one would underline the wrong words in public. We mark
what the official app would mark, and like it never underline the comma after a link.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any


class Kind(StrEnum):
    LINK = "link"
    MENTION = "mention"
    TAG = "tag"


@dataclass(frozen=True)
class Mark:
    """A stretch of a text that leads somewhere; `start` and `end` count UTF-8 bytes."""

    kind: Kind
    leads_to: str  # a URI, a handle, or a tag without its sign
    start: int
    end: int


def marks(text: str) -> tuple[Mark, ...]:
    """Every link, mention and hashtag, in reading order; of two that overlap, the first."""
    found = sorted((*_links(text), *_mentions(text), *_tags(text)), key=lambda mark: mark.start)
    apart: list[Mark] = []
    for mark in found:
        if not apart or mark.start >= apart[-1].end:
            apart.append(mark)
    return tuple(apart)


def handles(text: str) -> tuple[str, ...]:
    """Whom the text mentions, each once."""
    mentioned = (mark.leads_to for mark in marks(text) if mark.kind is Kind.MENTION)
    return tuple(dict.fromkeys(mentioned))


def facets(text: str, dids: Mapping[str, str]) -> list[dict[str, Any]]:
    """The marks as a record carries them; a mention of nobody we could find stays plain text."""
    return [
        {
            "index": {"byteStart": mark.start, "byteEnd": mark.end},
            "features": [_feature(mark, dids)],
        }
        for mark in marks(text)
        if mark.kind is not Kind.MENTION or mark.leads_to in dids
    ]


def tid(key: str, moment: datetime) -> str:
    """The record key of a post: a timestamp that the same key always turns into the same way.

    A post's key has to be a TID: 53 bits of microseconds and 10 of a clock's number, in 13 letters
    that sort (https://atproto.com/specs/tid). The milliseconds are the moment's; everything
    finer is taken from the key, so that two posts of one moment get two addresses.
    """
    digest = sha256(key.encode()).digest()
    millis = (moment - _EPOCH) // timedelta(milliseconds=1)
    micros = millis * 1000 + int.from_bytes(digest[:2], "big") % 1000
    number = micros << 10 | int.from_bytes(digest[2:4], "big") & 0x3FF
    return "".join(_LETTERS[number >> shift & 31] for shift in range(60, -1, -5))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"

_LINK = re.compile(r"(?<![^\s(\[«“\"'])https?://\w[^\s<>«»“”\"]*", re.IGNORECASE)
# Not the first half of a fediverse address (@press@town.example), nor a piece of a longer word.
_MENTION = re.compile(
    r"(?<![^\s(\[«“\"'])@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]*[A-Za-z0-9])+)(?!@|\w|[.-]\w)"
)
_INVISIBLE = "\u00ad\u2060\u200a\u200b\u200c\u200d\u20e2"
_TAG = re.compile(rf"(?<!\S)[#＃](?!\ufe0f)([^\s{_INVISIBLE}]+)")

# https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/richtext/facet.json:
# a longer tag costs the whole post, so we would rather leave it unmarked.
_TAG_CHARACTERS = 64
_TAG_BYTES = 640


def _links(text: str) -> Iterator[Mark]:
    for match in _LINK.finditer(text):
        uri = _without_the_end_of_the_sentence(match[0])
        yield _mark(text, Kind.LINK, uri, match.start(), match.start() + len(uri))


def _mentions(text: str) -> Iterator[Mark]:
    for match in _MENTION.finditer(text):
        yield _mark(text, Kind.MENTION, match[1].lower(), match.start(), match.end())


def _tags(text: str) -> Iterator[Mark]:
    for match in _TAG.finditer(text):
        tag = match[1]
        while tag and _is_punctuation(tag[-1]):
            tag = tag[:-1]
        if _fits(tag) and not all(_is_digit(sign) or _is_punctuation(sign) for sign in tag):
            yield _mark(text, Kind.TAG, tag, match.start(), match.start() + 1 + len(tag))


def _mark(text: str, kind: Kind, leads_to: str, start: int, end: int) -> Mark:
    before = len(text[:start].encode())
    return Mark(kind, leads_to, before, before + len(text[start:end].encode()))


def _without_the_end_of_the_sentence(uri: str) -> str:
    while uri[-1] in ".,;:!?…'’" or (uri[-1] in ")]" and _closes_nothing(uri)):
        uri = uri[:-1]
    return uri


def _closes_nothing(uri: str) -> bool:
    opening = {")": "(", "]": "["}[uri[-1]]
    return uri.count(opening) < uri.count(uri[-1])


def _is_digit(sign: str) -> bool:
    return sign in "0123456789"


def _is_punctuation(sign: str) -> bool:
    return unicodedata.category(sign).startswith("P")


def _fits(tag: str) -> bool:
    return 0 < len(tag) <= _TAG_CHARACTERS and len(tag.encode()) <= _TAG_BYTES


def _feature(mark: Mark, dids: Mapping[str, str]) -> dict[str, str]:
    match mark.kind:
        case Kind.LINK:
            return {"$type": "app.bsky.richtext.facet#link", "uri": mark.leads_to}
        case Kind.MENTION:
            return {"$type": "app.bsky.richtext.facet#mention", "did": dids[mark.leads_to]}
        case Kind.TAG:
            return {"$type": "app.bsky.richtext.facet#tag", "tag": mark.leads_to}
