"""Every promise of docs/approvals.md is named by a test, and no test names one that is not made.

A test names a promise in the comment above it, or in its docstring: `# A-12`.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.docs_reading import HOUSE, rows, section, text_of

PROMISES = section(text_of("docs/approvals.md"), "## What is promised")
NUMBER = re.compile(r"\bA-\d+\b")


def named_by_tests(promise: re.Pattern[str] = NUMBER) -> dict[str, list[str]]:
    """Promise → the tests that name it."""
    named: dict[str, list[str]] = {}
    for path in sorted((HOUSE / "tests").rglob("test_*.py")):
        for test, said in each_of(path, promise):
            for number in promise.findall(said):
                named.setdefault(number, []).append(f"{path.name}::{test}")
    return named


def each_of(path: Path, promise: re.Pattern[str] = NUMBER) -> Iterator[tuple[str, str]]:
    """Each test with the comment above it and its docstring; state machines are tests, too."""
    text = path.read_text()
    if not promise.search(text):
        return
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            begins = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            name, told = node.name, ast.get_docstring(node) or ""
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            begins, name, told = node.lineno, node.targets[0].id, ""
        else:
            continue
        if name.lower().startswith("test"):
            yield name, f"{told}\n{comment_above(lines, begins)}"


def comment_above(lines: list[str], begins: int) -> str:
    above = begins - 1
    while above > 0 and lines[above - 1].startswith("#"):
        above -= 1
    return "\n".join(lines[above : begins - 1])


def promised() -> list[str]:
    return [row[0] for row in rows(PROMISES)]


def test_promises_are_numbered_without_a_gap_and_say_a_sentence() -> None:
    assert promised() == [f"A-{nth}" for nth in range(1, len(promised()) + 1)]
    assert len(promised()) > 80
    for number, says in rows(PROMISES):
        assert says.endswith("."), number


def test_every_promise_is_named_by_a_test() -> None:
    kept = named_by_tests()
    missing = [number for number in promised() if number not in kept]
    assert not missing, f"no test names {', '.join(missing)}"


def test_no_test_names_a_promise_that_is_not_made() -> None:
    made = promised()
    wrong = {number: tests for number, tests in named_by_tests().items() if number not in made}
    assert not wrong, f"docs/approvals.md does not make these promises: {wrong}"


def test_a_promise_is_found_above_a_test_and_in_its_words(tmp_path: Path) -> None:
    page = tmp_path / "test_one.py"
    page.write_text(
        "# A-1 and A-2\n@mark\ndef test_a() -> None:\n    '''A-3.'''\n\n"
        "# A-4 beside no test\nx = 1\n\n# A-5\nTestB = B\n"
    )
    assert {test: NUMBER.findall(said) for test, said in each_of(page)} == {
        "test_a": ["A-3", "A-1", "A-2"],
        "TestB": ["A-5"],
    }
