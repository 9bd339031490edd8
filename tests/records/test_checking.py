"""`parapheur policy`: drafts from files and streams, examples proven, rules explained."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml
from setuptools import build_meta
from typer.testing import CliRunner, Result

from cli import app
from domain.canonical import digest
from records.packs import POLICIES, shipped
from tests.newsroom import office_named

ROOT = Path(__file__).parents[2]
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
