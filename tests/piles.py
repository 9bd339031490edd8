"""Which tests one process runs after another, when two processes share them (pytest-xdist).

A pile is a file, since its tests share what they have set up; or a folder whose tests share a
server that takes long to open. Whole folders come first: what is begun last should not take long.
"""

import pytest

TOGETHER = ("tests/faults/", "tests/browser/", "tests/platforms/")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.xdist_group(pile_of(item)))
    items.sort(key=place)


def pile_of(item: pytest.Item) -> str:
    file = item.nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if file.startswith(folder)), file)


def place(item: pytest.Item) -> int:
    pile = pile_of(item)
    return TOGETHER.index(pile) if pile in TOGETHER else len(TOGETHER)
