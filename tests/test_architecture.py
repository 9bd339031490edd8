"""Who may import whom. The table is the architecture; the test keeps us honest."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.replay.sandbox import PASSED_THROUGH, sandbox

ROOT = Path(__file__).parents[1]

PURE = {"regex", "idna", "phonenumbers", "stdnum", "holidays", "cel", "twitter_text"}  # no world
MAY_IMPORT: dict[str, set[str]] = {
    "domain": PURE,
    "records": {"domain", "sqlalchemy", "psycopg", "alembic", "pydantic", "yaml",
                "cryptography", "joserfc", "regex", "phonenumbers"},
    "activities": {"domain", "records", "temporalio", "sqlalchemy", "httpx", "obstore", "PIL"},
    "workflows": {"domain", "records", "activities", "settings", "temporalio", "pydantic",
                  "cryptography", "google", "sqlalchemy"},
    "api": {"domain", "records", "activities", "workflows", "settings", "temporalio", "fastapi",
            "starlette", "pydantic", "sqlalchemy"},
    "local": {"domain", "records", "settings", "temporalio", "psycopg", "httpx", "typer", "rich",
              "google"},
}  # fmt: skip

TEACHES = {
    "domain": "It decides, from values it is given. Pass the value in, or do it in an activity.",
    "records": "It remembers. What talks to the outside belongs to activities/.",
    "activities": "They do one thing each. What waits belongs to workflows/, what shows to api/.",
    "workflows": "They wait. If a line needs the world, make it an activity and import its name.",
    "api": "It translates. What decides belongs to domain/, what is stored to records/.",
    "local": "It starts the other rooms as processes; it never reaches into them.",
}

# The files of workflows/ that a workflow itself is made of, and what they may touch of our own:
# everything else there is for clients and workers.
STORY = (
    "post.py", "hearing.py", "publication.py", "clerk.py", "patience.py", "attributes.py",
    "names.py",
)  # fmt: skip
STORY_MAY = {"domain", "activities", "workflows", "temporalio"}


def files(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Every module it imports, with the line."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: import by its full name"
            yield node.lineno, node.module or ""


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    assert files(room)
    known = MAY_IMPORT[room] | {room} | sys.stdlib_module_names
    for path in files(room):
        for line, module in imports_of(path):
            stranger = module.split(".")[0]
            assert stranger in known, (
                f"{path.relative_to(ROOT)}:{line} imports {stranger}. {TEACHES[room]} "
                "If the table should change, change it here and say why in a decision record."
            )


def test_the_table_has_no_right_that_nobody_uses() -> None:
    """A right that nobody uses is a door that nobody watches."""
    for room, allowed in MAY_IMPORT.items():
        used = {module.split(".")[0] for path in files(room) for _, module in imports_of(path)}
        unused = allowed - used - {"domain", "psycopg", "rich"}
        assert not unused, f"strike {', '.join(sorted(unused))} from {room}"


def test_arrows_point_one_way() -> None:
    order = ["domain", "records", "activities", "workflows", "api"]
    for place, room in enumerate(order):
        later = set(order[place + 1 :]) & MAY_IMPORT[room]
        assert not later, f"{room} would know {', '.join(later)}, which know it"


def test_nothing_knows_the_tests_or_the_benchmarks() -> None:
    for room in MAY_IMPORT:
        for path in files(room):
            modules = {module.split(".")[0] for _, module in imports_of(path)}
            assert not modules & {"tests", "bench", "pytest"}, path.relative_to(ROOT)


# What a workflow may be made of: the same run twice has to take the same steps.


def test_the_files_of_the_story_are_all_there() -> None:
    outside = {"__init__.py", "codec.py", "engine.py", "door.py", "resume.py"}
    outside |= {"archive.py", "informing.py", "packing.py"}
    assert {path.name for path in files("workflows")} == {*STORY} | outside, (
        "A new file in workflows/: is it part of the story (STORY), or for clients and workers?"
    )


@pytest.mark.parametrize("name", STORY)
def test_the_story_reaches_for_nothing_but_names(name: str) -> None:
    for line, module in imports_of(ROOT / "workflows" / name):
        room = module.split(".")[0]
        assert room in STORY_MAY | sys.stdlib_module_names, (
            f"workflows/{name}:{line} imports {room}. {TEACHES['workflows']}"
        )


WILD_MODULES = {"time", "random", "secrets", "uuid", "os", "socket", "threading", "subprocess"}
WILD_CALLS = {
    "datetime.now": "workflow.now()",
    "datetime.utcnow": "workflow.now()",
    "datetime.today": "workflow.now()",
    "date.today": "workflow.now().date()",
    "asyncio.wait": "workflow.wait(…), whose order is the same at every replay",
    "asyncio.as_completed": "workflow.as_completed(…)",
    "fresh_name": "a name that came with the act",
    "open": "an activity",
    "set": "a tuple or a dict, whose order is the same at every replay",
}


@pytest.mark.parametrize("name", STORY)
def test_the_story_takes_the_same_steps_at_every_replay(name: str) -> None:
    path = ROOT / "workflows" / name
    for line, module in imports_of(path):
        assert module.split(".")[0] not in WILD_MODULES, (
            f"workflows/{name}:{line}: {module} answers differently at every replay. "
            "Use workflow.now(), workflow.random() or workflow.uuid4(), or an activity."
        )
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and (better := WILD_CALLS.get(ast.unparse(node.func))):
            raise AssertionError(f"workflows/{name}:{node.lineno}: use {better}")


def test_workflows_themselves_are_never_passed_through_the_sandbox() -> None:
    """Passed through, they would share their state with every other run in the process."""
    assert "workflows" not in PASSED_THROUGH
    passed = sandbox().restrictions.passthrough_modules
    assert {"domain", "activities", "records"} <= passed
    assert not {module for module in passed if module.split(".")[0] == "workflows"}
    for path in files("workflows"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.With) and "imports_passed_through" in ast.unparse(
                node.items[0].context_expr
            ):
                inside = [module for _, module in imports_inside(node)]
                assert not [m for m in inside if m.split(".")[0] == "workflows"], path.name


def imports_inside(block: ast.With) -> Iterator[tuple[int, str]]:
    for node in block.body:
        if isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)


def test_the_domain_asks_no_clock_and_no_dice() -> None:
    """What decides is given the moment; or else nobody could decide the same again."""
    dice = {"time", "random", "secrets", "socket", "subprocess", "asyncio", "threading", "os"}
    for path in files("domain"):
        name = path.relative_to(ROOT)
        for line, module in imports_of(path):
            if path.name == "naming.py":  # names for posts and acts, made outside of decisions
                continue
            assert module.split(".")[0] not in dice, f"{name}:{line}: {TEACHES['domain']}"
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                asked = ast.unparse(node.func)
                clock = asked in ("datetime.now", "datetime.utcnow", "date.today", "open")
                assert not clock, f"{name}:{node.lineno}: {TEACHES['domain']}"
