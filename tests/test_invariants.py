"""Every promise of docs/promises.md is named by a test, or stands there as not kept yet."""

import re

from tests.docs_reading import rows, section, text_of
from tests.test_promises import named_by_tests

PAGE = text_of("docs/promises.md")
KEPT = [row[0] for row in rows(section(PAGE, "## Kept"))]
OPEN = [row[0] for row in rows(section(PAGE, "## Not kept yet"))]
NUMBER = re.compile(r"\bI-\d+\b")


def test_of_each_promise_it_is_said_whether_it_is_kept() -> None:
    assert sorted((*KEPT, *OPEN), key=lambda one: int(one[2:])) == [f"I-{n}" for n in range(1, 26)]


def test_every_promise_that_is_kept_is_named_by_a_test() -> None:
    named = named_by_tests(NUMBER)
    missing = [number for number in KEPT if number not in named]
    assert not missing, f"no test names {', '.join(missing)}"


def test_no_test_names_a_promise_that_is_not_kept() -> None:
    wrong = {number: tests for number, tests in named_by_tests(NUMBER).items() if number in OPEN}
    assert not wrong, f"move these promises to those that are kept: {wrong}"
