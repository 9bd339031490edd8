"""The house looks at itself: who may pass each door, what is declared, and what is written down."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from fastapi.routing import RouteContext, iter_route_contexts

from api import permissions, problems
from api.app import create_app
from domain.objection import Code
from settings import Settings

ROOT = Path(__file__).parents[1]
ROOMS = ("domain", "workflows", "activities", "records", "api", "local")
FILES = [ROOT / name for name in ("settings.py", "worker.py", "cli.py")]
MODULES = sorted([*FILES, *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))])
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LOCKS = sorted([*ROOT.glob("*.lock"), *ROOT.glob("local/*.lock"), *ROOT.glob("tests/**/*lock*")])

KINDS = ("Reader", "Author", "Approver", "Auditor", "Admin", "Guest")
PERMISSIONS = {name: getattr(permissions, name) for name in KINDS}
OPEN_DOORS = {
    "/livez": "says only that this process answers",
    "/readyz": "says only whether requests should come here",
    "/v1/sessions": "signing in is how one gets a session",
    "/links/{token}": "the link is the key: unguessable, for one person, level and revision",
    "/links/{token}/media/{sha256}": "the link is the key, and shows only its own post's images",
    "/sandbox": "public, as a platform's page is",
    "/sandbox/{channel}": "public, as a platform's page is",
    "/static": "style sheets",
    "/openapi.json": "what the API can do is no secret",
    "/docs": "what the API can do is no secret",
    "/codec/decode": "asks for an admin itself, or for the UI of this very machine",
}
INDEX = r"https?://\S+|--(extra-)?index-url|--find-links|--trusted-host"
ONLY_PEOPLE = ("/v1/posts/{post}/decisions", "/v1/posts/{post}/settlement")


@pytest.fixture(scope="module")
def doors() -> list[RouteContext]:
    return list(iter_route_contexts(create_app(Settings()).routes))


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """The OpenAPI document."""
    return create_app(Settings()).openapi()


# Doors.


def permission_at(door: RouteContext) -> str | None:
    """The permission type in the signature of a route."""
    assert door.endpoint is not None
    asked = get_type_hints(door.endpoint, include_extras=True).values()
    return next((name for name, kind in PERMISSIONS.items() if kind in asked), None)


def test_every_door_asks_who_is_there(doors: list[RouteContext]) -> None:
    assert len(doors) > 15, "the walk came past our routes"
    unguarded = {str(door.path) for door in doors if door.path not in OPEN_DOORS}
    for door in doors:
        if door.path not in OPEN_DOORS and permission_at(door):
            unguarded.discard(str(door.path))
    assert not unguarded, (
        f"{', '.join(sorted(unguarded))}: give the route a parameter `me: Reader`, `Author`, "
        "`Approver` or `Admin` (api/permissions.py), or say in OPEN_DOORS why nobody has to sign in"
    )


def test_every_open_door_is_still_there(doors: list[RouteContext]) -> None:
    assert OPEN_DOORS.keys() <= {door.path for door in doors}, "strike what is gone from OPEN_DOORS"


def test_a_door_that_changes_something_is_never_a_readers(doors: list[RouteContext]) -> None:
    for door in doors:
        if door.methods and not door.methods <= {"GET", "HEAD", "OPTIONS"}:
            assert permission_at(door) != "Reader", f"{door.path} writes for who may only read"


def test_no_machine_comes_to_where_people_decide(doors: list[RouteContext]) -> None:
    asked = {door.path: permission_at(door) for door in doors if door.path in ONLY_PEOPLE}
    assert asked == dict.fromkeys(ONLY_PEOPLE, "Approver")


# What is declared.


def operations(told: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, verbs in told["paths"].items():
        for verb, operation in verbs.items():
            yield f"{verb.upper()} {path}", operation


def test_every_reference_in_the_api_document_leads_somewhere(told: dict[str, Any]) -> None:
    found = re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(told))
    assert "ProblemBody" in found
    assert set(found) == told["components"]["schemas"].keys()
    names = [operation["operationId"] for _, operation in operations(told)]
    assert len(set(names)) == len(names)


def test_every_refusal_is_declared_as_a_problem(told: dict[str, Any]) -> None:
    problem = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
    for name, operation in operations(told):
        for status, answer in operation["responses"].items():
            if status.startswith("2") or name == "GET /readyz":
                continue
            assert answer.get("content") == problem, f"{name} declares {status} as something else"


def test_every_operation_declares_how_it_can_be_refused(
    told: dict[str, Any], doors: list[RouteContext]
) -> None:
    guarded = {str(door.path) for door in doors if door.path not in OPEN_DOORS}
    for name, operation in operations(told):
        verb, path = name.split(" ")
        if path in ("/livez", "/readyz"):
            continue
        wanted = {"503"}
        wanted |= {"401", "403"} if path in guarded else set()
        wanted |= {"413", "422"} if "requestBody" in operation else set()
        wanted |= {"404"} if "{post}" in path else set()
        wanted |= {"409"} if "{post}" in path and verb == "POST" else set()
        missing = sorted(wanted - operation["responses"].keys())
        assert not missing, f"{name}: add {', '.join(missing)} to its `declared(…)`"


# What is written down.


def test_every_code_of_the_domain_has_a_sentence_somewhere() -> None:
    """Where a code is used, what follows says what to do."""
    source = "\n".join(p.read_text() for p in MODULES if p.name != "objection.py")
    unsaid = [code for code in Code if f"Code.{code}" not in source]
    assert not unsaid, f"nobody ever says {', '.join(unsaid)}: use them or strike them"


def test_every_code_of_the_domain_is_told_in_the_docs() -> None:
    assert not (missing := untold(Code, ROOT / "docs" / "lifecycle.md")), (
        f"docs/lifecycle.md does not tell of {', '.join(missing)}; clients branch on these"
    )


def test_every_code_of_the_api_is_told_in_the_docs() -> None:
    assert not (missing := untold(api_codes(), ROOT / "docs" / "api.md")), (
        f"docs/api.md does not tell of {', '.join(missing)}; clients branch on these"
    )


def untold(codes: Any, page: Path) -> list[str]:
    text = page.read_text() if page.exists() else ""
    return sorted(code for code in codes if not re.search(rf"`{code}`", text))


def api_codes() -> set[str]:
    """Every code with which api/ refuses: `Problem(404, "NOT_FOUND", …)`, and the tables."""
    codes = set(problems.CODES.values())
    for path in (ROOT / "api").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                code = node.args[1]
                if isinstance(code, ast.Constant):
                    codes.add(str(code.value))
    return codes


def test_the_codes_of_the_api_are_found_where_they_are() -> None:
    assert {"NOT_FOUND", "TOO_LARGE", "UNAUTHENTICATED", "NOT_CONFIRMED"} <= api_codes()


# How we write.


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_fits_on_a_few_screens(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= 400, f"{lines} lines: split it by noun"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_begins_with_a_sentence(path: Path) -> None:
    tree = ast.parse(path.read_text())
    if not tree.body:
        return  # an empty __init__.py says nothing
    first, *_ = (ast.get_docstring(tree) or "").split("\n\n")
    sentence = " ".join(first.split())
    sentence = re.sub(r" https://\S+$", "", sentence)  # a link may follow
    assert sentence.endswith((".", ":", "?")), "say in one sentence what this file is about"
    assert len(sentence) < 200, "shorter: a sentence that can be read aloud"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_printed_and_nothing_is_swallowed(path: Path) -> None:
    lines = path.read_text().splitlines()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            printed = getattr(node.func, "id", "") == "print"
            assert not printed, f"line {node.lineno}: log it, or return it"
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else ""
            named = caught not in ("", "Exception", "BaseException")
            goes_on = any(isinstance(step, ast.Raise) for step in ast.walk(node))
            why = "#" in lines[node.lineno - 1]
            told = named or goes_on or why
            assert told, f"line {node.lineno}: name what you expect, or say why beside it"


def test_no_lock_file_names_an_index() -> None:
    """Where packages come from is for each machine to say."""
    assert len(LOCKS) >= 3
    for path in LOCKS:
        text = path.read_text()
        found = re.search(INDEX if path.suffix == ".lock" else r'"resolved"', text)
        assert not found, f"{path.relative_to(ROOT)} names {found and found.group()}"
        if path.suffix == ".lock":
            assert text.count("--hash=sha256:") >= text.count("==")
