"""What only root can install: a machine that lacks it skips those tests by name, and CI may not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


class Lacking(Exception):
    """This machine lacks something; the sentence names it and says how to get it."""


@contextmanager
def required_in_ci() -> Iterator[None]:
    """Around what may raise Lacking: elsewhere than in CI, whoever asked for it is skipped."""
    try:
        yield
    except Lacking as what:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(what))
