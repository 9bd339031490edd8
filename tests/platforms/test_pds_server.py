"""The server for the tests is built here, or says what this machine lacks."""

import pytest

from tests.platforms import pds_server


def test_a_machine_without_compilers_is_told_which(monkeypatch, tmp_path):
    monkeypatch.setenv("PARAPHEUR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(pds_server.CannotBuild, match=r"g\+\+, make, python3 cannot be found"):
        pds_server.build()

    assert not (tmp_path / "cache").exists()
