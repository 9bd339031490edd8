"""The pages say what the code does: every code, fact, stage, route, link and example."""

import ast
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from api import problems
from api.app import ROUTERS
from domain.acts import DONE, Verdict
from domain.facts import FactKind
from domain.objection import Code
from domain.post import Aside, End, Stage
from domain.waiting import OF_AN_EMERGENCY, STATES
from tests.docs_reading import (
    HOUSE,
    PAGES,
    Request,
    anchors,
    asked_by,
    blocks,
    links,
    rows,
    section,
    text_of,
    words,
)

LIFECYCLE = text_of("docs/lifecycle.md")
API = text_of("docs/api.md")
PUBLIC = {"/livez", "/readyz", "/v1/sessions", "/sandbox"}
ROUTES = [route for room in ROUTERS for route in room.router.routes if isinstance(route, APIRoute)]


def first_words(page: str, heading: str) -> list[str]:
    return [words(row[0])[0] for row in rows(section(page, heading)) if words(row[0])]


# lifecycle.md


def test_every_stage_is_told_in_order() -> None:
    assert first_words(LIFECYCLE, "## Stages") == [stage.value for stage in Stage]


def test_every_end_and_every_aside_is_told() -> None:
    assert set(first_words(LIFECYCLE, "## Ends")) == {end.value for end in End}
    assert set(first_words(LIFECYCLE, "## Asides")) == {aside.value for aside in Aside}


def test_every_state_that_a_client_can_see_is_told() -> None:
    told = {
        word for row in rows(section(LIFECYCLE, "## What a client sees")) for word in words(row[0])
    }
    beside = {aside.value for aside in Aside} - {"frozen"}
    ours = {
        *STATES.values(),
        *OF_AN_EMERGENCY,
        "changes_requested",
        "approved",
        *beside,
        *(end.value for end in End),
    }
    assert told == ours


def test_every_refusal_is_told_with_a_sentence_and_what_to_do() -> None:
    table = list(rows(section(LIFECYCLE, "## Refusals")))
    assert [words(row[0])[0] for row in table] == [code.value for code in Code]
    for code, says, advice in table:
        assert says.endswith((".", "?")), f"{code} does not say a sentence"
        assert advice


@pytest.mark.parametrize("path", ["domain/lifecycle.py", "records/filing.py"])
def test_a_refusal_reads_as_the_page_says(path: str) -> None:
    """Sentences that name nobody are held word for word; those that do, by their code alone."""
    told = section(LIFECYCLE, "## Refusals")
    said = sentences_in(ast.parse(text_of(path)))
    assert said
    for sentence in said:
        assert sentence in told, f"lifecycle.md does not have: {sentence}"


def sentences_in(tree: ast.AST) -> list[str]:
    """The whole sentences that code says, without docstrings and without pieces of f-strings."""
    apart = (ast.Expr, ast.JoinedStr)
    nodes = [child for child in ast.iter_child_nodes(tree) if not isinstance(child, apart)]
    here = [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value[-1:] == "."
    ]
    return [*here, *(sentence for node in nodes for sentence in sentences_in(node))]


def test_every_entry_of_a_ledger_is_told() -> None:
    recorded = section(LIFECYCLE, "## What is recorded")
    told = [word for row in rows(recorded) for word in words(row[0])]
    acts = {*DONE.values(), *(verdict.done for verdict in Verdict)}
    assert set(told) == acts | {kind.value for kind in FactKind}
    assert len(told) == len(set(told))


# api.md


def test_every_problem_is_told_with_its_status() -> None:
    told = {(row[0], words(row[1])[0]) for row in rows(section(API, "## Problems"))}
    assert told == problems_in_code()


def problems_in_code() -> set[tuple[str, str]]:
    refusals = {("409", code.value) for code in Code}
    of_the_server = {(str(status), code) for status, code in problems.CODES.items()}
    troubles = {(str(told.status), told.code) for told in problems.TROUBLES.values()}
    spelled = set()
    for path in (HOUSE / "api").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                status, code = (getattr(given, "value", None) for given in node.args[:2])
                if isinstance(status, int) and isinstance(code, str):
                    spelled.add((str(status), code))
    return refusals | of_the_server | troubles | spelled | {("any other", "REFUSED")}


def test_every_route_has_a_place_on_the_page() -> None:
    told = re.findall(r"^### `([A-Z]+ /[^`]*)`$", API, re.MULTILINE)
    ours = [f"{verb} {route.path}" for route in shown_routes() for verb in route.methods or ()]
    assert sorted(told) == sorted(ours)


def shown_routes() -> list[APIRoute]:
    return [route for route in ROUTES if route.include_in_schema]


def route_of(method: str, path: str) -> APIRoute:
    fitting = [r for r in ROUTES if method in (r.methods or ()) and r.path_regex.fullmatch(path)]
    assert fitting, f"No route answers to {method} {path}."
    return fitting[0]


def test_every_answer_on_the_page_has_the_shape_that_its_route_answers_with() -> None:
    for place in re.split(r"^### ", API, flags=re.MULTILINE)[1:]:
        method, path = re.findall(r"`([A-Z]+) (/[^`]*)`", place)[0]
        model = route_of(method, path).response_model
        for block in blocks(place, "json"):
            shown = json.loads(block)
            if "code" in shown:
                problems.ProblemBody.model_validate(shown)
                assert shown["code"] in Code.__members__
                continue
            if model is None:
                continue
            told = TypeAdapter(model).validate_python(shown)
            assert set(shown) == set(TypeAdapter(model).dump_python(told)), f"{method} {path}"


# What the examples ask for.


@pytest.mark.parametrize("page", ["README.md", "docs/api.md"])
def test_every_command_asks_for_what_the_api_takes(page: str, tmp_path: Path) -> None:
    asked = asked_by(text_of(page), tmp_path)
    assert len(asked) > 8
    for request in asked:
        fits(request)


def fits(request: Request) -> None:
    route = route_of(request.method, request.path)
    assert set(request.query) <= {field.alias for field in route.dependant.query_params}
    assert request.path in PUBLIC or request.headers.get("authorization", "").startswith("Bearer ")
    if route.path == "/v1/posts" and request.method == "POST":
        assert request.headers.get("idempotency-key")
    if route.body_field is None:
        assert request.body is None, f"{request.path} takes no body"
        return
    assert request.body is not None, f"{request.path} takes a body"
    if route.path != "/v1/media":
        assert request.headers["content-type"] == "application/json"
        takes: Any = route.body_field.field_info.annotation
        TypeAdapter(takes).validate_json(with_known_hashes(request.body))


def with_known_hashes(body: str) -> str:
    return body.replace('"sha256": "00"', f'"sha256": "{"0" * 64}"')


# All pages.


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_every_link_inside_the_house_leads_somewhere(page: Path) -> None:
    for link in links(page.read_text()):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{page.name} leads to {path}, which does not exist"
        if anchor and found.suffix == ".md":
            assert anchor in anchors(found.read_text()), f"{link} has no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_no_page_names_a_machine_or_where_packages_come_from(page: Path) -> None:
    registries = ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com")
    folders = "home", "root", "work", "Users", "mnt"
    text = page.read_text()
    for name, end in registries:
        assert f"{name}.{end}" not in text
    for folder in folders:
        assert not re.search(rf"(?<![\w./:]){re.escape('/' + folder)}/", text), (
            f"a path in /{folder}"
        )


def test_the_glossary_has_each_word_once_and_all_of_them_in_french() -> None:
    table = list(rows(text_of("docs/glossary.md")))
    terms = [row[0] for row in table]
    assert len(terms) == len(set(terms))
    assert all(len(row) == 3 and all(row) for row in table)


def test_the_glossary_has_every_word_of_the_design() -> None:
    terms = {row[0] for row in rows(text_of("docs/glossary.md"))}
    wanted = """post revision act chain level round objection finding waiver pack hour hold freeze
        thaw send receipt settle file entry fact seal checkpoint watch organisation account channel
        door gate order claim lease fence letter look drift"""
    assert set(wanted.split()) <= terms


def test_every_dependency_has_a_reason_and_a_licence() -> None:
    told = text_of("docs/decisions/0005-dependencies.md")
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    groups = (project["dependencies"], *project["optional-dependencies"].values())
    for named in (re.split(r"[^\w-]", line)[0] for group in groups for line in group):
        assert re.search(rf"\b{re.escape(named)}\b", told), (
            f"decision 0005 does not tell of {named}"
        )


def test_decisions_are_numbered_without_a_gap_and_say_four_things() -> None:
    pages = sorted((HOUSE / "docs/decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        for part in ("Context", "Decision", "Consequences", "Not chosen"):
            assert f"**{part}.**" in page.read_text(), f"{page.name} has no {part}"


def test_the_licence_is_the_whole_apache_licence() -> None:
    licence = text_of("LICENSE")
    assert "Version 2.0, January 2004" in licence
    assert "9. Accepting Warranty or Additional Liability" in licence
    assert len(licence.split()) > 1500
