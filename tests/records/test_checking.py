"""`parapheur policy`: drafts from files and streams, examples proven, rules explained."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError
from setuptools import build_meta
from typer.testing import CliRunner, Result

from api.declaring import DeclarationsShape
from cli import app
from domain.canonical import digest
from domain.case import Case, Moment
from domain.policy import examine
from domain.post import Content, Window
from records.drafts import Misread, drafts
from records.office import house_in
from records.packs import POLICIES, TODAY, houses, shipped
from records.yaml_values import Malformed
from tests.offices import office_named

ROOT = Path(__file__).parents[2]
WINDOW = Window(TODAY, TODAY + timedelta(days=1))
NAMES = st.sampled_from(
    ["category", "media", "sha256", "paid", "amount", "people", "consents", "by", "rights",
     "source", "versions", "language", "text", "event_start", "event_end", "embargo_until",
     "repost_of", "ai_text", "ttpa", "topics", "valid_to", "vote_date", "x"]
)  # fmt: skip
PHONE = "Call Marc on 06 12 34 56 78 \U0001f600"
AT = "2026-11-23T09:00:00Z"


def says(*words: str, given: str = "") -> Result:
    return CliRunner().invoke(app, ["policy", *words], input=given.encode())


def check(given: str, *more: str) -> Result:
    return says("check", "-", "--at", AT, *more, given=given)


def listed(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_clean_draft_ends_well_and_a_blocked_one_does_not() -> None:
    assert check("text: Boil water.\n").exit_code == 0
    blocked = check(f"text: {PHONE}\nchannels: [bluesky]\n")
    assert blocked.exit_code == 1
    assert "pii.phone.personal" in blocked.stdout
    assert "GDPR" in blocked.stdout
    assert "dpo may waive it" in blocked.stdout


def test_what_only_warns_does_not_end_badly() -> None:
    result = check("text: See https://bit.ly/x for more.\n")
    assert "warn links.shortener" in result.stdout
    assert result.exit_code == 0


STREAMS = {
    "JSON lines": "\n".join(json.dumps({"id": str(n), "text": PHONE}) for n in range(3)),
    "a JSON list": json.dumps([{"id": str(n), "text": PHONE} for n in range(3)], indent="\t"),
    "YAML documents": "".join(f"---\nid: '{n}'\ntext: {PHONE}\n" for n in range(3)),
    "a YAML list": "".join(f"- {{id: '{n}', text: '{PHONE}'}}\n" for n in range(3)),
}


@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
def test_a_stream_of_any_form_is_checked_draft_by_draft(stream: str) -> None:
    result = check(stream, "--json")
    assert result.exit_code == 1
    told = listed(result)
    assert [one["draft"] for one in told] == ["0", "1", "2"]
    assert len({digest(one | {"draft": ""}) for one in told}) == 1
    assert all(one["blocked"] == ["pii.phone.personal"] for one in told)


def test_a_draft_may_be_the_very_body_of_a_request() -> None:
    body = {
        "text": "The pool is open again.",
        "channels": ["harbour", "x"],
        "variants": {"x": "Open again."},
        "media": [{"sha256": "0" * 64, "alt": "The pool at dawn"}],
        "declared": {
            "category": "event",
            "event_start": "2026-12-01T10:00:00Z",
            "media": [{"sha256": "0" * 64, "rights": {"source": "third_party"}}],
        },
        "release_at": "2026-12-01T08:00:00Z",
        "window": {"opens": "2026-12-01T08:00:00Z", "closes": "2026-12-01T12:00:00Z"},
        "chain": None,
        "submit": True,
    }
    (told,) = listed(check(json.dumps(body), "--json"))
    assert told["blocked"] == ["copyright.missing"]


MISFITS = {
    "text: Hello\nchannelz: [x]\n": ":2: there is no channelz here",
    "text: Hello\nchannels: [moon]\n": ":2: no channel or platform moon",
    "channels: [x]\n": ":1: a draft needs text",
    "text: Hello\nrelease_at: 2026-02-30\n": ":2: day is out of range",
    "text: Hello\nrelease_at: 2026-02-20T10:00:00\n": ":2: an instant needs its time zone",
    'text: "Hello\n': ":",
    '{"text": "a"}\n{"text": "b"\n': ":3: ",
    '{"text": "a"}\n{"txt": "b"}\n': ":2: there is no txt here",
    '{"text": "\\ud800"}': ":1: half of a surrogate pair",
    "text: Hello\ndeclared: {category: rant}\n": ":2: rant is none of",
}


@pytest.mark.parametrize(("given", "wrong"), MISFITS.items())
def test_what_cannot_be_read_is_named_with_its_line(given: str, wrong: str) -> None:
    result = check(given)
    assert result.exit_code == 2
    assert wrong in result.stderr


def test_one_draft_that_makes_no_sense_does_not_hide_the_others() -> None:
    lines = [json.dumps({"id": str(n), "text": "Hello"}) for n in range(4)]
    lines[1] = json.dumps({"text": "Hello", "declared": {"category": "rant"}})
    lines[2] = json.dumps({"text": "Hello", "declared": {"paid": {"amount": "a lot"}}})
    result = check("\n".join(lines), "--json")
    assert [one["draft"] for one in listed(result)] == ["0", "3"]
    assert "-:2: rant is none of" in result.stderr
    assert "-:3: " in result.stderr
    assert result.exit_code == 2


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "drafts.yaml").write_bytes(b"text: \xff\xfe\n")
    result = says("check", str(tmp_path / "drafts.yaml"))
    assert (result.exit_code, "not text in UTF-8" in result.stderr) == (2, True)
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbftext: Hello\n")
    assert says("check", str(tmp_path / "bom.yaml"), "--at", AT).exit_code == 0
    assert says("check", str(tmp_path / "nothing.yaml")).exit_code == 2


class Answer(BaseModel):
    """What docs/policies.md promises to whoever reads `--json`: fields come, none goes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    form: int
    draft: str
    blocked: list[str]
    findings: list[dict[str, str]]
    content_hash: str
    pack_version: str


def test_an_answer_in_json_has_the_form_that_the_page_tells() -> None:
    page = (ROOT / "docs/policies.md").read_text()
    (told,) = listed(check(f"text: {PHONE}\n", "--json"))
    answer = Answer.model_validate(told)
    assert answer.form == 1
    fields = {*Answer.model_fields, *(name for found in answer.findings for name in found)}
    assert "rule" in fields
    for name in fields:
        assert f"`{name}`" in page, f"docs/policies.md does not tell of {name}"


class Tap(StringIO):
    """A stream that counts the lines it gave out."""

    given = 0

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        self.given += 1
        return super().readline()


def test_a_long_stream_is_read_draft_by_draft() -> None:
    tap = Tap("\n".join(json.dumps({"id": str(n), "text": "Hello"}) for n in range(10_000)))
    house, span = house_in(POLICIES / "office")
    for n, draft in enumerate(drafts(tap, "-", house, span, datetime.now(UTC))):
        assert draft.name == str(n)
        assert tap.given <= n + 2
    assert n == 9_999


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(NAMES, inside, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, JSON_VALUES, max_size=6))
@hypothesis_settings(max_examples=60, deadline=None)
def test_whatever_is_declared_is_refused_with_a_sentence_or_examined(told: dict[str, Any]) -> None:
    """Never an accident: over HTTP it is a 422 or a finding, in a file a line and what is wrong."""
    with suppress(ValidationError):
        declared = DeclarationsShape.model_validate(told).value()
        content = Content("Hello", ("mastodon",), WINDOW, declared=declared)
        found = examine(Case(content, houses()["fr"], TODAY, Moment.SUBMISSION), shipped())
        assert not [one for one in found if "could not be applied" in one.says]
    house, span = house_in(POLICIES / "office")
    line = StringIO(json.dumps({"text": "Hello", "declared": told}))
    with suppress(Malformed):
        for draft in drafts(line, "-", house, span, TODAY):
            assert isinstance(draft, Misread) or draft.case.content.text == "Hello"


def test_the_facts_of_another_office_count(tmp_path: Path) -> None:
    office = office_named("other", tmp_path / "other")
    sheet = yaml.safe_load((office / "office.yaml").read_text())
    pause = {"crisis": {"active": True}, "speaks": "fr"}
    (office / "office.yaml").write_text(yaml.safe_dump({**sheet, **pause}))
    result = check("text: Hello\n", "--office", str(office))
    assert result.exit_code == 1
    assert "crisis.pause_active: Les publications sont suspendues" in result.stdout


def test_the_examples_of_all_packs_are_proven() -> None:
    result = says("test")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == len(shipped().packs)


def test_a_wrong_example_is_named(tmp_path: Path) -> None:
    text = (POLICIES / "packs/links.yaml").read_text()
    (tmp_path / "links.yaml").write_text(text.replace("passes:", "swap:").replace("fails:", "passes:").replace("swap:", "fails:"))  # fmt: skip  # noqa: E501
    result = says("test", str(tmp_path / "links.yaml"))
    assert result.exit_code == 1
    assert "links.yaml:" in result.stderr


def test_a_rule_is_explained_in_two_languages() -> None:
    english = says("explain", "length.exceeded:x")
    french = says("explain", "length.exceeded", "--lang", "fr")
    assert "The text for {channel} has" in english.stdout
    assert "Le texte pour {channel} compte" in french.stdout
    assert "Found by: deterministic" in english.stdout
    unread = says("explain", "pii.sensitive")
    assert "GDPR art. 9" in unread.stdout
    assert "to be confirmed by counsel" in unread.stdout
    assert "Found by: semantic" in unread.stdout
    near = says("explain", "lenght.exceeded")
    assert near.exit_code == 1
    assert "Did you mean length.exceeded" in near.stderr


def test_an_installed_release_has_its_packs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Built as anybody would build it, from a copy of the source."""
    source = tmp_path / "source"
    kept = ("pyproject.toml", "README.md", "LICENSE", "settings.py", "worker.py", "cli.py")
    rooms = ("domain", "records", "policies")
    for path in (ROOT / name for name in kept):
        (source / path.name).parent.mkdir(exist_ok=True)
        (source / path.name).write_bytes(path.read_bytes())
    for path in (path for room in rooms for path in (ROOT / room).rglob("*.*")):
        if path.is_file() and "__pycache__" not in path.parts:
            there = source / path.relative_to(ROOT)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(path.read_bytes())
    monkeypatch.chdir(source)
    wheel = tmp_path / build_meta.build_wheel(str(tmp_path))
    packed = set(ZipFile(wheel).namelist())
    for path in POLICIES.rglob("*.yaml"):
        assert f"policies/{path.relative_to(POLICIES)}" in packed
