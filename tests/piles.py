"""Which tests one process runs after another, when two processes share them (pytest-xdist).

A pile is a file, since its tests share what they have set up; or a folder whose tests share a
server that takes long to open. Whole folders come first: what is begun last should not take long.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/faults/", "tests/browser/", "tests/platforms/")


class InPiles(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return pile_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> InPiles:
    return InPiles(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: place(pile_of(item.nodeid)))


def pile_of(nodeid: str) -> str:
    file = nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if file.startswith(folder)), file)


def place(pile: str) -> int:
    return TOGETHER.index(pile) if pile in TOGETHER else len(TOGETHER)
