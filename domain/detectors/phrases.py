"""Lists of words and phrases, and the quick look that spares most texts the slow one."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex


@dataclass(frozen=True)
class Phrases:
    """A pattern, asked only of texts that hold one of its stems.

    A stem is a run of letters that some phrase cannot do without; looking for it is thirty times
    quicker than asking the pattern. No stems: the pattern is always asked.
    """

    pattern: "regex.Pattern[str]"
    stems: tuple[str, ...] = ()

    def finditer(self, text: str) -> Iterator["regex.Match[str]"]:
        return self.pattern.finditer(text) if self.may_be_in(text) else iter(())

    def search(self, text: str) -> "regex.Match[str] | None":
        return self.pattern.search(text) if self.may_be_in(text) else None

    def may_be_in(self, text: str) -> bool:
        lowered = _lowered(text)
        return not self.stems or any(stem in lowered for stem in self.stems)


@lru_cache(maxsize=32)
def _lowered(text: str) -> str:
    return text.lower()


def gated(pattern: "regex.Pattern[str]", stems: str) -> Phrases:
    """A pattern of its own, and stems (in small letters, apart by |) of which it needs one."""
    return Phrases(pattern, tuple(stems.split("|")))


def words_of(phrases: str) -> Phrases:
    """Whole words or phrases, one a line or separated by |, without case.

    An apostrophe or a dash inside a phrase matches itself; a space matches any run of white space.
    Phrases with a choice inside are for `sentences_of`.
    """
    listed = [phrase.strip() for phrase in phrases.replace("\n", "|").split("|")]
    ordered = sorted(filter(None, listed), key=len, reverse=True)
    for phrase in ordered:
        regex.compile(phrase)  # a | inside a group would have torn it apart
    body = "|".join(r"\s+".join(phrase.split()) for phrase in ordered)
    stems = tuple(dict.fromkeys(map(_stem, ordered)))
    return Phrases(_whole(body), stems if all(stems) else ())


def sentences_of(*shapes: str, stems: str) -> Phrases:
    """Phrases with their grammar, as whole words: each shape is a pattern, a space any white space.

    One of the `stems` (in small letters, apart by |) stands in every phrase.
    """
    joined = "|".join(shape.replace(" | ", "|") for shape in shapes)
    body = joined.replace(" ?", r"\s*").replace(" ", r"\s+")
    return gated(_whole(body), stems)


def _whole(body: str) -> "regex.Pattern[str]":
    return regex.compile(rf"(?<![\w#@])(?:{body})(?!\w)", regex.IGNORECASE | regex.V0)


GROUP = r"(?P<group>\((?:[^()]|(?&group))*\))"
OPTIONAL = regex.compile(rf"(?:{GROUP}|\[[^\]]*\]|\\?.)(?:[?*]|\{{0,\d*\}})")
NOT_LITERAL = regex.compile(rf"{GROUP}|\[[^\]]*\]|\\.|\{{[^}}]*\}}|[^\p{{L}}]")


def _stem(phrase: str) -> str:
    """The longest run of letters that this phrase cannot do without; "" if it is too short."""
    certain = NOT_LITERAL.sub(" ", OPTIONAL.sub(" ", phrase))
    longest = max(certain.lower().split(), key=len, default="")
    return longest if len(longest) > 1 else ""
