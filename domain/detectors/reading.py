"""A post as the detectors read it: every text that the public could see, folded for matching.

Folding makes narrow spaces ordinary, drops zero-width characters and turns full-width letters and
digits into plain ones. A match is always reported in the author's own characters.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from unicodedata import normalize

import regex

from domain.case import Case

INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u2060\ufeff"
ODD = regex.compile(
    rf"[{INVISIBLE}\u00a0\u2000-\u200a\u202f\u205f\u3000\u2010-\u2015\u2212\uff01-\uff5e"
    r"\u0660-\u0669\u06f0-\u06f9\u2018\u2019\u02bc]"
)
AS_PLAIN = {chr(code): " " for code in (0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)}
AS_PLAIN |= {chr(code): "-" for code in (*range(0x2010, 0x2016), 0x2212)}
AS_PLAIN |= dict.fromkeys("\u2018\u2019\u02bc", "'")
AS_PLAIN |= {chr(code): str(code - 0x660) for code in range(0x660, 0x66A)}
AS_PLAIN |= {chr(code): str(code - 0x6F0) for code in range(0x6F0, 0x6FA)}
AS_PLAIN |= dict.fromkeys(INVISIBLE, "")


@dataclass(frozen=True)
class Hit:
    """Something a detector found: `piece` in the author's characters, the rest as each one says."""

    piece: str
    where: str = "text"
    kind: str = ""
    detail: str = ""
    channel: str = ""
    language: str = ""
    count: int = 0
    limit: int = 0


@dataclass(frozen=True)
class Surface:
    """One text of the post, as written and as folded."""

    where: str
    written: str
    language: str
    plain: str
    origin: tuple[int, ...] | None  # where each folded character stood; None: nothing was folded

    @cached_property
    def folded(self) -> str:
        """The plain text without case."""
        return self.plain.casefold()

    def piece(self, start: int, end: int) -> str:
        if self.origin is None:
            return self.written[start:end].strip()
        return self.written[self.origin[start] : self.origin[end - 1] + 1].strip()

    def hit(self, match: "regex.Match[str]", kind: str = "", detail: str = "") -> Hit:
        return self.hit_at(match.start(), match.end(), kind, detail)

    def hit_at(self, start: int, end: int, kind: str = "", detail: str = "") -> Hit:
        return Hit(self.piece(start, end), self.where, kind, detail, language=self.language)


def surface(where: str, written: str, language: str = "") -> Surface:
    if not ODD.search(written):
        return Surface(where, written, language, written, None)
    pairs = [
        (plain, place) for place, character in enumerate(written) for plain in _folded(character)
    ]
    plain = "".join(character for character, _ in pairs)
    return Surface(where, written, language, plain, tuple(place for _, place in pairs))


def _folded(character: str) -> str:
    if character in AS_PLAIN:
        return AS_PLAIN[character]
    return normalize("NFKC", character) if "\uff01" <= character <= "\uff5e" else character


@dataclass(frozen=True)
class Reading:
    """One case, read once: detectors share what others have already worked out."""

    case: Case

    @cached_property
    def surfaces(self) -> tuple[Surface, ...]:
        """Every text the public could read, once each, with its place."""
        seen: dict[str, Surface] = {}
        for where, written, language in self.texts():
            if written.strip() and written not in seen:
                seen[written] = surface(where, written, language)
        return tuple(seen.values())

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """Place, words and language of each, also where two say the same or nothing."""
        content, declared = self.case.content, self.case.declared
        language = self.case.language
        yield "text", content.text, language
        for variant in content.variants:
            yield f"text:{variant.channel}", variant.text, language
        for version in declared.versions:
            yield f"version:{version.language}", version.text, version.language
        for place, medium in enumerate(content.media, start=1):
            facts = declared.facts_of(medium.sha256)
            yield f"alt:{place}", medium.alt, language
            yield f"ocr:{place}", facts.ocr_text, language
            yield f"qr:{place}", facts.qr_payload, ""
            yield f"captions:{place}", facts.captions_text, language
            yield f"transcript:{place}", facts.transcript, language
            yield f"file:{place}", facts.file_name, ""
        for link in content.links:
            yield "link", link, ""
        yield "disclaimer", declared.paid.disclaimer, language
        yield "repost", declared.repost_of.text, ""

    @cached_property
    def bodies(self) -> tuple[Surface, ...]:
        """The texts of the post itself: common, per channel and per language."""
        return tuple(s for s in self.surfaces if s.where.startswith(("text", "version")))

    @cached_property
    def whole(self) -> str:
        """Everything the post says, folded and without case."""
        return "\n".join(surface.folded for surface in self.surfaces)
