"""What our tests take from npm is pinned by its hash, by no address, and installed once."""

import json
from pathlib import Path

import pytest

from tests import npm

PINS = sorted(path.parent for path in Path(__file__).parent.rglob("package.json"))


def test_all_that_is_taken_is_looked_at() -> None:
    assert [pins.name for pins in PINS] == ["axe", "pds"]


@pytest.mark.parametrize("pins", PINS, ids=lambda pins: pins.name)
def test_every_part_is_pinned_by_its_hash_and_by_no_address(pins: Path) -> None:
    wanted = json.loads((pins / "package.json").read_text())["dependencies"]
    lock = json.loads((pins / "package-lock.json").read_text())
    parts = {path: part for path, part in lock["packages"].items() if path}

    assert wanted == {
        name: parts[f"node_modules/{name}"]["version"] for name in wanted
    }  # exact versions, never ranges
    assert all(part["integrity"].startswith("sha512-") for part in parts.values())
    assert not any("resolved" in part for part in parts.values())


def test_what_did_not_come_whole_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PARAPHEUR_CACHE", str(tmp_path / "cache"))
    pins = tmp_path / "empty"
    pins.mkdir()
    (pins / "package.json").write_text('{"name": "empty", "private": true}')
    (pins / "package-lock.json").write_text(
        '{"name": "empty", "lockfileVersion": 3, "packages": {"": {"name": "empty"}}}'
    )
    with pytest.raises(RuntimeError, match="empty could not be installed"):
        npm.installed("empty", pins, proof="axe-core/axe.min.js")
    assert not npm.home("empty", pins).exists()
