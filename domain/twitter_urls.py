"""twitter-text's own finder of links, which knows every top-level domain.

The library reads its emoji list through pkg_resources, which setuptools no longer brings. It gets
the one function it calls, for the time of the import only.
"""

import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from types import ModuleType

import regex


def _resource(package: str, name: str) -> bytes:
    return files(package.rpartition(".")[0]).joinpath(name).read_bytes()


_stand_in = ModuleType("pkg_resources")
_stand_in.resource_string = _resource  # type: ignore[attr-defined]
_there = sys.modules.setdefault("pkg_resources", _stand_in)

from twitter_text.extract_urls import extract_urls_with_indices  # type: ignore[import-untyped]  # noqa: E402
from twitter_text.parse_tweet import parse_tweet  # type: ignore[import-untyped]  # noqa: E402

if _there is _stand_in:
    del sys.modules["pkg_resources"]


# The library's expression takes minutes for a long run of dots, so it only ever sees short runs.
RUN = regex.compile(r"[^\s<>\"«»“”。、！？「」（）]+")
LONGEST_RUN = 120
SCHEMED = regex.compile(r"(?i)https?://\S*[^\s.,;:!?…)'\]]")


@lru_cache(maxsize=256)
def urls_in(text: str) -> tuple[tuple[int, int, str], ...]:
    """Where each link starts and ends, bare domains included, and how it is written.

    A run of more than 120 characters without a space is one link if it holds a scheme, else none.
    """
    return tuple(
        url for run in RUN.finditer(text) if "." in run.group() for url in _urls(run, text)
    )


def _urls(run: "regex.Match[str]", text: str) -> Iterator[tuple[int, int, str]]:
    start, end = run.span()
    if end - start > LONGEST_RUN:
        if link := SCHEMED.search(text, start, end):
            yield link.start(), link.end(), link.group()
        return
    for url in extract_urls_with_indices(run.group()):
        first, last = url["indices"]
        yield start + first, start + last, url["url"]


def weight_by_twitter_text(text: str) -> int:
    """The whole text as the library weighs it: slower than ours, kept to be compared with."""
    return int(parse_tweet(text).weightedLength)
