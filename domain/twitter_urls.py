"""twitter-text's own finder of links, which knows every top-level domain.

The library reads its emoji list through pkg_resources, which setuptools no longer brings. It gets
the one function it calls, for the time of the import only.
"""

import sys
from functools import lru_cache
from importlib.resources import files
from types import ModuleType


def _resource(package: str, name: str) -> bytes:
    return files(package.rpartition(".")[0]).joinpath(name).read_bytes()


if "pkg_resources" not in sys.modules:
    _stand_in = ModuleType("pkg_resources")
    _stand_in.resource_string = _resource  # type: ignore[attr-defined]
    sys.modules["pkg_resources"] = _stand_in
    from twitter_text.extract_urls import extract_urls_with_indices

    del sys.modules["pkg_resources"]
else:
    from twitter_text.extract_urls import extract_urls_with_indices


@lru_cache(maxsize=256)
def urls_in(text: str) -> tuple[tuple[int, int, str], ...]:
    """Where each link starts and ends, bare domains included, and how it is written."""
    found = extract_urls_with_indices(text)
    return tuple((url["indices"][0], url["indices"][1], url["url"]) for url in found)
