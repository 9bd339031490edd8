"""A machine without a browser skips these tests by the name of what it lacks; CI may not."""

from pathlib import Path

import pytest

from tests.browser import visitor
from tests.machine import Lacking, required_in_ci


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    return monkeypatch


def test_without_chromium_the_tests_are_skipped_by_its_name(
    bare_machine: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(pytest.skip.Exception, match="`apt-get install chromium`"), required_in_ci():
        visitor.program()


def test_in_ci_a_missing_chromium_is_a_failure(bare_machine: pytest.MonkeyPatch) -> None:
    bare_machine.setenv("CI", "true")
    with pytest.raises(Lacking, match="this machine has none"), required_in_ci():
        visitor.program()
