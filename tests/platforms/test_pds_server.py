"""The server for the tests is built from pins, or says what this machine lacks."""

import json

import pytest

from tests.platforms import pds_server


def test_a_machine_without_compilers_is_told_which(monkeypatch, tmp_path):
    monkeypatch.setenv("PARAPHEUR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(pds_server.CannotBuild, match=r"g\+\+, make, python3 cannot be found"):
        pds_server.build()

    assert not (tmp_path / "cache").exists()


def test_every_part_of_the_server_is_pinned_by_its_hash_and_by_no_address():
    wanted = json.loads((pds_server.HERE / "package.json").read_text())["dependencies"]
    lock = json.loads((pds_server.HERE / "package-lock.json").read_text())
    parts = {path: part for path, part in lock["packages"].items() if path}

    assert wanted == {
        name: parts[f"node_modules/{name}"]["version"] for name in wanted
    }  # exact versions, never ranges
    assert all(part["integrity"].startswith("sha512-") for part in parts.values())
    assert not any("resolved" in part for part in parts.values())
