"""docs/operating.md tells every setting, and its questions to the record can be asked."""

import json
import re
from pathlib import Path

import psycopg
import pytest
from pydantic_core import PydanticUndefined

from local.postgres import Postgres
from settings import Settings
from tests.docs_reading import HOUSE, PAGES, blocks, rows, section, text_of, words

OPERATING = text_of("docs/operating.md")
TABLE = {words(row[0])[0]: row for row in rows(section(OPERATING, "## Settings"))}
SETTINGS = {f"PARAPHEUR_{name.upper()}": field for name, field in Settings.model_fields.items()}
OF_THE_TESTS = {"PARAPHEUR_CACHE"}  # where they keep a real PDS (tests/platforms)


def spelled(default: object) -> str:
    """A default as one writes it into the environment."""
    match default:
        case bool():
            return str(default).lower()
        case tuple():
            return json.dumps(default)
        case float():
            return f"{default:g}"
        case "":
            return "none"
    return str(default)


def test_every_setting_is_told_in_the_order_of_the_code() -> None:
    assert list(TABLE) == list(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_told_with_its_meaning_unit_and_default(name: str) -> None:
    _, meaning, unit, default = TABLE[name]
    assert len(meaning.split()) > 2
    assert unit
    assert SETTINGS[name].default is not PydanticUndefined
    assert default.strip("`") == spelled(SETTINGS[name].default)


@pytest.mark.parametrize(
    "page",
    [*PAGES, HOUSE / "docker-compose.yml", HOUSE / "Dockerfile", HOUSE / "Makefile"],
    ids=lambda page: str(page.relative_to(HOUSE)),
)
def test_no_page_names_a_setting_that_does_not_exist(page: Path) -> None:
    named = set(re.findall(r"PARAPHEUR_[A-Z][A-Z_]*[A-Z]", page.read_text()))
    assert named <= set(SETTINGS) | OF_THE_TESTS


def test_every_service_and_job_that_is_named_exists() -> None:
    services = set(re.findall(r"^  ([a-z-]+):$", text_of("docker-compose.yml"), re.MULTILINE))
    run = re.findall(r"docker compose run (?:-[\w-]+ (?:\S+:\S+ |tar )?)*([a-z-]+)", OPERATING)
    assert len(run) > 10
    assert set(run) <= services


def test_every_question_to_the_record_can_be_asked(postgres: Postgres) -> None:
    """As a role that may read: no question needs more."""
    questions = [
        question
        for block in blocks(OPERATING, "sql")
        for question in block.split(";\n")
        if question.strip()
    ]
    assert len(questions) > 5
    with psycopg.connect(postgres.url.replace("+psycopg", "", 1)) as session:
        session.read_only = True
        for question in questions:
            session.execute(question.encode())
